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
#include "people/secret.h"

#include <stdbool.h>

#define SESSION_CSRF_SIZE 65 /* 64 hexadecimal digits and a NUL */

struct session {
	struct secret_hash hash;
	char csrf[SESSION_CSRF_SIZE];
};

/*
 * The name of the session's cookie. With https it begins with __Host-: such a cookie can be set
 * neither by a neighbouring host, nor without encryption, nor for a part of the paths (RFC 6265bis,
 * section 4.1.3.2), so nobody can slip a session of theirs to somebody else.
 */
const char *session_cookie(bool https);

/*
 * Finds the session's cookie in a Cookie header (RFC 6265, section 4.2; NULL: none was sent).
 * Returns false if it is not there. Does not check that the session exists.
 */
bool session_from_cookies(const char *cookies, bool https, struct session *s);

/* Is this the session's CSRF token? NULL is not. Takes the same time however much of it matches. */
bool session_csrf_fits(const struct session *s, const char *csrf);

/*
 * Begins a session for the account whose password was found to match the stored hash. Fills in *s
 * and the cookie's value, and deletes everybody's expired sessions. Returns 0; 1 if the password
 * has changed or the account has been disabled since; -1 with the error set.
 */
int session_open(struct db *db, const char *account, const char *stored, char cookie[SECRET_SIZE],
    struct session *s, struct error *err);

/* Records that the session is in use. Returns 0, or -1 with the error set. */
int session_touch(struct db *db, const struct session *s, struct error *err);

/* Ends the session, if there is one. Returns 0, or -1 with the error set. */
int session_close(struct db *db, const struct session *s, struct error *err);

#endif
