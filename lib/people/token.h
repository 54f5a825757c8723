/*
 * Secrets that a program carries instead of a password: API tokens, session and CSRF keys. The
 * database keeps only their SHA-256. A plain hash is enough: 256 random bits cannot be guessed.
 */
#ifndef ACCESSION_TOKEN_H
#define ACCESSION_TOKEN_H

#include "base/error.h"

#include <stddef.h>

#define TOKEN_SIZE           65 /* 64 hexadecimal digits and a NUL */
#define TOKEN_HASH_BYTES     32
#define TOKEN_HASH_TEXT_SIZE 67 /* "\x", 64 hexadecimal digits and a NUL */

struct token_hash {
	unsigned char bytes[TOKEN_HASH_BYTES];
	char text[TOKEN_HASH_TEXT_SIZE]; /* as PostgreSQL reads a bytea: a statement's parameter */
};

/* Makes a new token. -1 with ERROR_SYSTEM if the system has no random numbers. */
int token_make(char token[TOKEN_SIZE], struct error *err) __attribute__((warn_unused_result));

/* SHA-256 (FIPS 180-4) of a token's n bytes, whatever they are. Needs nothing set up. */
struct token_hash token_hash(const char *token, size_t n);

#endif
