/* Comments that were meant as text: see yaml_comment.h. */
#include "formats/yaml_comment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The kinds of fields in whose values a comment may be text. */
#define CAN_BE_CUT (1u << FIELD_LINE | 1u << FIELD_TEXT | 1u << FIELD_TAGS | 1u << FIELD_RULES)

struct comment {
	struct text_slice text; /* its text is NULL if there is none */
	int64_t line;
};

/* Narrows *text to a comment at its beginning, behind blanks. False if something else is there. */
static bool
is_comment(struct text_slice *text)
{
	yaml_skip_blanks(text);
	return text->n && *text->text == '#';
}

/*
 * The comment behind the last event. On a line of its own it belongs to the value if it is indented
 * further than the key, or as the key where the value is empty: that was commented out.
 */
static struct comment
comment_behind(struct yaml_events *y)
{
	const bool empty = y->event.type == YAML_SCALAR_EVENT && !y->event.data.scalar.length;
	const size_t least = y->key.column + !empty;
	yaml_mark_t end = y->event.end_mark;
	int64_t line = yaml_line_number(end);
	struct text_slice text = yaml_text_at(&y->text, line, end.column), whole;

	if (is_comment(&text))
		return (struct comment){text, line};
	while (text.text && !text.n && !y->is_flow && !y->in_list) {
		text = whole = yaml_text_at(&y->text, ++line, 0);
		if (is_comment(&text) && whole.n - text.n >= least)
			return (struct comment){text, line};
	}
	return (struct comment){{NULL, 0}, 0};
}

bool
yaml_comment_follows(struct yaml_events *y)
{
	return comment_behind(y).text.text;
}

/* The comment between the last key and its value, which is the last event. */
static struct comment
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
			return (struct comment){text, line};
	}
	return (struct comment){{NULL, 0}, 0};
}

/* The comment that was meant as the first line of a text behind |, but is not indented. */
static struct comment
comment_in_block(struct yaml_events *y)
{
	struct text_slice text;
	int64_t line = yaml_here(y);

	while ((text = yaml_text_at(&y->text, ++line, 0)).text) {
		if (is_comment(&text))
			return (struct comment){text, line};
		if (text.n)
			break;
	}
	return (struct comment){{NULL, 0}, 0};
}

/* The comment that cuts, or empties, the plain value that is the last event. */
static struct comment
cutting_comment(struct yaml_events *y)
{
	const struct field *field = keys_field(y->keys);
	const yaml_event_t *e = &y->event;
	const struct comment none = {{NULL, 0}, 0};

	if (!field || !yaml_text_has_comments(&y->text) || yaml_is_quoted(e))
		return none;
	if (e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return e->data.scalar.length ? none : comment_in_block(y);
	if (e->data.scalar.length && !(CAN_BE_CUT & 1u << field->kind))
		return none;
	struct comment comment = comment_behind(y);
	return comment.text.text ? comment : comment_before(y);
}

bool
yaml_comment_touches(struct yaml_events *y)
{
	const yaml_event_t *e = &y->event;
	struct text_slice text;

	if (!yaml_text_has_comments(&y->text))
		return false;
	if (e->type == YAML_SEQUENCE_END_EVENT || yaml_is_quoted(e)) {
		text = yaml_text_at(&y->text, yaml_line_number(e->end_mark), e->end_mark.column);
		/* Lines with "- " end where the next key begins. */
		return text.n && *text.text == '#' && e->end_mark.index > e->start_mark.index;
	}
	if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		return false;
	text = yaml_text_at(&y->text, yaml_here(y), e->start_mark.column);
	for (; text.n && strchr("|>+-123456789", *text.text); text.n--)
		text.text++;
	return text.n && *text.text == '#';
}

void
yaml_comment_warn(struct yaml_events *y)
{
	struct comment comment = cutting_comment(y);
	struct text_slice value;
	int64_t line = y->in_list ? yaml_here(y) : yaml_line_number(y->key);
	char how[YAML_ADVICE_SIZE], shown[TEXT_SHOWN_SIZE];

	if (!comment.text.text)
		return;
	text_trim(&comment.text.text, &comment.text.n);
	comment.text = yaml_restored(y, comment.text);
	text_show(shown, comment.text.text, comment.text.n);
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
	    comment.line, value.n ? "without" : "as empty, without", shown, how);
}

/* Takes blanks and commas off the beginning of the text. Returns whether there was a comma. */
static bool
skip_commas(struct text_slice *text)
{
	bool comma = false;

	for (yaml_skip_blanks(text); text->n && *text->text == ','; yaml_skip_blanks(text)) {
		comma = true;
		text->text++;
		text->n--;
	}
	return comma;
}

/* Whether a comment is no remark: nothing separates its sign from a word. */
static bool
looks_like_item(struct text_slice comment)
{
	return comment.n > 1 && !strchr(" \t#", comment.text[1]);
}

/*
 * The comment where an item of a list in brackets would stand: between that mark, behind which it
 * may (`open`), and the last event. All of that are blanks, commas and comments.
 */
static struct comment
comment_for_item(struct yaml_events *y, yaml_mark_t from, bool open, bool any)
{
	for (int64_t line = yaml_line_number(from); line <= yaml_here(y); line++) {
		size_t column = line == yaml_line_number(from) ? from.column : 0;
		struct text_slice text = yaml_text_at(&y->text, line, column);
		open |= skip_commas(&text);
		if (open && is_comment(&text) && (any || looks_like_item(text)))
			return (struct comment){text, line};
	}
	return (struct comment){{NULL, 0}, 0};
}

bool
yaml_comment_warn_of_item(struct yaml_events *y, yaml_mark_t from, bool first)
{
	const struct field *field = keys_field(y->keys);
	const bool empty = first && y->event.type == YAML_SEQUENCE_END_EVENT;
	char shown[TEXT_SHOWN_SIZE];

	if (!field || !yaml_text_has_comments(&y->text) ||
	    (!empty && !(CAN_BE_CUT & 1u << field->kind)))
		return false;
	struct comment comment = comment_for_item(y, from, first, empty);
	if (!comment.text.text)
		return false;
	text_trim(&comment.text.text, &comment.text.n);
	comment.text = yaml_restored(y, comment.text);
	text_show(shown, comment.text.text, comment.text.n);
	keys_warn(y->keys, SIGN_COMMENT, (struct text_slice){NULL, 0},
	    "Line %" PRId64 ": Everything from # on is a comment in YAML: the list was read %s "
	    "\"%s\". If that is an item of it, put it in quotes.",
	    comment.line, empty ? "as empty, without" : "without", shown);
	return true;
}
