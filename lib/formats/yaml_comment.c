/* Comments that were meant as text: see yaml_comment.h. */
#include "formats/yaml_comment.h"

#include <inttypes.h>
#include <stdio.h>

/* The kinds of fields in whose values a comment may be text. */
#define CAN_BE_CUT (1u << FIELD_LINE | 1u << FIELD_TEXT | 1u << FIELD_TAGS | 1u << FIELD_RULES)

/* Narrows *text to a comment at its beginning, behind blanks. False if something else is there. */
static bool
is_comment(struct text_slice *text)
{
	yaml_skip_blanks(text);
	return text->n && *text->text == '#';
}

struct text_slice
yaml_comment_behind(struct yaml_events *y)
{
	yaml_mark_t end = y->event.end_mark;
	int64_t line = yaml_line_number(end);
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
comment_before(struct yaml_events *y)
{
	struct text_slice text, whole;

	for (int64_t line = yaml_line_number(y->colon); line < yaml_here(y) && !y->in_list;
	     line++) {
		bool behind_key = line == yaml_line_number(y->colon);
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
comment_in_block(struct yaml_events *y)
{
	struct text_slice text, none = {NULL, 0};
	int64_t line = yaml_here(y);

	while ((text = yaml_text_at(&y->text, ++line, 0)).text) {
		if (is_comment(&text))
			return text;
		if (text.n)
			return none;
	}
	return none;
}

/* The comment that cuts, or empties, the plain value that is the last event; NULL if none does. */
static struct text_slice
cutting_comment(struct yaml_events *y)
{
	const struct field *field = keys_field(y->keys);
	const yaml_event_t *e = &y->event;
	struct text_slice none = {NULL, 0};

	if (!field || !yaml_text_has_comments(&y->text) || yaml_is_quoted(e))
		return none;
	if (e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return e->data.scalar.length ? none : comment_in_block(y);
	if (e->data.scalar.length && !(CAN_BE_CUT & 1u << field->kind))
		return none;
	struct text_slice comment = yaml_comment_behind(y);
	return comment.text ? comment : comment_before(y);
}

void
yaml_comment_warn(struct yaml_events *y)
{
	struct text_slice comment = cutting_comment(y), value;
	int64_t line = y->in_list ? yaml_here(y) : yaml_line_number(y->key);
	char how[YAML_ADVICE_SIZE], shown[TEXT_SHOWN_SIZE];

	if (!comment.text)
		return;
	text_trim(&comment.text, &comment.n);
	comment = yaml_restored(y, comment);
	text_show(shown, comment.text, comment.n);
	const struct yaml_line l = yaml_look_at(y, line, y->in_list ? &y->event.start_mark : NULL);
	if (y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		yaml_how(how, &l);
	else
		snprintf(how, sizeof how, "indent it further than its key");
	value = (struct text_slice){
	    (const char *)y->event.data.scalar.value, y->event.data.scalar.length};
	keys_warn(y->keys, SIGN_COMMENT, value,
	    "Line %" PRId64 ": Everything from # on is a comment in YAML: the value was read %s "
	    "\"%s\". If that belongs to the value, %s.",
	    line, value.n ? "without" : "as empty, without", shown, how);
}
