/* Integers as people and programs spell them. */
#ifndef ACCESSION_DECIMAL_H
#define ACCESSION_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads an integer, exactly, from the n bytes: 8, -8, 8.0 and, if exponents may be, 1e1
 * and 1.5E+01. One that no long can hold becomes one beyond all limits of fields. False if it is
 * none.
 */
bool decimal_integer(const char *text, size_t n, bool with_exponent, long *result);

#endif
