/* Signing in with a password: see sign_in.h. */
#include "store/sign_in.h"

#include "base/config.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

#define SUSPECT_MS 1000 /* who failed before and finds no place comes back after that */

enum column {
	COL_PAUSE_MS,
	COL_STANDING,
	COL_ACCOUNT,
	COL_ROLE,
	COL_ACTIVE,
	COL_PASSWORD_HASH,
	COL_FACTOR
};

static const struct statement begin = {"sign_in_begin",
    "SELECT (b.s).pause_ms, (b.s).standing, (b.s).account_id, (b.s).role,"
    "       (b.s).active, (b.s).password_hash, (b.s).factor"
    "  FROM (SELECT sign_in_begin($1, $2, $3) AS s"
    "          FROM request_context($4, $5) OFFSET 0) b",
    5, false};

static const struct statement refused = {
    "sign_in_refused", "SELECT sign_in_refused($1, $2, $3) FROM request_context($4, $5)", 5, false};

static const struct statement forgive = {
    "sign_in_forgive", "SELECT sign_in_forgive($1) FROM request_context($2, $3)", 3, false};

static const struct statement open_credential = {"session_open",
    "SELECT session_open($1, $2, $3, $4, $5, $6::interval, $7, $8)"
    "  FROM request_context($9, $10)",
    10, false};

static const struct statement remember = {
    "device_remember", "SELECT device_remember($1, $2, $3)", 3, false};

static const struct statement vouched = {"front_sign_in",
    "SELECT front_sign_in($1, $2, $3::interval, $4) FROM request_context($5, $6)", 6, false};

static const struct statement rehash = {
    "password_rehash", "SELECT password_rehash($1, $2, $3)", 3, false};

static const struct statement change = {"password_change",
    "SELECT password_change($1, $2, $3, $4) FROM request_context($5, $6)", 6, false};

static const char *
or_dash(const char *text)
{
	return text && *text ? text : "-";
}

bool
person_needs_factor(const struct person *who)
{
	const char *whose = config_text(SETTING_SECOND_FACTOR);

	return who->has_factor || strcmp(whose, "all") == 0 ||
	       (who->is_admin && strcmp(whose, "admins") == 0);
}

/* Tells the operator, and nobody else, why. */
enum sign_in
sign_in_refuse(struct db *db, const struct attempt *a, const struct person *who, const char *reason,
    struct error *err)
{
	const char *id = who->id ? who->id_text : NULL;

	log_info("sign-in refused: account=%s via=%s address=%s request=%s reason=\"%s\"",
	    id ? id : "unknown", a->via, or_dash(a->by.address), or_dash(a->by.request), reason);
	if (db_run(db, &refused,
		(const char *const[]){id, a->via, reason, a->by.address, a->by.request}, err) < 0)
		return SIGN_IN_FAILED;
	return SIGN_IN_WRONG;
}

static void
read_person(const PGresult *res, struct person *who)
{
	const bool has_hash = !db_is_null(res, 0, COL_PASSWORD_HASH);

	*who = (struct person){.pause_ms = db_get_int(res, 0, COL_PAUSE_MS)};
	if (db_is_null(res, 0, COL_ACCOUNT))
		return;
	who->id = db_get_int(res, 0, COL_ACCOUNT);
	snprintf(who->id_text, sizeof who->id_text, "%lld", (long long)who->id);
	snprintf(who->stored, sizeof who->stored, "%s",
	    has_hash ? db_get_text(res, 0, COL_PASSWORD_HASH) : "");
	who->is_admin = strcmp(db_get_text(res, 0, COL_ROLE), "admin") == 0;
	who->has_factor = db_get_bool(res, 0, COL_FACTOR);
}

static enum password_standing
read_standing(const char *name)
{
	return strcmp(name, "known") == 0 ? PASSWORD_KNOWN
	       : strcmp(name, "new") == 0 ? PASSWORD_NEW
					  : PASSWORD_SUSPECT;
}

static enum sign_in
early(const struct attempt *a, const struct person *who)
{
	log_info("sign-in refused: account=%s via=%s address=%s request=%s reason=\"too many "
		 "failures, wait %lld ms\"",
	    who->id ? who->id_text : "unknown", a->via, or_dash(a->by.address),
	    or_dash(a->by.request), (long long)who->pause_ms);
	return SIGN_IN_EARLY;
}

/* What the database says of an attempt when it has counted it. */
struct counted {
	enum password_standing standing;
	bool is_active;
};

static enum sign_in
count(struct db *db, const struct attempt *a, struct person *who, struct counted *c,
    struct error *err)
{
	PGresult *res = db_query(db, &begin,
	    (const char *const[]){a->email, a->device, a->via, a->by.address, a->by.request}, err);

	*who = (struct person){0};
	if (!res)
		return SIGN_IN_FAILED;
	read_person(res, who);
	c->standing = read_standing(db_get_text(res, 0, COL_STANDING));
	c->is_active = who->id && db_get_bool(res, 0, COL_ACTIVE);
	PQclear(res);
	return who->pause_ms > 0 ? early(a, who) : SIGN_IN_RIGHT;
}

enum sign_in
sign_in_count(struct db *db, const struct attempt *a, struct person *who, struct error *err)
{
	struct counted ignored;

	return count(db, a, who, &ignored, err);
}

static const char *
why_wrong(const struct person *who)
{
	return !who->id        ? "no such account"
	       : !*who->stored ? "the account has no password"
			       : "wrong password";
}

/*
 * Now that the password is there: hashes it as new ones are, if its hash is from when that was done
 * otherwise. If it cannot be done, the next sign-in tries again.
 */
static void
renew_hash(struct db *db, const struct attempt *a, struct person *who)
{
	char new[PASSWORD_HASH_SIZE];
	struct error err = {0};
	PGresult *res = NULL;

	if (!password_is_dated(who->stored))
		return;
	if (password_hash(a->password, a->n, new, &err) == 0)
		res = db_query(
		    db, &rehash, (const char *const[]){who->id_text, who->stored, new}, &err);
	if (!res)
		log_warning(
		    "the password of account %s keeps its old hash: %s", who->id_text, err.message);
	else if (db_get_bool(res, 0, 0))
		memcpy(who->stored, new, sizeof new);
	PQclear(res);
}

/*
 * Checks a password even if the account is unknown or disabled, so that this takes as long as a
 * wrong password.
 */
enum sign_in
sign_in_check(struct db *db, const struct attempt *a, struct person *who, struct error *err)
{
	struct counted c;
	enum sign_in outcome = count(db, a, who, &c, err);
	const char *stored = *who->stored ? who->stored : NULL;

	if (outcome != SIGN_IN_RIGHT)
		return outcome;
	switch (password_check(stored, a->password, a->n, c.standing, err)) {
	case PASSWORD_RIGHT:
		if (!c.is_active)
			return sign_in_refuse(db, a, who, "the account is disabled", err);
		renew_hash(db, a, who);
		return SIGN_IN_RIGHT;
	case PASSWORD_WRONG: return sign_in_refuse(db, a, who, why_wrong(who), err);
	case PASSWORD_BUSY:
		who->pause_ms = SUSPECT_MS;
		return c.standing == PASSWORD_SUSPECT ? SIGN_IN_EARLY : SIGN_IN_BUSY;
	case PASSWORD_FAILED: break;
	}
	return SIGN_IN_FAILED;
}

static void
log_in(const struct attempt *a, const struct person *who)
{
	log_info("account %s signed in: via=%s address=%s request=%s", who->id_text, a->via,
	    or_dash(a->by.address), or_dash(a->by.request));
}

int
sign_in_open(struct db *db, const struct attempt *a, const struct person *who,
    const struct opening *what, char secret[SECRET_SIZE], struct error *err)
{
	if (secret_make(secret, err) < 0)
		return -1;
	const struct secret_hash key = secret_hash(secret, strlen(secret));
	PGresult *res = db_query(db, &open_credential,
	    (const char *const[]){who->id_text, who->stored, key.text, what->kind,
		what->is_pending ? "true" : "false", what->lasts, a->via,
		what->agent ? what->agent : "", a->by.address, a->by.request},
	    err);
	int outcome = !res ? -1 : db_is_null(res, 0, 0);

	PQclear(res);
	if (outcome == 0 && !what->is_pending)
		log_in(a, who);
	return outcome;
}

int
sign_in_forgive(struct db *db, const struct attempt *a, const struct person *who, struct error *err)
{
	return db_run(
	    db, &forgive, (const char *const[]){who->id_text, a->by.address, a->by.request}, err);
}

int
sign_in_remember(struct db *db, const char *account, const char *before, char secret[SECRET_SIZE],
    struct error *err)
{
	if (secret_make(secret, err) < 0)
		return -1;
	const struct secret_hash key = secret_hash(secret, strlen(secret));
	return db_run(db, &remember, (const char *const[]){account, key.text, before}, err);
}

int
sign_in_vouched(struct db *db, const struct attempt *a, const struct opening *what,
    struct person *who, char secret[SECRET_SIZE], struct error *err)
{
	*who = (struct person){0};
	if (secret_make(secret, err) < 0)
		return -1;
	const struct secret_hash key = secret_hash(secret, strlen(secret));
	PGresult *res = db_query(db, &vouched,
	    (const char *const[]){a->email, key.text, what->lasts, what->agent ? what->agent : "",
		a->by.address, a->by.request},
	    err);
	int outcome = !res ? -1 : db_is_null(res, 0, 0);

	if (outcome == 0) {
		who->id = db_get_int(res, 0, 0);
		snprintf(who->id_text, sizeof who->id_text, "%lld", (long long)who->id);
		log_in(a, who);
	} else if (outcome > 0) {
		log_info("sign-in refused: via=%s address=%s request=%s reason=\"no active account "
			 "%.254s\"",
		    a->via, or_dash(a->by.address), or_dash(a->by.request), a->email);
	}
	PQclear(res);
	return outcome;
}

int
sign_in_change(struct db *db, const struct actor *by, const char *old, const char *new_hash,
    bool keep_tokens, struct error *err)
{
	PGresult *res = db_query(db, &change,
	    (const char *const[]){
		by->key, old, new_hash, keep_tokens ? "true" : "false", by->address, by->request},
	    err);
	int outcome = !res ? -1 : !db_get_bool(res, 0, 0);

	PQclear(res);
	return outcome;
}
