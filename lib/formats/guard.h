/*
 * What keeps texts in csv files texts, whatever a spreadsheet program takes for the separator.
 *
 * Where the system's language is German, French and so on, a program splits a file at semicolons,
 * or at tabs. Quotes then seldom begin a cell, so that they protect nothing: a cell may begin
 * behind each comma, semicolon, tab and line break inside a text, and if it begins with one of
 * = + - @, their wide forms, tab or CR, it may be a formula. A guarded text has a space more at
 * each such place, and GUARD_MARK in front, by which importing knows that it is to take both away:
 *
 *	a;=1+1    "  \u00a0a; =1+1"
 *
 * No value begins with the mark, as importing trims white space, and no program or person leaves
 * it: two spaces and then one that does not break. A file without marks thus reads as it stands.
 * The spaces let Markdown's lists stay lists. Most charsets have all of it, so it survives programs
 * that save a file in another than UTF-8.
 */
#ifndef ACCESSION_GUARD_H
#define ACCESSION_GUARD_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define GUARD_MARK "  \u00a0"

enum guard_need {
	GUARD_PLAIN,  /* nothing in the text is a quote, separates cells or breaks lines */
	GUARD_QUOTES, /* something is, but the text needs no guard */
	GUARD_WHOLE,  /* the text needs a guard, or it begins with the mark */
};

/* What the text needs, to be written into a csv file. */
enum guard_need guard_look(const char *text, size_t n);

/*
 * Takes off the text what a guarded one has before its next space more, or before its end. Returns
 * whether the space follows. The mark is the caller's.
 */
bool guard_take(struct text_slice *rest, struct text_slice *piece);

bool guard_is_marked(const char *text, size_t n);

/* Writes a marked text without its guard to `out`, which has room for n bytes; returns its length.
 */
size_t guard_remove(char *out, const char *text, size_t n);

#endif
