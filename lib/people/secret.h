/*
 * Secrets that programs use instead of a password: API tokens, session and CSRF keys. The SHA-256
 * of a secret is its key, by which statements name it; the database stores the SHA-256 of the key,
 * so that nothing in it is a key. Plain hashes are enough, because 256 random bits cannot be
 * guessed.
 */
#ifndef ACCESSION_SECRET_H
#define ACCESSION_SECRET_H

#include "base/error.h"

#include <stddef.h>

#define SECRET_SIZE          65 /* 64 hexadecimal digits and a NUL */
#define SECRET_HASH_BYTES    32
#define TOKEN_HASH_TEXT_SIZE 67 /* "\x", 64 hexadecimal digits and a NUL */

struct secret_hash {
	unsigned char bytes[SECRET_HASH_BYTES];
	char text[TOKEN_HASH_TEXT_SIZE]; /* as PostgreSQL reads a bytea: a statement's parameter */
};

/* Makes a new token. -1 with ERROR_SYSTEM if the system has no random numbers. */
int secret_make(char token[SECRET_SIZE], struct error *err) __attribute__((warn_unused_result));

/* SHA-256 (FIPS 180-4) of a token's n bytes, which may be anything. Needs no initialization. */
struct secret_hash secret_hash(const char *token, size_t n);

#endif
