/*
 * Whether a text is a word of cracklib's dictionary, or nearly one, as libpwquality finds out. It
 * is the dictionary of the setting password_dictionary. pwquality.conf, which is for people's
 * accounts on this machine, is not read.
 */
#ifndef ACCESSION_DICTIONARY_H
#define ACCESSION_DICTIONARY_H

#include "base/error.h"

#define DICTIONARY_LEAST 6 /* characters of the shortest text that is looked for */

enum dictionary_verdict {
	DICTIONARY_FINE,
	DICTIONARY_WORD,
	DICTIONARY_SEQUENCE,   /* not looked for: see below */
	DICTIONARY_PALINDROME, /* it reads the same backwards */
	DICTIONARY_FAILED,     /* the dictionary cannot be used; the error is set to ERROR_SYSTEM */
};

/*
 * Looks for a text of ASCII of at least DICTIONARY_LEAST characters, in small letters. It is not
 * looked for if many of its characters are the same, or neighbours in the alphabet, which may be
 * one word, "constitution", and several, "go to the stars".
 */
enum dictionary_verdict
dictionary_look_up(const char *text, struct error *err) __attribute__((warn_unused_result));

/* Whether the dictionary can be used. Returns 0, or -1 with ERROR_SYSTEM and the remedy. */
int dictionary_check(struct error *err);

#endif
