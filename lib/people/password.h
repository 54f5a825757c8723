/*
 * Passwords, hashed with argon2id (RFC 9106), 19 MiB and two passes, in its usual string form. A
 * check is meant to cost about 30 ms and those 19 MiB; password_pool limits how many run at once,
 * so that a burst of sign-ins does not take up all memory or all processors.
 */
#ifndef ACCESSION_PASSWORD_H
#define ACCESSION_PASSWORD_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASSWORD_MAX_BYTES 1024
#define PASSWORD_HASH_SIZE 128 /* with its NUL */

enum password_verdict {
	PASSWORD_RIGHT,
	PASSWORD_WRONG,
	PASSWORD_BUSY,  /* too many others are being checked: worth retrying */
	PASSWORD_FAILED /* could not be checked; the error is set to ERROR_SYSTEM */
};

/*
 * Was the hash made with other parameters than new ones are, so that the password should be hashed
 * again when it is there? What is no hash is not.
 */
bool password_is_dated(const char *hash);

/* Whose password it is, as far as one can tell before it is checked: who goes first. */
enum password_standing {
	PASSWORD_SUSPECT, /* somebody has failed there: does not wait for a turn */
	PASSWORD_NEW,     /* waits, but leaves one place to those who are known */
	PASSWORD_KNOWN,
};

/*
 * Limits this process and all that it forks from now on to `places` hashes at a time, each waiting
 * up to wait_ms for its turn. One place is for PASSWORD_KNOWN alone, if there are several. A killed
 * process gives its place back. Call this before forking, at most once; without it there is no
 * limit. Returns 0, or -1 with ERROR_SYSTEM.
 */
int password_pool(int64_t places, int64_t wait_ms, struct error *err);

/*
 * Hashes a password. Returns 0, or -1 with ERROR_BUSY if its turn did not come in time, or with
 * ERROR_SYSTEM if there is no memory.
 */
int password_hash(const char *password, size_t n, char hash[PASSWORD_HASH_SIZE], struct error *err)
    __attribute__((warn_unused_result));

/*
 * Checks a password against a stored hash. A NULL hash (no such user, or one without a password)
 * takes the same time and is always wrong, so that timing does not reveal who has an account.
 */
enum password_verdict password_check(const char *hash, const char *password, size_t n,
    enum password_standing standing, struct error *err) __attribute__((warn_unused_result));

#endif
