/*
 * The YAML reader: see yaml.h.
 *
 * decode.h provides text, yaml_text.h keeps what a message may be about, yaml_events.h has libyaml
 * make events of it, keys.h makes records of those. yaml_advice.h says what to write instead of
 * what is wrong, yaml_comment.h finds what was read as a comment, yaml_lines.h lines that were
 * joined. libyaml itself has no limits, although nesting takes it quadratic time and it holds each
 * scalar as a whole. So the depth is checked at every event, and the size of a record whenever
 * libyaml asks for more text. Little text is allowed outside the sequence, as %TAG directives take
 * quadratic time, too.
 */
#include "formats/yaml.h"

#include "base/text.h"
#include "formats/findings.h"
#include "formats/keys.h"
#include "formats/yaml_comment.h"
#include "formats/yaml_events.h"
#include "formats/yaml_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CAN_BE_LISTS (1u << FIELD_TAGS | 1u << FIELD_REFS) /* kinds of fields */

/* To be followed by KEYS_SHOWN. */
#define A_MAPPING  "a mapping: \"- %s: ...\", \"  %s: ...\""
#define A_SEQUENCE "a sequence of records, each " A_MAPPING

struct yaml {
	struct reader reader;
	struct keys keys;
	enum reader_status status; /* READER_RECORD until the end or a failure */
	struct yaml_events events;
};

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
has_code(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;
	yaml_mark_t from = e->start_mark, to = e->end_mark;
	bool has = false;

	if (e->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE ||
	    !yaml_text_is_marked(
		&y->text, (const char *)e->data.scalar.value, e->data.scalar.length))
		return false;
	for (int64_t line = yaml_line_number(from); line <= yaml_line_number(to) && !has; line++) {
		size_t column = line == yaml_line_number(from) ? from.column : 0;
		struct text_slice text = yaml_text_at(&y->text, line, column);
		if (text.text && line == yaml_line_number(to))
			text.n -= yaml_text_at(&y->text, line, to.column).n;
		has = text.text && has_fdd(text);
	}
	return has;
}

/* The text of the last event, a scalar, as it is in the file. */
static struct text_slice
scalar(struct yaml_events *y)
{
	yaml_event_t *e = &y->event;
	char *text = (char *)e->data.scalar.value;

	e->data.scalar.length =
	    yaml_text_restore(&y->text, text, e->data.scalar.length, y->key.column);
	return (struct text_slice){text, e->data.scalar.length};
}

/* Notes that the value is refused; not if nothing is told of it, as its key is ignored. */
static void
note_refused(struct yaml_events *y)
{
	if (keys_field(y->keys))
		y->refused = yaml_here(y);
}

/* Refuses what was read of a value, in the line where it begins; `what` says why. */
static void
refuse_line(struct yaml_events *y, const struct yaml_line *l, const char *what)
{
	char how[YAML_ADVICE_SIZE];

	note_refused(y);
	keys_refuse(y->keys, "Line %" PRId64 ": %s If it is text, %s.", yaml_here(y), what,
	    yaml_how(how, l));
}

/* Looks at a value, or an item of a list, that y->keys has just been given. */
static void
check_scalar(struct yaml_events *y, bool refused)
{
	if (refused)
		keys_refuse(y->keys, "This value has a code that stands for no character (U+FDD0 "
				     "to U+FDD2). Remove it.");
	if (yaml_comment_touches(y)) {
		const struct yaml_line l = yaml_look_at(y, yaml_here(y), &y->event.start_mark);
		refuse_line(y, &l, yaml_is_quoted(&y->event) ? YAML_AFTER_QUOTE : YAML_NEXT_LINE);
	}
	yaml_comment_warn(y);
	yaml_lines_check(y);
}

/*
 * Refuses a value, or an item of a list, that begins with a tag, an anchor or an alias, and goes
 * on behind it.
 */
static bool
refuse_unsupported(struct yaml_events *y)
{
	const struct yaml_line l = yaml_look_at(y, yaml_here(y), &y->event.start_mark);
	const yaml_event_type_t type = y->event.type;
	struct text_slice text = yaml_restored(y, l.value);
	char advice[YAML_ADVICE_SIZE];

	if (y->in_list && !memchr(text.text, ';', text.n)) /* or that were told instead */
		keys_item(y->keys, text.text, text.n);
	else if (!y->in_list)
		keys_value(y->keys, CELL_STRING, text.text, text.n);
	note_refused(y);
	if (yaml_advise(advice, "", &l))
		keys_refuse(y->keys, "Line %" PRId64 ": %s", yaml_here(y), advice);
	else
		keys_refuse(y->keys,
		    "Line %" PRId64 ": %s are not supported here. Put text in quotes.",
		    yaml_here(y), yaml_unsupported(y));
	return (type != YAML_SEQUENCE_START_EVENT && type != YAML_MAPPING_START_EVENT) ||
	       yaml_skip(y);
}

static void
read_item(struct yaml_events *y)
{
	bool refused = has_code(y);
	struct text_slice text = scalar(y);

	if (!is_null(&y->event)) {
		keys_item(y->keys, text.text, text.n);
		check_scalar(y, refused);
	} else if (!text.n && yaml_comment_follows(y)) {
		keys_refuse(y->keys,
		    "A list may only have text in it: an item is empty, as everything from # on is "
		    "a comment in YAML. Put it in quotes if it belongs to the item.");
	} else {
		keys_refuse(y->keys, "A list may only have text in it: an item is empty or null.");
	}
}

static bool
read_list(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;
	bool in_brackets = e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	bool first = true, told = !in_brackets;
	yaml_mark_t end = e->end_mark; /* of the item before, or of the bracket */

	keys_list(y->keys);
	for (; yaml_next_event(y); end = e->end_mark, first = false) {
		told = told || yaml_comment_warn_of_item(y, end, first);
		if (yaml_unsupported(y)) {
			if (!refuse_unsupported(y))
				return false;
			continue;
		}
		switch (e->type) {
		case YAML_SEQUENCE_END_EVENT: return true;
		case YAML_SCALAR_EVENT: read_item(y); break;
		default:
			keys_refuse(y->keys,
			    "A list may only have text in it: no lists, no mappings. Put "
			    "text that has \": \" in it in quotes.");
			if (!yaml_skip(y))
				return false;
		}
	}
	return false;
}

/* Refuses a list or mapping in brackets that is the value of a field. */
static void
refuse_brackets(struct yaml_events *y, const char *what)
{
	const struct yaml_line l = yaml_look_at(y, yaml_here(y), &y->event.start_mark);
	struct text_slice value = yaml_restored(y, l.value);

	keys_value(y->keys, CELL_STRING, value.text, value.n);
	refuse_line(y, &l, what);
}

/* Refuses the list that just ended, as a # stands right behind its bracket. */
static void
refuse_cut_list(struct yaml_events *y)
{
	struct yaml_line l = yaml_look_at(y, yaml_line_number(y->key), NULL);

	l.goes_on |= yaml_here(y) != yaml_line_number(y->key);
	refuse_line(y, &l, YAML_AFTER_BRACKET);
}

static bool
read_sequence(struct yaml_events *y)
{
	const struct field *field = keys_field(y->keys);
	bool in_brackets = y->event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	char how[YAML_ADVICE_SIZE];

	if (field && !(CAN_BE_LISTS & 1u << field->kind) && in_brackets) {
		refuse_brackets(
		    y, "What begins with [ is a list in YAML, which is not possible here.");
		return yaml_skip(y);
	}
	y->in_list = true;
	bool ok = read_list(y);
	y->in_list = false;
	if (ok && yaml_comment_touches(y))
		refuse_cut_list(y);
	if (ok && field && !(CAN_BE_LISTS & 1u << field->kind))
		keys_refuse(y->keys,
		    "Lines that begin with \"- \" are a list in YAML, which is not possible here. "
		    "If "
		    "it is text, %s.",
		    yaml_how_of_key(y, how));
	return ok;
}

static bool
read_mapping(struct yaml_events *y)
{
	bool in_brackets = y->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;

	if (keys_field(y->keys) && in_brackets)
		refuse_brackets(
		    y, "What begins with { is a mapping in YAML, which is not possible here.");
	else
		keys_refuse(y->keys, "Nested mappings are not supported: give text, in quotes if "
				     "it has \": \" in it.");
	return yaml_skip(y);
}

static bool
read_value(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;

	y->in_value = true;
	bool ok = yaml_next_event(y), unsupported = ok && yaml_unsupported(y);
	if (unsupported)
		ok = refuse_unsupported(y);
	y->in_value = false;
	if (!ok || unsupported)
		return ok;
	if (e->type == YAML_SEQUENCE_START_EVENT)
		return read_sequence(y);
	if (e->type == YAML_MAPPING_START_EVENT)
		return read_mapping(y);
	bool refused = has_code(y), null = is_null(e);
	struct text_slice text = scalar(y);
	keys_value(y->keys, null ? CELL_NULL : CELL_STRING, text.text, null ? 0 : text.n);
	if (!null || !text.n)
		check_scalar(y, refused);
	return true;
}

static bool
read_members(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;

	y->had = y->swallowed = 0;
	while (yaml_next_event(y)) {
		if (e->type == YAML_MAPPING_END_EVENT) {
			yaml_lines_warn_keys(y);
			return true;
		}
		if (e->type != YAML_SCALAR_EVENT)
			return yaml_fail(y, yaml_here(y),
			    "A key must be text, but here it is a mapping or a sequence.");
		y->key = e->start_mark;
		y->colon = e->end_mark;
		struct text_slice name = scalar(y);
		if (!keys_name(y->keys, name.text, name.n))
			return false;
		const struct field *field = keys_field(y->keys);
		if (field)
			y->had |= 1u << (field - y->keys->model->fields);
		if (!read_value(y))
			return false;
	}
	return false;
}

/* Called after the sequence: reads to the end of the file. */
static enum reader_status
read_end(struct yaml_events *y)
{
	y->bytes = 0;
	if (!yaml_next_event(y)) /* the end of the document, */
		return READER_FAILED;
	if (!yaml_next_event(y)) /* and of the stream */
		return READER_FAILED;
	if (y->event.type == YAML_STREAM_END_EVENT)
		return READER_END;
	yaml_fail(y, yaml_here(y),
	    "Here a second document begins. Put all records in one sequence, and remove the "
	    "\"---\".");
	return READER_FAILED;
}

static enum reader_status
read_record(struct yaml_events *y)
{
	y->in_record = false;
	y->bytes = 0;
	if (!yaml_next_event(y))
		return READER_FAILED;
	if (y->event.type == YAML_SEQUENCE_END_EVENT)
		return read_end(y);
	keys_begin(y->keys, yaml_here(y));
	y->in_record = true;
	y->is_flow = y->event.type == YAML_MAPPING_START_EVENT &&
		     y->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
	y->bytes = 0;
	if (is_null(&y->event))
		return READER_RECORD;
	if (y->event.type == YAML_MAPPING_START_EVENT)
		return read_members(y) ? READER_RECORD : READER_FAILED;
	if (!yaml_tell_colon(y, yaml_here(y)))
		yaml_fail(y, yaml_here(y), "A record must be " A_MAPPING ".", KEYS_SHOWN(y->keys));
	return READER_FAILED;
}

static enum reader_status
yaml_next(struct reader *r, struct record *rec)
{
	struct yaml *y = (struct yaml *)r;

	if (y->status != READER_RECORD)
		return y->status;
	do
		y->status = read_record(&y->events);
	while (y->status == READER_RECORD && keys_blank(&y->keys));
	return y->status = keys_end(&y->keys, y->status, rec);
}

static int64_t
yaml_offset(const struct reader *r)
{
	return ((const struct yaml *)r)->events.decoder.offset;
}

static void
yaml_close(struct reader *r)
{
	struct yaml *y = (struct yaml *)r;

	yaml_events_close(&y->events);
	keys_close(&y->keys);
	free(y);
}

/* Reads up to the first record. */
static bool
start(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;

	do {
		if (!yaml_next_event(y))
			return false;
	} while (e->type == YAML_STREAM_START_EVENT || e->type == YAML_DOCUMENT_START_EVENT);
	if (e->type == YAML_SEQUENCE_START_EVENT) {
		bool in_brackets = e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
		y->least = in_brackets ? 0 : e->start_mark.column + 1;
		return true;
	}
	if (e->type == YAML_STREAM_END_EVENT || is_null(e))
		return findings_tell(&y->keys->to, (struct finding){0},
		    "The file has no records. It must be " A_SEQUENCE ".", KEYS_SHOWN(y->keys));
	return yaml_fail(y, yaml_here(y),
	    "The file must be " A_SEQUENCE
	    ". If the records stand under a key, keep their sequence alone.",
	    KEYS_SHOWN(y->keys));
}

struct reader *
yaml_open(const struct source *source, const struct model *m, const struct limits *limits,
    finding_fn *sink, void *ctx)
{
	const struct findings to = {sink, ctx};
	struct yaml *y = calloc(1, sizeof *y);

	if (!y) {
		findings_tell_no_memory(&to, (struct finding){0});
		return NULL;
	}
	y->reader = (struct reader){yaml_next, yaml_offset, yaml_close, NULL};
	if (!keys_open(&y->keys, m, limits, &to) ||
	    !yaml_events_open(&y->events, &y->keys, source) || !start(&y->events)) {
		yaml_close(&y->reader);
		return NULL;
	}
	return &y->reader;
}
