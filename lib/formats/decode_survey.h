/*
 * Whether a file that is not well-formed UTF-8 was UTF-8 before it was damaged, or is Windows-1252:
 * all of it is looked at.
 *
 * Counted are sequences of several bytes that are whole, those of them that are telling (hardly
 * there by chance), and what is broken: bad bytes, or several that begin like a sequence. It is
 * damaged UTF-8
 *
 * - if there are as many whole as broken ones or more, and a telling one or twice as many; or
 * - if there are two or more telling ones, and one for every four broken ones; or
 * - if nothing is broken but that the file ends after two or three bytes of a sequence.
 *
 * In case of doubt it is damaged: an error is better than wrong letters.
 */
#ifndef ACCESSION_DECODE_SURVEY_H
#define ACCESSION_DECODE_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero at the beginning of the file. */
struct decode_survey {
	int64_t foreign, foreign_lines; /* bytes beyond ASCII, and the lines that have some */
	int64_t broken;                 /* sequences that are not whole, or bytes in none */
	int64_t bad, bad_lines;         /* those that belong to no sequence of UTF-8 */
	int64_t whole, telling; /* sequences of several bytes; those hardly there by chance */
	size_t cut;             /* bytes of a sequence that the file ends in, 0 if it does not */
	bool cr, lf;            /* whether it has any */
	bool foreign_here, bad_here; /* while counting: seen on this line */
	bool whole_before;           /* and a sequence right before this byte */
};

/*
 * Notes what the next n bytes of the file begin with; `last`: nothing follows them. Returns how
 * many bytes that were; 0 if more has to be read first.
 */
size_t decode_survey_note(struct decode_survey *s, const unsigned char *text, size_t n, bool last);

/* Once all of it is noted: whether the file is UTF-8 that was damaged. */
bool decode_survey_is_utf8(const struct decode_survey *s);

#endif
