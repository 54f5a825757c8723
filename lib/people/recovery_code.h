/*
 * Recovery codes: what lets a person in, once each, who has lost the authenticator app. A code is
 * 120 random bits, written "4k7m-x9qp-2hwd-v3nt-8f0c-ty6a" in Crockford's base32, which has no i,
 * l, o and u.
 */
#ifndef ACCESSION_RECOVERY_CODE_H
#define ACCESSION_RECOVERY_CODE_H

#include "base/error.h"
#include "people/secret.h"

#define RECOVERY_CODES     10
#define RECOVERY_CODE_SIZE 30 /* with its NUL */

/* Makes a set of new codes. -1 with ERROR_SYSTEM if the system has no random numbers. */
int recovery_codes_make(char codes[RECOVERY_CODES][RECOVERY_CODE_SIZE], struct error *err)
    __attribute__((warn_unused_result));

/*
 * The hash of a code as a person typed it: case, white space and hyphens do not count, and i and l
 * are 1, o is 0. What is no code has the hash of nothing, which no code has. 120 bits are too many
 * to be guessed, so that a plain hash is enough, as for other secrets.
 */
struct secret_hash recovery_code_hash(const char *text);

#endif
