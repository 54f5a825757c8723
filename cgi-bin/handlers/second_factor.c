/* The caller's second factor: setting it up, giving its code, taking it away. */
#include "store/second_factor.h"

#include "base/config.h"
#include "handlers/handlers.h"
#include "http/attempt.h"
#include "http/input.h"
#include "http/qr.h"
#include "people/account.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define CODE_MAX 100
#define WRONG_CODE                                                                           \
	"This code is wrong, or was used before. An authenticator shows a new one every 30 " \
	"seconds."

static const struct input code_field[] = {{"code", INPUT_TEXT, .required = true, .max = CODE_MAX}};
static const struct input password_field[] = {
    {"current_password", INPUT_PASSWORD, .required = true}};

static bool
is_offered(void)
{
	return strcmp(config_text(SETTING_SECOND_FACTOR), "off") != 0;
}

/* Must the caller have one? */
static bool
is_required(struct request *r)
{
	struct error err = {0};
	PGresult *me = account_get(r->db, r->caller.account_text, &err);
	const struct person who = {
	    .is_admin = me && PQntuples(me) && strcmp(account_role(me), "admin") == 0};

	PQclear(me);
	return person_needs_factor(&who);
}

/* Reads the caller's factor. Returns false on an error; the reply has been made. */
static bool
read_factor(struct request *r, struct factor *f)
{
	const struct actor by = request_actor(r);
	struct error err = {0};

	if (factor_get(r->db, &by, f, &err) == 0)
		return true;
	http_reply_error(r->http, &err);
	return false;
}

void
factor_get_own(struct request *r)
{
	struct factor f;
	struct buf body = {0};
	struct json json = {.out = &body};

	if (!read_factor(r, &f))
		return;
	json_begin_object(&json);
	json_key(&json, "set_up");
	json_boolean(&json, f.is_confirmed);
	json_key(&json, "offered");
	json_boolean(&json, is_offered());
	json_key(&json, "required");
	json_boolean(&json, is_required(r));
	json_key(&json, "recovery_codes_left");
	json_int(&json, f.codes_left);
	json_end_object(&json);
	http_reply(r->http, 200, &body);
	buf_free(&body);
}

/* The only reply that has the secret: for the authenticator, by hand or as a link or picture. */
static void
reply_secret(struct request *r, const unsigned char secret[TOTP_SECRET_BYTES])
{
	char text[TOTP_BASE32_SIZE];
	struct error err = {0};
	struct buf body = {0}, uri = {0};
	struct json json = {.out = &body};
	PGresult *me = account_get(r->db, r->caller.account_text, &err);

	bool complete = me && PQntuples(me);
	if (complete) {
		totp_uri(secret, account_email(me), &uri);
		json_begin_object(&json);
		json_key(&json, "secret");
		json_text(&json, totp_base32(secret, text));
		json_key(&json, "uri");
		json_text(&json, buf_text(&uri));
		json_key(&json, "qr");
		complete = qr_json(&json, buf_text(&uri), &err) == 0;
		json_end_object(&json);
	}
	if (complete)
		http_reply(r->http, 200, &body);
	else
		http_reply_error(r->http, &err);
	sodium_memzero(text, sizeof text);
	PQclear(me);
	buf_free(&uri);
	buf_free(&body);
}

/* Whoever has just signed in with a session that is pending has given the password. */
static bool
may_set_up(struct request *r)
{
	struct given password;
	struct person who;

	if (r->caller.role == ROLE_PENDING) {
		http_drain(r->http);
		return true;
	}
	json_object *form = attempt_read_own(r, password_field, 1, 0, &password);
	bool may = form && attempt_own(r, &password, &who);
	json_object_put(form);
	return may;
}

void
factor_post(struct request *r)
{
	unsigned char secret[TOTP_SECRET_BYTES];
	const struct actor by = request_actor(r);
	struct error err = {0};

	if (!is_offered()) {
		http_drain(r->http);
		http_reply_detail(r->http, 404, NULL);
		return;
	}
	if (!may_set_up(r))
		return;
	int outcome = totp_secret_make(secret, &err);
	if (outcome == 0)
		outcome = factor_begin(r->db, &by, secret, &err);
	if (outcome < 0)
		http_reply_error(r->http, &err);
	else if (outcome > 0)
		http_reply_field(r->http, "non_field_errors",
		    "There is a second factor already. Take it away first.");
	else
		reply_secret(r, secret);
	sodium_memzero(secret, sizeof secret);
}

/*
 * Checks a code, counted like a password. Returns false if it is not right; the reply has been
 * made.
 */
static bool
give_code(struct request *r, struct factor_pass *pass)
{
	const struct actor by = request_actor(r);
	struct factor f;
	struct error err = {0};

	if (!attempt_count_own(r) || !read_factor(r, &f))
		return false;
	int outcome = factor_pass(r->db, &by, &f, pass, &err);
	sodium_memzero(&f, sizeof f);
	if (outcome < 0)
		http_reply_error(r->http, &err);
	else if (outcome > 0 && attempt_refuse_own(r, "wrong code of the second factor"))
		http_reply_field(r->http, "code", WRONG_CODE);
	return outcome == 0;
}

/*
 * Like give_code; a session that was pending goes on under another secret, whose cookie is set. The
 * caller is then no longer pending.
 */
static bool
give_code_and_go_on(struct request *r, struct factor_pass *pass)
{
	char secret[SECRET_SIZE];
	struct secret_hash key;
	struct error err = {0};
	const bool pending = r->caller.role == ROLE_PENDING;

	pass->lasts = session_idle();
	if (pending && secret_make(secret, &err) < 0) {
		http_reply_error(r->http, &err);
		return false;
	}
	if (pending) {
		key = secret_hash(secret, strlen(secret));
		pass->session = key.text;
	}
	bool right = give_code(r, pass);
	pass->session = NULL; /* it ends here */
	if (right && pending) {
		session_from_value(&r->caller.session, secret, strlen(secret));
		session_know(r, r->caller.account_text);
		session_give(r->http, secret);
	}
	sodium_memzero(secret, sizeof secret);
	return right;
}

/* The code that ends the sign-in. */
void
session_code_post(struct request *r)
{
	struct given code;
	json_object *form = input_read(r, code_field, 1, &code);

	if (form && r->caller.role != ROLE_PENDING) {
		http_reply_detail(r->http, 400, "This session waits for no code.");
	} else if (form) {
		struct factor_pass pass = {.code = code.text};
		if (give_code_and_go_on(r, &pass))
			reply_session(r);
	}
	json_object_put(form);
}

static void
reply_codes(struct request *r, struct factor_pass *pass)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	json_begin_object(&json);
	json_key(&json, "recovery_codes");
	json_begin_array(&json);
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		json_text(&json, pass->codes[i]);
	json_end_array(&json);
	json_key(&json, "csrf_token");
	json_text(&json, r->caller.has_session ? r->caller.session.csrf : NULL);
	json_end_object(&json);
	http_reply(r->http, 200, &body);
	buf_free(&body);
	sodium_memzero(pass->codes, sizeof pass->codes);
}

/* Confirms what was set up, by a code. The reply has the recovery codes, which are shown this once.
 */
void
factor_patch(struct request *r)
{
	struct given code;
	json_object *form = input_read(r, code_field, 1, &code);
	struct factor f;

	if (form && read_factor(r, &f)) {
		struct factor_pass pass = {.code = code.text, .new_codes = true};
		if (!f.exists || f.is_confirmed)
			http_reply_detail(r->http, 400, "Nothing waits to be confirmed.");
		else if (give_code_and_go_on(r, &pass))
			reply_codes(r, &pass);
	}
	json_object_put(form);
}

void
factor_delete(struct request *r)
{
	const struct actor by = request_actor(r);
	struct given password;
	struct person who;
	struct error err = {0};
	json_object *form = attempt_read_own(r, password_field, 1, 0, &password);

	if (form && is_required(r))
		http_reply_field(r->http, "non_field_errors",
		    "A second factor is required here. An administrator can take it away, so that "
		    "you set up another one.");
	else if (form && attempt_own(r, &password, &who)) {
		if (factor_remove(r->db, &by, &err) < 0)
			http_reply_error(r->http, &err);
		else
			http_stream_begin(r->http, 204, NULL);
	}
	json_object_put(form);
}
