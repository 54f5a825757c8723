/*
 * Signs of damage: see sign.h. What a value as a whole may have become is a list of spellings; what
 * may be wrong with its characters is looked for where text_scan has seen any that are suspect.
 */
#include "model/sign.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

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

/* Bytes; longer values are nothing that became something else as a whole, no word, no month. */
#define LONGEST   40
#define NULL_MAX  9
#define MONTH_MAX 8

/*
 * What values as a whole become, in the programs and languages that people use. In patterns, "9" is
 * a digit, "%d" one or two, "%y" two or four, "%f" any number of them; "%t" is a time of day, "%M"
 * the short name of a month, "%N" a word in capitals. Everything else stands for itself. Three
 * lists, as most values are told by how they begin.
 */
struct spelling {
	const char *pattern; /* NULL: the end of the list */
	enum sign sign;
};

static const struct spelling with_digit[] = {
    {"%d-%M", SIGN_DATE},
    {"%d-%M-%y", SIGN_DATE},
    {"%d/%M", SIGN_DATE},
    {"%d/%M/%y", SIGN_DATE},
    {"%d.%M", SIGN_DATE},
    {"%d.%M.%y", SIGN_DATE},
    {"%d. %M", SIGN_DATE},
    {"%d. %M %y", SIGN_DATE},
    {"%d %M", SIGN_DATE},
    {"%d %M %y", SIGN_DATE},
    {"%d/%d/%y", SIGN_DATE},
    {"%d/%d/%y %t", SIGN_DATE},
    {"99.99.99", SIGN_DATE},
    {"%d.%d.9999", SIGN_DATE},
    {"%d.%d.%y %t", SIGN_DATE},
    {"%d. %d. 9999", SIGN_DATE},
    {"%d-%d-9999", SIGN_DATE},
    {"%d-%d-9999 %t", SIGN_DATE},
    {"9999/%d/%d", SIGN_DATE},
    {"9999/%d/%d %t", SIGN_DATE},
    {"9999.99.99.", SIGN_DATE},
    {"9999. %d. %d.", SIGN_DATE},
    {"9999-99-99 %t", SIGN_DATE}, /* the date alone is how people write it */
    {"9999-99-99T%t", SIGN_DATE},
    {"9999-99-99T%tZ", SIGN_DATE},
    {"%d月%d日", SIGN_DATE},
    {"9999年%d月%d日", SIGN_DATE},
    {"%d월 %d일", SIGN_DATE},
    {"9999년 %d월 %d일", SIGN_DATE},
    {"%t", SIGN_TIME},
    {"99:99.9", SIGN_TIME},
    {"9 days %t", SIGN_TIME},
    {"9E+99", SIGN_ROUNDED},
    {"9.%fE+99", SIGN_ROUNDED},
    {"9,%fE+99", SIGN_ROUNDED},
    {"9.%fe+99", SIGN_ROUNDED},
    {NULL, SIGN_NONE},
};

static const struct spelling with_month[] = {
    {"%M-%y", SIGN_DATE},
    {"%M/%y", SIGN_DATE},
    {"%M.%y", SIGN_DATE},
    {"%M %y", SIGN_DATE},
    {NULL, SIGN_NONE},
};

static const struct spelling with_word[] = {
    {"#%N!", SIGN_ERROR},
    {"#%N?", SIGN_ERROR},
    {"#¡%N!", SIGN_ERROR}, /* Spanish */
    {"#¿%N?", SIGN_ERROR},
    {"#N/A", SIGN_ERROR},
    {"#N/D", SIGN_ERROR}, /* Italian, Spanish, Portuguese, Polish */
    {"#N/B", SIGN_ERROR}, /* Dutch */
    {"#I/T", SIGN_ERROR}, /* Danish, Norwegian */
    {"#Н/Д", SIGN_ERROR}, /* Russian */
    {"#NV", SIGN_ERROR},  /* German */
    {"#YOK", SIGN_ERROR}, /* Turkish */
    {"#PUUTTUU", SIGN_ERROR},
    {"#HIÁNYZIK", SIGN_ERROR},
    {"#NENÍ_K_DISPOZICI", SIGN_ERROR},
    {"Err:999", SIGN_ERROR}, /* LibreOffice */
    {"Err :999", SIGN_ERROR},
    {"Loading...", SIGN_ERROR}, /* Google Sheets */
    {"Loading…", SIGN_ERROR},
    {"Wird geladen...", SIGN_ERROR},
    {"Wird geladen…", SIGN_ERROR},
    {"Chargement...", SIGN_ERROR},
    {"Chargement…", SIGN_ERROR},
    {"Cargando...", SIGN_ERROR},
    {"Caricamento...", SIGN_ERROR},
    {"Carregando...", SIGN_ERROR},
    {"Laden...", SIGN_ERROR},
    {"Загрузка...", SIGN_ERROR},
    {NULL, SIGN_NONE},
};

/* What programs write where there is nothing, spelled exactly so. */
static const char *const nulls[] = {"nan", "NaN", "NAN", "-nan", "-NaN", "NaT", "NA", "N/A", "n/a",
    "<NA>", "<na>", "None", "null", "Null", "NULL", "nil", "(null)", "(NULL)", "<null>", "<NULL>",
    "[null]", "[NULL]", "(blank)", "(none)", "\\N", "undefined", "1.#QNAN", "1.#IND", "-1.#IND"};

#define NULL_BEGINNINGS "Nn-<u([\\1"

/*
 * The short names of months that spreadsheet programs show, without the dot; each in one language,
 * as many have it.
 */
static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec",
    /* German */ "mrz", "mär", "mai", "okt", "dez",
    /* French */ "janv", "févr", "mars", "avr", "juin", "juil", "août", "déc",
    /* Spanish */ "ene", "abr", "ago", "dic",
    /* Italian */ "gen", "mag", "giu", "lug", "set", "ott",
    /* Portuguese */ "fev", "out",
    /* Dutch */ "mrt", "mei",
    /* Nordic */ "maj", "des", "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo",
    "syys", "loka", "marras", "joulu",
    /* Polish */ "sty", "lut", "kwi", "cze", "lip", "sie", "wrz", "paź", "lis", "gru",
    /* Czech */ "led", "úno", "bře", "dub", "kvě", "čvn", "čvc", "srp", "zář", "říj", "pro",
    /* Hungarian */ "febr", "márc", "ápr", "máj", "jún", "júl", "szept",
    /* Turkish */ "oca", "şub", "Şub", "nis", "haz", "tem", "ağu", "eyl", "eki", "kas", "ara",
    /* Russian */ "янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя",
    "дек"};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the byte is of a letter, in ASCII or not. */
static bool
is_letter(char c)
{
	return (unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t
digits_length(const char *text, size_t most)
{
	size_t n = 0;

	while (n < most && is_digit(text[n]))
		n++;
	return n;
}

static size_t
year_length(const char *text)
{
	size_t n = digits_length(text, 4);

	return n == 3 ? 2 : n == 1 ? 0 : n;
}

/* The length of the name of a month at the beginning, with its dot; 0 if there is none. */
static size_t
month_length(const char *text)
{
	size_t n = 0;

	while (is_letter(text[n]))
		n++;
	if (n < 3 || n > MONTH_MAX)
		return 0;
	for (size_t i = 0; i < COUNT(months); i++)
		if (((months[i][0] ^ text[0]) & 0xDF) == 0 &&
		    strncasecmp(months[i], text, n) == 0 && !months[i][n])
			return n + (text[n] == '.');
	return 0;
}

/* The length of a word in capitals, which may have a slash, a line or a digit in it; 0: none. */
static size_t
capitals_length(const char *text)
{
	size_t n = 0;

	while ((text[n] >= 'A' && text[n] <= 'Z') || (unsigned char)text[n] >= 0x80 ||
	       (n && (text[n] == '/' || text[n] == '_' || is_digit(text[n]))))
		n++;
	return n > 1 ? n : 0;
}

/* The length of a time such as 9:30, 09:30:00, 9:30:00 PM, 09:30:00.000; 0 if there is none. */
static size_t
time_length(const char *text)
{
	size_t n = digits_length(text, 2);

	if (!n || text[n] != ':' || digits_length(text + n + 1, 2) != 2)
		return 0;
	n += 3;
	if (text[n] == ':' && digits_length(text + n + 1, 2) == 2)
		n += 3;
	if (text[n] == '.' && is_digit(text[n + 1]))
		n += 1 + digits_length(text + n + 1, LONGEST);
	if (strncasecmp(text + n, " AM", 3) == 0 || strncasecmp(text + n, " PM", 3) == 0)
		n += 3;
	return n;
}

/* How many bytes at the beginning of the text the piece "%x" of a pattern stands for; 0: none. */
static size_t
piece_length(char piece, const char *text)
{
	switch (piece) {
	case 'd': return digits_length(text, 2);
	case 'y': return year_length(text);
	case 'f': return digits_length(text, LONGEST);
	case 't': return time_length(text);
	case 'M': return month_length(text);
	case 'N': return capitals_length(text);
	default: return 0;
	}
}

static bool
fits(const char *pattern, const char *text)
{
	for (size_t n; *pattern; pattern++, text += n) {
		if (*pattern == '%')
			n = piece_length(*++pattern, text);
		else
			n = *pattern == '9' ? is_digit(*text) : *text == *pattern;
		if (!n)
			return false;
	}
	return !*text;
}

static bool
may_be_null(char first)
{
	return memchr(NULL_BEGINNINGS, first, sizeof NULL_BEGINNINGS - 1);
}

static bool
is_null_word(const char *text, size_t n)
{
	if (n > NULL_MAX || !may_be_null(text[0]))
		return false;
	for (size_t i = 0; i < COUNT(nulls); i++)
		if (nulls[i][0] == text[0] && strcmp(nulls[i], text) == 0)
			return true;
	return false;
}

/* The list of spellings that begin as the text does. */
static const struct spelling *
spellings_of(const char *text)
{
	if (is_digit(*text))
		return with_digit;
	return month_length(text) ? with_month : with_word;
}

/*
 * Whether a value that begins and ends like this can have become something as a whole. Most cannot:
 * they are words, or end in a number of one digit.
 */
static bool
may_be_spelled(const char *text, size_t n)
{
	const char last = text[n - 1];

	return is_digit(text[0]) || text[0] == '#' || (is_digit(last) && is_digit(text[n - 2])) ||
	       last == '.' || (unsigned char)last >= 0x80;
}

enum sign
sign_of_whole(const char *text, size_t n)
{
	char own[LONGEST + 1] = "";

	if (n < 2 || n > LONGEST)
		return SIGN_NONE;
	const bool spelled = may_be_spelled(text, n);
	if (!spelled && (n > NULL_MAX || !may_be_null(text[0])))
		return SIGN_NONE;
	memcpy(own, text, n);
	if (is_null_word(own, n))
		return SIGN_NULL;
	if (!spelled || strlen(own) < n)
		return SIGN_NONE;
	if (strspn(own, "#") == n)
		return SIGN_NARROW;
	for (const struct spelling *s = spellings_of(own); s->pattern; s++)
		if (fits(s->pattern, own))
			return s->sign;
	return SIGN_NONE;
}

/*
 * UTF-8 that was taken for another encoding: the bytes of one character have become characters of
 * their own. The first stands for a byte from 0xC2 on, the others for bytes from 0x80 to 0xBF.
 * Windows-1252 from 0x80 to 0x9F; above, it is Latin-1.
 */
static const uint16_t windows_1252[32] = {0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020,
    0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c,
    0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178};

/* In DOS code pages and on old Macs, the lead of the letters of Western Europe (0xC3). */
static const struct {
	uint32_t lead;
	const char *tails;
} others[] = {
    {0x251c, "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐ø×®ÁÂÀ©"},
    {0x221a, "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏∫ªºΩæø"},
};

/* The byte that the character stands for in Windows-1252, 0 if it is below 0x80 or none. */
static unsigned
byte_of(uint32_t c)
{
	if (c >= 0xa0 && c <= 0xff)
		return (unsigned)c;
	for (unsigned i = 0; i < COUNT(windows_1252); i++)
		if (windows_1252[i] == c)
			return 0x80 + i;
	return 0;
}

/* Whether the byte of Windows-1252 is a mark that may well follow a letter: a quote, a dash. */
static bool
is_closing(unsigned byte)
{
	return byte == 0x85 || (byte >= 0x91 && byte <= 0x97) || byte == 0x99 || byte == 0xa0 ||
	       byte == 0xab || byte == 0xae || byte == 0xbb;
}

/*
 * The length of what has become of one character, of at least two, at the start of the text; 0 if
 * it is something else. *sure: no one would write that.
 */
static size_t
misread_length(const char *text, size_t n, bool *sure)
{
	uint32_t c;
	size_t at = text_decode(text, n, &c);
	unsigned lead = byte_of(c);
	size_t tails = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
	bool closing = true;

	for (size_t i = 0; i < tails; i++) {
		size_t length = text_decode(text + at, n - at, &c);
		unsigned byte = length ? byte_of(c) : 0;
		if (byte < 0x80 || byte > 0xbf)
			return 0;
		closing &= is_closing(byte);
		at += length;
	}
	*sure = !closing && (tails > 1 || lead == 0xc2 || lead == 0xc3);
	return tails && !(closing && tails == 1 && lead > 0xc3) ? at : 0;
}

/* The same for the encodings in `others`. */
static size_t
misread_elsewhere(const char *text, size_t n)
{
	uint32_t c;
	size_t at = text_decode(text, n, &c), length;

	for (size_t i = 0; i < COUNT(others); i++) {
		if (c != others[i].lead || !(length = text_decode(text + at, n - at, &c)) ||
		    c < 0x80)
			continue;
		if (memmem(others[i].tails, strlen(others[i].tails), text + at, length))
			return at + length;
	}
	return 0;
}

/* Where the first of them is; n if there is none, or a single one that may be meant. */
static size_t
find_misread(const char *text, size_t n)
{
	size_t first = n, found = 0, length;

	for (size_t i = 0; i < n; i += length) {
		bool sure;
		/* The lead is of two or three bytes, from U+00C2 on. */
		for (length = 1; i < n && (unsigned char)text[i] < 0xc3;)
			i++;
		size_t read = misread_length(text + i, n - i, &sure);
		if (!read) {
			read = misread_elsewhere(text + i, n - i);
			sure = true;
		}
		if (read) {
			first = first < n ? first : i;
			if (sure || ++found > 1)
				return first;
			length = read;
		}
	}
	return n;
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
	if (seen & TEXT_SEEN_MISREAD && (*at = find_misread(text, n)) < n)
		return SIGN_TWICE_ENCODED;
	if ((*at = p.invisible) < n && signs[SIGN_INVISIBLE].fields & in)
		return SIGN_INVISIBLE;
	return SIGN_NONE;
}
