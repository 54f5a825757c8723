/*
 * Sessions: people who signed in by a browser. A session is a credential of the kind "session",
 * found by the SHA-256 of its cookie's value: 256 random bits that only the browser has. It ends
 * by signing out, session_idle_minutes after its last use, session_hours after its begin, with a
 * new password, and when the account is disabled.
 *
 * Browsers send cookies whoever asks them to, so a request that changes something must also send
 * the session's CSRF token: an HMAC under the cookie's value, which nobody else can compute.
 */
#ifndef ACCESSION_SESSION_H
#define ACCESSION_SESSION_H

#include "base/error.h"
#include "database/db.h"
#include "people/secret.h"

#include <stdbool.h>

#define SESSION_COOKIE    "accession_session"
#define SESSION_CSRF_SIZE 65 /* 64 hexadecimal digits and a NUL */

struct session {
	struct secret_hash hash;
	char csrf[SESSION_CSRF_SIZE];
};

/*
 * Finds the session's cookie in a Cookie header (RFC 6265, section 4.2; NULL: none was sent).
 * False: it is not there. That there is such a session is not said.
 */
bool session_from_cookies(const char *cookies, struct session *s);

/* Is this the session's CSRF token? NULL is not. The time does not tell how much of it fits. */
bool session_csrf_fits(const struct session *s, const char *csrf);

/*
 * Begins a session of the account whose password was found to fit the stored hash. Fills in *s and
 * the cookie's value. 0; 1 if that is no longer its password or it is disabled by now; -1 with the
 * error set. Sessions that have expired, anybody's, are deleted.
 */
int session_open(struct db *db, const char *account, const char *stored, char cookie[SECRET_SIZE],
    struct session *s, struct error *err);

/* Says that the session is in use. 0 or -1 with the error set. */
int session_touch(struct db *db, const struct session *s, struct error *err);

/* Ends the session, if there is one. 0 or -1 with the error set. */
int session_close(struct db *db, const struct session *s, struct error *err);

#endif
