/* Signing in and out with a browser. */
#include "store/job_status.h"
#include "store/session.h"
#include "store/sign_in.h"

#include "base/config.h"
#include "handlers/handlers.h"
#include "http/attempt.h"
#include "http/input.h"
#include "http/origin.h"
#include "people/account.h"
#include "people/feature.h"

#include <sodium.h>
#include <string.h>

#define WRONG            "Unable to log in with provided credentials."
#define SECONDS_PER_HOUR 3600
#define PENDING_LASTS    "10 minutes" /* for finding the second factor */

enum { EMAIL, PASSWORD, FIELDS };

static const struct input fields[FIELDS] = {
    [EMAIL] = {"email", INPUT_TEXT, .required = true, .max = 254},
    [PASSWORD] = {"password", INPUT_PASSWORD, .required = true},
};

/* What a pending session waits for: "code", or "set_up" if there is no second factor yet. */
static const char *
awaited(struct request *r, struct error *err)
{
	int has_factor = account_has_factor(r->db, r->caller.account_text, err);

	return has_factor < 0 ? NULL : has_factor ? "code" : "set_up";
}

static void
write_csrf(struct request *r, struct json *json)
{
	json_key(json, "csrf_token");
	json_text(json, r->caller.has_session ? r->caller.session.csrf : NULL);
}

/* Nothing but what the page needs to go on. */
static void
reply_pending(struct request *r)
{
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	const char *factor = awaited(r, &err);

	json_begin_object(&json);
	write_csrf(r, &json);
	json_key(&json, "second_factor");
	json_text(&json, factor);
	json_end_object(&json);
	if (factor)
		http_reply(r->http, 200, &body);
	else
		http_reply_error(r->http, &err);
	buf_free(&body);
}

/* Replies with the caller and what a page needs to start. */
void
reply_session(struct request *r)
{
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	PGresult *me = account_get(r->db, r->caller.account_text, &err);
	PGresult *flags = NULL;

	if (me && job_statuses_load(r->db, &err) == 0)
		flags = feature_list(r->db, &err);

	if (flags) {
		json_begin_object(&json);
		account_members(&json, me, 0);
		write_csrf(r, &json);
		json_key(&json, "features");
		json_begin_object(&json);
		for (int i = 0; i < PQntuples(flags); i++) {
			json_key(&json, feature_name(flags, i));
			json_boolean(&json, feature_is_on(flags, i));
		}
		json_end_object(&json);
		json_key(&json, "statuses");
		job_statuses_json(&json);
		json_end_object(&json);
		http_reply(r->http, 200, &body);
	} else {
		http_reply_error(r->http, &err);
	}
	PQclear(flags);
	PQclear(me);
	buf_free(&body);
}

static void
set_cookie(struct http *http, const char *value, int64_t seconds)
{
	struct buf cookie = {0};
	const bool https = origin_is_https(http);

	buf_printf(&cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
	    session_cookie(https), value, (long long)seconds, https ? "; Secure" : "");
	http_header(http, "Set-Cookie", buf_text(&cookie));
	sodium_memzero(cookie.data, cookie.len);
	buf_free(&cookie);
}

void
session_give(struct http *http, const char *value)
{
	set_cookie(http, value, config_int(SETTING_SESSION_HOURS) * SECONDS_PER_HOUR);
}

static bool
is_from_here(struct http *http)
{
	const char *refusal = origin_refusal(http);

	if (!refusal)
		return true;
	http_drain(http);
	http_reply_detail(http, 403, refusal);
	return false;
}

/* Ends the browser's previous session, whose cookie is overwritten. */
static int
close_before(struct request *r, struct error *err)
{
	struct session before;
	struct actor by = request_actor(r);

	if (!session_from_cookies(
		http_param(r->http, "HTTP_COOKIE"), origin_is_https(r->http), &before))
		return 0;
	by.key = before.hash.text;
	return session_close(r->db, &by, err);
}

/*
 * Begins the session of somebody whose password was right, and replies. If a second factor is
 * still to come, the session is pending, and opens nothing else.
 */
static void
begin_session(struct request *r, const struct attempt *attempt, const struct person *who)
{
	const struct opening what = {
	    .kind = "session",
	    .is_pending = person_needs_factor(who),
	    .lasts = person_needs_factor(who) ? PENDING_LASTS : session_idle(),
	    .agent = http_param(r->http, "HTTP_USER_AGENT"),
	};
	char cookie[SECRET_SIZE];
	struct error err = {0};
	int outcome = sign_in_open(r->db, attempt, who, &what, cookie, &err);

	if (outcome == 0)
		outcome = close_before(r, &err);
	if (outcome < 0) {
		http_reply_error(r->http, &err);
	} else if (outcome > 0) {
		http_reply_field(r->http, "non_field_errors", WRONG);
	} else {
		r->caller.account_id = who->id;
		memcpy(r->caller.account_text, who->id_text, sizeof who->id_text);
		r->caller.has_session = true;
		session_from_value(&r->caller.session, cookie, strlen(cookie));
		http_header(r->http, REQUEST_ACCOUNT_HEADER, r->caller.account_text);
		session_give(r->http, cookie);
		if (what.is_pending)
			reply_pending(r);
		else
			reply_session(r);
	}
	sodium_memzero(cookie, sizeof cookie);
}

void
session_get(struct request *r)
{
	if (r->caller.role == ROLE_PENDING)
		reply_pending(r);
	else
		reply_session(r);
}

void
session_post(struct request *r)
{
	struct given values[FIELDS];
	struct person who;
	json_object *form = is_from_here(r->http) ? input_read(r, fields, FIELDS, values) : NULL;

	if (!form)
		return;
	struct attempt attempt = {.email = values[EMAIL].text,
	    .password = values[PASSWORD].text,
	    .n = values[PASSWORD].n,
	    .via = "form"};
	enum sign_in outcome = attempt_check(r, &attempt, &who);
	if (outcome == SIGN_IN_RIGHT)
		begin_session(r, &attempt, &who);
	else if (outcome == SIGN_IN_WRONG)
		http_reply_field(r->http, "non_field_errors", WRONG);
	json_object_put(form);
}

void
session_delete(struct request *r)
{
	const struct actor by = request_actor(r);
	struct error err = {0};

	if (r->caller.has_session && session_close(r->db, &by, &err) < 0) {
		http_reply_error(r->http, &err);
		return;
	}
	set_cookie(r->http, "", 0);
	/*
	 * Nothing is kept for the button that leads back. Not "cookies", which would sign people
	 * out of neighbouring hosts as well, and not "storage", where the pages keep preferences.
	 */
	if (origin_is_https(r->http))
		http_header(r->http, "Clear-Site-Data", "\"cache\"");
	http_stream_begin(r->http, 204, NULL);
}
