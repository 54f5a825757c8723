/* Booleans as people and programs spell them. */
#ifndef ACCESSION_BOOLEAN_H
#define ACCESSION_BOOLEAN_H

#include "model/model.h"

/*
 * Reads true, false, yes, no, y, n, t, f, on, off, 1 and 0 in any case, and 1 and 0 as programs
 * spell numbers, 1.0. False if the n bytes are none of these.
 */
bool boolean_read(const char *text, size_t n, bool *is);

/*
 * Whether the value of that field is nothing but a switch that is off, as the empty rows of a sheet
 * have it where a column has checkboxes. The text is trimmed; f may be NULL.
 */
bool boolean_is_off(const struct field *f, const char *text, size_t n);

#endif
