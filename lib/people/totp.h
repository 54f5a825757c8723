/*
 * Codes of an authenticator app: TOTP (RFC 6238) as all apps have it, with HMAC-SHA-1, six digits
 * and steps of 30 seconds.
 */
#ifndef ACCESSION_TOTP_H
#define ACCESSION_TOTP_H

#include "base/buf.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define TOTP_SECRET_BYTES 20
#define TOTP_BASE32_SIZE  33 /* with its NUL */

/* Makes a new secret. -1 with ERROR_SYSTEM if the system has no random numbers. */
int totp_secret_make(unsigned char secret[TOTP_SECRET_BYTES], struct error *err)
    __attribute__((warn_unused_result));

/* The secret in base32 (RFC 4648), for an app that takes no picture. Returns text. */
const char *totp_base32(const unsigned char secret[TOTP_SECRET_BYTES], char text[TOTP_BASE32_SIZE]);

/* Appends the otpauth: URI of the secret, which apps read from a picture or a link. */
void totp_uri(const unsigned char secret[TOTP_SECRET_BYTES], const char *email, struct buf *out);

/*
 * Checks a code, in which white space does not count, at the time `now` (seconds of Unix time). It
 * may be of the step before or after, because clocks differ and people type slowly, but not of
 * last_step or before (-1: none was used yet). Returns the step that it is of, which the caller
 * keeps as the last one, so that a code that somebody saw is worth nothing; -1 if it is wrong.
 * The secret of n bytes need not be from totp_secret_make.
 */
int64_t totp_check(const unsigned char *secret, size_t n, const char *code, int64_t now,
    int64_t last_step) __attribute__((warn_unused_result));

#endif
