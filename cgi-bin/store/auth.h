/*
 * Finds out who makes a request: from `Authorization: Token <key>` (keyword in any case, one pair
 * of double quotes around the key tolerated); without such a header, from the session that the
 * cookie names. A request with a session must also send its CSRF token to change anything. In place
 * of `Authorization: Basic` comes a credential that the sign-in handlers have lent the request
 * (sign_in.h). Nothing is cached: a revoked token, an ended session or a disabled account stops
 * working with the next request.
 *
 * A small read can go along. It is then part of the statement that finds the credential, so that a
 * request takes one round trip. It is made only if the credential is good. Whoever asked for it
 * must decide whether the caller may see what it found.
 */
#ifndef ACCESSION_AUTH_H
#define ACCESSION_AUTH_H

#include "base/error.h"
#include "database/db.h"
#include "store/session.h"

#include <stdbool.h>
#include <stdint.h>

/* ROLE_PENDING: a session that waits for the second factor. */
enum role { ROLE_NONE, ROLE_PENDING, ROLE_VIEWER, ROLE_EDITOR, ROLE_ADMIN };

struct caller {
	int64_t account_id;
	char account_text[24];  /* account_id as a statement's parameter */
	struct secret_hash key; /* of the credential, for functions that check it themselves */
	const char *via;        /* the kind of credential: "token", "session" or "basic" */
	enum role role;
	int64_t models;         /* the version of the content models (catalog.h); 0: not asked */
	bool import_enabled;    /* the feature flag of the import routes */
	bool has_session;       /* identified by a cookie */
	struct session session; /* valid only if has_session */
	bool is_stale;          /* the credential's last use has yet to be recorded */
};

/*
 * The columns of a sign-in from a credential c: who it is, the version of the content models, so
 * that no request is answered by old ones, whether it is pending, and whether its last use has yet
 * to be recorded (at most once a minute, a token's once an hour, not with every request).
 */
#define AUTH_COLUMNS AUTH_COLUMNS_AND("(SELECT v.version FROM content_version v)")

/* The same for requests that need no content model, which are not to pay for the version. */
#define AUTH_COLUMNS_ALONE AUTH_COLUMNS_AND("NULL::bigint")

#define AUTH_COLUMNS_AND(version)                                             \
	"c.account_id, c.role, c.active, c.imports, " version ", c.pending, " \
	"coalesce(c.seen, 'epoch') < "                                        \
	"now() - CASE c.kind WHEN 'token' THEN interval '1 hour' ELSE interval '1 minute' END"

/* What a request says about who makes it. A header that was not sent is NULL. */
struct credentials {
	const char *authorization;
	const char *lent; /* the secret lent for Basic */
	const char *cookies;
	bool https;             /* which of the session's cookies counts */
	const char *csrf_token; /* X-CSRFToken */
	bool reads_only;        /* the method changes nothing: a session needs no csrf_token */
};

/*
 * A read that goes along is a statement of its own (job_get_along, diff_summary_along). It joins
 * what it reads to the columns and the condition of auth_by_hash. Its $1 and $2 are those of
 * auth_by_hash; its $3 says what to read. The columns of auth_by_hash come last, and the first of
 * its own is NULL only if nothing was found.
 */
struct along {
	const struct statement *read; /* NULL: none */
	char key[24];                 /* its $3 */
	PGresult *found;              /* for the caller to PQclear; NULL: the read was not made */
};

/* Returns the role of that name, or ROLE_NONE if there is none. */
enum role auth_role(const char *name);

/*
 * Finds the caller. Returns 0; 401 if credentials are missing or wrong, or 403 if the CSRF token
 * is, with *refusal set to the sentence for the reply; -1 with the error set. Only on 0 can
 * anything have been read along.
 */
int auth_caller(struct db *db, const struct credentials *given, struct along *along,
    struct caller *caller, const char **refusal, struct error *err);

/* Is it `Authorization: Basic`? Returns the part after the keyword, or NULL. NULL is not. */
const char *auth_basic(const char *authorization);

#endif
