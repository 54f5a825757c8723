/* Values that are read otherwise than they were meant: see yaml_lines.h. */
#include "formats/yaml_lines.h"

#include "formats/backslash.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CAN_BE_JOINED (1u << FIELD_LINE | 1u << FIELD_TEXT | 1u << FIELD_TAGS)

/* Programs and editors break prose in lines, but not in shorter ones (bytes). */
#define FOLDED_MIN 60

/* A line of a value. */
struct line {
	struct text_slice text; /* without blanks before it */
	size_t column;          /* where that begins */
};

static struct line
line_at(struct yaml_events *y, int64_t number, size_t column)
{
	struct text_slice text = yaml_text_at(&y->text, number, column);
	const size_t n = text.n;

	yaml_skip_blanks(&text);
	return (struct line){text, column + n - text.n};
}

/* The last line that has something of the last event, a scalar. */
static int64_t
last_line(const struct yaml_events *y)
{
	const yaml_mark_t end = y->event.end_mark;

	return yaml_line_number(end) - (end.column == 0);
}

static bool
is_block(const yaml_event_t *e)
{
	return e->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
	       e->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
}

/* Whether the text ends at that byte, or a blank is there. */
static bool
is_blank_at(struct text_slice text, size_t i)
{
	return i >= text.n || text.text[i] == ' ' || text.text[i] == '\t';
}

/* How many bytes the text begins with that are one of these. */
static size_t
span(struct text_slice text, const char *bytes)
{
	size_t n = 0;

	while (n < text.n && text.text[n] && strchr(bytes, text.text[n]))
		n++;
	return n;
}

/* Whether the text begins with a heading or a fence, which nothing is joined to. */
static bool
begins_block(struct text_slice text)
{
	const size_t hashes = span(text, "#");

	return (hashes >= 1 && hashes <= 6 && is_blank_at(text, hashes)) ||
	       text_begins_with(text, "```") || text_begins_with(text, "~~~") ||
	       text_begins_with(text, "|");
}

/* Whether the text begins as a line of its own does: of a list, a table, a quotation. */
static bool
begins_line(struct text_slice text, const struct field *field)
{
	const size_t digits = span(text, "0123456789");

	if (begins_block(text) || text_begins_with(text, "\xE2\x80\xA2"))
		return true;
	if (digits)
		return digits <= 3 && digits < text.n && strchr(".)", text.text[digits]) &&
		       is_blank_at(text, digits + 1);
	if (text.n && strchr("-*+>", *text.text) && is_blank_at(text, 1))
		return true;
	return field->kind == FIELD_TAGS && text_begins_with(text, "-");
}

/* Whether YAML joins the line to the one before it. `base`: the column of a text behind >. */
static bool
is_joined(const yaml_event_t *e, const struct line *before, const struct line *line, size_t base)
{
	const struct text_slice b = before->text;
	size_t backslashes = 0;

	if (!b.n || !line->text.n)
		return false;
	if (is_block(e))
		return before->column == base && line->column == base;
	if (e->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return true;
	while (backslashes < b.n && b.text[b.n - 1 - backslashes] == '\\')
		backslashes++;
	return backslashes % 2 == 0;
}

/* Whether the value is a list of tags below its key that has neither ; nor dashes. */
static bool
is_bare_list(const struct yaml_events *y, const struct field *field)
{
	return field->kind == FIELD_TAGS && !y->in_list &&
	       y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       y->event.start_mark.line > y->colon.line &&
	       !memchr(y->event.data.scalar.value, ';', y->event.data.scalar.length);
}

/*
 * The first line that was joined though it looks like one of its own; 0: none. Behind a long line,
 * a single one may be prose that was folded at a dash.
 */
static int64_t
find_joined(struct yaml_events *y, const struct field *field)
{
	const yaml_event_t *e = &y->event;
	const bool bare = is_bare_list(y, field);
	const int64_t last = last_line(y);
	struct line before = line_at(y, yaml_here(y), e->start_mark.column), line;
	bool block = !is_block(e) && before.text.n && yaml_is_quoted(e);
	int64_t first = 0;
	size_t base = SIZE_MAX;
	int weight = 0;

	if (is_block(e))
		before.text.n = 0;
	else if (block)
		block = begins_block((struct text_slice){before.text.text + 1, before.text.n - 1});
	for (int64_t i = yaml_here(y) + 1; i <= last && weight < 2; i++, before = line) {
		line = line_at(y, i, 0);
		if (line.text.n && line.column < base)
			base = line.column;
		const bool inside = y->is_flow || line.column > y->key.column;
		if (inside && is_joined(e, &before, &line, base) &&
		    (bare || block || begins_line(line.text, field))) {
			const bool folded = before.column + before.text.n >= FOLDED_MIN;
			weight += folded && !block ? 1 : 2;
			first = first ? first : i;
		}
		block = is_block(e) && begins_block(line.text);
	}
	return weight < 2 ? 0 : first;
}

static void
warn_joined(struct yaml_events *y, const struct field *field)
{
	const yaml_event_t *e = &y->event;
	const struct text_slice value = {(const char *)e->data.scalar.value, e->data.scalar.length};
	const char *how = "write it in one line, in quotes";
	char of_key[YAML_ADVICE_SIZE];

	if (e->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
	    e->end_mark.line == e->start_mark.line || !(CAN_BE_JOINED & 1u << field->kind))
		return;
	const int64_t line = find_joined(y, field);
	if (!line)
		return;
	if (field->kind == FIELD_TAGS)
		how = "write each tag in a line that begins with \"- \"";
	else if (y->is_flow)
		how = "write \\n between them, in double quotes";
	else if (field->kind == FIELD_TEXT)
		how = yaml_how_of_key(y, of_key);
	keys_warn(y->keys, SIGN_JOINED, value,
	    "Line %" PRId64 ": The lines of the value were joined to one, as YAML does. If they "
	    "are lines of their own, %s.",
	    line, how);
}

/* Notes the lines that would be keys if they were not behind |. */
static void
note_keys(struct yaml_events *y, const struct field *field)
{
	const struct model *m = y->keys->model;
	const struct text_slice own =
	    yaml_text_at(&y->text, yaml_line_number(y->key), y->key.column);
	const bool upper =
	    own.n && isupper((unsigned char)own.text[strchr("\"'", *own.text) && own.n > 1]);
	const int64_t last = last_line(y);
	const char *nearest;
	size_t base = SIZE_MAX;
	int index;

	for (int64_t i = yaml_here(y) + 1; i <= last; i++) {
		struct text_slice text = yaml_text_at(&y->text, i, 0);
		size_t column = text.n ? span(text, " ") : SIZE_MAX;
		if (column >= text.n || column > base)
			continue;
		base = column;
		if (!memchr(text.text, ':', text.n))
			continue;
		const struct yaml_line l = yaml_line_of(text);
		/* Another case than that of the file's own keys is that of prose, "Note: ". */
		if (!l.key.n || l.is_item || !isupper((unsigned char)*l.key.text) == upper ||
		    model_match_header(m, l.key.text, l.key.n, &index, &nearest) != HEADER_FIELD ||
		    y->swallowed & 1u << index)
			continue;
		y->swallowed |= 1u << index;
		y->swallowed_in[index] = field;
		y->swallowed_at[index] = i;
	}
}

void
yaml_lines_warn_keys(struct yaml_events *y)
{
	const struct model *m = y->keys->model;
	uint32_t left = y->swallowed & ~y->had;

	while (left) {
		struct finding f = y->keys->at;
		struct buf names = {0};
		int64_t line = INT64_MAX;
		size_t n = 0, first = 0;
		while (!(left & 1u << first))
			first++;
		const struct field *in = y->swallowed_in[first];
		for (size_t i = first; i < m->nfields; i++) {
			if (!(left & 1u << i) || y->swallowed_in[i] != in)
				continue;
			line = y->swallowed_at[i] < line ? y->swallowed_at[i] : line;
			buf_printf(&names, "%s\"%s:\"", n++ ? ", " : "", m->fields[i].name);
			left &= ~(1u << i);
		}
		f.level = FINDING_WARNING;
		f.sign = SIGN_KEY_IN_TEXT;
		f.field = in->name;
		findings_tell(&y->keys->to, f,
		    "Line %" PRId64 ": What stands behind a | is text as far as it is indented, so "
		    "%s %s read as part of the text. If %s, indent %s like \"%s:\".",
		    line, buf_text(&names), n > 1 ? "were" : "was",
		    n > 1 ? "those are keys" : "that is a key", n > 1 ? "them" : "it", in->name);
		buf_free(&names);
	}
}

/* Whether the value has a character that was, perhaps, written as an escape. */
static bool
has_escaped(const yaml_event_t *e)
{
	size_t i = 0;

	while (i < e->data.scalar.length && e->data.scalar.value[i] >= ' ' &&
	       e->data.scalar.value[i] < 0x7f)
		i++;
	return i < e->data.scalar.length;
}

static void
check_backslashes(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;
	const struct text_slice value = {(const char *)e->data.scalar.value, e->data.scalar.length};
	const int64_t last = yaml_line_number(e->end_mark);
	const struct backslash *found = NULL;
	int64_t line = yaml_here(y);

	if (e->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE || !has_escaped(e))
		return;
	for (; line <= last; line++) {
		size_t column = line == yaml_here(y) ? e->start_mark.column : 0;
		struct text_slice text = yaml_text_at(&y->text, line, column);
		if (text.text && line == last)
			text.n -= yaml_text_at(&y->text, line, e->end_mark.column).n;
		if ((found = backslash_find(text, true)))
			break;
	}
	if (found)
		backslash_tell(y->keys, found, value, line, ", or use single quotes");
}

void
yaml_lines_check(struct yaml_events *y)
{
	const struct field *field = keys_field(y->keys);

	if (!field)
		return;
	if (is_block(&y->event))
		note_keys(y, field);
	warn_joined(y, field);
	check_backslashes(y);
}
