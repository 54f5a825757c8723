/*
 * Passwords, hashed by argon2id (RFC 9106) with 19 MiB and two passes, in its usual string form.
 * A check costs some 30 ms and those 19 MiB on purpose; password_pool bounds how many run at once,
 * so that a burst of sign-ins takes neither all memory nor all processors.
 */
#ifndef ACCESSION_PASSWORD_H
#define ACCESSION_PASSWORD_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define PASSWORD_MIN_CHARACTERS 8
#define PASSWORD_MAX_BYTES      1024
#define PASSWORD_HASH_SIZE      128 /* with its NUL */

enum password_verdict {
	PASSWORD_RIGHT,
	PASSWORD_WRONG,
	PASSWORD_BUSY,  /* too many others are being checked: worth trying again */
	PASSWORD_FAILED /* not checked, the error is set: ERROR_SYSTEM */
};

/*
 * Allows so many hashes at a time in this process and all that it forks from now on, each waiting
 * up to wait_ms for its turn. A process that is killed gives its place back. Call before forking,
 * at most once; without it there is no bound. 0 or -1 with ERROR_SYSTEM.
 */
int password_pool(int64_t places, int64_t wait_ms, struct error *err);

/* 0 if a new password of n bytes (UTF-8) is neither too short nor too long; -1 with ERROR_INPUT. */
int password_acceptable(const char *password, size_t n, struct error *err);

/* Hashes a password. 0; -1 with ERROR_BUSY: no turn within the wait; ERROR_SYSTEM: no memory. */
int password_hash(const char *password, size_t n, char hash[PASSWORD_HASH_SIZE], struct error *err)
    __attribute__((warn_unused_result));

/*
 * Checks a password against a stored hash. A NULL hash (no such user, or one without a password)
 * takes the same time and is always wrong, so that the time does not tell who has an account.
 */
enum password_verdict password_check(const char *hash, const char *password, size_t n,
    struct error *err) __attribute__((warn_unused_result));

#endif
