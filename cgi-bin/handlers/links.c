/* One-time links: administrators make them, and whoever has one sets a password with it. */
#include "people/link.h"

#include "base/log.h"
#include "base/timestamp.h"
#include "database/transaction.h"
#include "handlers/handlers.h"
#include "http/front.h"
#include "http/input.h"
#include "http/origin.h"
#include "people/account.h"
#include "people/password.h"
#include "people/password_rules.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define NO_LINK                                                                                   \
	"This link has been used, has expired, or was replaced by another. Ask an administrator " \
	"for a new one."

enum { LINK, PASSWORD, FIELDS };

static const struct input fields[FIELDS] = {
    [LINK] = {"link", INPUT_TEXT, .required = true, .max = SECRET_SIZE},
    [PASSWORD] = {"password", INPUT_NEW_PASSWORD},
};

static void
write_link(struct request *r, struct json *json, const char *secret, int64_t expires)
{
	char time[TIMESTAMP_SIZE];
	struct buf link = {0};

	origin_add(r->http, &link);
	buf_printf(&link, LINK_PATH "%s", secret);
	json_key(json, "link");
	json_text(json, buf_text(&link));
	json_key(json, "link_expires");
	json_text(json, timestamp_format(expires, time));
	buf_free(&link);
}

/* Makes a link in the transaction under way, and commits it. Returns as link_make does. */
static int
make(struct request *r, const char *id, char secret[SECRET_SIZE], int64_t *expires,
    struct error *err)
{
	int outcome = link_make(r->db, r->caller.key.text, id, secret, expires, err);

	if (outcome == 0 && db_commit(r->db, err) < 0)
		outcome = -1;
	db_rollback(r->db);
	return outcome;
}

static void
reply(struct request *r, int outcome, const char *secret, int64_t expires, const PGresult *user,
    const struct error *err)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	if (outcome < 0 && strcmp(err->sqlstate, LINK_OWN) == 0) {
		http_reply_detail(r->http, 400, err->message);
	} else if (outcome < 0) {
		http_reply_error(r->http, err);
	} else if (outcome > 0) {
		http_reply_detail(r->http, 404, NULL);
	} else {
		json_begin_object(&json);
		if (user)
			account_json_members(&json, user, 0);
		write_link(r, &json, secret, expires);
		json_end_object(&json);
		http_reply(r->http, 200, &body);
	}
	buf_free(&body);
}

/* A reset: the old password, sessions and tokens are no longer good for anything. */
void
user_link_post(struct request *r)
{
	char id[24], secret[SECRET_SIZE] = "";
	struct error err = {0};
	int64_t expires = 0;

	if (front_refuses_password(r))
		return;
	http_drain(r->http);
	snprintf(id, sizeof id, "%lld", (long long)r->id);
	int outcome = request_act(r, &err);
	if (outcome == 0)
		outcome = make(r, id, secret, &expires, &err);
	reply(r, outcome, secret, expires, NULL, &err);
	sodium_memzero(secret, sizeof secret);
}

void
link_reply_user(struct request *r, PGresult *user)
{
	char id[24], secret[SECRET_SIZE] = "";
	struct error err = {0};
	int64_t expires = 0;

	snprintf(id, sizeof id, "%lld", (long long)account_id(user));
	int outcome = make(r, id, secret, &expires, &err);
	reply(r, outcome, secret, expires, user, &err);
	sodium_memzero(secret, sizeof secret);
}

/* Sets the password. The person then signs in with it, and with the second factor if there is one.
 */
static void
use(struct request *r, const struct given *values, const PGresult *who)
{
	char hash[PASSWORD_HASH_SIZE];
	const struct given *password = &values[PASSWORD];
	const struct person_words words = account_person(who);
	const struct actor by = request_actor(r);
	struct error err = {0};
	int outcome = password_acceptable(password->text, password->n, &words, &err);

	if (outcome < 0 && err.code == ERROR_INPUT) {
		http_reply_field(r->http, "password", err.message);
		return;
	}
	if (outcome == 0)
		outcome = password_hash(password->text, password->n, hash, &err);
	if (outcome == 0)
		outcome = link_use(r->db, &by, values[LINK].text, hash, &err);
	if (outcome < 0)
		http_reply_error(r->http, &err);
	else if (outcome > 0)
		http_reply_field(r->http, "link", NO_LINK);
	else
		http_stream_begin(r->http, 204, NULL);
}

/* Without a password: tells whose link it is. */
static void
tell(struct request *r, const PGresult *who)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	json_begin_object(&json);
	json_key(&json, "email");
	json_text(&json, account_email(who));
	json_end_object(&json);
	http_reply(r->http, 200, &body);
	buf_free(&body);
}

void
link_post(struct request *r)
{
	struct given values[FIELDS];
	struct error err = {0};
	json_object *form =
	    front_refuses_password(r) ? NULL : input_read(r, fields, FIELDS, values);
	PGresult *who = form ? link_owner(r->db, values[LINK].text, &err) : NULL;

	if (form && !who)
		http_reply_error(r->http, &err);
	else if (form && PQntuples(who) == 0)
		http_reply_field(r->http, "link", NO_LINK);
	else if (form && values[PASSWORD].text)
		use(r, values, who);
	else if (form)
		tell(r, who);
	PQclear(who);
	json_object_put(form);
}

/* For somebody who has lost it. Their sessions end. */
void
user_factor_delete(struct request *r)
{
	char id[24];
	const struct actor by = request_actor(r);
	struct error err = {0};

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	int outcome = account_reset_factor(r->db, &by, id, &err);
	if (outcome < 0)
		http_reply_error(r->http, &err);
	else if (outcome > 0)
		http_reply_detail(r->http, 404, "This account has no second factor.");
	else
		http_stream_begin(r->http, 204, NULL);
}
