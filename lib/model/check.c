/* One value, what is told of it, and texts: see check.h. */
#include "model/check.h"

#include "base/text.h"
#include "model/boolean.h"
#include "model/misread.h"
#include "model/rules.h"
#include "model/spelling.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LOOKED_AT    200 /* bytes of a wrong value that is looked at more closely */
#define CELL_UNITS   32767
#define SHOWN_BEFORE 30 /* bytes before a damaged character that are shown with it */

static void
tell(struct check *c, enum sign sign, const char *details)
{
	const struct finding f = {
	    .level = sign ? FINDING_WARNING : FINDING_ERROR,
	    .sign = sign,
	    .entry = c->rec->entry,
	    .row = c->rec->row,
	    .line = c->rec->line,
	    .field = c->field ? c->field->name : NULL,
	    .value = c->cell ? c->cell->text : NULL,
	    .value_n = c->cell ? c->cell->n : 0,
	    .details = details,
	};
	c->sink(c->ctx, &f);
}

enum sign
check_whole_sign(const struct check *c, struct value v)
{
	enum sign sign = spelling_sign(v.text, v.n);

	return !sign && c->cell->kind == CELL_DATE ? SIGN_DATE : sign;
}

/* The first character of the value that is not ASCII, as its name; "" if there is none. */
static const char *
name_foreign(struct value v, char name[TEXT_SHOWN_SIZE])
{
	size_t at = text_ascii(v.text, v.n);
	uint32_t ch;
	size_t n = text_decode(v.text + at, v.n - at, &ch);

	*name = '\0';
	if (n && !text_is_space(ch))
		snprintf(
		    name, TEXT_SHOWN_SIZE, "\"%.*s\" (U+%04X)", (int)n, v.text + at, (unsigned)ch);
	return name;
}

/* Whether values of the field are codes or numbers, which have no other letters than A to Z. */
static bool
is_code(const struct field *f)
{
	return f->kind != FIELD_LINE && f->kind != FIELD_TEXT && f->kind != FIELD_TAGS;
}

/* Whether the field's errors already say what the value may have become. */
static bool
is_id(const struct field *f)
{
	return f->kind == FIELD_ID || f->kind == FIELD_REF || f->kind == FIELD_REFS;
}

/* Appends why the value may be wrong although it looks right, or what it may have become. */
static void
add_reason(const struct check *c, char *details, size_t size)
{
	struct value v = {c->cell->text, c->cell->n};
	char shown[TEXT_SHOWN_SIZE];
	size_t used = strlen(details);

	text_trim(&v.text, &v.n);
	if (v.n > LOOKED_AT)
		return;
	const enum sign sign = check_whole_sign(c, v);
	const struct text_scan s = text_scan(v.text, v.n, TEXT_LINES);
	if (s.seen & TEXT_SEEN_INVISIBLE || (is_id(c->field) && s.at && text_is_control(s.refused)))
		snprintf(details + used, size - used,
		    " It has a character that cannot be seen: \"%s\".",
		    text_show(shown, v.text, v.n));
	else if (is_code(c->field) && *name_foreign(v, shown))
		snprintf(details + used, size - used, " It has the character %s.", shown);
	else if (sign == SIGN_ROUNDED && c->field->kind == FIELD_INTEGER)
		return; /* such numbers are short: they have lost nothing */
	else if (sign && (sign == SIGN_NULL || !is_id(c->field)))
		snprintf(details + used, size - used, " It %s. %s", signs[sign].what,
		    sign == SIGN_NULL && c->field->required ? "Write the value instead."
							    : signs[sign].remedy);
}

struct value
check_complain(struct check *c, const char *format, ...)
{
	char details[2 * CHECK_DETAILS];
	va_list ap;

	va_start(ap, format);
	vsnprintf(details, CHECK_DETAILS, format, ap);
	va_end(ap);
	if (c->cell && c->cell->text)
		add_reason(c, details, sizeof details);
	tell(c, SIGN_NONE, details);
	c->ok = false;
	return NOTHING;
}

/* What to do about the sign; a required field cannot be left empty. */
static const char *
remedy(const struct check *c, enum sign sign)
{
	return sign == SIGN_NULL && c->field->required ? "If nothing is meant, write what is."
						       : signs[sign].remedy;
}

void
check_warn(struct check *c, enum sign sign, struct value v, size_t from)
{
	const char *in_table = c->rec->guarded ? signs[sign].in_table : NULL;
	char shown[TEXT_SHOWN_SIZE], details[3 * CHECK_DETAILS];

	snprintf(details, sizeof details, "\"%s%s\" %s. It was taken as it is. %s%s%s",
	    from ? "..." : "", text_show(shown, v.text + from, v.n - from), signs[sign].what,
	    remedy(c, sign), in_table ? " " : "", in_table ? in_table : "");
	tell(c, sign, details);
	c->warned = true;
}

struct value
check_written(const struct check *c, size_t start)
{
	const struct buf *arena = &c->row->arena;

	return arena->len > start ? (struct value){arena->data + start, arena->len - start}
				  : LITERAL("");
}

static bool
is_line_break(uint32_t c)
{
	return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

/* Whether the refused character is half of one that a program has read as Latin-1. */
static bool
is_misread(const struct check *c, const struct text_scan *s)
{
	const struct cell *cell = c->cell;

	return s->refused >= 0x80 && s->refused <= 0x9f && cell &&
	       misread_find(cell->text, cell->n) < cell->n;
}

bool
check_printable(struct check *c, const struct text_scan *s, size_t tag)
{
	char where[CHECK_NUMBER + sizeof " of tag "] = "";

	if (!s->at)
		return true;
	if (tag)
		snprintf(where, sizeof where, " of tag %zu", tag);
	if (s->refused == TEXT_INVALID) {
		check_complain(c, "Not valid UTF-8 at character %zu%s.", s->at, where);
		return false;
	}
	if (is_misread(c, s)) {
		check_complain(c,
		    "The value %s. Save the file again as UTF-8 where it came from "
		    "(in Excel: Save as, CSV UTF-8), and upload that.",
		    signs[SIGN_TWICE_ENCODED].what);
		return false;
	}
	const char *what = is_line_break(s->refused)          ? "line break"
			   : s->refused == '\t'               ? "tab"
			   : text_is_noncharacter(s->refused) ? "noncharacter"
							      : "control character";
	check_complain(c, "The %s U+%04X at character %zu%s is not allowed; %s.", what,
	    (unsigned)s->refused, s->at, where,
	    text_is_space(s->refused) ? "write a space instead" : "remove it");
	return false;
}

bool
check_fits(struct check *c, size_t n, size_t max, const char *unit)
{
	if (n <= max)
		return true;
	check_complain(c, "Ensure this field has no more than %zu %s. It has %zu.", max, unit, n);
	return false;
}

/* Where to begin to show a value, so that what is at that byte is seen. */
static size_t
shown_from(struct value v, size_t at)
{
	size_t from = at > SHOWN_BEFORE ? at - SHOWN_BEFORE : 0;

	while (from && (v.text[from] & 0xC0) == 0x80)
		from--;
	return from;
}

/* Whether a text is as long as a cell of Excel can be: 32767 units of UTF-16. */
static bool
is_cut(const struct check *c)
{
	const struct cell *cell = c->cell;
	size_t units = 0;

	if (c->field->kind != FIELD_TEXT || cell->n < CELL_UNITS || cell->n > 3 * CELL_UNITS)
		return false;
	for (size_t i = 0; i < cell->n; i++)
		units += (size_t)((cell->text[i] & 0xC0) != 0x80) +
			 (size_t)((cell->text[i] & 0xF8) == 0xF0);
	return units == CELL_UNITS;
}

void
check_signs(struct check *c, struct value v, unsigned seen)
{
	enum sign sign = c->warned ? SIGN_NONE : check_whole_sign(c, v);
	size_t at = 0;

	if (c->rec->guessed && seen & TEXT_SEEN_MISREAD && !misread_is_all(v.text, v.n))
		seen &= ~(unsigned)TEXT_SEEN_MISREAD;
	if (!sign && !c->warned && is_cut(c)) {
		sign = SIGN_CUT;
		at = v.n;
	}
	if (!sign && !c->warned)
		sign = sign_of_characters(c->field->kind, v.text, v.n, seen, &at);
	if (sign)
		check_warn(c, sign, v, shown_from(v, at));
}

/* The text with LF line ends. */
static struct value
unify_lines(const struct check *c, struct value v)
{
	size_t start = c->row->arena.len;

	if (!memchr(v.text, '\r', v.n))
		return v;
	text_unify_lines(&c->row->arena, v.text, v.n);
	return check_written(c, start);
}

struct value
check_line(struct check *c, struct value v)
{
	struct text_scan s = text_scan(v.text, v.n, TEXT_LINE);
	bool ok = check_printable(c, &s, 0);

	if (!check_fits(c, s.chars, (size_t)c->field->max, "characters") || !ok)
		return NOTHING;
	check_signs(c, v, s.seen);
	return v;
}

struct value
check_text(struct check *c, struct value v)
{
	v = unify_lines(c, v);
	struct text_scan s = text_scan(v.text, v.n, TEXT_LINES);
	int64_t max = c->field->max;
	bool ok = check_printable(c, &s, 0);

	if (c->max_field_bytes < max)
		max = c->max_field_bytes;
	if (!check_fits(c, v.n, (size_t)max, "bytes") || !ok)
		return NOTHING;
	check_signs(c, v, s.seen);
	return v;
}

struct value
check_rules(struct check *c, struct value v)
{
	v = unify_lines(c, v);
	struct text_scan s = text_scan(v.text, v.n, TEXT_LINES);
	struct buf *arena = &c->row->arena;
	size_t start = arena->len;
	char message[CHECK_DETAILS];

	if (!check_printable(c, &s, 0) || !check_fits(c, v.n, (size_t)c->field->max, "bytes"))
		return NOTHING;
	if (!rules_canonical(v.text, v.n, arena, message, sizeof message))
		return check_complain(c, "%s", message);
	return check_written(c, start);
}

struct value
check_boolean(struct check *c, struct value v)
{
	bool is;

	if (boolean_read(v.text, v.n, &is))
		return is ? LITERAL("true") : LITERAL("false");
	return check_complain(
	    c, "Must be a valid boolean. Write true or false (or yes/no, y/n, t/f, on/off, 1/0).");
}
