/* Who makes a request: see auth.h. */
#include "store/auth.h"

#include "base/text.h"
#include "people/account.h"
#include "people/email.h"
#include "people/password.h"
#include "people/secret.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BASIC_MAX 2048

#define UNAUTHORIZED 401
#define FORBIDDEN    403

#define NOT_PROVIDED "Authentication credentials were not provided."
#define BAD_TOKEN    "Invalid token."
#define BAD_PASSWORD "Invalid username/password."
#define BAD_BASIC    "Invalid basic header. Credentials not correctly base64 encoded."
#define INACTIVE     "User inactive or deleted."
#define BAD_CSRF     "CSRF Failed: CSRF token missing or incorrect."

static const struct statement by_hash = {"auth_by_hash",
    "SELECT " AUTH_COLUMNS "  FROM credential c"
    " WHERE c.hash = $1 AND c.kind = $2 AND c.expires > now()",
    2, true};

static const struct statement by_email = {"auth_by_email",
    "SELECT id, role, active,"
    "       (SELECT enabled FROM feature WHERE name = 'import_export_v2'),"
    "       (SELECT version FROM content_version), password_hash"
    "  FROM account"
    " WHERE " ACCOUNT_BY_EMAIL("$1", "$2"),
    2, true};

/* The last columns of the result; the columns read along come before them. */
enum column { COL_ACCOUNT, COL_ROLE, COL_ACTIVE, COL_IMPORTS, COL_MODELS, COL_LAST, COLUMNS };
#define COL_PASSWORD_HASH COL_LAST /* by email */
#define COL_STALE         COL_LAST /* by hash */

static const char *const role_names[] = {
    [ROLE_NONE] = "", [ROLE_VIEWER] = "viewer", [ROLE_EDITOR] = "editor", [ROLE_ADMIN] = "admin"};

enum role
auth_role(const char *name)
{
	for (int r = ROLE_VIEWER; r <= ROLE_ADMIN; r++)
		if (strcmp(role_names[r], name) == 0)
			return (enum role)r;
	return ROLE_NONE;
}

static int
refuse(const char **refusal, const char *sentence)
{
	*refusal = sentence;
	return UNAUTHORIZED;
}

static int
fill_caller(const PGresult *res, struct caller *caller, const char **refusal)
{
	const int first = PQnfields(res) - COLUMNS;

	if (!db_get_bool(res, 0, first + COL_ACTIVE))
		return refuse(refusal, INACTIVE);
	caller->account_id = db_get_int(res, 0, first + COL_ACCOUNT);
	snprintf(caller->account_text, sizeof caller->account_text, "%lld",
	    (long long)caller->account_id);
	caller->role = auth_role(db_get_text(res, 0, first + COL_ROLE));
	caller->import_enabled = db_get_bool(res, 0, first + COL_IMPORTS);
	caller->models =
	    db_is_null(res, 0, first + COL_MODELS) ? 0 : db_get_int(res, 0, first + COL_MODELS);
	return 0;
}

/* A kind of credential that is found by its hash, and the refusal if it is not found. */
static const struct kind {
	const char *name;
	const char *refusal;
} token_kind = {"token", BAD_TOKEN}, session_kind = {"session", NOT_PROVIDED};

static int
hash_caller(struct db *db, const struct kind *kind, const struct secret_hash *hash,
    struct along *along, struct caller *caller, const char **refusal, struct error *err)
{
	const char *params[] = {hash->text, kind->name, along->key};
	PGresult *res = db_query(db, along->read ? along->read : &by_hash, params, err);

	if (!res)
		return -1;
	int outcome =
	    PQntuples(res) ? fill_caller(res, caller, refusal) : refuse(refusal, kind->refusal);
	if (outcome == 0) {
		caller->is_stale = db_get_bool(res, 0, PQnfields(res) - COLUMNS + COL_STALE);
		if (along->read)
			along->found = db_is_null(res, 0, 0)
					   ? PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK)
					   : res;
	}
	if (along->found != res)
		PQclear(res);
	return outcome;
}

static int
token_caller(struct db *db, const char *key, struct along *along, struct caller *caller,
    const char **refusal, struct error *err)
{
	size_t n = strlen(key);

	while (n && key[n - 1] == ' ')
		n--;
	if (n >= 2 && key[0] == '"' && key[n - 1] == '"') {
		key++;
		n -= 2;
	}
	if (n == 0)
		return refuse(refusal, "Invalid token header. No credentials provided.");
	if (memchr(key, ' ', n))
		return refuse(
		    refusal, "Invalid token header. Token string should not contain spaces.");

	const struct secret_hash hash = secret_hash(key, n);
	return hash_caller(db, &token_kind, &hash, along, caller, refusal, err);
}

/*
 * Checks a password even if the account is unknown, so that this takes as long as a wrong password.
 */
int
auth_password(struct db *db, const char *email, const char *password, size_t n,
    struct caller *caller, char stored[PASSWORD_HASH_SIZE], const char **refusal, struct error *err)
{
	struct buf key = {0};

	email_key(email, &key);
	PGresult *res = db_query(db, &by_email, (const char *const[]){email, buf_text(&key)}, err);
	buf_free(&key);
	*caller = (struct caller){0};
	if (!res)
		return -1;
	bool has_hash = PQntuples(res) && !db_is_null(res, 0, COL_PASSWORD_HASH);
	snprintf(stored, PASSWORD_HASH_SIZE, "%s",
	    has_hash ? db_get_text(res, 0, COL_PASSWORD_HASH) : "");
	int outcome = -1;

	switch (password_check(has_hash ? stored : NULL, password, n, err)) {
	case PASSWORD_RIGHT: outcome = fill_caller(res, caller, refusal); break;
	case PASSWORD_WRONG: outcome = refuse(refusal, BAD_PASSWORD); break;
	case PASSWORD_BUSY:
		error_set(err, ERROR_BUSY, "too many passwords are being checked");
		break;
	case PASSWORD_FAILED: break;
	}
	PQclear(res);
	return outcome;
}

/*
 * Basic credentials are UTF-8, and Latin-1 of clients that know no better (RFC 7617, B). Changes
 * the n bytes, which have room for twice as many, to UTF-8; returns how many they are then.
 */
static size_t
basic_as_utf8(char *text, size_t n)
{
	size_t more = 0;

	if (text_is_utf8(text, n))
		return n;
	for (size_t i = 0; i < n; i++)
		more += (unsigned char)text[i] >= 0x80;
	for (size_t from = n, to = n + more; from-- > 0;) {
		unsigned char c = (unsigned char)text[from];
		text[--to] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
		if (c >= 0x80)
			text[--to] = (char)(0xc0 | c >> 6);
	}
	return n + more;
}

static int
basic_caller(struct db *db, const char *encoded, struct along *along, struct caller *caller,
    const char **refusal, struct error *err)
{
	(void)along;
	char text[2 * BASIC_MAX + 1], stored[PASSWORD_HASH_SIZE];
	size_t n = 0;

	if (sodium_base642bin((unsigned char *)text, BASIC_MAX, encoded, strlen(encoded), " ", &n,
		NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    memchr(text, '\0', n))
		return refuse(refusal, BAD_BASIC);
	n = basic_as_utf8(text, n);
	text[n] = '\0';
	char *colon = strchr(text, ':');
	if (!colon)
		return refuse(refusal, BAD_BASIC);
	*colon = '\0';
	int outcome =
	    auth_password(db, text, colon + 1, strlen(colon + 1), caller, stored, refusal, err);
	sodium_memzero(text, sizeof text);
	return outcome;
}

static const struct scheme {
	const char *keyword;
	int (*find)(struct db *, const char *, struct along *, struct caller *, const char **,
	    struct error *);
} schemes[] = {
    {"Token", token_caller},
    {"Basic", basic_caller},
};

/* A cookie whose session does not exist or is over counts as no cookie. */
static int
session_caller(struct db *db, const struct credentials *given, struct along *along,
    struct caller *caller, const char **refusal, struct error *err)
{
	struct session *s = &caller->session;

	if (!session_from_cookies(given->cookies, s))
		return refuse(refusal, NOT_PROVIDED);
	int outcome = hash_caller(db, &session_kind, &s->hash, along, caller, refusal, err);
	if (outcome)
		return outcome;
	if (!given->reads_only && !session_csrf_fits(s, given->csrf_token)) {
		*refusal = BAD_CSRF;
		return FORBIDDEN;
	}
	caller->has_session = true;
	return caller->is_stale ? session_touch(db, s, err) : 0;
}

static int
find_caller(struct db *db, const struct credentials *given, struct along *along,
    struct caller *caller, const char **refusal, struct error *err)
{
	const char *authorization = given->authorization;

	if (!authorization)
		return session_caller(db, given, along, caller, refusal, err);
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		size_t n = strlen(schemes[i].keyword);
		if (strncasecmp(authorization, schemes[i].keyword, n) != 0 ||
		    (authorization[n] != ' ' && authorization[n] != '\0'))
			continue;
		const char *rest = authorization + n;
		while (*rest == ' ')
			rest++;
		return schemes[i].find(db, rest, along, caller, refusal, err);
	}
	return refuse(refusal, NOT_PROVIDED);
}

int
auth_caller(struct db *db, const struct credentials *given, struct along *along,
    struct caller *caller, const char **refusal, struct error *err)
{
	*caller = (struct caller){0};
	int outcome = find_caller(db, given, along, caller, refusal, err);
	if (outcome) {
		PQclear(along->found);
		along->found = NULL;
	}
	return outcome;
}
