/* Asking the operator for a secret. */
#ifndef ACCESSION_PROMPT_H
#define ACCESSION_PROMPT_H

#include "base/error.h"
#include "people/password.h"
#include "people/person_words.h"

#include <stdbool.h>
#include <stddef.h>

struct secret {
	char bytes[PASSWORD_MAX_BYTES + 2]; /* one byte more shows that it is too long; and a NUL */
	size_t n;
};

/*
 * Reads a new password: the first line of standard input, or typed twice on the terminal without
 * echo. Returns 0 if it is acceptable for that person, or -1 with ERROR_INPUT, ERROR_USAGE (no
 * terminal) or ERROR_SYSTEM. The caller wipes *out with sodium_memzero.
 */
int prompt_password(
    bool from_stdin, const struct person_words *person, struct secret *out, struct error *err);

#endif
