/* Signing in and out with a browser. */
#include "store/job_status.h"
#include "store/session.h"

#include "base/config.h"
#include "base/log.h"
#include "handlers/handlers.h"
#include "http/input.h"
#include "http/origin.h"
#include "people/account.h"
#include "people/feature.h"

#include <sodium.h>
#include <string.h>

#define WRONG            "Unable to log in with provided credentials."
#define SECONDS_PER_HOUR 3600

enum { EMAIL, PASSWORD, FIELDS };

static const struct input fields[FIELDS] = {
    [EMAIL] = {"email", INPUT_TEXT, .required = true, .max = 254},
    [PASSWORD] = {"password", INPUT_PASSWORD, .required = true},
};

/* Replies with the caller and what a page needs to start. */
static void
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
		json_key(&json, "csrf_token");
		json_text(&json, r->caller.has_session ? r->caller.session.csrf : NULL);
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

/* Like auth_password, and also begins the session. */
static int
sign_in(struct request *r, const struct given *values, char cookie[SECRET_SIZE], struct error *err)
{
	char stored[PASSWORD_HASH_SIZE];
	const char *refusal = NULL;
	struct caller *caller = &r->caller;
	int outcome = auth_password(r->db, values[EMAIL].text, values[PASSWORD].text,
	    values[PASSWORD].n, caller, stored, &refusal, err);

	if (outcome == 0)
		outcome = session_open(
		    r->db, caller->account_text, stored, cookie, &caller->session, err);
	caller->has_session = outcome == 0;
	return outcome;
}

void
session_get(struct request *r)
{
	reply_session(r);
}

/* Also ends the browser's previous session, whose cookie is overwritten. */
void
session_post(struct request *r)
{
	char cookie[SECRET_SIZE];
	struct given values[FIELDS];
	struct session before;
	struct error err = {0};
	const char *from = http_param(r->http, "REMOTE_ADDR");
	const char *cookies = http_param(r->http, "HTTP_COOKIE");
	const bool https = origin_is_https(r->http);
	json_object *form = is_from_here(r->http) ? input_read(r, fields, FIELDS, values) : NULL;

	if (!form)
		return;
	int outcome = sign_in(r, values, cookie, &err);
	if (outcome == 0 && session_from_cookies(cookies, https, &before))
		outcome = session_close(r->db, &before, &err);
	if (outcome < 0) {
		http_reply_error(r->http, &err);
	} else if (outcome > 0) {
		log_info("sign-in refused to %s", from ? from : "-");
		http_reply_field(r->http, "non_field_errors", WRONG);
	} else {
		log_info("account %s signed in from %s", r->caller.account_text, from ? from : "-");
		http_header(r->http, REQUEST_ACCOUNT_HEADER, r->caller.account_text);
		set_cookie(r->http, cookie, config_int(SETTING_SESSION_HOURS) * SECONDS_PER_HOUR);
		reply_session(r);
	}
	sodium_memzero(cookie, sizeof cookie);
	json_object_put(form);
}

void
session_delete(struct request *r)
{
	struct error err = {0};

	if (r->caller.has_session && session_close(r->db, &r->caller.session, &err) < 0) {
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
