/*
 * Sessions of people who signed in with a browser. A session is a credential of the kind "session",
 * found by the SHA-256 of its cookie's value: 256 random bits that only the browser has. It ends
 * when its owner signs out, session_idle_minutes after its last use, session_hours after it began,
 * when the password changes, and when the account is disabled.
 *
 * Browsers send cookies no matter which site makes the request, so a request that changes something
 * must also send the session's CSRF token: an HMAC keyed with the cookie's value, which nobody else
 * can compute.
 */
#ifndef ACCESSION_SESSION_H
#define ACCESSION_SESSION_H

#include "base/error.h"
#include "database/db.h"
#include "people/account.h"
#include "people/secret.h"

#include <stdbool.h>

#define SESSION_CSRF_SIZE 65 /* 64 hexadecimal digits and a NUL */

struct session {
	struct secret_hash hash;
	char csrf[SESSION_CSRF_SIZE];
};

/*
 * Finds the session's cookie in a Cookie header (see cookie_find). Returns false if it is not
 * there. Does not check that the session exists.
 */
bool session_from_cookies(const char *cookies, bool https, struct session *s);

/* The session whose cookie has this value of n bytes. */
void session_from_value(struct session *s, const char *value, size_t n);

/* Is this the session's CSRF token? NULL is not. Takes the same time however much of it matches. */
bool session_csrf_fits(const struct session *s, const char *csrf);

/*
 * Records that a credential is in use; a session then lasts longer. Returns 0, or -1 with the error
 * set.
 */
int session_touch(struct db *db, const struct secret_hash *key, struct error *err);

/* Ends the session whose key this is, if there is one. Returns 0, or -1 with the error set. */
int session_close(struct db *db, const struct actor *by, struct error *err);

/*
 * Makes an event of it that the holder of a credential tried what it does not allow. Returns 0, or
 * -1 with the error set.
 */
int session_forbidden(struct db *db, const struct actor *by, const char *what, struct error *err);

/* How long a session may last unused, as an interval; valid until the next call. */
const char *session_idle(void);

#endif
