/*
 * A text as passwords are compared with words: without case, accents of Latin letters, differences
 * of width or between dashes, and without what nobody sees.
 */
#ifndef ACCESSION_FOLDED_H
#define ACCESSION_FOLDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FOLDED_MAX 2048 /* a character may become several, most often two */

struct folded {
	int32_t text[FOLDED_MAX]; /* Unicode characters */
	size_t n;                 /* what does not fit is left out */
};

/* Folds n bytes of UTF-8. What is not UTF-8 gives an empty text. */
void folded_set(struct folded *f, const char *text, size_t n);

/* Whether the character is that small letter of ASCII, or is commonly written for it: 4 for a. */
bool folded_is_letter(int32_t c, char letter);

/* A letter of ASCII. */
bool folded_is_ascii_letter(int32_t c);

/* Whether the word, of ASCII letters, stands at that place, perhaps with signs for letters. */
bool folded_has_word(const struct folded *f, size_t at, const char *word);

#endif
