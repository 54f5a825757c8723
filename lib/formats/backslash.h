/*
 * Paths of Windows in strings where a backslash begins an escape: "C:\temp" has a tab in it. For
 * JSON (RFC 8259, 7) and double quotes in YAML (1.1, 5.7), whose escapes include those.
 */
#ifndef ACCESSION_BACKSLASH_H
#define ACCESSION_BACKSLASH_H

#include "formats/keys.h"

/* An escape of one letter, and what it stands for. */
struct backslash {
	char letter;
	bool refused; /* no text has that character */
	const char *what;
};

/*
 * The first escape, or the first that is refused, in the text of a string as it stands in the file,
 * that probably belongs to a path: behind "C:", or behind "\\name" where that begins a word.
 * `breaks`: a line break may be one; where programs write line breaks so, one may well follow on
 * "B:". NULL: none.
 */
const struct backslash *backslash_find(struct text_slice text, bool breaks);

/*
 * Tells of it in the value that the keys have just been given: a warning in a field of many lines
 * if it is not refused, otherwise an error. `else_do` ends the remedy.
 */
void backslash_tell(struct keys *k, const struct backslash *b, struct text_slice value,
    int64_t line, const char *else_do);

#endif
