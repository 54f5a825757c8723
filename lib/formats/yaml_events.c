/* The events of libyaml: see yaml_events.h. */
#include "formats/yaml_events.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OUTSIDE_MAX ((size_t)64 * 1024) /* most bytes before, and after, the sequence */
#define KEPT_MORE   ((size_t)64 * 1024) /* bytes to keep beside the longest value */
#define AHEAD       ((size_t)4 * 1024)  /* bytes to have behind what libyaml was given */

struct text_slice
yaml_restored(struct yaml_events *y, struct text_slice text)
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

bool
yaml_fail(struct yaml_events *y, int64_t line, const char *format, ...)
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
		f = y->keys->at;
		f.field = y->wrong.field ? y->wrong.field->name : NULL;
	}
	if (y->wrong.value.n) {
		struct text_slice value = yaml_restored(y, y->wrong.value);
		f.value = value.text;
		f.value_n = value.n;
	}
	return findings_tell(&y->keys->to, f, "Line %" PRId64 ": %s", line, what);
}

/* Reports that the text from that line on cannot be read. Always returns false. */
static bool
fail_unreadable(struct yaml_events *y, int64_t line, const char *why)
{
	/* libyaml reads ahead, so this may not be in the current record. */
	y->in_record = false;
	return yaml_fail(y, line, "%s", why);
}

/* The same of what follows the text that there is. */
static bool
fail_behind(struct yaml_events *y, const char *why)
{
	return fail_unreadable(y, yaml_text_line_of(&y->text, SIZE_MAX), why);
}

/* Adds the next piece of text. False at the end of the file or after a finding. */
static bool
refill(struct yaml_events *y)
{
	const char *text = "";
	struct error err = {0};
	char why[KEYS_WHY_SIZE];

	yaml_text_forget(&y->text, y->keep);
	if (y->text.refused)
		return fail_behind(y,
		    "Here is a code that stands for no character (U+FDD0 to U+FDD2). Remove it.");
	ssize_t got = decode_next(&y->decoder, &text, &err);
	if (got < 0)
		return fail_behind(y, keys_unreadable(why, &y->decoder, &err));
	yaml_text_add(&y->text, text, (size_t)got);
	if (y->text.text.failed) {
		y->failed = true;
		return findings_tell_no_memory(&y->keys->to, y->keys->at);
	}
	return got > 0;
}

/*
 * Adds text if there is little behind what libyaml was given: a line that it is about to refuse, or
 * a comment behind a value, is looked at to its end. What fails here fails again in refill.
 */
static void
look_ahead(struct yaml_events *y)
{
	const char *text = "";
	struct error err = {0};

	if (y->text.text.len - y->text.given >= AHEAD || y->text.refused)
		return;
	yaml_text_forget(&y->text, y->keep);
	ssize_t got = decode_next(&y->decoder, &text, &err);
	if (got > 0)
		yaml_text_add(&y->text, text, (size_t)got);
}

/* Gives libyaml up to `size` bytes, none at the end of the file. Returns 1, or 0 to stop it. */
static int
give_text(void *ctx, unsigned char *buffer, size_t size, size_t *given)
{
	struct yaml_events *y = ctx;
	size_t most = y->depth ? y->keys->record_max : OUTSIDE_MAX;

	*given = 0;
	if (y->bytes > most && y->in_record)
		y->failed = !keys_too_large(y->keys);
	else if (y->bytes > most)
		yaml_fail(y, yaml_text_line_of(&y->text, y->text.before + y->text.given),
		    "Here are more than %zu bytes without a record. Remove what is no record.",
		    most);
	if (y->failed)
		return 0;
	do
		*given = yaml_text_give(&y->text, buffer, size);
	while (!*given && refill(y));
	y->bytes += *given;
	look_ahead(y);
	return !y->failed;
}

/* Whether the value on that line goes on in the next one that is not blank. */
static bool
goes_on(struct yaml_events *y, int64_t line, size_t column)
{
	struct text_slice next;

	do {
		next = yaml_text_at(&y->text, ++line, 0);
		size_t n = next.n;
		yaml_skip_blanks(&next);
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

struct yaml_line
yaml_look_at(struct yaml_events *y, int64_t line, const yaml_mark_t *mark)
{
	const struct model *m = y->keys->model;
	struct text_slice text = yaml_text_at(&y->text, line, 0);
	struct yaml_line l = yaml_line_of(text.text ? text : (struct text_slice){"", 0});
	const char *nearest;
	int index;

	if (l.key.n && model_match_header(m, l.key.text, l.key.n, &index, &nearest) == HEADER_FIELD)
		l.field = &m->fields[index];
	else if (!l.key.n && y->in_list && l.is_item)
		l.field = keys_field(y->keys);
	else if (!l.key.n && y->in_value && (l.field = keys_field(y->keys)))
		set_key(&l, y->key.column);
	if (l.no_key.n &&
	    model_match_header(m, l.no_key.text, l.no_key.n, &index, &nearest) != HEADER_FIELD)
		l.no_key.n = 0;
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
tell_quotes(struct yaml_events *y, int64_t line)
{
	if (y->quoted_end != line || y->quoted == line)
		return false;
	yaml_fail(y, line,
	    "The quotes that begin in line %" PRId64
	    " end here, and text follows them. The closing quote is missing further up, or a "
	    "quote in the text is not written as one that belongs to it.",
	    y->quoted);
	return true;
}

const char *
yaml_how_of_key(struct yaml_events *y, char how[YAML_ADVICE_SIZE])
{
	struct yaml_line l = yaml_look_at(y, yaml_line_number(y->key), NULL);

	/* Behind a long list, its line may be forgotten. */
	if (!l.key.n && (l.field = keys_field(y->keys)))
		set_key(&l, y->key.column);
	l.goes_on = true;
	return yaml_how(how, &l);
}

/* What is wrong with text whose rest is on a line of its own because a comment ended it. */
static bool
tell_cut(struct yaml_events *y, int64_t line)
{
	struct yaml_line before = yaml_look_at(y, line - 1, NULL);
	struct text_slice comment = before.value;
	char how[YAML_ADVICE_SIZE];

	if (!y->in_record || !y->keys->nmembers || y->wrong.column <= y->key.column ||
	    line <= yaml_line_number(y->key) || !comment.n || strchr("\"'[{|>", *comment.text) ||
	    !find_comment(&comment))
		return false;
	y->wrong.value = before.value;
	y->wrong.field = before.field;
	yaml_fail(y, line - 1,
	    "Everything from # on is a comment in YAML, so the text ends there, and its next line "
	    "is none of it. If # belongs to the text, %s.",
	    yaml_how_of_key(y, how));
	return true;
}

/* What is wrong with a line that goes on with a value and has a ": ". */
static bool
tell_colon(struct yaml_events *y, int64_t line)
{
	char how[YAML_ADVICE_SIZE];

	if (!y->in_record || !y->keys->nmembers || y->wrong.field ||
	    line <= yaml_line_number(y->key) || y->wrong.column <= y->key.column)
		return false;
	y->wrong.field = keys_field(y->keys);
	yaml_fail(y, line,
	    "\": \" makes a key of what stands before it in YAML, but this line goes on with the "
	    "text above. If it is text, %s.",
	    yaml_how_of_key(y, how));
	return true;
}

/* What is wrong with brackets that a comment keeps from being closed. */
static bool
tell_open_bracket(struct yaml_events *y, int64_t line)
{
	struct text_slice text = yaml_text_at(&y->text, line, 0);
	const char *hash = text.n ? memchr(text.text, '#', text.n) : NULL;

	if (!hash || hash == text.text || !strchr(" \t[{,", hash[-1]))
		return false;
	y->wrong = yaml_look_at(y, line, NULL);
	yaml_fail(y, line,
	    "Everything from # on is a comment in YAML, so the bracket that opens here is not "
	    "closed. Put text that has # in it in quotes.");
	return true;
}

bool
yaml_tell_colon(struct yaml_events *y, int64_t line)
{
	const struct yaml_line l = yaml_look_at(y, line, NULL);
	char advice[YAML_ADVICE_SIZE];

	if (!yaml_advise_colon(advice, &l))
		return false;
	y->wrong = l;
	yaml_fail(y, line, "%s", advice);
	return true;
}

/* Whether libyaml says that it was at what begins with !, & or *. */
static bool
is_property(const char *context)
{
	return strstr(context, "a tag") || strstr(context, "an anchor") ||
	       strstr(context, "an alias");
}

/* Reports what libyaml did not accept. */
static bool
tell_broken(struct yaml_events *y)
{
	const yaml_parser_t *p = &y->parser;
	const char *context = p->context ? p->context : "";
	char advice[YAML_ADVICE_SIZE];

	if (y->failed)
		return false;
	if (p->error == YAML_MEMORY_ERROR) {
		y->failed = true;
		return findings_tell_no_memory(&y->keys->to, y->keys->at);
	}
	if (p->error == YAML_READER_ERROR)
		return fail_unreadable(y, yaml_text_line_of(&y->text, p->problem_offset),
		    "Here is a control character, which YAML does not allow. Remove it, or write "
		    "it as \"\\x..\" in double quotes.");
	bool no_colon = strstr(p->problem, "expected ':'") != NULL;
	bool unclosed = strstr(context, "quoted scalar") && strstr(p->problem, "unexpected");
	int64_t line = yaml_line_number(no_colon || unclosed ? p->context_mark : p->problem_mark);
	y->wrong = yaml_look_at(y, line, is_property(context) ? &p->context_mark : NULL);
	if (unclosed)
		return yaml_fail(y, line,
		    "The quote that begins here is never closed. Close it; or the file is cut "
		    "off.");
	if (y->refused == line) {
		y->failed = true; /* it was told what is wrong with it */
		return false;
	}
	bool colon = strstr(p->problem, "mapping values") != NULL;
	if (((no_colon || colon) && yaml_tell_colon(y, line)) ||
	    (colon && yaml_tell_colon(y, line - 1)))
		return false;
	if (tell_quotes(y, line) || (!y->wrong.key.n && tell_cut(y, line)) ||
	    (colon && tell_colon(y, line)) ||
	    (strstr(context, "flow") && tell_open_bracket(y, y->keep)))
		return false;
	if (yaml_advise(advice, p->problem, &y->wrong))
		return yaml_fail(y, line, "%s", advice);
	y->wrong.value = yaml_text_at(&y->text, line, 0);
	text_trim(&y->wrong.value.text, &y->wrong.value.n);
	return yaml_fail(y, line, "This is not valid YAML (%s%s%s). %s", context,
	    *context ? ": " : "", p->problem, yaml_remedy(p->problem));
}

/* Reports what is something else than text where the last event begins. Always returns false. */
static bool
refuse(struct yaml_events *y, const char *name)
{
	char advice[YAML_ADVICE_SIZE];

	y->wrong = yaml_look_at(y, yaml_here(y), &y->event.start_mark);
	if (yaml_advise(advice, "", &y->wrong))
		return yaml_fail(y, yaml_here(y), "%s", advice);
	return yaml_fail(y, yaml_here(y), "%s are not supported here. Put text in quotes.", name);
}

const char *
yaml_unsupported(const struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (e->type == YAML_ALIAS_EVENT)
		return "Aliases";
	if (e->type == YAML_SCALAR_EVENT) {
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
	}
	return anchor ? "Anchors" : tag ? "Tags" : NULL;
}

static bool
go_deeper(struct yaml_events *y)
{
	if (++y->depth <= y->keys->limits.max_depth)
		return true;
	return yaml_fail(y, yaml_here(y),
	    "Mappings and sequences are nested deeper than %" PRId64
	    " levels, the limit (max_depth).",
	    y->keys->limits.max_depth);
}

/* Remembers of the last event what may be asked for later. */
static void
leave_event(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;

	y->quoted_end = 0;
	if (e->type == YAML_NO_EVENT)
		return;
	y->keep = yaml_here(y);
	if (e->type == YAML_SCALAR_EVENT && yaml_is_quoted(e)) {
		y->quoted = yaml_here(y);
		y->quoted_end = yaml_line_number(e->end_mark);
	}
}

/*
 * The line where a value in quotes goes on further left than YAML allows, though libyaml does; 0:
 * none. A quote that stands there alone closes them.
 */
static int64_t
find_outdented(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;
	const size_t least = y->is_flow ? y->least : y->key.column + 1;
	const int64_t last = yaml_line_number(e->end_mark);

	for (int64_t line = yaml_here(y) + 1; line <= last; line++) {
		struct text_slice text = yaml_text_at(&y->text, line, 0);
		const size_t n = text.n;
		yaml_skip_blanks(&text);
		const size_t column = n - text.n;
		const bool closes = line == last && column + 1 == e->end_mark.column;
		if (text.n && column < least && !closes)
			return line;
	}
	return 0;
}

/* Refuses quotes that are probably closed by those of another value. True if they are not. */
static bool
check_quotes(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;
	int64_t line = 0;

	if (e->type == YAML_SCALAR_EVENT && yaml_is_quoted(e) &&
	    e->end_mark.line > e->start_mark.line)
		line = find_outdented(y);
	if (!line)
		return true;
	y->wrong = yaml_look_at(y, yaml_here(y), &e->start_mark);
	return yaml_fail(y, yaml_here(y),
	    "The quote that begins here is probably not closed: line %" PRId64
	    " would belong to the text in quotes, but is not indented further than its key. Close "
	    "the quote; or indent all lines of the text further.",
	    line);
}

bool
yaml_next_event(struct yaml_events *y)
{
	yaml_event_t *e = &y->event;

	leave_event(y);
	yaml_event_delete(e);
	if (!yaml_parser_parse(&y->parser, e))
		return tell_broken(y);
	bool begins = e->type == YAML_SEQUENCE_START_EVENT || e->type == YAML_MAPPING_START_EVENT;
	if (begins && !go_deeper(y))
		return false;
	y->depth -= e->type == YAML_SEQUENCE_END_EVENT || e->type == YAML_MAPPING_END_EVENT;
	if (y->in_value || y->in_list || y->skipping)
		return check_quotes(y);
	const char *unsupported = yaml_unsupported(y);
	return !unsupported || refuse(y, unsupported);
}

bool
yaml_skip(struct yaml_events *y)
{
	int64_t outside = y->depth - 1;
	bool ok = true;

	y->skipping = true;
	while (ok && y->depth > outside)
		ok = yaml_next_event(y);
	y->skipping = false;
	return ok;
}

bool
yaml_events_open(struct yaml_events *y, struct keys *keys, const struct source *source)
{
	const struct finding whole_file = {0};
	struct source as_named = *source;
	struct error err = {0};

	y->keys = keys;
	yaml_text_begin(&y->text, (size_t)keys->limits.max_field_bytes + KEPT_MORE);
	y->has_parser = yaml_parser_initialize(&y->parser);
	if (!y->has_parser)
		return findings_tell_no_memory(&keys->to, whole_file);
	/* ASCII is UTF-8 here, as that is what YAML is without a mark. */
	if (source->charset && source->charset->encoding == ENCODING_ASCII)
		as_named.charset = NULL;
	if (decode_open(&y->decoder, &as_named, &err) != 0)
		return findings_tell(&keys->to, whole_file, "%s", err.message);
	/* UTF-8 instead, so that the first byte that is not is reported at its place. */
	if (y->decoder.encoding == ENCODING_WINDOWS_1252)
		y->decoder.encoding = ENCODING_UTF8;
	yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&y->parser, give_text, y);
	return true;
}

void
yaml_events_close(struct yaml_events *y)
{
	yaml_event_delete(&y->event);
	if (y->has_parser)
		yaml_parser_delete(&y->parser);
	yaml_text_free(&y->text);
	buf_free(&y->shown);
}
