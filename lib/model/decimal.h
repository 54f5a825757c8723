/* Integers as people and programs spell them. */
#ifndef ACCESSION_DECIMAL_H
#define ACCESSION_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads an integer exactly from the n bytes: 8, -8, 8.0 and, if exponents are allowed, 1e1 and
 * 1.5E+01. A number too large for a long becomes one beyond the limits of every field. False if the
 * bytes are not an integer.
 */
bool decimal_integer(const char *text, size_t n, bool with_exponent, long *result);

#endif
