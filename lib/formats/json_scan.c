/* Scanning JSON: see json_scan.h. */
#include "formats/json_scan.h"

#include "formats/findings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MISTAKE_MAX 8 /* no entry of mistakes[] is longer */

#define INCOMPLETE   "It may be cut off: upload it again, complete."
#define NO_COMMENTS  "JSON has no comments. Remove them."
#define NO_CONSTANTS "JSON has no NaN, Infinity or None. Use null, or leave the key out."
#define NO_CAPITALS  "Write true, false and null in small letters."
#define STRAIGHT     "Keys and text stand in straight double quotes (\"), not in typographic ones."
#define NO_VALUE \
	"Here a value is missing, or text is not in double quotes, or there is a comma too many."

/* What people write that is not JSON, by its first bytes. */
static const struct {
	const char *prefix, *remedy;
} mistakes[] = {
    {"'", "Keys and text stand in double quotes (\"), not in single ones."},
    {"\xE2\x80\x98", STRAIGHT},
    {"\xE2\x80\x99", STRAIGHT},
    {"\xE2\x80\x9C", STRAIGHT},
    {"\xE2\x80\x9D", STRAIGHT},
    {"\xE2\x80\x9E", STRAIGHT},
    {"\xC2\xAB", STRAIGHT},
    {"//", NO_COMMENTS},
    {"--", NO_COMMENTS},
    {"/*", NO_COMMENTS},
    {"#", NO_COMMENTS},
    {"NaN", NO_CONSTANTS},
    {"nan", NO_CONSTANTS},
    {"NAN", NO_CONSTANTS},
    {"Inf", NO_CONSTANTS},
    {"inf", NO_CONSTANTS},
    {"None", NO_CONSTANTS},
    {"undefine", NO_CONSTANTS},
    {"Null", NO_CAPITALS},
    {"NULL", NO_CAPITALS},
    {"True", NO_CAPITALS},
    {"TRUE", NO_CAPITALS},
    {"False", NO_CAPITALS},
    {"FALSE", NO_CAPITALS},
    {"+", "A number begins with a digit or with a minus sign."},
    {".", "A number begins with a digit or with a minus sign."},
};

bool
scan_fail(struct json_scan *s, const char *format, ...)
{
	struct finding f = {.line = s->line};
	char what[512];
	va_list ap;

	if (s->failed || s->looking) {
		s->failed = true;
		return false;
	}
	s->failed = true;
	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	return findings_tell(
	    &s->keys->to, s->in_record ? s->keys->at : f, "Line %" PRId64 ": %s", s->line, what);
}

/* Reads more text into the window. False at the end of the file or after a finding. */
static bool
fill(struct json_scan *s)
{
	const char *text = "";
	struct error err = {0};
	char why[KEYS_WHY_SIZE];

	if (s->failed)
		return false;
	if (s->in_record && s->record_bytes > s->keys->record_max) {
		s->failed = true;
		return !s->looking && keys_too_large(s->keys);
	}
	size_t done = s->in_record ? s->begin : s->pos;
	buf_consume(&s->window, done);
	s->pos -= done;
	s->begin = 0;

	ssize_t got = decode_next(&s->decoder, &text, &err);
	if (got < 0)
		return scan_fail(s, "%s", keys_unreadable(why, &s->decoder, &err));
	buf_add(&s->window, text, (size_t)got);
	s->record_bytes += (size_t)got;
	if (s->window.failed) {
		s->failed = true;
		return findings_tell_no_memory(&s->keys->to, s->keys->at);
	}
	return got > 0;
}

/* The next byte, or JSON_END. */
static int
peek(struct json_scan *s)
{
	if (s->pos == s->window.len && !fill(s))
		return JSON_END;
	return (unsigned char)s->window.data[s->pos];
}

int
scan_token(struct json_scan *s)
{
	int c;

	while ((c = peek(s)) == ' ' || c == '\n' || c == '\t' || c == '\r') {
		s->line += c == '\n';
		s->pos++;
	}
	return c;
}

/* The next bytes, up to `most` of them; fewer only at the end of the file. */
static struct text_slice
peek_text(struct json_scan *s, size_t most)
{
	while (s->window.len - s->pos < most && fill(s))
		continue;
	size_t n = s->window.len - s->pos;
	return (struct text_slice){buf_text(&s->window) + s->pos, n < most ? n : most};
}

bool
scan_mistake(struct json_scan *s, const char *otherwise)
{
	struct text_slice next = peek_text(s, MISTAKE_MAX);
	char shown[TEXT_SHOWN_SIZE];
	uint32_t c;

	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		if (text_begins_with(next, mistakes[i].prefix))
			return scan_fail(s, "%s", mistakes[i].remedy);
	}
	size_t n = text_decode(next.text, next.n, &c);
	if (n > 1 && text_is_invisible(c))
		return scan_fail(s,
		    "Here is an invisible character, %s, outside of text. Remove it.",
		    text_show(shown, next.text, n));
	if (n > 1 && text_is_space(c))
		return scan_fail(s,
		    "Here is the space U+%04X outside of text, where JSON has only plain ones. "
		    "Replace it.",
		    (unsigned)c);
	return scan_fail(s, "%s", otherwise);
}

bool
scan_unexpected(struct json_scan *s, const char *expected)
{
	if (peek(s) == JSON_END && s->in_record)
		return scan_fail(s, "The file breaks off inside record %" PRId64 ". " INCOMPLETE,
		    s->keys->at.row);
	if (peek(s) == JSON_END)
		return scan_fail(s,
		    "The file breaks off without the closing ]; records so far: %" PRId64
		    ". " INCOMPLETE,
		    s->keys->at.row);
	return scan_mistake(s, expected);
}

bool
scan_take(struct json_scan *s, int c)
{
	bool is = peek(s) == c;

	s->pos += is;
	return is;
}

/* Scans four hexadecimal digits. */
static bool
scan_hex(struct json_scan *s, unsigned *unit)
{
	*unit = 0;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		int c = peek(s);
		const char *digit = c > 0 ? strchr(digits, c) : NULL;
		if (!digit)
			return scan_unexpected(s,
			    "\\u is followed by four hexadecimal digits. If it belongs to a "
			    "path, write each backslash twice.");
		unsigned value = (unsigned)(digit - digits);
		*unit = *unit << 4 | (value > 15 ? value - 6 : value);
		s->pos++;
	}
	return true;
}

/* Scans what follows a backslash. */
static bool
scan_escape(struct json_scan *s)
{
	unsigned unit, low = 0;
	int c = peek(s);

	if (c == JSON_END)
		return scan_unexpected(s, "");
	if (!strchr("\"\\/bfnrtu", c))
		return scan_fail(s, "Here is a backslash that begins no escape. Write it as \\\\.");
	s->pos++;
	if (c != 'u')
		return true;
	if (!scan_hex(s, &unit))
		return false;
	if (unit < 0xD800 || unit > 0xDFFF)
		return true;
	if (unit < 0xDC00 && scan_take(s, '\\') && scan_take(s, 'u') && !scan_hex(s, &low))
		return false;
	if (low < 0xDC00 || low > 0xDFFF)
		return scan_fail(s,
		    "Here is half a character: \\u%04x without the other half (a surrogate pair "
		    "has two).",
		    unit);
	return true;
}

static bool
tell_control(struct json_scan *s, unsigned c)
{
	if (c == '\n')
		return scan_fail(s,
		    "Text goes on over the end of the line. Write a line break as \\n; "
		    "if none is meant, a double quote is missing.");
	return scan_fail(s, "Text has the control character U+%04X. Write it as \\u%04x.", c, c);
}

static bool
scan_string(struct json_scan *s)
{
	for (s->pos++;;) {
		const char *text = s->window.data;
		size_t at = s->pos, n = s->window.len;
		while (at < n && text[at] != '"' && text[at] != '\\' &&
		       (unsigned char)text[at] >= 0x20)
			at++;
		s->pos = at;
		int c = peek(s);
		if (c == '"') {
			s->pos++;
			return true;
		}
		if (c == '\\') {
			s->pos++;
			if (!scan_escape(s))
				return false;
		} else if (c == JSON_END) {
			return scan_unexpected(s, "");
		} else if (c < 0x20) {
			return tell_control(s, (unsigned)c);
		}
	}
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool
scan_digits(struct json_scan *s)
{
	if (!is_digit(peek(s)))
		return scan_unexpected(s, "Here a digit of a number is missing.");
	while (is_digit(peek(s)))
		s->pos++;
	return true;
}

static bool
scan_number(struct json_scan *s)
{
	if (scan_take(s, '-') && peek(s) == '-')
		return scan_fail(s, NO_COMMENTS);
	if (scan_take(s, '0')) {
		if (is_digit(peek(s)))
			return scan_fail(s,
			    "A number has no leading zeros. Put it in double quotes if "
			    "they matter.");
	} else if (!scan_digits(s)) {
		return false;
	}
	if (scan_take(s, '.') && !scan_digits(s))
		return false;
	if (!scan_take(s, 'e') && !scan_take(s, 'E'))
		return true;
	if (!scan_take(s, '+'))
		scan_take(s, '-');
	return scan_digits(s);
}

bool
scan_word(struct json_scan *s, const char *word)
{
	struct text_slice next = peek_text(s, strlen(word));

	if (text_begins_with(next, word)) {
		s->pos += next.n;
		return true;
	}
	if (memcmp(word, next.text, next.n) == 0)
		s->pos += next.n; /* the file ends in it */
	return scan_unexpected(s,
	    "Here stands a word that is none of true, false and null. Text stands "
	    "in double quotes.");
}

static bool scan_array(struct json_scan *s, int64_t depth, unsigned *items);

/* A key and a value that nobody looks at. */
static bool
scan_member(struct json_scan *s, int64_t depth, void *ctx)
{
	unsigned ignored = 0;

	(void)ctx;
	return scan_key(s) && scan_colon(s) && scan_value(s, depth, &ignored);
}

bool
scan_value(struct json_scan *s, int64_t depth, unsigned *items)
{
	static const char *const words[] = {"true", "false", "null"};
	int c = scan_token(s);

	if (c == '"')
		return scan_string(s);
	if (c == '-' || is_digit(c))
		return scan_number(s);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (c == words[i][0])
			return scan_word(s, words[i]);
	}
	if (c != '{' && c != '[')
		return scan_unexpected(s, c == ']' ? JSON_COMMA_TOO_MANY : NO_VALUE);
	if (depth >= s->keys->limits.max_depth)
		return scan_fail(s,
		    "Objects and arrays are nested deeper than %" PRId64
		    " levels, the limit (max_depth).",
		    s->keys->limits.max_depth);
	return c == '[' ? scan_array(s, depth + 1, items)
			: scan_object(s, depth + 1, scan_member, NULL);
}

/* What an item is that begins with that byte. */
static unsigned
items_of(int c)
{
	switch (c) {
	case '"': return 0;
	case '{': return JSON_OBJECTS;
	case '[': return JSON_ARRAYS;
	default: return c == '-' || is_digit(c) ? JSON_NUMBERS : JSON_WORDS;
	}
}

static bool
scan_array(struct json_scan *s, int64_t depth, unsigned *items)
{
	unsigned ignored = 0;

	s->pos++;
	if (scan_token(s) == ']')
		return scan_take(s, ']');
	for (;;) {
		int c = scan_token(s);
		*items |= items_of(c);
		if (!scan_value(s, depth, &ignored))
			return false;
		if (scan_token(s) == ']')
			return scan_take(s, ']');
		if (!scan_take(s, ','))
			return scan_unexpected(s, "Here a comma or the closing ] is missing.");
	}
}

static bool
tell_no_key(struct json_scan *s, int c)
{
	if (c == '}')
		return scan_fail(s, JSON_COMMA_TOO_MANY);
	if (c == '_' || c == '$' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return scan_unexpected(
		    s, "Here is a key without quotes. Keys stand in double quotes (\").");
	return scan_unexpected(
	    s, "Here a key in double quotes is missing, or there is a comma too many.");
}

bool
scan_key(struct json_scan *s)
{
	int c = scan_token(s);

	return c == '"' ? scan_string(s) : tell_no_key(s, c);
}

bool
scan_colon(struct json_scan *s)
{
	scan_token(s);
	return scan_take(s, ':') || scan_unexpected(s, "Here the colon behind a key is missing.");
}

bool
scan_object(struct json_scan *s, int64_t depth, json_member_fn *member, void *ctx)
{
	s->pos++;
	if (scan_token(s) == '}')
		return scan_take(s, '}');
	for (;;) {
		if (!member(s, depth, ctx))
			return false;
		if (scan_token(s) == '}')
			return scan_take(s, '}');
		if (!scan_take(s, ','))
			return scan_unexpected(s,
			    "Here a comma or the closing } is missing; or a double quote before "
			    "this belongs to the text: write it as \\\".");
	}
}

void
scan_keep(struct json_scan *s)
{
	s->begin = s->pos;
}

struct text_slice
scan_kept(const struct json_scan *s)
{
	return (struct text_slice){s->window.data + s->begin, s->pos - s->begin};
}

void
scan_restart(struct json_scan *s)
{
	decode_rewind(&s->decoder);
	buf_clear(&s->window);
	s->begin = s->pos = 0;
	s->line = 1;
	s->failed = s->in_record = false;
}
