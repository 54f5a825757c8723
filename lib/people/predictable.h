/*
 * How much of a password has to be found out by who guesses it. What is in the order of the
 * keyboard or of the alphabet, or begins every list of passwords, counts as one character, however
 * long it is, and what was said before as none.
 */
#ifndef ACCESSION_PREDICTABLE_H
#define ACCESSION_PREDICTABLE_H

#include "people/folded.h"

#include <stdbool.h>
#include <stddef.h>

#define PREDICTABLE_MAX 256 /* characters that are looked at: what is longer has enough of them */

/* What is left of a text without what can be predicted. */
struct predictable {
	size_t count; /* characters left, and one for each row and known word taken out */
	char left[PREDICTABLE_MAX + 1]; /* these characters; '?' for what is not ASCII */
	size_t letters;                 /* how many of them are letters of ASCII */
	size_t beside; /* of the count, what is none of these, the same sign once */
};

/* Takes out what can be predicted; with known_words, common passwords too. */
struct predictable predictable_take_out(const struct folded *f, bool known_words);

/* Whether the whole text is one piece, said twice or more. */
bool predictable_is_repetition(const struct folded *f);

#endif
