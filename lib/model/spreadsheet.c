/* How spreadsheet programs spoil text: see spreadsheet.h. */
#include "model/spreadsheet.h"

#include "model/decimal.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define EXACT_DIGITS 5     /* with an exponent Excel shows six digits: fewer mean none was lost */
#define LONGEST      24    /* longer texts are not examined */
#define UNIX_DAY     25569 /* 1970-01-01 */
#define LEAP_BUG     61    /* 1900-03-01: Excel's calendar has a 1900-02-29 before it */

/* In patterns, "9" is a digit and "aaa" the name of a month. */
static const struct {
	const char *pattern;
	enum spreadsheet_trace trace;
} spellings[] = {
    {"9-aaa", SPREADSHEET_DATE},
    {"99-aaa", SPREADSHEET_DATE},
    {"aaa-99", SPREADSHEET_DATE},
    {"9-aaa-99", SPREADSHEET_DATE},
    {"99-aaa-99", SPREADSHEET_DATE},
    {"9/9/9999", SPREADSHEET_DATE},
    {"9/99/9999", SPREADSHEET_DATE},
    {"99/9/9999", SPREADSHEET_DATE},
    {"99/99/9999", SPREADSHEET_DATE},
    {"99.99.9999", SPREADSHEET_DATE},
    {"9E+99", SPREADSHEET_ROUNDED},
    {"#NAME?", SPREADSHEET_ERROR},
    {"#REF!", SPREADSHEET_ERROR},
    {"#VALUE!", SPREADSHEET_ERROR},
    {"#DIV/0!", SPREADSHEET_ERROR},
    {"#NULL!", SPREADSHEET_ERROR},
    {"#NUM!", SPREADSHEET_ERROR},
    {"#N/A", SPREADSHEET_ERROR},
};

static const char *const stories[] = {
    [SPREADSHEET_NONE] = "",
    [SPREADSHEET_DATE] = "a date that a spreadsheet program made of something else, such as 1-2",
    [SPREADSHEET_ROUNDED] = "a long number that a spreadsheet program has rounded",
    [SPREADSHEET_ERROR] = "the error of a formula that a spreadsheet program saw here",
    [SPREADSHEET_NARROW] = "a number that a spreadsheet program had no room to show",
};

static bool
is_month(const char *text)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (const char *m = months; *m; m += 3)
		if (strncasecmp(m, text, 3) == 0)
			return true;
	return false;
}

static bool
fits(const char *pattern, const char *text, size_t n)
{
	for (; n && *pattern; pattern++, text++, n--) {
		if (*pattern == 'a') {
			if (n < 3 || !is_month(text))
				return false;
			pattern += 2;
			text += 2;
			n -= 2;
		} else if (*pattern == '9' ? *text < '0' || *text > '9' : *text != *pattern) {
			return false;
		}
	}
	return !n && !*pattern;
}

/* Removes the fraction, of up to five digits, from d.dddE+dd. */
static size_t
without_fraction(const char *text, size_t n, char plain[LONGEST])
{
	const char *e = memchr(text, 'E', n);
	size_t head = n > 2 && text[1] == '.' && e ? (size_t)(e - text) : 0;

	if (head < 3 || head > 2 + EXACT_DIGITS || strspn(text + 2, "0123456789") != head - 2) {
		memcpy(plain, text, n);
		return n;
	}
	plain[0] = text[0];
	memcpy(plain + 1, e, n - head);
	return n - head + 1;
}

enum spreadsheet_trace
spreadsheet_trace(const char *text, size_t n)
{
	char own[LONGEST + 1] = "", plain[LONGEST];

	if (n >= LONGEST || !n)
		return SPREADSHEET_NONE;
	memcpy(own, text, n);
	if (n > 1 && strspn(own, "#") == n)
		return SPREADSHEET_NARROW;
	n = without_fraction(own, n, plain);
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
		if (fits(spellings[i].pattern, plain, n))
			return spellings[i].trace;
	return SPREADSHEET_NONE;
}

const char *
spreadsheet_story(enum spreadsheet_trace trace)
{
	return stories[trace];
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
	if (fits("9999-99-99", own, n) && sscanf(own, "%4d-%2d-%2d", &y, &m, &d) == 3)
		return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? day_number(y, m, d) : 0;
	if (!decimal_integer(own, n, true, &number))
		return 0;
	/* 1.23457E+11 was rounded from another number; 1.2E+05 was not. */
	const char *e = strpbrk(own, "eE");
	return e && e - own >= 2 + EXACT_DIGITS ? 0 : number;
}
