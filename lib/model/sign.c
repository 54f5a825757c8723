/* Signs of damage: see sign.h. */
#include "model/sign.h"

#include "base/text.h"
#include "model/misread.h"

#include <stdint.h>
#include <string.h>

#define LINES (1u << FIELD_LINE)
#define TEXTS (LINES | 1u << FIELD_TEXT)
#define TAGS  (1u << FIELD_TAGS)

#define WRITE_AGAIN "If so, write the value again, in a cell that is formatted as text."
#define SAVE_UTF8   "If so, save the file again as UTF-8 where it came from, and upload that."

const struct sign_row signs[SIGN_COUNT] = {
    [SIGN_NONE] = {"", "", 0, "", ""},
    [SIGN_DATE] = {"date", "Values that look like dates", TEXTS | TAGS,
	"a date that a spreadsheet program made of something else, such as 1-2", WRITE_AGAIN},
    [SIGN_TIME] = {"time", "Values that look like times", TEXTS | TAGS,
	"a time that a spreadsheet program made of something else, such as 1:2", WRITE_AGAIN},
    [SIGN_ROUNDED] = {"rounded", "Numbers that were rounded", TEXTS | TAGS,
	"a long number that a spreadsheet program has rounded", WRITE_AGAIN},
    [SIGN_ERROR] = {"formula_error", "Errors of formulas", TEXTS | TAGS,
	"the error of a formula that a spreadsheet program saw here", WRITE_AGAIN},
    [SIGN_NARROW] = {"narrow", "Values that a column had no room for", TEXTS | TAGS,
	"a number that a spreadsheet program had no room to show", WRITE_AGAIN},
    [SIGN_NULL] = {"null", "Words for nothing", TEXTS | TAGS,
	"the word that a program writes where there is nothing",
	"If nothing is meant, leave it empty."},
    [SIGN_REPLACED] = {"replaced", "Characters that were lost", TEXTS | TAGS,
	"text of which a character was lost and replaced by \357\277\275 (U+FFFD)",
	"Look for it where the file came from: it cannot be told any more from this one."},
    [SIGN_TWICE_ENCODED] = {"twice_encoded", "Text in the wrong encoding", TEXTS | TAGS,
	"text in UTF-8 that a program took for another encoding, which turns one character into "
	"several",
	SAVE_UTF8},
    [SIGN_INVISIBLE] = {"invisible", "Invisible characters", LINES | TAGS,
	"text with a character in it that cannot be seen",
	"Two such values look alike and are not the same. Remove it unless it is meant."},
    [SIGN_DIRECTION] = {"direction", "Characters that change the order of text", TEXTS | TAGS,
	"text that is shown in another order than it is written",
	"What a reviewer sees may not be what it says. Remove the character unless it is meant."},
    [SIGN_APOSTROPHE] = {"apostrophe", "Apostrophes before formulas", TEXTS | TAGS,
	"a value that a program has guarded with an apostrophe, so that it is no formula",
	"Remove the apostrophe unless it is meant."},
    [SIGN_SEPARATOR] = {"separator", "Tags with commas in them", TAGS,
	"several tags, but it is one: tags are separated by ;",
	"Write ; between them if they are several."},
    [SIGN_ENCODING] = {"encoding", "Files that are not UTF-8", 0, "", ""},
    [SIGN_SHORT_ROW] = {"short_row", "Rows with fewer cells than the header", 0, "", ""},
    [SIGN_HEADER_AGAIN] = {"header_again", "The header again", 0, "", ""},
    [SIGN_RETIRED] = {"retired", "Retired fields", 0, "", ""},
    [SIGN_MERGED] = {"merged", "Merged cells", 0, "", ""},
    [SIGN_OTHER_SHEET] = {"other_sheet", "Sheets that were not read", 0, "", ""},
    [SIGN_HIDDEN_DEL] = {"hidden_delete", "Hidden rows and columns that delete items", 0, "", ""},
    [SIGN_HIDDEN] = {"hidden", "Hidden rows and columns", 0, "", ""},
    [SIGN_SHOWN] = {"shown", "Numbers that the sheet shows in another way", 0, "", ""},
    [SIGN_COMMENT] = {"comment", "Values cut by a #", 0, "", ""},
    [SIGN_TWIN] = {"twin", "New items that are there already", 0, "", ""},
    [SIGN_MORE] = {"more", "Warnings that were not looked at", 0, "", ""},
};

enum sign
sign_named(const char *name)
{
	int i = SIGN_COUNT - 1;

	while (i && strcmp(signs[i].name, name) != 0)
		i--;
	return (enum sign)i;
}

/* Whether the character is of a script that is written from right to left. */
static bool
is_right_to_left(uint32_t c)
{
	return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
	       (c >= 0xfe70 && c <= 0xfefc) || (c >= 0x10800 && c <= 0x10fff) ||
	       (c >= 0x1e800 && c <= 0x1efff);
}

static bool
is_direction_mark(uint32_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f;
}

static bool
is_joiner(uint32_t c)
{
	return c == 0x200c || c == 0x200d;
}

/* Whether the character is of a script without spaces, where U+200B says where a word ends. */
static bool
is_unspaced(uint32_t c)
{
	return c >= 0xe00 && c <= 0x17ff;
}

/* Overrides: what shows letters in another order than that of their script. */
static bool
is_override(uint32_t c)
{
	return c == 0x202d || c == 0x202e;
}

/* Embeddings and isolates, which texts of two directions need. */
static bool
is_embedding(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202c) || (c >= 0x2066 && c <= 0x2069);
}

/* What is known about the characters of a value: where the first of each kind is; n if nowhere. */
struct places {
	size_t replaced, reordering, invisible;
};

/*
 * Joiners are letters in some scripts and hold emoji together, so they are odd only beside ASCII.
 * Marks and embeddings are odd in a text with no letter that is written from right to left.
 */
static struct places
find_places(const char *text, size_t n)
{
	struct places p = {n, n, n};
	size_t mark = n, embedding = n, length;
	uint32_t c = 0, before = 0;
	bool right_to_left = false;

	for (size_t i = 0; i < n; i += length ? length : 1, before = c) {
		size_t *place = NULL;
		length = text_decode(text + i, n - i, &c);
		right_to_left |= is_right_to_left(c);
		if (c == 0xfffd)
			place = &p.replaced;
		else if (is_override(c))
			place = &p.reordering;
		else if (is_embedding(c))
			place = &embedding;
		else if (is_direction_mark(c))
			place = &mark;
		else if (text_is_invisible(c) && !(is_joiner(c) && before >= 0x80) &&
			 !(c == 0x200b && is_unspaced(before)))
			place = &p.invisible;
		if (place && *place == n)
			*place = i;
	}
	if (!right_to_left && embedding < p.reordering)
		p.reordering = embedding;
	if (!right_to_left && mark < p.invisible)
		p.invisible = mark;
	return p;
}

/* Whether an apostrophe guards the value, rather than quoting something. */
static bool
is_guarded(const char *text, size_t n)
{
	return n > 2 && text[0] == '\'' && memchr("=+-@", text[1], 4) &&
	       !memchr(text + 1, '\'', n - 1);
}

enum sign
sign_of_characters(enum field_kind kind, const char *text, size_t n, unsigned seen, size_t *at)
{
	const unsigned in = 1u << kind;
	struct places p = {n, n, n};

	*at = 0;
	if (is_guarded(text, n) && signs[SIGN_APOSTROPHE].fields & in)
		return SIGN_APOSTROPHE;
	if (seen & (TEXT_SEEN_REPLACED | TEXT_SEEN_INVISIBLE))
		p = find_places(text, n);
	if ((*at = p.replaced) < n)
		return SIGN_REPLACED;
	if ((*at = p.reordering) < n)
		return SIGN_DIRECTION;
	/* Before what cannot be seen, as some of that is half a character here. */
	if (seen & TEXT_SEEN_MISREAD && (*at = misread_find(text, n)) < n)
		return SIGN_TWICE_ENCODED;
	if ((*at = p.invisible) < n && signs[SIGN_INVISIBLE].fields & in)
		return SIGN_INVISIBLE;
	return SIGN_NONE;
}
