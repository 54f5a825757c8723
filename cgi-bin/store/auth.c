/* Who makes a request: see auth.h. */
#include "store/auth.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define UNAUTHORIZED 401
#define FORBIDDEN    403

#define NOT_PROVIDED "Authentication credentials were not provided."
#define BAD_TOKEN    "Invalid token."
#define INACTIVE     "User inactive or deleted."
#define BAD_CSRF     "CSRF Failed: CSRF token missing or incorrect."

static const struct statement by_hash = {"auth_by_hash",
    "SELECT " AUTH_COLUMNS "  FROM credential c"
    " WHERE c.hash = sha256($1) AND c.kind = $2 AND c.expires > now()",
    2, true};

/* The last columns of the result; the columns read along come before them. */
enum column {
	COL_ACCOUNT,
	COL_ROLE,
	COL_ACTIVE,
	COL_IMPORTS,
	COL_MODELS,
	COL_PENDING,
	COL_STALE,
	COLUMNS
};

static const char *const role_names[] = {[ROLE_NONE] = "",
    [ROLE_PENDING] = "",
    [ROLE_VIEWER] = "viewer",
    [ROLE_EDITOR] = "editor",
    [ROLE_ADMIN] = "admin"};

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
	caller->role = db_get_bool(res, 0, first + COL_PENDING)
			   ? ROLE_PENDING
			   : auth_role(db_get_text(res, 0, first + COL_ROLE));
	caller->is_stale = db_get_bool(res, 0, first + COL_STALE);
	caller->import_enabled = db_get_bool(res, 0, first + COL_IMPORTS);
	caller->models =
	    db_is_null(res, 0, first + COL_MODELS) ? 0 : db_get_int(res, 0, first + COL_MODELS);
	return 0;
}

/* A kind of credential that is found by its hash, and the refusal if it is not found. */
static const struct kind {
	const char *name;
	const char *refusal;
} token_kind = {"token", BAD_TOKEN}, session_kind = {"session", NOT_PROVIDED},
  lent_kind = {"basic", NOT_PROVIDED};

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
	caller->key = *hash;
	caller->via = kind->name;
	if (outcome == 0 && along->read)
		along->found =
		    db_is_null(res, 0, 0) ? PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK) : res;
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

/* A cookie whose session does not exist or is over counts as no cookie. */
static int
session_caller(struct db *db, const struct credentials *given, struct along *along,
    struct caller *caller, const char **refusal, struct error *err)
{
	struct session *s = &caller->session;

	if (!session_from_cookies(given->cookies, given->https, s))
		return refuse(refusal, NOT_PROVIDED);
	int outcome = hash_caller(db, &session_kind, &s->hash, along, caller, refusal, err);
	if (outcome)
		return outcome;
	if (!given->reads_only && !session_csrf_fits(s, given->csrf_token)) {
		*refusal = BAD_CSRF;
		return FORBIDDEN;
	}
	caller->has_session = true;
	return 0;
}

/* Returns what follows the keyword of a scheme and its spaces; NULL if it is another scheme. */
static const char *
after_keyword(const char *authorization, const char *keyword)
{
	size_t n = strlen(keyword);

	if (strncasecmp(authorization, keyword, n) != 0 ||
	    (authorization[n] != ' ' && authorization[n] != '\0'))
		return NULL;
	return authorization + n + strspn(authorization + n, " ");
}

const char *
auth_basic(const char *authorization)
{
	return authorization ? after_keyword(authorization, "Basic") : NULL;
}

static int
find_caller(struct db *db, const struct credentials *given, struct along *along,
    struct caller *caller, const char **refusal, struct error *err)
{
	const char *key = NULL;

	if (!given->authorization)
		return session_caller(db, given, along, caller, refusal, err);
	if ((key = after_keyword(given->authorization, "Token")))
		return token_caller(db, key, along, caller, refusal, err);
	if (auth_basic(given->authorization) && given->lent) {
		const struct secret_hash hash = secret_hash(given->lent, strlen(given->lent));
		return hash_caller(db, &lent_kind, &hash, along, caller, refusal, err);
	}
	return refuse(refusal, NOT_PROVIDED);
}

int
auth_caller(struct db *db, const struct credentials *given, struct along *along,
    struct caller *caller, const char **refusal, struct error *err)
{
	*caller = (struct caller){0};
	int outcome = find_caller(db, given, along, caller, refusal, err);
	if (outcome == 0 && caller->is_stale && caller->role > ROLE_PENDING)
		outcome = session_touch(db, &caller->key, err);
	if (outcome) {
		PQclear(along->found);
		along->found = NULL;
	}
	return outcome;
}
