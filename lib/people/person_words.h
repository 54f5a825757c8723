/* Words about a person, which whoever guesses that person's password tries first. */
#ifndef ACCESSION_PERSON_WORDS_H
#define ACCESSION_PERSON_WORDS_H

#include "base/text.h"
#include "people/folded.h"

#include <stdbool.h>

/* NULL: not known, or none. */
struct person_words {
	const char *email, *first_name, *last_name;
};

/*
 * Looks in a password for a word of four characters or more of the person's names or e-mail
 * address (of its domain all but the last, as in "example.org"). Writes the first one there is as
 * text_show does, and returns true; else false.
 */
bool person_words_find(
    const struct person_words *person, const struct folded *password, char word[TEXT_SHOWN_SIZE]);

#endif
