/*
 * Match conditions: which project answers make an item apply. Grammar (SD Elements):
 *
 *	conditions = [ rule *( ";" rule ) ]         any rule suffices
 *	rule       = term *( 1*SP "AND" 1*SP term ) all terms must hold
 *	term       = [ "!" ] answer                 "!" = the answer must not be given
 *	answer     = [ "C" ] "A" number             number: 1 to 15 digits, no leading zeros
 */
#ifndef ACCESSION_RULES_H
#define ACCESSION_RULES_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Appends the canonical spelling of the n bytes at text to *out: single spaces, upper case, no
 * blank rules, no repeated terms or rules, in the same order. On a syntax error, or if a rule both
 * wants and excludes an answer, leaves *out unchanged and returns false with a plain sentence in
 * message (size bytes) that names the column, counted in characters from 1.
 */
bool rules_canonical(const char *text, size_t n, struct buf *out, char *message, size_t size);

#endif
