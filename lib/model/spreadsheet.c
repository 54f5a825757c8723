/* What spreadsheet programs make of numbers: see spreadsheet.h. */
#include "model/spreadsheet.h"

#include "model/decimal.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define EXACT_DIGITS 5     /* with an exponent Excel shows six digits: fewer mean none was lost */
#define LONGEST      24    /* longer texts are not examined */
#define UNIX_DAY     25569 /* 1970-01-01 */
#define LEAP_BUG     61    /* 1900-03-01: Excel's calendar has a 1900-02-29 before it */

static bool
is_iso_date(const char *text, size_t n)
{
	static const char pattern[] = "9999-99-99";

	for (size_t i = 0; i < n && n == sizeof pattern - 1; i++)
		if (pattern[i] == '9' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i])
			return false;
	return n == sizeof pattern - 1;
}

/* The day's number in Excel's calendar (Howard Hinnant, days_from_civil); 0 if before its start. */
static long
day_number(long y, long m, long d)
{
	y -= m <= 2;
	long era = y / 400, year = y - era * 400;
	long day = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	long number = era * 146097 + year * 365 + year / 4 - year / 100 + day - 719468 + UNIX_DAY;

	if (number < LEAP_BUG)
		number--;
	return number > 0 ? number : 0;
}

long
spreadsheet_number(const char *text, size_t n)
{
	char own[LONGEST + 1] = "";
	long number = 0;
	int y, m, d;

	if (n >= LONGEST || !n)
		return 0;
	memcpy(own, text, n);
	if (is_iso_date(own, n) && sscanf(own, "%4d-%2d-%2d", &y, &m, &d) == 3)
		return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? day_number(y, m, d) : 0;
	if (!decimal_integer(own, n, true, &number))
		return 0;
	/* 1.23457E+11 was rounded from another number; 1.2E+05 was not. */
	const char *e = strpbrk(own, "eE");
	return e && e - own >= 2 + EXACT_DIGITS ? 0 : number;
}
