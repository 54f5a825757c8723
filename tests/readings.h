/*
 * How spreadsheet programs split a csv file, for tests in C: at commas, semicolons or tabs, with
 * double quotes understood where they begin a cell, or not at all. What follows a closing quote
 * belongs to the cell, as in Excel.
 */
#ifndef READINGS_H
#define READINGS_H

#include <stdbool.h>
#include <string.h>

struct reading {
	char separator;
	bool quotes;
};

static const struct reading readings[] = {
    {',', true}, {',', false}, {';', true}, {';', false}, {'\t', true}, {'\t', false}};

#define NREADINGS (sizeof readings / sizeof *readings)

/* Whether a program may take what a cell begins with for a formula. */
static inline bool
reading_is_formula(const char *at, const char *end)
{
	static const char *const begins[] = {
	    "=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"};

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		size_t n = strlen(begins[i]);
		if ((size_t)(end - at) >= n && memcmp(at, begins[i], n) == 0)
			return true;
	}
	return false;
}

static inline bool
reading_ends_cell(const struct reading *r, char c)
{
	return c == r->separator || c == '\n' || c == '\r';
}

/* The closing quote of what begins at `at`, or the end; a doubled one is part of the text. */
static inline const char *
reading_closing(const char *at, const char *end)
{
	while (at < end && (at = memchr(at, '"', (size_t)(end - at)))) {
		if (at + 1 == end || at[1] != '"')
			return at;
		at += 2;
	}
	return end;
}

/* Where a cell begins with a formula, read that way; NULL if nowhere. */
static inline const char *
reading_find_formula(const struct reading *r, const char *text, size_t n)
{
	const char *at = text, *end = text + n;

	while (at < end) {
		const char *cell = at;
		bool quoted = false;
		if (r->quotes && *at == '"') {
			const char *closing = reading_closing(at + 1, end);
			quoted = closing > at + 1;
			at = closing < end ? closing + 1 : end;
			cell = quoted ? cell + 1 : at;
		}
		bool filled = cell < end && (quoted || !reading_ends_cell(r, *cell));
		if (filled && reading_is_formula(cell, end))
			return cell;
		while (at < end && !reading_ends_cell(r, *at))
			at++;
		at += at < end;
	}
	return NULL;
}

#endif
