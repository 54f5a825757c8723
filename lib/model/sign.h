/*
 * Signs that a file was changed, or damaged, on its way: what spreadsheet programs, scripts and
 * encodings do to values and rows without a word. Each is a row of one table. What it looks like in
 * a value is looked for by sign_find; what only a reader can see (a range of merged cells, a
 * comment that cuts a value) is told by the reader, under the same names.
 */
#ifndef ACCESSION_SIGN_H
#define ACCESSION_SIGN_H

#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

enum sign {
	SIGN_NONE,
	/* in a value */
	SIGN_DATE,          /* 2-Jan, 1/2/26, 2026-01-02 00:00:00 */
	SIGN_TIME,          /* 12:30:00 */
	SIGN_ROUNDED,       /* 1.23457E+11 */
	SIGN_ERROR,         /* #NAME?, #BEZUG!, Err:502 */
	SIGN_NARROW,        /* ##### */
	SIGN_NULL,          /* nan, None, \N */
	SIGN_REPLACED,      /* U+FFFD, Gr??e */
	SIGN_TWICE_ENCODED, /* Ã¼ */
	SIGN_INVISIBLE,     /* U+200B in a line or a tag */
	SIGN_DIRECTION,     /* U+202E */
	SIGN_APOSTROPHE,    /* '=1+1 */
	SIGN_WRAPPED,       /* ="x" where it is not csv */
	SIGN_SEPARATOR,     /* tags: a,b */
	SIGN_CUT,           /* as long as a cell of Excel can be */
	SIGN_ESCAPED,       /* _x000D_, \u00fc, &amp; in a line or a tag */
	/* told by readers */
	SIGN_ENCODING,     /* the file was read as Windows-1252 */
	SIGN_SHORT_ROW,    /* fewer cells than the header */
	SIGN_SWALLOWED,    /* csv: a line of a quoted cell looks like a row */
	SIGN_HEADER_AGAIN, /* the header stands between the rows */
	SIGN_RETIRED,      /* a column of a retired field */
	SIGN_MERGED,       /* a range of merged cells */
	SIGN_OTHER_SHEET,  /* another sheet has records, too */
	SIGN_HIDDEN_DEL,   /* a hidden row or column deletes an item */
	SIGN_HIDDEN,       /* a hidden row or column is read */
	SIGN_SHOWN,        /* a number is not taken as the sheet shows it */
	SIGN_COMMENT,      /* yaml: a # that empties or cuts a value */
	SIGN_JOINED,       /* yaml: lines of a list or a table became one */
	SIGN_KEY_IN_TEXT,  /* yaml: a key stands in a text behind | */
	SIGN_BACKSLASH,    /* json, yaml: "C:\temp" */
	/* found by comparing */
	SIGN_APPLIED,   /* the same bytes were applied before */
	SIGN_TWIN,      /* a new item that is there already */
	SIGN_EMPTIED,   /* a column that is emptied in many rows */
	SIGN_RETURNING, /* many items that were deleted come back */
	SIGN_MORE,      /* more warnings than are looked at */
	SIGN_COUNT
};

struct sign_row {
	const char *name;  /* in the API */
	const char *title; /* what several of them are headed by */
	unsigned fields;   /* the kinds of fields in whose values it is looked for, as bits */
	const char *what;  /* in a value: what it looks like, as a predicate */
	const char *remedy;
	const char *in_table; /* how, where the file is a table; NULL: no more to say */
};

/* By enum sign. */
extern const struct sign_row signs[SIGN_COUNT];

/* The sign of that name; SIGN_NONE if there is none. */
enum sign sign_named(const char *name);

/*
 * Whether characters of a value of that kind of field are damaged or odd: one of SIGN_REPLACED to
 * SIGN_WRAPPED, and at which byte. `seen` is what text_scan has seen in it, so that most values
 * cost nothing.
 */
enum sign
sign_of_characters(enum field_kind kind, const char *text, size_t n, unsigned seen, size_t *at);

#endif
