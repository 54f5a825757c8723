/* Signs of damage: see sign.h. */
#include "model/sign.h"

#include "base/text.h"
#include "model/misread.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

#define LINES (1u << FIELD_LINE)
#define TEXTS (LINES | 1u << FIELD_TEXT)
#define TAGS  (1u << FIELD_TAGS)

#define IF_SO          "If that is what happened, "
#define WRITE_AGAIN    IF_SO "write the value again."
#define FORMAT_AS_TEXT "Format the cell as text before you do (in Excel: Format Cells, Text)."

const struct sign_row signs[SIGN_COUNT] = {
    [SIGN_NONE] = {.name = "", .title = ""},
    [SIGN_DATE] = {"date", "Values that look like dates", TEXTS | TAGS,
	"looks like a date that a spreadsheet program made of something else, such as 1-2",
	WRITE_AGAIN, FORMAT_AS_TEXT},
    [SIGN_TIME] = {"time", "Values that look like times", TEXTS | TAGS,
	"looks like a time that a spreadsheet program made of something else, such as 1:2",
	WRITE_AGAIN, FORMAT_AS_TEXT},
    [SIGN_ROUNDED] = {"rounded", "Numbers that were rounded", TEXTS | TAGS,
	"looks like a long number that a spreadsheet program has rounded: its last digits are lost",
	IF_SO "take the number from where it came from, and write it again.", FORMAT_AS_TEXT},
    [SIGN_ERROR] = {"formula_error", "Errors of formulas", TEXTS | TAGS,
	"looks like the error of a formula, which a spreadsheet program sees in a text that begins "
	"with =, + or -",
	IF_SO "take the text from where it came from, and write it again.", FORMAT_AS_TEXT},
    [SIGN_NARROW] = {"narrow", "Values that a column had no room for", TEXTS | TAGS,
	"looks like a number that a spreadsheet program had no room to show; the number itself is "
	"not in the file",
	IF_SO "make the column wider where the file came from, and save it again."},
    [SIGN_NULL] = {"null", "Words for nothing", TEXTS | TAGS,
	"looks like what programs or people write where there is nothing",
	"If nothing is meant, leave it empty."},
    [SIGN_REPLACED] = {"replaced", "Characters that were lost", TEXTS | TAGS,
	"has lost a character: \357\277\275 or ? stands where it was",
	"This file no longer says which it was: look for it where the file came from."},
    [SIGN_TWICE_ENCODED] = {"twice_encoded", "Letters that a program has read wrongly",
	TEXTS | TAGS,
	"looks like text in which a program has read accented letters or signs wrongly, as "
	"\u00c3\u00bc for \u00fc",
	IF_SO "save the file again as UTF-8 where it came from (in Excel: Save as, CSV UTF-8), and "
	      "upload that."},
    [SIGN_INVISIBLE] = {"invisible", "Invisible characters", LINES | TAGS,
	"has a character in it that cannot be seen",
	"Two such values look alike and are not the same. Remove it unless it is meant."},
    [SIGN_DIRECTION] = {"direction", "Characters that change the order of text", TEXTS | TAGS,
	"has a character in it that shows the text in another order than it is written",
	"What a reviewer sees may not be what it says. Remove the character unless it is meant."},
    [SIGN_APOSTROPHE] = {"apostrophe", "Apostrophes before formulas", TEXTS | TAGS,
	"begins with an apostrophe as programs put it before formulas; here it is part of the "
	"value",
	"Remove it unless it is meant."},
    [SIGN_WRAPPED] = {"wrapped", "Values wrapped in =\"...\"", TEXTS | TAGS,
	"looks like a value that a program has wrapped in =\"...\", so that a spreadsheet program "
	"keeps it as it is; here that is part of the value",
	"Write it without =\"...\" unless it is meant."},
    [SIGN_SEPARATOR] = {"separator", "Tags that look like several", TAGS,
	"is one tag, but looks like several, which are separated by ; here",
	"If they are several, write ; between them, and no brackets or quotes around them: "
	"alpha;beta."},
    [SIGN_CUT] = {"cut", "Values that may be cut off", 1u << FIELD_TEXT,
	"is exactly as long as an Excel cell can be, so its end is probably missing",
	IF_SO "take the text from where it came from, and upload it in another format, such as "
	      "json."},
    [SIGN_ESCAPED] = {"escaped", "Characters that are written as codes", TEXTS | TAGS,
	"has a code in it, as programs write them for a character: _x000D_ for a line break, "
	"&amp; for &, \\u00fc for \u00fc",
	"Write the character itself unless the code is meant."},
    [SIGN_ENCODING] = {.name = "encoding", .title = "Files that are not UTF-8"},
    [SIGN_SHORT_ROW] = {.name = "short_row", .title = "Rows with fewer cells than the header"},
    [SIGN_SWALLOWED] = {.name = "swallowed", .title = "Rows inside a value"},
    [SIGN_HEADER_AGAIN] = {.name = "header_again", .title = "The header again"},
    [SIGN_RETIRED] = {.name = "retired", .title = "Retired fields"},
    [SIGN_MERGED] = {.name = "merged", .title = "Merged cells"},
    [SIGN_OTHER_SHEET] = {.name = "other_sheet", .title = "Sheets that were not read"},
    [SIGN_HIDDEN_DEL] = {.name = "hidden_delete",
	.title = "Hidden rows and columns that delete items"},
    [SIGN_HIDDEN] = {.name = "hidden", .title = "Hidden rows and columns"},
    [SIGN_SHOWN] = {.name = "shown", .title = "Numbers that the sheet shows in another way"},
    [SIGN_COMMENT] = {.name = "comment", .title = "Values cut by a #"},
    [SIGN_JOINED] = {.name = "joined", .title = "Lines that were joined"},
    [SIGN_KEY_IN_TEXT] = {.name = "key_in_text", .title = "Keys that were read as text"},
    [SIGN_BACKSLASH] = {.name = "backslash", .title = "Backslashes that were read as escapes"},
    [SIGN_APPLIED] = {.name = "applied_before", .title = "Files that were applied before"},
    [SIGN_TWIN] = {.name = "twin", .title = "New items that are there already"},
    [SIGN_EMPTIED] = {.name = "emptied", .title = "Columns that are emptied"},
    [SIGN_RETURNING] = {.name = "returning", .title = "Deleted items that come back"},
    [SIGN_MORE] = {.name = "more", .title = "Warnings that were not looked at"},
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

/* Whether a question mark at `at` stands for an apostrophe: don?t, it?s. */
static bool
is_apostrophe(const char *text, const char *end, const char *at)
{
	static const char *const endings[] = {"t", "s", "re", "ve", "ll", "d", "m"};
	const char *after = at + 1;

	if (at == text || !text_is_small(at[-1]))
		return false;
	while (after < end && text_is_small(*after))
		after++;
	if (after < end && !strchr(" \n\t.,;:!)", *after))
		return false;
	for (size_t i = 0; i < COUNT(endings); i++)
		if (strlen(endings[i]) == (size_t)(after - at - 1) &&
		    memcmp(at + 1, endings[i], strlen(endings[i])) == 0)
			return true;
	return false;
}

/* Whether the text may be a pattern or an address, where a single question mark means something. */
static bool
may_be_pattern(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] && strchr("/\\*+()[]{}=&^$|<>", text[i]))
			return true;
	return false;
}

/*
 * Where question marks stand for letters: several in a row within a word or as the whole value; a
 * single one as an apostrophe, and in a line within a word. n if nowhere.
 */
static size_t
find_question_marks(enum field_kind kind, const char *text, size_t n)
{
	const char *end = text + n, *from = text, *to;

	for (; (from = memchr(from, '?', (size_t)(end - from))); from = to) {
		for (to = from; to < end && *to == '?';)
			to++;
		const bool single = to - from == 1;
		if (!single && to - from == (ptrdiff_t)n)
			return 0;
		if (from == text || to == end || !text_is_letter(from[-1]) ||
		    !text_is_letter(*to) || memchr(text, '`', n))
			continue;
		if (!single || is_apostrophe(text, end, from) ||
		    (kind != FIELD_TEXT && text_is_small(*to) && !may_be_pattern(text, n)))
			return (size_t)(from - text);
	}
	return n;
}

/* Whether it is _x000D_, as workbooks write what XML has no room for; n >= 7. */
static bool
is_cell_code(const char *text)
{
	size_t digits = 2;

	while (digits < 6 && isxdigit((unsigned char)text[digits]))
		digits++;
	return text[1] == 'x' && digits == 6 && text[6] == '_';
}

/* Where the first such code is right behind something else; n if nowhere. */
static size_t
find_cell_code(const char *text, size_t n)
{
	const char *at = text, *end = text + n;

	for (; end - at >= 7 && (at = memchr(at, '_', (size_t)(end - at - 6))); at++)
		if (at > text && at[-1] > ' ' && is_cell_code(at))
			return (size_t)(at - text);
	return n;
}

/* Names of characters in HTML, and how those of letters, quotes and dashes end: &uuml;, &rsquo;. */
static const char *const names[] = {"amp", "lt", "gt", "quot", "apos", "nbsp", "hellip", "copy",
    "reg", "trade", "euro", "pound", "deg", "sect", "middot", "bull", "times"};
static const char *const endings[] = {
    "uml", "acute", "grave", "circ", "tilde", "cedil", "slash", "ring", "lig", "quo", "dash"};

/* Whether it is a name of a character in HTML. */
static bool
is_name(const char *text, size_t n)
{
	for (size_t i = 0; i < COUNT(names); i++)
		if (strlen(names[i]) == n && memcmp(text, names[i], n) == 0)
			return true;
	for (size_t i = 0; i < COUNT(endings); i++) {
		const size_t length = strlen(endings[i]);
		if (length < n && memcmp(text + n - length, endings[i], length) == 0)
			return true;
	}
	return false;
}

/* Whether a character is written there as in HTML, at an &: by name or by number. */
static bool
is_entity(const char *text, size_t n)
{
	const bool number = n > 2 && text[1] == '#', hex = number && (text[2] | ' ') == 'x';
	int (*const is_part)(int) = hex ? isxdigit : number ? isdigit : isalpha;
	const size_t begin = 1 + (size_t)number + (size_t)hex;
	size_t end = begin;

	while (end < n && is_part((unsigned char)text[end]))
		end++;
	if (end == begin || end == n || text[end] != ';')
		return false;
	return number || is_name(text + begin, end - begin);
}

static size_t
find_entity(const char *text, size_t n)
{
	const char *at = text, *end = text + n;

	for (; (at = memchr(at, '&', (size_t)(end - at))); at++)
		if (is_entity(at, (size_t)(end - at)))
			return (size_t)(at - text);
	return n;
}

/*
 * Whether it is \u00fc, as programs write a character: one beyond ASCII, or `ascii` that is no
 * control character; n >= 6.
 */
static bool
is_unicode_code(const char *text, bool ascii)
{
	size_t digits = 2;

	while (digits < 6 && isxdigit((unsigned char)text[digits]))
		digits++;
	return text[1] == 'u' && digits == 6 &&
	       (memcmp(text + 2, "00", 2) != 0 || text[4] > (ascii ? '1' : '7'));
}

/*
 * Where the first such code is; n if nowhere. Texts may speak of them: there it must be within a
 * word.
 */
static size_t
find_unicode_code(const char *text, size_t n, bool in_word)
{
	const char *at = text, *end = text + n;

	for (; end - at >= 6 && (at = memchr(at, '\\', (size_t)(end - at - 5))); at++)
		if (is_unicode_code(at, !in_word) &&
		    (!in_word || (at > text && text_is_letter(at[-1]) && at + 6 < end &&
				     text_is_letter(at[6]))))
			return (size_t)(at - text);
	return n;
}

static bool
is_wrapped(const char *text, size_t n)
{
	return n > 3 && memcmp(text, "=\"", 2) == 0 && text[n - 1] == '"';
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
	if (is_wrapped(text, n) && signs[SIGN_WRAPPED].fields & in)
		return SIGN_WRAPPED;
	if (seen & (TEXT_SEEN_REPLACED | TEXT_SEEN_INVISIBLE))
		p = find_places(text, n);
	if ((*at = p.replaced) < n)
		return SIGN_REPLACED;
	if ((*at = find_question_marks(kind, text, n)) < n)
		return SIGN_REPLACED;
	if ((*at = p.reordering) < n)
		return SIGN_DIRECTION;
	/* Before what cannot be seen, as some of that is half a character here. */
	if (seen & TEXT_SEEN_MISREAD && (*at = misread_find(text, n)) < n)
		return SIGN_TWICE_ENCODED;
	if ((*at = p.invisible) < n && signs[SIGN_INVISIBLE].fields & in)
		return SIGN_INVISIBLE;
	if ((*at = find_cell_code(text, n)) < n)
		return SIGN_ESCAPED;
	if ((*at = find_unicode_code(text, n, kind == FIELD_TEXT)) < n)
		return SIGN_ESCAPED;
	if (kind != FIELD_TEXT && (*at = find_entity(text, n)) < n)
		return SIGN_ESCAPED;
	*at = 0;
	return SIGN_NONE;
}
