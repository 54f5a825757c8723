/*
 * The YAML reader: see yaml.h.
 *
 * decode.h provides text, libyaml makes events of it, keys.h makes records of them. libyaml itself
 * has no limits, although nesting takes it quadratic time and it holds each scalar as a whole. So
 * the depth is checked at every event, and the size of a record whenever libyaml asks for more
 * text. Little text is allowed outside the sequence, as %TAG directives take quadratic time, too.
 */
#include "formats/yaml.h"

#include "base/text.h"
#include "formats/decode.h"
#include "formats/findings.h"
#include "formats/keys.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define OUTSIDE_MAX ((size_t)64 * 1024) /* most bytes before, and after, the sequence */

#define BEGIN_ALIKE "All records begin with \"- \" in the same column; nothing follows them."

/* To be followed by KEYS_SHOWN. */
#define A_MAPPING  "a mapping: \"- %s: ...\", \"  %s: ...\""
#define A_SEQUENCE "a sequence of records, each " A_MAPPING

struct yaml {
	struct reader reader;
	struct findings to;
	struct keys keys;
	struct limits limits;
	enum reader_status status; /* READER_RECORD until the end or a failure */
	bool failed;               /* a fatal finding was reported */

	yaml_parser_t parser;
	bool has_parser;
	yaml_event_t event; /* the last event; all zero if there is none */
	int64_t depth;      /* mappings and sequences that are open after it */
	bool in_record;

	struct text_slice rest; /* decoded text not given to libyaml yet */
	int64_t read_line;      /* the line where it begins */
	size_t bytes;           /* bytes given to libyaml since a record began or ended */

	struct decoder decoder;
};

/* What to do about errors of libyaml, by a part of its message. The last entry matches all. */
static const struct {
	const char *problem, *remedy;
} remedies[] = {
    {"mapping values are not allowed",
	"Put text that has \": \" in it in quotes, and indent all keys of a record alike."},
    {"cannot start any token",
	"Put text that begins with @, ` or % in quotes; indent with spaces, not tabs."},
    {"tab character", "Indent with spaces, not tabs."},
    {"unknown escape", "Write a backslash in double quotes as \\\\, or use single quotes."},
    {"end of stream", "A closing quote is missing, or the file is cut off."},
    {"expected ','", "A comma or a closing bracket is missing, or the file is cut off."},
    {"expected ':'", "A key needs \": \" behind it; text that goes on over lines is indented "
		     "further than its key."},
    {"expected '-'", BEGIN_ALIKE},
    {"expected <document", BEGIN_ALIKE},
    {"", "Check the quotes and the indentation here."},
};

/* Reports a fatal error, once. Always returns false. */
__attribute__((format(printf, 3, 4))) static bool
fail(struct yaml *y, int64_t line, const char *format, ...)
{
	struct finding f = {.line = line};
	char what[512];
	va_list ap;

	if (y->failed)
		return false;
	y->failed = true;
	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	return findings_tell(
	    &y->to, y->in_record ? y->keys.at : f, "Line %" PRId64 ": %s", line, what);
}

static int64_t
line_of(yaml_mark_t mark)
{
	return (int64_t)mark.line + 1;
}

/* The line where the last event begins. */
static int64_t
here(const struct yaml *y)
{
	return line_of(y->event.start_mark);
}

/* Reports that the text from that line on cannot be read. Always returns false. */
static bool
fail_unreadable(struct yaml *y, int64_t line, const char *why)
{
	/* libyaml reads ahead, so this may not be in the current record. */
	y->in_record = false;
	return fail(y, line, "%s", why);
}

/* Gets the next piece of text, empty at the end of the file. False after a finding. */
static bool
refill(struct yaml *y)
{
	struct error err = {0};
	ssize_t got = decode_next(&y->decoder, &y->rest.text, &err);

	if (got < 0)
		return fail_unreadable(y, y->read_line,
		    err.code == ERROR_INPUT ? "Here is a byte that is no UTF-8, half a character "
					      "or a NUL character. Save the file as UTF-8."
					    : err.message);
	y->rest.n = (size_t)got;
	return true;
}

/* Gives libyaml up to `size` bytes, none at the end of the file. Returns 1, or 0 to stop it. */
static int
give_text(void *ctx, unsigned char *buffer, size_t size, size_t *given)
{
	struct yaml *y = ctx;
	size_t most = y->depth ? y->keys.record_max : OUTSIDE_MAX;

	*given = 0;
	if (y->bytes > most && y->in_record)
		y->failed = !keys_too_large(&y->keys);
	else if (y->bytes > most)
		fail(y, y->read_line,
		    "Here are more than %zu bytes without a record. Remove what is no record.",
		    most);
	if (y->failed || (!y->rest.n && !refill(y)))
		return 0;
	size_t n = y->rest.n < size ? y->rest.n : size;
	if (!n)
		return 1;
	memcpy(buffer, y->rest.text, n);
	for (size_t i = 0; i < n; i++)
		y->read_line += buffer[i] == '\n';
	y->rest.text += n;
	y->rest.n -= n;
	y->bytes += n;
	*given = n;
	return 1;
}

/* The line of the byte at that offset. Rereads the file, so nothing else can be read afterwards. */
static int64_t
line_of_byte(struct yaml *y, size_t at)
{
	struct error err = {0};
	int64_t line = 1;
	const char *text;
	ssize_t got;

	decode_rewind(&y->decoder);
	while (at && (got = decode_next(&y->decoder, &text, &err)) > 0) {
		size_t n = (size_t)got < at ? (size_t)got : at;
		for (size_t i = 0; i < n; i++)
			line += text[i] == '\n';
		at -= n;
	}
	return line;
}

/* Reports what libyaml did not accept. */
static bool
tell_broken(struct yaml *y)
{
	const yaml_parser_t *p = &y->parser;

	if (y->failed)
		return false;
	if (p->error == YAML_MEMORY_ERROR) {
		y->failed = true;
		return findings_tell_no_memory(&y->to, y->keys.at);
	}
	if (p->error == YAML_READER_ERROR)
		return fail_unreadable(y, line_of_byte(y, p->problem_offset),
		    "Here is a control character, which YAML does not allow. Remove it, or write "
		    "it as \"\\x..\" in double quotes.");
	size_t i = 0;
	while (!strstr(p->problem, remedies[i].problem))
		i++;
	return fail(y, line_of(p->problem_mark), "This is not valid YAML (%s%s%s). %s",
	    p->context ? p->context : "", p->context ? ": " : "", p->problem, remedies[i].remedy);
}

static bool
refuse_properties(struct yaml *y, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		return fail(y, here(y),
		    "The anchor &%.*s is not supported. Remove it, and write the value out "
		    "wherever it is meant.",
		    findings_shown((const char *)anchor, strlen((const char *)anchor)), anchor);
	if (tag)
		return fail(y, here(y),
		    "The tag %.*s is not supported. Remove it; what a value means is decided by "
		    "its key.",
		    findings_shown((const char *)tag, strlen((const char *)tag)), tag);
	return true;
}

static bool
go_deeper(struct yaml *y)
{
	if (++y->depth <= y->limits.max_depth)
		return true;
	return fail(y, here(y),
	    "Mappings and sequences are nested deeper than %" PRId64
	    " levels, the limit (max_depth).",
	    y->limits.max_depth);
}

/* Moves to the next event. False after a finding, also about what is not supported anywhere. */
static bool
next_event(struct yaml *y)
{
	yaml_event_t *e = &y->event;

	yaml_event_delete(e);
	if (!yaml_parser_parse(&y->parser, e))
		return tell_broken(y);
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return refuse_properties(y, e->data.scalar.anchor, e->data.scalar.tag);
	case YAML_SEQUENCE_START_EVENT:
		return go_deeper(y) && refuse_properties(y, e->data.sequence_start.anchor,
					   e->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return go_deeper(y) && refuse_properties(y, e->data.mapping_start.anchor,
					   e->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: y->depth--; return true;
	case YAML_ALIAS_EVENT:
		return fail(y, here(y),
		    "Aliases (*name) are not supported. Write the value out, or put it in quotes "
		    "if it is text that begins with *.");
	default: return true;
	}
}

/* Skips the rest of the mapping or sequence that the last event began. */
static bool
skip(struct yaml *y)
{
	int64_t outside = y->depth - 1;

	while (y->depth > outside) {
		if (!next_event(y))
			return false;
	}
	return true;
}

/* Whether the event is a scalar that is null. */
static bool
is_null(const yaml_event_t *e)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

	if (e->type != YAML_SCALAR_EVENT || e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) {
		if (strcmp((const char *)e->data.scalar.value, nulls[i]) == 0)
			return true;
	}
	return false;
}

static bool
read_list(struct yaml *y)
{
	const yaml_event_t *e = &y->event;

	keys_list(&y->keys);
	while (next_event(y)) {
		switch (e->type) {
		case YAML_SEQUENCE_END_EVENT: return true;
		case YAML_SCALAR_EVENT:
			if (is_null(e))
				keys_refuse(&y->keys,
				    "A list may only have text in it: an item is empty or null.");
			else
				keys_item(&y->keys, (const char *)e->data.scalar.value,
				    e->data.scalar.length);
			break;
		default:
			keys_refuse(&y->keys,
			    "A list may only have text in it: no lists, no mappings. Put "
			    "text that has \": \" in it in quotes.");
			if (!skip(y))
				return false;
		}
	}
	return false;
}

static bool
read_value(struct yaml *y)
{
	const yaml_event_t *e = &y->event;

	if (!next_event(y))
		return false;
	if (e->type == YAML_SEQUENCE_START_EVENT)
		return read_list(y);
	if (e->type == YAML_MAPPING_START_EVENT) {
		keys_refuse(&y->keys, "Nested mappings are not supported: give text, in quotes if "
				      "it has \": \" in it.");
		return skip(y);
	}
	if (is_null(e))
		keys_value(&y->keys, CELL_NULL, "", 0);
	else
		keys_value(&y->keys, CELL_STRING, (const char *)e->data.scalar.value,
		    e->data.scalar.length);
	return true;
}

static bool
read_members(struct yaml *y)
{
	const yaml_event_t *e = &y->event;

	while (next_event(y)) {
		if (e->type == YAML_MAPPING_END_EVENT)
			return true;
		if (e->type != YAML_SCALAR_EVENT)
			return fail(y, here(y),
			    "A key must be text, but here it is a mapping or a sequence.");
		if (!keys_name(
			&y->keys, (const char *)e->data.scalar.value, e->data.scalar.length) ||
		    !read_value(y))
			return false;
	}
	return false;
}

/* Called after the sequence: reads to the end of the file. */
static enum reader_status
read_end(struct yaml *y)
{
	y->bytes = 0;
	if (!next_event(y)) /* the end of the document, */
		return READER_FAILED;
	if (!next_event(y)) /* and of the stream */
		return READER_FAILED;
	if (y->event.type == YAML_STREAM_END_EVENT)
		return READER_END;
	fail(y, here(y),
	    "Here a second document begins. Put all records in one sequence, and remove the "
	    "\"---\".");
	return READER_FAILED;
}

static enum reader_status
read_record(struct yaml *y)
{
	y->in_record = false;
	y->bytes = 0;
	if (!next_event(y))
		return READER_FAILED;
	if (y->event.type == YAML_SEQUENCE_END_EVENT)
		return read_end(y);
	keys_begin(&y->keys, here(y));
	y->in_record = true;
	y->bytes = 0;
	if (is_null(&y->event))
		return READER_RECORD;
	if (y->event.type == YAML_MAPPING_START_EVENT)
		return read_members(y) ? READER_RECORD : READER_FAILED;
	fail(y, here(y), "A record must be " A_MAPPING ".", KEYS_SHOWN(&y->keys));
	return READER_FAILED;
}

static enum reader_status
yaml_next(struct reader *r, struct record *rec)
{
	struct yaml *y = (struct yaml *)r;

	if (y->status != READER_RECORD)
		return y->status;
	do
		y->status = read_record(y);
	while (y->status == READER_RECORD && keys_blank(&y->keys));
	return y->status = keys_end(&y->keys, y->status, rec);
}

static int64_t
yaml_offset(const struct reader *r)
{
	return ((const struct yaml *)r)->decoder.offset;
}

static void
yaml_close(struct reader *r)
{
	struct yaml *y = (struct yaml *)r;

	yaml_event_delete(&y->event);
	if (y->has_parser)
		yaml_parser_delete(&y->parser);
	keys_close(&y->keys);
	free(y);
}

/* Reads up to the first record. */
static bool
start(struct yaml *y, int fd, const struct model *m)
{
	const struct finding whole_file = {0};
	const yaml_event_t *e = &y->event;
	struct error err = {0};

	if (!keys_open(&y->keys, m, &y->limits, &y->to))
		return false;
	y->has_parser = yaml_parser_initialize(&y->parser);
	if (!y->has_parser)
		return findings_tell_no_memory(&y->to, whole_file);
	if (decode_open(&y->decoder, fd, &err) != 0)
		return findings_tell(&y->to, whole_file, "%s", err.message);
	/* UTF-8 instead, so that the first byte that is not is reported at its place. */
	if (y->decoder.encoding == ENCODING_WINDOWS_1252)
		y->decoder.encoding = ENCODING_UTF8;
	yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&y->parser, give_text, y);

	do {
		if (!next_event(y))
			return false;
	} while (e->type == YAML_STREAM_START_EVENT || e->type == YAML_DOCUMENT_START_EVENT);
	if (e->type == YAML_SEQUENCE_START_EVENT)
		return true;
	if (e->type == YAML_STREAM_END_EVENT || is_null(e))
		return findings_tell(&y->to, whole_file,
		    "The file has no records. It must be " A_SEQUENCE ".", KEYS_SHOWN(&y->keys));
	return fail(y, here(y),
	    "The file must be " A_SEQUENCE
	    ". If the records stand under a key, keep their sequence alone.",
	    KEYS_SHOWN(&y->keys));
}

struct reader *
yaml_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx)
{
	const struct findings to = {sink, ctx};
	struct yaml *y = calloc(1, sizeof *y);

	if (!y) {
		findings_tell_no_memory(&to, (struct finding){0});
		return NULL;
	}
	y->reader = (struct reader){yaml_next, yaml_offset, yaml_close, NULL};
	y->limits = *limits;
	y->to = to;
	y->read_line = 1;
	if (!start(y, fd, m)) {
		yaml_close(&y->reader);
		return NULL;
	}
	return &y->reader;
}
