/*
 * What spreadsheet programs make of texts that look like something else to them: "1-2" becomes a
 * date, "123456789012" 1.23457E+11, "=x" #NAME?, and a column too narrow ####. A csv file saved by
 * one has these in place of what was there.
 */
#ifndef ACCESSION_SPREADSHEET_H
#define ACCESSION_SPREADSHEET_H

#include <stddef.h>

enum spreadsheet_trace {
	SPREADSHEET_NONE,
	SPREADSHEET_DATE, /* 2-Jan, Jan-02, 1/2/2026, 01.02.2026; not 2026-02-01, as people write it
			   */
	SPREADSHEET_ROUNDED, /* 1.23457E+11 */
	SPREADSHEET_ERROR,   /* #NAME? */
	SPREADSHEET_NARROW,  /* #### */
};

/* What the n bytes as a whole are, if they are spelled exactly as Excel does. */
enum spreadsheet_trace spreadsheet_trace(const char *text, size_t n);

/* For "It looks like ...": what must have happened. */
const char *spreadsheet_story(enum spreadsheet_trace trace);

/*
 * The whole number that was in the cell: 12 of "12", "12.0" and "1.2E+01", 15 of "1900-01-15", as a
 * date is the number of a day. 0 if the n bytes are none, or digits of it are lost.
 */
long spreadsheet_number(const char *text, size_t n);

#endif
