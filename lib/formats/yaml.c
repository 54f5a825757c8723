/*
 * The YAML reader: see yaml.h.
 *
 * decode.h provides text, yaml_text.h keeps what a message may be about, libyaml makes events of
 * it, keys.h makes records of them, yaml_advice.h says what to write instead. libyaml itself has no
 * limits, although nesting takes it quadratic time and it holds each scalar as a whole. So the
 * depth is checked at every event, and the size of a record whenever libyaml asks for more text.
 * Little text is allowed outside the sequence, as %TAG directives take quadratic time, too.
 */
#include "formats/yaml.h"

#include "base/text.h"
#include "formats/decode.h"
#include "formats/findings.h"
#include "formats/keys.h"
#include "formats/yaml_advice.h"
#include "formats/yaml_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#define OUTSIDE_MAX ((size_t)64 * 1024) /* most bytes before, and after, the sequence */
/* The kinds of fields in whose values a comment may be text, and those that can be lists. */
#define CAN_BE_CUT   (1u << FIELD_LINE | 1u << FIELD_TEXT | 1u << FIELD_TAGS | 1u << FIELD_RULES)
#define CAN_BE_LISTS (1u << FIELD_TAGS | 1u << FIELD_REFS)

#define KEPT_MORE ((size_t)64 * 1024) /* bytes to keep beside the longest value */

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
	yaml_event_t event;                /* the last event; all zero if there is none */
	int64_t depth;                     /* mappings and sequences that are open after it */
	bool in_record, in_value, in_list; /* in_value: behind a key, before its value */
	bool is_flow;           /* the record is in brackets: its indentation says nothing */
	yaml_mark_t key, colon; /* where the last key begins and ends */
	int64_t quoted;         /* the line where the last event began, if it is in quotes, */
	int64_t quoted_end;     /* and where it ended; 0 if it is not */
	int64_t refused;        /* the line where a value was refused last; 0: none */
	struct yaml_line wrong; /* the line that is wrong */
	struct buf shown;       /* its value, where libyaml was given something else */

	struct yaml_text text;
	int64_t keep; /* the line where the last event began: what is before it can go */
	size_t bytes; /* bytes given to libyaml since a record began or ended */

	struct decoder decoder;
};

/* What the text is in the file, where libyaml was given something else; valid until the next. */
static struct text_slice
restored(struct yaml *y, struct text_slice text)
{
	if (!text.n || !yaml_text_is_marked(&y->text, text.text, text.n))
		return text;
	buf_clear(&y->shown);
	buf_add(&y->shown, text.text, text.n);
	if (y->shown.failed)
		return (struct text_slice){"", 0};
	return (struct text_slice){
	    y->shown.data, yaml_text_restore(&y->text, y->shown.data, y->shown.len, SIZE_MAX)};
}

/* Reports a fatal error, once. Always returns false. */
__attribute__((format(printf, 3, 4))) static bool
fail(struct yaml *y, int64_t line, const char *format, ...)
{
	struct finding f = {.line = line};
	char what[1024];
	va_list ap;

	if (y->failed)
		return false;
	y->failed = true;
	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	if (y->in_record) {
		f = y->keys.at;
		f.field = y->wrong.field ? y->wrong.field->name : NULL;
	}
	if (y->wrong.value.n) {
		struct text_slice value = restored(y, y->wrong.value);
		f.value = value.text;
		f.value_n = value.n;
	}
	return findings_tell(&y->to, f, "Line %" PRId64 ": %s", line, what);
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

/* Adds the next piece of text. False at the end of the file or after a finding. */
static bool
refill(struct yaml *y)
{
	int64_t line = yaml_text_line_of(&y->text, SIZE_MAX);
	const char *text = "";
	struct error err = {0};

	if (y->text.refused)
		return fail_unreadable(y, line,
		    "Here is a code that stands for no character (U+FDD0 to U+FDD2). Remove it.");
	ssize_t got = decode_next(&y->decoder, &text, &err);
	if (got < 0)
		return fail_unreadable(y, line,
		    err.code == ERROR_INPUT ? "Here is a byte that is no UTF-8, half a character "
					      "or a NUL character. Save the file as UTF-8."
					    : err.message);
	yaml_text_add(&y->text, text, (size_t)got);
	if (y->text.text.failed) {
		y->failed = true;
		return findings_tell_no_memory(&y->to, y->keys.at);
	}
	return got > 0;
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
		fail(y, yaml_text_line_of(&y->text, y->text.before + y->text.given),
		    "Here are more than %zu bytes without a record. Remove what is no record.",
		    most);
	if (y->failed)
		return 0;
	yaml_text_forget(&y->text, y->keep);
	do
		*given = yaml_text_give(&y->text, buffer, size);
	while (!*given && refill(y));
	y->bytes += *given;
	return !y->failed;
}

static void
skip_blanks(struct text_slice *text)
{
	while (text->n && (*text->text == ' ' || *text->text == '\t')) {
		text->text++;
		text->n--;
	}
}

/* Whether the value on that line goes on in the next one that is not blank. */
static bool
goes_on(struct yaml *y, int64_t line, size_t column)
{
	struct text_slice next;

	do {
		next = yaml_text_at(&y->text, ++line, 0);
		size_t n = next.n;
		skip_blanks(&next);
		if (next.n)
			return n - next.n > column;
	} while (next.text);
	return false;
}

/* The line has a value whose key stands further up. */
static void
set_key(struct yaml_line *l, size_t column)
{
	l->key = (struct text_slice){l->field->name, strlen(l->field->name)};
	l->column = column;
}

/* Takes a line apart. Its value is what stands at the mark, if there is one. */
static struct yaml_line
look_at(struct yaml *y, int64_t line, const yaml_mark_t *mark)
{
	const struct model *m = y->keys.model;
	struct text_slice text = yaml_text_at(&y->text, line, 0);
	struct yaml_line l = yaml_line_of(text.text ? text : (struct text_slice){"", 0});
	const char *nearest;
	int index;

	if (l.key.n && model_match_header(m, l.key.text, l.key.n, &index, &nearest) == HEADER_FIELD)
		l.field = &m->fields[index];
	else if (!l.key.n && y->in_list && l.is_item)
		l.field = keys_field(&y->keys);
	else if (!l.key.n && y->in_value && (l.field = keys_field(&y->keys)))
		set_key(&l, y->key.column);
	l.goes_on = goes_on(y, line, l.column);
	if (mark) {
		struct text_slice value = yaml_text_at(&y->text, line, mark->column);
		if (value.text != l.value.text) {
			/* In brackets, where it ends is anybody's guess. */
			l.field = NULL;
			value.n = (size_t)findings_shown(value.text, value.n);
		}
		text_trim(&value.text, &value.n);
		l.value = value;
	}
	return l;
}

/* Whether the text has a comment; moves to it. */
static bool
find_comment(struct text_slice *text)
{
	for (bool blank = true; text->n; text->text++, text->n--) {
		if (blank && *text->text == '#')
			return true;
		blank = *text->text == ' ' || *text->text == '\t';
	}
	return false;
}

/* What is wrong with quotes that span lines, where text follows the last. */
static bool
tell_quotes(struct yaml *y, int64_t line)
{
	if (y->quoted_end != line || y->quoted == line)
		return false;
	fail(y, line,
	    "The quotes that begin in line %" PRId64
	    " end here, and text follows them. The closing quote is missing further up, or a "
	    "quote in the text is not written as one that belongs to it.",
	    y->quoted);
	return true;
}

/* How to write the value of the last key, which goes on over lines. */
static const char *
how_of_key(struct yaml *y, char how[YAML_ADVICE_SIZE])
{
	struct yaml_line l = look_at(y, line_of(y->key), NULL);

	l.goes_on = true;
	return yaml_how(how, &l);
}

/* What is wrong with text whose rest is on a line of its own because a comment ended it. */
static bool
tell_cut(struct yaml *y, int64_t line)
{
	struct yaml_line before = look_at(y, line - 1, NULL);
	struct text_slice comment = before.value;
	char how[YAML_ADVICE_SIZE];

	if (!y->in_record || y->wrong.column <= y->key.column || line <= line_of(y->key) ||
	    !comment.n || strchr("\"'[{|>", *comment.text) || !find_comment(&comment))
		return false;
	y->wrong.value = before.value;
	y->wrong.field = before.field;
	fail(y, line - 1,
	    "Everything from # on is a comment in YAML, so the text ends there, and its next line "
	    "is none of it. If # belongs to the text, %s.",
	    how_of_key(y, how));
	return true;
}

/* What is wrong with a line that goes on with a value and has a ": ". */
static bool
tell_colon(struct yaml *y, int64_t line)
{
	char how[YAML_ADVICE_SIZE];

	if (!y->in_record || !y->keys.nmembers || y->wrong.field || line <= line_of(y->key) ||
	    y->wrong.column <= y->key.column)
		return false;
	y->wrong.field = keys_field(&y->keys);
	fail(y, line,
	    "\": \" makes a key of what stands before it in YAML, but this line goes on with the "
	    "text above. If it is text, %s.",
	    how_of_key(y, how));
	return true;
}

/* What is wrong with brackets that a comment keeps from being closed. */
static bool
tell_open_bracket(struct yaml *y, int64_t line)
{
	struct text_slice text = yaml_text_at(&y->text, line, 0);
	const char *hash = text.n ? memchr(text.text, '#', text.n) : NULL;

	if (!hash || hash == text.text || !strchr(" \t[{,", hash[-1]))
		return false;
	y->wrong = look_at(y, line, NULL);
	fail(y, line,
	    "Everything from # on is a comment in YAML, so the bracket that opens here is not "
	    "closed. Put text that has # in it in quotes.");
	return true;
}

/* Reports what libyaml did not accept. */
static bool
tell_broken(struct yaml *y)
{
	const yaml_parser_t *p = &y->parser;
	const char *context = p->context ? p->context : "";
	char advice[YAML_ADVICE_SIZE];

	if (y->failed)
		return false;
	if (p->error == YAML_MEMORY_ERROR) {
		y->failed = true;
		return findings_tell_no_memory(&y->to, y->keys.at);
	}
	if (p->error == YAML_READER_ERROR)
		return fail_unreadable(y, yaml_text_line_of(&y->text, p->problem_offset),
		    "Here is a control character, which YAML does not allow. Remove it, or write "
		    "it as \"\\x..\" in double quotes.");
	bool no_colon = strstr(p->problem, "expected ':'") != NULL;
	bool unclosed = strstr(context, "quoted scalar") && strstr(p->problem, "unexpected");
	int64_t line = line_of(no_colon || unclosed ? p->context_mark : p->problem_mark);
	y->wrong = look_at(y, line, NULL);
	if (unclosed)
		return fail(y, line,
		    "The quote that begins here is never closed. Close it; or the file is cut "
		    "off.");
	if (y->refused == line) {
		y->failed = true; /* it was told what is wrong with it */
		return false;
	}
	if (tell_quotes(y, line) || (!y->wrong.key.n && tell_cut(y, line)) ||
	    (strstr(p->problem, "mapping values") && tell_colon(y, line)) ||
	    (strstr(context, "flow") && tell_open_bracket(y, y->keep)))
		return false;
	if (yaml_advise(advice, p->problem, &y->wrong))
		return fail(y, line, "%s", advice);
	y->wrong.value = yaml_text_at(&y->text, line, 0);
	text_trim(&y->wrong.value.text, &y->wrong.value.n);
	return fail(y, line, "This is not valid YAML (%s%s%s). %s", context, *context ? ": " : "",
	    p->problem, yaml_remedy(p->problem));
}

/* Reports what is something else than text where the last event begins. Always returns false. */
static bool
refuse(struct yaml *y, const char *name)
{
	char advice[YAML_ADVICE_SIZE];

	y->wrong = look_at(y, here(y), &y->event.start_mark);
	if (yaml_advise(advice, "", &y->wrong))
		return fail(y, here(y), "%s", advice);
	return fail(y, here(y), "%s are not supported here. Put text in quotes.", name);
}

static bool
refuse_properties(struct yaml *y, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	return !(anchor || tag) || refuse(y, anchor ? "Anchors" : "Tags");
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

static bool
is_quoted(const yaml_event_t *e)
{
	return e->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
	       e->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

/* Remembers of the last event what may be asked for later. */
static void
leave_event(struct yaml *y)
{
	const yaml_event_t *e = &y->event;

	y->quoted_end = 0;
	if (e->type == YAML_NO_EVENT)
		return;
	y->keep = here(y);
	if (e->type == YAML_SCALAR_EVENT && is_quoted(e)) {
		y->quoted = here(y);
		y->quoted_end = line_of(e->end_mark);
	}
}

/* Moves to the next event. False after a finding, also about what is not supported anywhere. */
static bool
next_event(struct yaml *y)
{
	yaml_event_t *e = &y->event;

	leave_event(y);
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
	case YAML_ALIAS_EVENT: return refuse(y, "Aliases");
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

/* Narrows *text to a comment at its beginning, behind blanks. False if something else is there. */
static bool
is_comment(struct text_slice *text)
{
	skip_blanks(text);
	return text->n && *text->text == '#';
}

/* The comment that follows the last event; its text is NULL if there is none. */
static struct text_slice
comment_behind(struct yaml *y)
{
	yaml_mark_t end = y->event.end_mark;
	int64_t line = line_of(end);
	struct text_slice text = yaml_text_at(&y->text, line, end.column), whole;

	if (is_comment(&text))
		return text;
	/* On a line of its own it belongs to the value if it is indented like one. */
	while (text.text && !text.n && !y->is_flow && !y->in_list) {
		text = whole = yaml_text_at(&y->text, ++line, 0);
		if (is_comment(&text) && whole.n - text.n > y->key.column)
			return text;
	}
	return (struct text_slice){NULL, 0};
}

/* The comment between the last key and its value, which is the last event. */
static struct text_slice
comment_before(struct yaml *y)
{
	struct text_slice text, whole;

	for (int64_t line = line_of(y->colon); line < here(y) && !y->in_list; line++) {
		bool behind_key = line == line_of(y->colon);
		text = whole = yaml_text_at(&y->text, line, behind_key ? y->colon.column : 0);
		if (behind_key && text.n && *text.text == ':') {
			text.text++;
			text.n--;
		}
		if (is_comment(&text) && (behind_key || whole.n - text.n > y->key.column))
			return text;
	}
	return (struct text_slice){NULL, 0};
}

/* The comment that was meant as the first line of a text behind |, but is not indented. */
static struct text_slice
comment_in_block(struct yaml *y)
{
	struct text_slice text;
	int64_t line = here(y);

	do
		text = yaml_text_at(&y->text, ++line, 0);
	while (text.text && !is_comment(&text) && !text.n);
	return text.n && *text.text == '#' ? text : (struct text_slice){NULL, 0};
}

/* The comment that cuts, or empties, the plain value that is the last event; NULL if none does. */
static struct text_slice
cutting_comment(struct yaml *y)
{
	const struct field *field = keys_field(&y->keys);
	const yaml_event_t *e = &y->event;
	struct text_slice none = {NULL, 0};

	if (!field || !yaml_text_has_comments(&y->text) || is_quoted(e))
		return none;
	if (e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return e->data.scalar.length ? none : comment_in_block(y);
	if (e->data.scalar.length && !(CAN_BE_CUT & 1u << field->kind))
		return none;
	struct text_slice comment = comment_behind(y);
	return comment.text ? comment : comment_before(y);
}

/* Warns if there is such a comment. */
static void
warn_of_comment(struct yaml *y)
{
	struct text_slice comment = cutting_comment(y), value;
	int64_t line = y->in_list ? here(y) : line_of(y->key);
	char how[YAML_ADVICE_SIZE], shown[TEXT_SHOWN_SIZE];

	if (!comment.text)
		return;
	text_trim(&comment.text, &comment.n);
	comment = restored(y, comment);
	text_show(shown, comment.text, comment.n);
	const struct yaml_line l = look_at(y, line, y->in_list ? &y->event.start_mark : NULL);
	if (y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		yaml_how(how, &l);
	else
		snprintf(how, sizeof how, "indent it further than its key");
	value = (struct text_slice){
	    (const char *)y->event.data.scalar.value, y->event.data.scalar.length};
	keys_warn(&y->keys, SIGN_COMMENT, value,
	    "Line %" PRId64 ": Everything from # on is a comment in YAML: the value was read %s "
	    "\"%s\". If that belongs to the value, %s.",
	    line, value.n ? "without" : "as empty, without", shown, how);
}

/* Whether the text has "FDD" in it, in any case. */
static bool
has_fdd(struct text_slice text)
{
	size_t i = 0;

	while (i + 3 <= text.n && strncasecmp(text.text + i, "FDD", 3) != 0)
		i++;
	return i + 3 <= text.n;
}

/*
 * Whether the last event, in double quotes, spells one of the codes that stand for something else
 * here by an escape, "\\uFDD0".
 */
static bool
has_code(struct yaml *y)
{
	const yaml_event_t *e = &y->event;
	yaml_mark_t from = e->start_mark, to = e->end_mark;
	bool has = false;

	if (e->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE ||
	    !yaml_text_is_marked(
		&y->text, (const char *)e->data.scalar.value, e->data.scalar.length))
		return false;
	for (int64_t line = line_of(from); line <= line_of(to) && !has; line++) {
		size_t column = line == line_of(from) ? from.column : 0;
		struct text_slice text = yaml_text_at(&y->text, line, column);
		if (line == line_of(to))
			text.n -= yaml_text_at(&y->text, line, to.column).n;
		has = !text.text || has_fdd(text);
	}
	return has;
}

/* The text of the last event, a scalar, as it is in the file. */
static struct text_slice
scalar(struct yaml *y)
{
	yaml_event_t *e = &y->event;
	char *text = (char *)e->data.scalar.value;

	e->data.scalar.length =
	    yaml_text_restore(&y->text, text, e->data.scalar.length, y->key.column);
	return (struct text_slice){text, e->data.scalar.length};
}

/* Looks at a value, or an item of a list, that y->keys has just been given. */
static void
check_scalar(struct yaml *y, bool refused)
{
	if (refused)
		keys_refuse(&y->keys, "This value has a code that stands for no character (U+FDD0 "
				      "to U+FDD2). Remove it.");
	warn_of_comment(y);
}

static void
read_item(struct yaml *y)
{
	bool refused = has_code(y);
	struct text_slice text = scalar(y);

	if (!is_null(&y->event)) {
		keys_item(&y->keys, text.text, text.n);
		check_scalar(y, refused);
	} else if (!text.n && comment_behind(y).text) {
		keys_refuse(&y->keys,
		    "A list may only have text in it: an item is empty, as everything from # on is "
		    "a comment in YAML. Put it in quotes if it belongs to the item.");
	} else {
		keys_refuse(&y->keys, "A list may only have text in it: an item is empty or null.");
	}
}

static bool
read_list(struct yaml *y)
{
	const yaml_event_t *e = &y->event;

	keys_list(&y->keys);
	while (next_event(y)) {
		switch (e->type) {
		case YAML_SEQUENCE_END_EVENT: return true;
		case YAML_SCALAR_EVENT: read_item(y); break;
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

/* Refuses a list or mapping in brackets that is the value of a field. */
static void
refuse_brackets(struct yaml *y, const char *what)
{
	const struct yaml_line l = look_at(y, here(y), &y->event.start_mark);
	char how[YAML_ADVICE_SIZE];

	struct text_slice value = restored(y, l.value);
	y->refused = here(y);
	keys_value(&y->keys, CELL_STRING, value.text, value.n);
	keys_refuse(
	    &y->keys, "Line %" PRId64 ": %s If it is text, %s.", here(y), what, yaml_how(how, &l));
}

static bool
read_sequence(struct yaml *y)
{
	const struct field *field = keys_field(&y->keys);
	bool in_brackets = y->event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	char how[YAML_ADVICE_SIZE];

	if (field && !(CAN_BE_LISTS & 1u << field->kind) && in_brackets) {
		refuse_brackets(
		    y, "What begins with [ is a list in YAML, which is not possible here.");
		return skip(y);
	}
	y->in_list = true;
	bool ok = read_list(y);
	y->in_list = false;
	if (ok && field && !(CAN_BE_LISTS & 1u << field->kind))
		keys_refuse(&y->keys,
		    "Lines that begin with \"- \" are a list in YAML, which is not possible here. "
		    "If "
		    "it is text, %s.",
		    how_of_key(y, how));
	return ok;
}

static bool
read_mapping(struct yaml *y)
{
	bool in_brackets = y->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;

	if (keys_field(&y->keys) && in_brackets)
		refuse_brackets(
		    y, "What begins with { is a mapping in YAML, which is not possible here.");
	else
		keys_refuse(&y->keys, "Nested mappings are not supported: give text, in quotes if "
				      "it has \": \" in it.");
	return skip(y);
}

static bool
read_value(struct yaml *y)
{
	const yaml_event_t *e = &y->event;

	y->in_value = true;
	bool ok = next_event(y);
	y->in_value = false;
	if (!ok)
		return false;
	if (e->type == YAML_SEQUENCE_START_EVENT)
		return read_sequence(y);
	if (e->type == YAML_MAPPING_START_EVENT)
		return read_mapping(y);
	bool refused = has_code(y), null = is_null(e);
	struct text_slice text = scalar(y);
	keys_value(&y->keys, null ? CELL_NULL : CELL_STRING, text.text, null ? 0 : text.n);
	if (!null || !text.n)
		check_scalar(y, refused);
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
		y->key = e->start_mark;
		y->colon = e->end_mark;
		struct text_slice name = scalar(y);
		if (!keys_name(&y->keys, name.text, name.n) || !read_value(y))
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
	y->is_flow = y->event.type == YAML_MAPPING_START_EVENT &&
		     y->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
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
	yaml_text_free(&y->text);
	buf_free(&y->shown);
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
	yaml_text_begin(&y->text, (size_t)limits->max_field_bytes + KEPT_MORE);
	if (!start(y, fd, m)) {
		yaml_close(&y->reader);
		return NULL;
	}
	return &y->reader;
}
