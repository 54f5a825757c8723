/* Values that are lists, of tags or of references: see check.h. */
#include "model/check.h"

#include "base/text.h"
#include "model/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define TAG_MAX_CHARS 255

/* Appends a member to the list in the arena unless it is there already. */
static bool
add_member(struct check *c, struct text_set *seen, const char *text, size_t n)
{
	struct buf *arena = &c->row->arena;

	if (text_set_has(seen, text, n))
		return true;
	if (seen->used)
		buf_add_char(arena, ';');
	buf_add(arena, text, n);
	if (!text_set_add(seen, arena->data + arena->len - n, n))
		check_complain(c, "Out of memory.");
	return !seen->failed;
}

/* Whether "and" or the like stands in the text as a word: then what it joins is one name. */
static bool
has_conjunction(const char *text, size_t n)
{
	static const char *const words[] = {" and ", " or ", " & ", " und ", " oder ", " et ",
	    " ou ", " y ", " e ", " o ", " en ", " of ", " og ", " och ", " i "};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (memmem(text, n, words[i], strlen(words[i])))
			return true;
	return false;
}

/*
 * Whether there is anything in the tag that other programs separate tags with. The commas in
 * "Validation, Sanitization and Encoding" do not.
 */
static bool
has_separator(struct value tag, bool ascii)
{
	static const char *const others[] = {"\uff1b", "\u060c", "\uff0c", "\u3001", "\u061b"};
	const char *comma = memrchr(tag.text, ',', tag.n), *end = tag.text + tag.n;

	if (memchr(tag.text, '|', tag.n))
		return true;
	for (size_t i = 0; !ascii && i < sizeof others / sizeof others[0]; i++)
		if (memmem(tag.text, tag.n, others[i], strlen(others[i])))
			return true;
	return comma && !has_conjunction(comma + 1, (size_t)(end - comma - 1));
}

/* Whether the tag is a list as programs write them: ['alpha'], {alpha}. */
static bool
is_written_list(struct value tag)
{
	const char first = tag.text[0], last = tag.text[tag.n - 1];

	if (tag.n < 3)
		return false;
	return (first == '{' && last == '}') ||
	       (first == '[' && last == ']' && memchr("'\"", tag.text[1], 2));
}

static void
look_at_tag(struct check *c, struct value tag, const struct text_scan *s)
{
	check_signs(c, tag, s->seen);
	if (!c->warned && (has_separator(tag, s->chars == tag.n) || is_written_list(tag)))
		check_warn(c, SIGN_SEPARATOR, tag, 0);
}

/*
 * Adds a tag in Unicode's composed form (NFC), so that two that look alike are the same however
 * they were typed.
 */
static bool
add_composed(struct check *c, struct text_set *seen, struct value tag)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)tag.text,
	    (utf8proc_ssize_t)tag.n, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	bool added = false;

	if (n < 0)
		check_complain(c, "Out of memory.");
	else
		added = add_member(c, seen, (const char *)composed, (size_t)n);
	free(composed);
	return added;
}

static bool
add_tag(struct check *c, struct text_set *seen, struct value tag, size_t ordinal)
{
	struct text_scan s = text_scan(tag.text, tag.n, TEXT_LINE);

	if (!check_printable(c, &s, ordinal))
		return false;
	if (s.chars > TAG_MAX_CHARS) {
		check_complain(c,
		    "Ensure each tag has no more than %d characters. Tag %zu has %zu.",
		    TAG_MAX_CHARS, ordinal, s.chars);
		return false;
	}
	look_at_tag(c, tag, &s);
	return s.chars == tag.n ? add_member(c, seen, tag.text, tag.n) : add_composed(c, seen, tag);
}

/* The length of a comma or white space at that place; 0 if there is none. */
static size_t
gap_length(struct value v, size_t at)
{
	return at < v.n && v.text[at] == ',' ? 1 : text_space(v.text + at, v.n - at);
}

/* Whether it is several ids with commas or white space between them, not semicolons. */
static bool
is_several(const struct field *f, struct value v)
{
	char meant[CHECK_ID];
	size_t ids = 0;

	for (size_t at = 0; at < v.n; at += gap_length(v, at)) {
		size_t from = at;

		while (at < v.n && !gap_length(v, at))
			at++;
		if (at > from &&
		    !check_meant_id(f, (struct value){v.text + from, at - from}, meant))
			return false;
		ids += at > from;
	}
	return ids > 1;
}

/* Numbers without letters may be spelled as those of a FIELD_INTEGER: 21.0 is 21. */
static bool
add_ref(struct check *c, struct text_set *seen, struct value ref, size_t ordinal)
{
	const struct field *f = c->field;
	const bool number = !*f->prefix;
	char digits[CHECK_NUMBER];
	long n;

	c->ordinal = ordinal;
	if (model_is_ref(f->prefix, ref.text, ref.n))
		return add_member(c, seen, ref.text, ref.n);
	if (number && check_two_integers(c, ref, 1, CHECK_ID_NUMBER)) {
		check_refuse_id(
		    c, ": it may be of thousands or of decimals; write it without a point.");
		return false;
	}
	if (number && decimal_integer(ref.text, ref.n, c->cell->kind == CELL_NUMBER, &n) && n > 0 &&
	    n <= CHECK_ID_NUMBER)
		return add_member(
		    c, seen, digits, (size_t)snprintf(digits, sizeof digits, "%ld", n));
	if (is_several(f, ref))
		check_refuse_id(c, ": separate %s with semicolons, such as %s.",
		    number ? "numbers" : "ids", check_id_example(f, (char[CHECK_ID]){0}));
	else
		check_id(c, ref);
	return false;
}

/* The length of what separates the members of a list, at the start of the text; 0: nothing does. */
static size_t
separator_length(const char *text, size_t n)
{
	if (*text == ';' || *text == '\n' || *text == '\r')
		return 1;
	return n >= 3 && (memcmp(text, "\u2028", 3) == 0 || memcmp(text, "\u2029", 3) == 0) ? 3 : 0;
}

/* Stops at the first faulty member: thousands of complaints about one cell help nobody. */
static struct value
check_list(struct check *c, struct value v,
    bool (*add)(struct check *c, struct text_set *seen, struct value member, size_t ordinal))
{
	struct text_set seen = {0};
	size_t start = c->row->arena.len, ordinal = 0;
	bool ok = true;

	for (size_t at = 0, gap = 1; ok && gap; at += gap) {
		size_t from = at;

		for (gap = 0; at < v.n && !(gap = separator_length(v.text + at, v.n - at));)
			at++;
		struct value member = {v.text + from, at - from};
		ordinal++;
		text_trim(&member.text, &member.n);
		if (member.n)
			ok = add(c, &seen, member, ordinal);
	}
	text_set_free(&seen);
	if (!ok || !check_fits(c, c->row->arena.len - start, (size_t)c->field->max, "bytes"))
		return NOTHING;
	return check_written(c, start);
}

struct value
check_tags(struct check *c, struct value v)
{
	return check_list(c, v, add_tag);
}

struct value
check_refs(struct check *c, struct value v)
{
	return check_list(c, v, add_ref);
}
