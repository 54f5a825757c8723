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

/*
 * What people may mean by a number with separators of thousands, or with a decimal comma: 7 by
 * "7,0", 1234 by "1.234,00" and "1 234", 7000 or 7 by "7.000". Writes those that are integers from
 * min to max to meant[] and returns how many. *fraction: by "1,234" 1.234 may be meant as well.
 */
size_t decimal_meant(const char *text, size_t n, long min, long max, long meant[2], bool *fraction);

#endif
