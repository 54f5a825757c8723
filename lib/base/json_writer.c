/* Writing JSON: see json_writer.h. */
#include "base/json_writer.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MULTIBYTE   'x'
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* By byte: 0: unchanged; MULTIBYTE: part of a longer character; 'u': \u00XX; else: '\' and that. */
static const char escapes[256] = {
    [0x00 ... 0x07] = 'u',
    ['\b'] = 'b',
    ['\t'] = 't',
    ['\n'] = 'n',
    [0x0b] = 'u',
    ['\f'] = 'f',
    ['\r'] = 'r',
    [0x0e ... 0x1f] = 'u',
    ['"'] = '"',
    ['\\'] = '\\',
    [0x80 ... 0xff] = MULTIBYTE,
};

static bool
in_object(const struct json *j)
{
	return j->depth && (j->objects >> (j->depth - 1) & 1);
}

static void
misfit(struct json *j)
{
	j->failed = true;
	j->out->failed = true;
}

/* Writes the comma before a value if it needs one. False if no value may come here. */
static bool
begin_value(struct json *j)
{
	bool second_document = !j->depth && j->comma;

	if (j->failed || in_object(j) != j->keyed || second_document) {
		misfit(j);
		return false;
	}
	if (j->comma && !j->keyed)
		buf_add_char(j->out, ',');
	j->keyed = false;
	j->comma = true;
	return true;
}

static void
begin(struct json *j, bool object)
{
	if (j->depth == JSON_WRITER_MAX_DEPTH) {
		misfit(j);
		return;
	}
	if (!begin_value(j))
		return;
	uint32_t bit = UINT32_C(1) << j->depth;
	j->objects = object ? j->objects | bit : j->objects & ~bit;
	j->depth++;
	j->comma = false;
	buf_add_char(j->out, object ? '{' : '[');
}

static void
end(struct json *j, bool object)
{
	if (j->failed || !j->depth || in_object(j) != object || j->keyed) {
		misfit(j);
		return;
	}
	j->depth--;
	j->comma = true;
	buf_add_char(j->out, object ? '}' : ']');
}

void
json_begin_object(struct json *j)
{
	begin(j, true);
}

void
json_end_object(struct json *j)
{
	end(j, true);
}

void
json_begin_array(struct json *j)
{
	begin(j, false);
}

void
json_end_array(struct json *j)
{
	end(j, false);
}

/* Appends the first character of text, escaped; returns its length in text. */
static size_t
add_escaped(struct buf *out, const char *text, size_t n)
{
	char letter = escapes[(unsigned char)*text];
	uint32_t c;

	if (letter == MULTIBYTE) {
		size_t length = text_decode(text, n, &c);
		if (length)
			buf_printf(out, "\\u%04" PRIx32, c);
		else
			buf_add_text(out, REPLACEMENT);
		return length ? length : 1;
	}
	if (letter == 'u') {
		buf_printf(out, "\\u%04x", (unsigned)*text);
	} else {
		const char two[] = {'\\', letter};
		buf_add(out, two, sizeof two);
	}
	return 1;
}

/* The length of the longest prefix of text that needs no escaping. */
static size_t
clean_length(const char *text, size_t n)
{
	size_t i = 0;

	while (i < n) {
		char letter = escapes[(unsigned char)text[i]];
		uint32_t c;
		size_t length = 1;

		if (letter == MULTIBYTE) {
			length = text_decode(text + i, n - i, &c);
			if (!length || c == 0x2028 || c == 0x2029)
				break;
		} else if (letter) {
			break;
		}
		i += length;
	}
	return i;
}

static void
add_quoted(struct buf *out, const char *text, size_t n)
{
	buf_add_char(out, '"');
	while (n) {
		size_t length = clean_length(text, n);
		if (length)
			buf_add(out, text, length);
		else
			length = add_escaped(out, text, n);
		text += length;
		n -= length;
	}
	buf_add_char(out, '"');
}

void
json_key(struct json *j, const char *key)
{
	if (j->failed || !in_object(j) || j->keyed) {
		misfit(j);
		return;
	}
	if (j->comma)
		buf_add_char(j->out, ',');
	add_quoted(j->out, key, strlen(key));
	buf_add_char(j->out, ':');
	j->keyed = true;
}

void
json_string(struct json *j, const char *text, size_t n)
{
	if (begin_value(j))
		add_quoted(j->out, text, n);
}

void
json_text(struct json *j, const char *text)
{
	if (text)
		json_string(j, text, strlen(text));
	else
		json_null(j);
}

void
json_int(struct json *j, int64_t v)
{
	char digits[sizeof "-9223372036854775808"];

	json_raw(j, digits, (size_t)snprintf(digits, sizeof digits, "%" PRId64, v));
}

void
json_boolean(struct json *j, bool v)
{
	json_raw(j, v ? "true" : "false", v ? 4 : 5);
}

void
json_null(struct json *j)
{
	json_raw(j, "null", 4);
}

void
json_raw(struct json *j, const char *text, size_t n)
{
	if (!n)
		misfit(j);
	else if (begin_value(j))
		buf_add(j->out, text, n);
}

bool
json_complete(const struct json *j)
{
	return !j->failed && !j->out->failed && !j->depth && j->comma;
}
