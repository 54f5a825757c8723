/*
 * The JSON reader: see json.h.
 *
 * The text is scanned by the grammar of RFC 8259 and passed to keys.h value by value; a window over
 * the text holds no more than one value. json-c is only used to decode strings that have escapes:
 * as a parser it accepts what must be refused here (single quotes, NaN, lone surrogates, repeated
 * keys), clamps large numbers, and its error messages are not fit for users.
 */
#include "formats/json.h"

#include "base/buf.h"
#include "base/text.h"
#include "formats/decode.h"
#include "formats/findings.h"
#include "formats/keys.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT_END       (-1) /* what peek returns after the last byte */
#define RECORD_DEPTH 2    /* the depth of a record, which is inside the array */

#define INCOMPLETE   "It may be cut off: upload it again, complete."
#define NO_COMMENTS  "JSON has no comments. Remove them."
#define NO_CONSTANTS "JSON has no NaN, Infinity or None. Use null, or leave the key out."
#define NO_CAPITALS  "Write true, false and null in small letters."

/* To be followed by KEYS_SHOWN. */
#define AN_OBJECT "{\"%s\": ..., \"%s\": ...}"
#define AN_ARRAY  "an array of records: [" AN_OBJECT ", ...]"

struct json {
	struct reader reader;
	struct findings to;
	struct keys keys;
	struct limits limits;
	enum reader_status status; /* READER_RECORD until the end or a failure */
	bool failed;               /* a fatal finding was reported */

	struct buf window; /* text from the file */
	size_t begin;      /* in a record: start of its last key or value; kept from there on */
	size_t pos;        /* where scanning continues */
	int64_t line;      /* the line of pos */
	bool in_record;
	size_t record_bytes; /* taken from the file since the record began */

	struct json_tokener *tokener;
	struct json_object *string; /* its latest result */

	struct decoder decoder;
};

/* What there is in an array besides text. */
enum {
	ITEM_NUMBER = 1,
	ITEM_OTHER = 2,
};

/* What people write that is not JSON, by its first bytes. */
static const struct {
	const char *prefix, *remedy;
} mistakes[] = {
    {"'", "Keys and text stand in double quotes (\"), not in single ones."},
    {"\xE2\x80", "Keys and text stand in straight double quotes (\"), not in typographic ones."},
    {"//", NO_COMMENTS},
    {"/*", NO_COMMENTS},
    {"#", NO_COMMENTS},
    {"NaN", NO_CONSTANTS},
    {"Infinity", NO_CONSTANTS},
    {"None", NO_CONSTANTS},
    {"Null", NO_CAPITALS},
    {"NULL", NO_CAPITALS},
    {"True", NO_CAPITALS},
    {"TRUE", NO_CAPITALS},
    {"False", NO_CAPITALS},
    {"FALSE", NO_CAPITALS},
    {"+", "A number begins with a digit or with a minus sign."},
    {".", "A number begins with a digit or with a minus sign."},
};

/* Reports a fatal error, once. Always returns false. */
__attribute__((format(printf, 2, 3))) static bool
fail(struct json *j, const char *format, ...)
{
	struct finding f = {.line = j->line};
	char what[512];
	va_list ap;

	if (j->failed)
		return false;
	j->failed = true;
	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	return findings_tell(
	    &j->to, j->in_record ? j->keys.at : f, "Line %" PRId64 ": %s", j->line, what);
}

/* Reads more text into the window. False at the end of the file or after a finding. */
static bool
fill(struct json *j)
{
	const char *text = "";
	struct error err = {0};

	if (j->failed)
		return false;
	if (j->in_record && j->record_bytes > j->keys.record_max) {
		j->failed = true;
		return keys_too_large(&j->keys);
	}
	size_t done = j->in_record ? j->begin : j->pos;
	buf_consume(&j->window, done);
	j->pos -= done;
	j->begin = 0;

	ssize_t got = decode_next(&j->decoder, &text, &err);
	if (got < 0)
		return fail(j, "%s",
		    err.code == ERROR_INPUT ? "Here is a byte that is not UTF-8, or a NUL "
					      "character. Save the file as UTF-8."
					    : err.message);
	buf_add(&j->window, text, (size_t)got);
	j->record_bytes += (size_t)got;
	if (j->window.failed) {
		j->failed = true;
		return findings_tell_no_memory(&j->to, j->keys.at);
	}
	return got > 0;
}

/* The next byte, or AT_END. */
static int
peek(struct json *j)
{
	if (j->pos == j->window.len && !fill(j))
		return AT_END;
	return (unsigned char)j->window.data[j->pos];
}

/* The next byte that is not white space, or AT_END. */
static int
peek_token(struct json *j)
{
	int c;

	while ((c = peek(j)) == ' ' || c == '\n' || c == '\t' || c == '\r') {
		j->line += c == '\n';
		j->pos++;
	}
	return c;
}

/* Reports that the next byte is unexpected; `expected` says what would be. Always returns false. */
static bool
unexpected(struct json *j, const char *expected)
{
	if (peek(j) == AT_END && j->in_record)
		return fail(j, "The file breaks off inside record %" PRId64 ". " INCOMPLETE,
		    j->keys.at.row);
	if (peek(j) == AT_END)
		return fail(j,
		    "The file breaks off without the closing ]; records so far: %" PRId64
		    ". " INCOMPLETE,
		    j->keys.at.row);
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		size_t n = strlen(mistakes[i].prefix);
		if (j->window.len - j->pos >= n &&
		    memcmp(j->window.data + j->pos, mistakes[i].prefix, n) == 0)
			return fail(j, "%s", mistakes[i].remedy);
	}
	return fail(j, "%s", expected);
}

/* Consumes the next byte if it is c. */
static bool
take(struct json *j, int c)
{
	bool is = peek(j) == c;

	j->pos += is;
	return is;
}

/* Scans four hexadecimal digits. */
static bool
scan_hex(struct json *j, unsigned *unit)
{
	*unit = 0;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		int c = peek(j);
		const char *digit = c > 0 ? strchr(digits, c) : NULL;
		if (!digit)
			return unexpected(j, "\\u is followed by four hexadecimal digits.");
		unsigned value = (unsigned)(digit - digits);
		*unit = *unit << 4 | (value > 15 ? value - 6 : value);
		j->pos++;
	}
	return true;
}

/* Scans what follows a backslash. */
static bool
scan_escape(struct json *j)
{
	unsigned unit, low = 0;
	int c = peek(j);

	if (c == AT_END)
		return unexpected(j, "");
	if (!strchr("\"\\/bfnrtu", c))
		return fail(j, "Here is a backslash that begins no escape. Write it as \\\\.");
	j->pos++;
	if (c != 'u')
		return true;
	if (!scan_hex(j, &unit))
		return false;
	if (unit < 0xD800 || unit > 0xDFFF)
		return true;
	if (unit < 0xDC00 && take(j, '\\') && take(j, 'u') && !scan_hex(j, &low))
		return false;
	if (low < 0xDC00 || low > 0xDFFF)
		return fail(j,
		    "Here is half a character: \\u%04x without the other half (a surrogate pair "
		    "has two).",
		    unit);
	return true;
}

static bool
tell_control(struct json *j, unsigned c)
{
	if (c == '\n')
		return fail(j, "Text goes on over the end of the line. Write a line break as \\n; "
			       "if none is meant, a double quote is missing.");
	return fail(j, "Text has the control character U+%04X. Write it as \\u%04x.", c, c);
}

static bool
scan_string(struct json *j)
{
	for (j->pos++;;) {
		const char *text = j->window.data;
		size_t at = j->pos, n = j->window.len;
		while (at < n && text[at] != '"' && text[at] != '\\' &&
		       (unsigned char)text[at] >= 0x20)
			at++;
		j->pos = at;
		int c = peek(j);
		if (c == '"') {
			j->pos++;
			return true;
		}
		if (c == '\\') {
			j->pos++;
			if (!scan_escape(j))
				return false;
		} else if (c == AT_END) {
			return unexpected(j, "");
		} else if (c < 0x20) {
			return tell_control(j, (unsigned)c);
		}
	}
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool
scan_digits(struct json *j)
{
	if (!is_digit(peek(j)))
		return unexpected(j, "Here a digit of a number is missing.");
	while (is_digit(peek(j)))
		j->pos++;
	return true;
}

static bool
scan_number(struct json *j)
{
	take(j, '-');
	if (take(j, '0')) {
		if (is_digit(peek(j)))
			return fail(j, "A number has no leading zeros. Put it in double quotes if "
				       "they matter.");
	} else if (!scan_digits(j)) {
		return false;
	}
	if (take(j, '.') && !scan_digits(j))
		return false;
	if (!take(j, 'e') && !take(j, 'E'))
		return true;
	if (!take(j, '+'))
		take(j, '-');
	return scan_digits(j);
}

static bool
scan_word(struct json *j, const char *word)
{
	for (; *word; word++) {
		if (!take(j, *word))
			return unexpected(j, "Here stands a word that is none of true, false and "
					     "null. Text stands in double quotes.");
	}
	return true;
}

static bool scan_object(struct json *j, int64_t depth);
static bool scan_array(struct json *j, int64_t depth, unsigned *items);

/* Scans a value inside `depth` objects and arrays. Adds to *items what an array has in it. */
static bool
scan_value(struct json *j, int64_t depth, unsigned *items)
{
	static const char *const words[] = {"true", "false", "null"};
	int c = peek_token(j);

	if (c == '"')
		return scan_string(j);
	if (c == '-' || is_digit(c))
		return scan_number(j);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (c == words[i][0])
			return scan_word(j, words[i]);
	}
	if (c != '{' && c != '[')
		return unexpected(j, "Here a value is missing, or text is not in double quotes, or "
				     "there is a comma too many.");
	if (depth >= j->limits.max_depth)
		return fail(j,
		    "Objects and arrays are nested deeper than %" PRId64
		    " levels, the limit (max_depth).",
		    j->limits.max_depth);
	return c == '[' ? scan_array(j, depth + 1, items) : scan_object(j, depth + 1);
}

static bool
scan_array(struct json *j, int64_t depth, unsigned *items)
{
	unsigned ignored = 0;

	j->pos++;
	if (peek_token(j) == ']')
		return take(j, ']');
	for (;;) {
		int c = peek_token(j);
		if (c != '"')
			*items |= c == '-' || is_digit(c) ? ITEM_NUMBER : ITEM_OTHER;
		if (!scan_value(j, depth, &ignored))
			return false;
		if (peek_token(j) == ']')
			return take(j, ']');
		if (!take(j, ','))
			return unexpected(j, "Here a comma or the closing ] is missing.");
	}
}

/* Decodes a scanned string that includes its quotes; the result is valid until the next call. */
static bool
decode_string(struct json *j, const char *text, size_t n, struct text_slice *decoded)
{
	if (!memchr(text, '\\', n)) {
		*decoded = (struct text_slice){text + 1, n - 2};
		return true;
	}
	json_object_put(j->string);
	json_tokener_reset(j->tokener);
	j->string = json_tokener_parse_ex(j->tokener, text, (int)n);
	/* Whatever was scanned is valid, so this can only fail for lack of memory. */
	if (!j->string)
		return findings_tell_no_memory(&j->to, j->keys.at);
	*decoded = (struct text_slice){
	    json_object_get_string(j->string), (size_t)json_object_get_string_len(j->string)};
	return true;
}

/* The length of a scanned string, with its quotes, or of a number. */
static size_t
item_length(const char *text)
{
	size_t n = 1;

	if (*text != '"')
		return strspn(text, "+-.0123456789Ee");
	while (text[n] != '"')
		n += text[n] == '\\' ? 2 : 1;
	return n + 1;
}

/* Gives a scanned array of strings and numbers to j->keys. */
static bool
add_list(struct json *j, const char *text, const char *end)
{
	struct text_slice item = {0};

	keys_list(&j->keys);
	/* Between them there are only commas and white space, and ] behind the last. */
	for (text++; (text += strspn(text, ", \t\r\n")) < end - 1; text += item.n) {
		size_t n = item_length(text);

		item = (struct text_slice){text, n};
		if (*text == '"' && !decode_string(j, text, n, &item))
			return false;
		keys_item(&j->keys, item.text, item.n);
		item.n = n;
	}
	return true;
}

/* Gives a scanned value to j->keys. */
static bool
add_value(struct json *j, const char *text, size_t n, unsigned items)
{
	struct keys *k = &j->keys;
	struct text_slice string = {0};
	unsigned allowed = keys_takes_numbers(k) ? ITEM_NUMBER : 0;

	switch (*text) {
	case '"':
		if (!decode_string(j, text, n, &string))
			return false;
		keys_value(k, CELL_STRING, string.text, string.n);
		break;
	case 'n': keys_value(k, CELL_NULL, "", 0); break;
	case 't':
	case 'f': keys_value(k, CELL_BOOLEAN, text, n); break;
	case '{':
		keys_value(k, CELL_STRING, text, n);
		keys_refuse(k, "Nested objects are not supported: give text.");
		break;
	case '[':
		if (!(items & ~allowed))
			return add_list(j, text, text + n);
		keys_value(k, CELL_STRING, text, n);
		keys_refuse(k, "A list may only have text%s in it: put each item in double quotes.",
		    allowed ? " and numbers" : "");
		break;
	default: keys_value(k, CELL_NUMBER, text, n);
	}
	return true;
}

/* Scans a key with its colon; in the record itself, gives it to j->keys. */
static bool
scan_key(struct json *j, bool in_record_itself)
{
	struct text_slice name = {0};

	if (peek_token(j) != '"')
		return unexpected(
		    j, "Here a key in double quotes is missing, or there is a comma too many.");
	if (in_record_itself)
		j->begin = j->pos;
	if (!scan_string(j))
		return false;
	const char *text = j->window.data + j->begin;
	if (in_record_itself && (!decode_string(j, text, j->pos - j->begin, &name) ||
				    !keys_name(&j->keys, name.text, name.n)))
		return false;
	peek_token(j);
	return take(j, ':') || unexpected(j, "Here the colon behind a key is missing.");
}

static bool
scan_member(struct json *j, int64_t depth)
{
	unsigned items = 0;
	bool in_record_itself = depth == RECORD_DEPTH;

	if (!scan_key(j, in_record_itself))
		return false;
	peek_token(j);
	if (in_record_itself)
		j->begin = j->pos;
	/* A number also ends where reading the text failed, hence j->failed. */
	if (!scan_value(j, depth, &items) || j->failed)
		return false;
	return !in_record_itself ||
	       add_value(j, j->window.data + j->begin, j->pos - j->begin, items);
}

static bool
scan_object(struct json *j, int64_t depth)
{
	j->pos++;
	if (peek_token(j) == '}')
		return take(j, '}');
	for (;;) {
		if (!scan_member(j, depth))
			return false;
		if (peek_token(j) == '}')
			return take(j, '}');
		if (!take(j, ','))
			return unexpected(j, "Here a comma or the closing } is missing.");
	}
}

/* Skips the text between elements. Returns READER_RECORD if an element follows. */
static enum reader_status
next_element(struct json *j)
{
	j->in_record = false;
	if (peek_token(j) == ']') {
		j->pos++;
		if (peek_token(j) != AT_END)
			fail(j, "Here is something behind the closing ] of the array. Remove it; "
				"the file is one array.");
		return j->failed ? READER_FAILED : READER_END;
	}
	if (j->keys.at.row && !take(j, ',')) {
		unexpected(j, "Here the comma between two records, or the closing ], is missing.");
		return READER_FAILED;
	}
	int c = peek_token(j);
	if (c == '{' || c == 'n')
		return READER_RECORD;
	char must[256];
	snprintf(
	    must, sizeof must, "A record must be an object: " AN_OBJECT ".", KEYS_SHOWN(&j->keys));
	unexpected(j, c == ']' ? "Here is a comma too many: no record follows." : must);
	return READER_FAILED;
}

static enum reader_status
read_record(struct json *j)
{
	enum reader_status status = next_element(j);

	if (status != READER_RECORD)
		return status;
	j->in_record = true;
	j->begin = j->pos;
	j->record_bytes = j->window.len - j->pos;
	keys_begin(&j->keys, j->line);
	bool ok = peek(j) == 'n' ? scan_word(j, "null") : scan_object(j, RECORD_DEPTH);
	return ok ? READER_RECORD : READER_FAILED;
}

static enum reader_status
json_next(struct reader *r, struct record *rec)
{
	struct json *j = (struct json *)r;

	if (j->status != READER_RECORD)
		return j->status;
	do
		j->status = read_record(j);
	while (j->status == READER_RECORD && keys_blank(&j->keys));
	return j->status = keys_end(&j->keys, j->status, rec);
}

static int64_t
json_offset(const struct reader *r)
{
	return ((const struct json *)r)->decoder.offset;
}

static void
json_close(struct reader *r)
{
	struct json *j = (struct json *)r;

	json_object_put(j->string);
	if (j->tokener)
		json_tokener_free(j->tokener);
	keys_close(&j->keys);
	buf_free(&j->window);
	free(j);
}

static bool
start(struct json *j, int fd, const struct model *m)
{
	const struct finding whole_file = {0};
	struct error err = {0};

	if (!keys_open(&j->keys, m, &j->limits, &j->to))
		return false;
	if (!j->tokener)
		return findings_tell_no_memory(&j->to, whole_file);
	json_tokener_set_flags(j->tokener, JSON_TOKENER_STRICT);
	if (decode_open(&j->decoder, fd, &err) != 0)
		return findings_tell(&j->to, whole_file, "%s", err.message);
	if (j->decoder.encoding == ENCODING_UTF16LE || j->decoder.encoding == ENCODING_UTF16BE)
		return findings_tell(&j->to, whole_file,
		    "The file is UTF-16, but JSON is always UTF-8. Save the file as UTF-8.");
	/* UTF-8 in any case, so that the first byte that is not is reported at its place. */
	j->decoder.encoding = ENCODING_UTF8;

	switch (peek_token(j)) {
	case '[': return take(j, '[');
	case AT_END:
		return fail(j, "The file is empty. It must be " AN_ARRAY ".", KEYS_SHOWN(&j->keys));
	case '{':
		return fail(j,
		    "The file is an object, but must be " AN_ARRAY
		    ". If the records stand under a key of it, \"results\" for example, "
		    "keep that array alone.",
		    KEYS_SHOWN(&j->keys));
	default:
		return fail(j, "The file is not JSON that begins with [. It must be " AN_ARRAY ".",
		    KEYS_SHOWN(&j->keys));
	}
}

struct reader *
json_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx)
{
	const struct findings to = {sink, ctx};
	struct json *j = calloc(1, sizeof *j);

	if (!j) {
		findings_tell_no_memory(&to, (struct finding){0});
		return NULL;
	}
	j->reader = (struct reader){json_next, json_offset, json_close, NULL};
	j->limits = *limits;
	j->to = to;
	j->line = 1;
	j->tokener = json_tokener_new();
	if (!start(j, fd, m)) {
		json_close(&j->reader);
		return NULL;
	}
	return &j->reader;
}
