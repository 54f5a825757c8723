/*
 * What values as a whole become on their way through spreadsheet programs and scripts: dates,
 * times, rounded numbers, errors of formulas, words for nothing. The next one is a row of a table.
 */
#ifndef ACCESSION_SPELLING_H
#define ACCESSION_SPELLING_H

#include "model/sign.h"

#include <stddef.h>

/*
 * What the n bytes, a trimmed value or tag, are spelled like: one of SIGN_DATE to SIGN_NULL, or
 * SIGN_NONE. A value that merely has such a word in it is none.
 */
enum sign spelling_sign(const char *text, size_t n);

#endif
