/* The text of a YAML file: see yaml_text.h. */
#include "formats/yaml_text.h"

#include <string.h>

#define REPLACEMENT_LENGTH 3
#define FIRST_REPLACEMENT  0xFDD0

/* The replacements are U+FDD0 and the next ones. */
static const struct {
	const char *character, *replacement;
	size_t length;
} replaced[] = {
    {"\xE2\x80\xA8", "\xEF\xB7\x90", 3},
    {"\xE2\x80\xA9", "\xEF\xB7\x91", 3},
    {"\xC2\x85", "\xEF\xB7\x92", 2},
};
#define NREPLACED (sizeof replaced / sizeof *replaced)

void
yaml_text_begin(struct yaml_text *t, size_t keep_max)
{
	*t = (struct yaml_text){.line = 1, .seen_line = 1, .keep_max = keep_max};
}

void
yaml_text_free(struct yaml_text *t)
{
	buf_free(&t->text);
}

/* The length of a character that begins with that byte, if it may be one of those; otherwise 0. */
static inline size_t
length_of(char lead)
{
	return lead == '\xC2' ? 2 : lead == '\xE2' || lead == '\xEF' ? 3 : 0;
}

/* How many bytes the text begins with that are no part of such characters. */
static size_t
plain_length(const char *text, size_t n)
{
	size_t length = 0;

	while (length < n && !length_of(text[length]))
		length += text[length] & 0x80 ? 1 : text_ascii(text + length, n - length);
	return length;
}

static void
add_character(struct yaml_text *t, const char *c, size_t length)
{
	for (size_t i = 0; i < NREPLACED; i++) {
		if (memcmp(c, replaced[i].replacement, length) == 0) {
			t->refused = FIRST_REPLACEMENT + (uint32_t)i;
			return;
		}
		if (length == replaced[i].length && memcmp(c, replaced[i].character, length) == 0) {
			t->replaced = true;
			buf_add(&t->text, replaced[i].replacement, REPLACEMENT_LENGTH);
			return;
		}
	}
	buf_add(&t->text, c, length);
}

/* Completes the character that the last piece ended in. Returns how much of the text it takes. */
static size_t
add_rest(struct yaml_text *t, const char *text, size_t n)
{
	size_t used = 0;

	if (!t->nhalf)
		return 0;
	while (t->nhalf < length_of(t->half[0]) && used < n)
		t->half[t->nhalf++] = text[used++];
	if (t->nhalf == length_of(t->half[0])) {
		add_character(t, t->half, t->nhalf);
		t->nhalf = 0;
	}
	return used;
}

/*
 * Notes the last # in the text from `from` on that may begin a comment: one behind a blank or at
 * the beginning of a line, and for libyaml also right behind a quote, a bracket, a comma, | or >,
 * or >2.
 */
static void
note_hash(struct yaml_text *t, size_t from)
{
	const char *text = t->text.data;

	for (size_t i = t->text.len; i > from; i--) {
		const char *hash = memrchr(text + from, '#', i - from);
		if (!hash)
			return;
		i = (size_t)(hash - text) + 1;
		if (hash == text || strchr(" \t\n\"'[]{},|>+-123456789", hash[-1])) {
			t->has_hash = true;
			t->hash_at = t->before + i - 1;
			return;
		}
	}
}

void
yaml_text_add(struct yaml_text *t, const char *text, size_t n)
{
	size_t from = t->text.len, i = add_rest(t, text, n);

	while (i < n && !t->refused) {
		size_t plain = plain_length(text + i, n - i);
		buf_add(&t->text, text + i, plain);
		i += plain;
		size_t length = i < n ? length_of(text[i]) : 0;
		if (length > n - i) {
			memcpy(t->half, text + i, n - i);
			t->nhalf = n - i;
			break;
		}
		if (length)
			add_character(t, text + i, length);
		i += length;
	}
	if (!t->text.failed)
		note_hash(t, from);
}

static int64_t
count_lines(const char *text, size_t n)
{
	int64_t lines = 0;

	for (const char *end = text + n; (text = memchr(text, '\n', (size_t)(end - text))); text++)
		lines++;
	return lines;
}

/* The column of the first byte that there is of the line that is looked at. */
static size_t
first_column(const struct yaml_text *t)
{
	return t->seen ? 0 : t->torn;
}

/* Looks at the line that begins there. */
static void
see(struct yaml_text *t, int64_t line, size_t at)
{
	t->seen_line = line;
	t->seen = t->seen_end = t->column_at = at;
	t->column = first_column(t);
}

/* Looks at the line before, of which there must be something. */
static void
see_before(struct yaml_text *t)
{
	const char *text = t->text.data, *lf = memrchr(text, '\n', t->seen - 1);

	see(t, t->seen_line - 1, lf ? (size_t)(lf - text) + 1 : 0);
}

/* Finds the end of the line. False if it was not added yet. */
static bool
find_end(struct yaml_text *t)
{
	const char *text = buf_text(&t->text);
	const char *lf = memchr(text + t->seen_end, '\n', t->text.len - t->seen_end);

	t->seen_end = lf ? (size_t)(lf - text) : t->text.len;
	return lf;
}

static size_t
count_characters(const char *text, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += (text[i] & 0xC0) != 0x80;
	return count;
}

/* Forgets the first n bytes. */
static void
forget(struct yaml_text *t, size_t n)
{
	if (!n)
		return;
	const char *text = t->text.data, *lf = memrchr(text, '\n', n);
	size_t begin = lf ? (size_t)(lf - text) + 1 : 0;
	t->torn = (lf ? 0 : t->torn) + count_characters(text + begin, n - begin);
	t->line += count_lines(text, n);
	t->before += n;
	t->given -= n;
	buf_consume(&t->text, n);
	see(t, t->line, 0);
}

size_t
yaml_text_give(struct yaml_text *t, unsigned char *buffer, size_t size)
{
	if (t->given > t->keep_max)
		forget(t, t->given);
	size_t left = t->text.len - t->given, n = left < size ? left : size;
	if (n)
		memcpy(buffer, t->text.data + t->given, n);
	t->given += n;
	return n;
}

/* Finds where the line begins. False if it is not there. */
static bool
find(struct yaml_text *t, int64_t line)
{
	while (line < t->seen_line && t->seen)
		see_before(t);
	while (t->seen_line < line) {
		if (!find_end(t))
			return false;
		see(t, t->seen_line + 1, t->seen_end + 1);
	}
	return line == t->seen_line;
}

void
yaml_text_forget(struct yaml_text *t, int64_t line)
{
	if (line > t->line && find(t, line) && t->seen <= t->given)
		forget(t, t->seen);
}

int64_t
yaml_text_line_of(const struct yaml_text *t, size_t offset)
{
	size_t n = offset > t->before ? offset - t->before : 0;

	return t->line + count_lines(buf_text(&t->text), n < t->text.len ? n : t->text.len);
}

/* Where the column of the line is. */
static size_t
find_column(struct yaml_text *t, size_t column)
{
	const char *text = t->text.data;

	if (column == first_column(t))
		return t->seen;
	if (column < t->column && column - first_column(t) < t->column - column) {
		t->column = first_column(t);
		t->column_at = t->seen;
	}
	for (; t->column > column; t->column--)
		do
			t->column_at--;
		while ((text[t->column_at] & 0xC0) == 0x80);
	while (t->column_at < t->seen_end && t->column < column) {
		const size_t left = t->seen_end - t->column_at, more = column - t->column;
		const size_t ascii = text_ascii(text + t->column_at, left < more ? left : more);
		t->column_at += ascii;
		t->column += ascii;
		if (t->column_at == t->seen_end || t->column == column)
			break;
		do
			t->column_at++;
		while (t->column_at < t->seen_end && (text[t->column_at] & 0xC0) == 0x80);
		t->column++;
	}
	return t->column_at;
}

struct text_slice
yaml_text_at(struct yaml_text *t, int64_t line, size_t column)
{
	if (!find(t, line) || column < first_column(t))
		return (struct text_slice){NULL, 0};
	find_end(t);
	size_t at = find_column(t, column);
	return (struct text_slice){buf_text(&t->text) + at, t->seen_end - at};
}

bool
yaml_text_has_comments(const struct yaml_text *t)
{
	return t->has_hash && t->hash_at >= t->before;
}

/* Which of the replacements the text begins with; NREPLACED: none. */
static size_t
replacement_at(const char *text, size_t n)
{
	size_t i = 0;

	while (i < NREPLACED && (n < REPLACEMENT_LENGTH ||
				    memcmp(text, replaced[i].replacement, REPLACEMENT_LENGTH) != 0))
		i++;
	return i;
}

size_t
yaml_text_restore(const struct yaml_text *t, char *text, size_t n, size_t indent)
{
	size_t used = 0;

	if (!t->replaced)
		return n;
	for (size_t i = 0; i < n;) {
		size_t which = replacement_at(text + i, n - i), spaces = 0;
		if (which == NREPLACED) {
			text[used++] = text[i++];
			continue;
		}
		memcpy(text + used, replaced[which].character, replaced[which].length);
		used += replaced[which].length;
		i += REPLACEMENT_LENGTH;
		while (i + spaces < n && text[i + spaces] == ' ')
			spaces++;
		i += spaces > indent ? spaces : 0;
	}
	return used;
}

bool
yaml_text_is_marked(const struct yaml_text *t, const char *text, size_t n)
{
	const char *lead, *end = text + n;

	for (; t->replaced && (lead = memchr(text, '\xEF', (size_t)(end - text)));
	     text = lead + 1) {
		if (replacement_at(lead, (size_t)(end - lead)) < NREPLACED)
			return true;
	}
	return false;
}
