/* Signing in and out with a browser. */
#include "store/cookie.h"
#include "store/job_status.h"
#include "store/session.h"
#include "store/sign_in.h"

#include "base/config.h"
#include "base/log.h"
#include "handlers/handlers.h"
#include "http/attempt.h"
#include "http/front.h"
#include "http/input.h"
#include "http/origin.h"
#include "people/account.h"
#include "people/feature.h"

#include <sodium.h>
#include <string.h>

#define WRONG            "Unable to log in with provided credentials."
#define REQUIRED         "This field is required."
#define SECONDS_PER_HOUR 3600
#define PENDING_LASTS    "10 minutes"               /* for finding the second factor */
#define DEVICE_SECONDS   (180 * 24 * INT64_C(3600)) /* as long as device_remember knows it */

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
set_cookie(struct http *http, enum cookie which, const char *value, int64_t seconds)
{
	struct buf cookie = {0};
	const bool https = origin_is_https(http);

	buf_printf(&cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
	    cookie_name(which, https), value, (long long)seconds, https ? "; Secure" : "");
	http_header(http, "Set-Cookie", buf_text(&cookie));
	sodium_memzero(cookie.data, cookie.len);
	buf_free(&cookie);
}

void
session_give(struct http *http, const char *secret)
{
	set_cookie(
	    http, COOKIE_SESSION, secret, config_int(SETTING_SESSION_HOURS) * SECONDS_PER_HOUR);
}

/*
 * The secret is another one each time, so that nobody can give a browser one that they know. It is
 * no reason to refuse a sign-in if this fails.
 */
void
session_know(struct request *r, const char *account)
{
	struct secret_hash before;
	char secret[SECRET_SIZE];
	struct error err = {0};

	if (sign_in_remember(r->db, account, attempt_device(r, &before), secret, &err) == 0)
		set_cookie(r->http, COOKIE_DEVICE, secret, DEVICE_SECONDS);
	else
		log_warning("a browser is not remembered: %s", err.message);
	sodium_memzero(secret, sizeof secret);
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

/* Goes on in the name of somebody who has just got a session: the browser's cookie is that one. */
static void
take_session(struct request *r, const struct person *who, const char *secret)
{
	r->caller.account_id = who->id;
	memcpy(r->caller.account_text, who->id_text, sizeof who->id_text);
	r->caller.has_session = true;
	session_from_value(&r->caller.session, secret, strlen(secret));
	http_header(r->http, REQUEST_ACCOUNT_HEADER, r->caller.account_text);
	session_give(r->http, secret);
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
		if (!what.is_pending)
			session_know(r, who->id_text);
		take_session(r, who, cookie);
		if (what.is_pending)
			reply_pending(r);
		else
			reply_session(r);
	}
	sodium_memzero(cookie, sizeof cookie);
}

/* The same for whom the trusted front names. Second factors are its business too. */
static void
begin_vouched(struct request *r)
{
	char cookie[SECRET_SIZE];
	struct person who;
	struct error err = {0};

	if (!front_sign_in(r, session_idle(), &who, cookie))
		return;
	if (close_before(r, &err) == 0) {
		take_session(r, &who, cookie);
		reply_session(r);
	} else {
		http_reply_error(r->http, &err);
	}
	sodium_memzero(cookie, sizeof cookie);
}

/*
 * Reads email and password. Where there is a trusted front, neither may be given. Returns NULL if
 * that cannot be; the reply has been made.
 */
static json_object *
read_sign_in(struct request *r, struct given values[FIELDS])
{
	if (!is_from_here(r->http))
		return NULL;
	if (!front_is_trusted())
		return input_read(r, fields, FIELDS, values);
	json_object *form = input_read_some(r, fields, FIELDS, values);
	const struct given *email = &values[EMAIL], *password = &values[PASSWORD];
	if (!form || !email->text == !password->text)
		return form;
	http_reply_field(r->http, fields[email->text ? PASSWORD : EMAIL].name, REQUIRED);
	json_object_put(form);
	return NULL;
}

void
session_get(struct request *r)
{
	if (r->caller.role == ROLE_PENDING)
		reply_pending(r);
	else
		reply_session(r);
}

static void
try_password(struct request *r, const struct given values[FIELDS])
{
	struct attempt attempt = {.email = values[EMAIL].text,
	    .password = values[PASSWORD].text,
	    .n = values[PASSWORD].n,
	    .via = "form"};
	struct person who;
	enum sign_in outcome = attempt_check(r, &attempt, &who);

	if (outcome == SIGN_IN_RIGHT)
		begin_session(r, &attempt, &who);
	else if (outcome == SIGN_IN_WRONG)
		http_reply_field(r->http, "non_field_errors", WRONG);
}

void
session_post(struct request *r)
{
	struct given values[FIELDS];
	json_object *form = read_sign_in(r, values);

	if (form && !values[EMAIL].text)
		begin_vouched(r);
	else if (form && !front_refuses_password(r))
		try_password(r, values);
	json_object_put(form);
}

/* How people may sign in: for the page. */
void
session_ways_get(struct request *r)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	json_begin_object(&json);
	json_key(&json, "password");
	json_boolean(&json, front_leaves_passwords());
	json_key(&json, "front");
	json_boolean(&json, front_is_trusted());
	json_key(&json, "front_url");
	json_text(&json, front_url());
	json_end_object(&json);
	http_reply(r->http, 200, &body);
	buf_free(&body);
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
	set_cookie(r->http, COOKIE_SESSION, "", 0);
	/*
	 * Nothing is kept for the button that leads back. Not "cookies", which would sign people
	 * out of neighbouring hosts as well, and not "storage", where the pages keep preferences.
	 */
	if (origin_is_https(r->http))
		http_header(r->http, "Clear-Site-Data", "\"cache\"");
	http_stream_begin(r->http, 204, NULL);
}
