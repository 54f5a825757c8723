/*
 * How spreadsheet programs spoil text that looks like something else to them: "1-2" becomes a date,
 * "123456789012" becomes 1.23457E+11, "=x" becomes #NAME?, and numbers in a narrow column become
 * ####. A csv file saved by such a program has these instead of the original text.
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

/* Which of these the n bytes as a whole are, if they are spelled exactly as Excel would. */
enum spreadsheet_trace spreadsheet_trace(const char *text, size_t n);

/* What must have happened, worded to follow "It looks like ". */
const char *spreadsheet_story(enum spreadsheet_trace trace);

/*
 * The whole number that was in the cell: 12 for "12", "12.0" and "1.2E+01"; 15 for "1900-01-15", as
 * dates are stored as day numbers. 0 if the n bytes are not a number or digits of it were lost.
 */
long spreadsheet_number(const char *text, size_t n);

#endif
