/*
 * Who makes a request. `Authorization: Token <key>` (keyword in any case, one pair of double quotes
 * round the key tolerated) or `Basic <email:password>`; without such a header the session that the
 * cookie names, which must also send its CSRF token to change anything. Nothing is cached: a
 * revoked token, an ended session or a disabled account is out with the next request.
 *
 * A small read can go along: it is then part of the statement that finds the credential, so
 * that a request is one round trip. It is not made unless the credential is good, and whether its
 * caller may see what it finds is for whoever asked to decide.
 */
#ifndef ACCESSION_AUTH_H
#define ACCESSION_AUTH_H

#include "base/error.h"
#include "database/db.h"
#include "people/password.h"
#include "store/session.h"

#include <stdbool.h>
#include <stdint.h>

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_EDITOR, ROLE_ADMIN };

struct caller {
	int64_t account_id;
	char account_text[24]; /* account_id as a statement's parameter */
	enum role role;
	bool import_enabled;    /* the feature flag of the import routes */
	bool has_session;       /* known by a cookie: */
	struct session session; /* only then */
	bool is_stale;          /* the session's last use is to be written down */
};

/* What a request says about who makes it. A NULL header was not sent. */
struct credentials {
	const char *authorization;
	const char *cookies;
	const char *csrf_token; /* X-CSRFToken */
	bool reads_only;        /* the method changes nothing: a session needs no csrf_token */
};

/*
 * A read that goes along is a statement of its own (job_get_along, diff_summary_along), which joins
 * what it reads to the columns and the condition of auth_by_hash: its $1 and $2 are those, its $3
 * says what to read; auth_by_hash's columns are its last, and the first of its own is never NULL.
 */
struct along {
	const struct statement *read; /* NULL: none */
	char key[24];                 /* its $3 */
	PGresult *found;              /* the caller's to PQclear; NULL: the read was not made */
};

/* The role of that name, ROLE_NONE if there is none. */
enum role auth_role(const char *name);

/*
 * Finds the caller. Returns 0; 401 (credentials are missing or wrong) or 403 (the CSRF token is),
 * *refusal then being the sentence for the reply; -1 with the error set. Only with 0 is anything
 * read along; and not for every caller, as a password takes more than one statement.
 */
int auth_caller(struct db *db, const struct credentials *given, struct along *along,
    struct caller *caller, const char **refusal, struct error *err);

/*
 * Finds the caller by email and a password of n bytes; as auth_caller. On 0 stored holds the hash
 * that the password fits.
 */
int auth_password(struct db *db, const char *email, const char *password, size_t n,
    struct caller *caller, char stored[PASSWORD_HASH_SIZE], const char **refusal,
    struct error *err);

#endif
