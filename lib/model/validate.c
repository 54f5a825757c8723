/*
 * Validating records: see validate.h. A table has, for each kind of field, the kinds of cells it
 * accepts, the values of missing and of empty cells, and its check. Values are slices of the cells.
 * Only a value that must be spelled differently is written to the row's arena, which has enough
 * room from the start and so never moves.
 */
#include "model/validate.h"

#include "base/text.h"
#include "model/boolean.h"
#include "model/decimal.h"
#include "model/misread.h"
#include "model/rules.h"
#include "model/sign.h"
#include "model/spelling.h"
#include "model/spreadsheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define DETAILS_MAX   512
#define LOOKED_AT     200 /* bytes of a wrong value that is looked at more closely */
#define SHOWN_BEFORE  30  /* bytes before a damaged character that are shown with it */
#define NUMBER_MAX    24  /* a long in decimal */
#define ID_MAX        32  /* no suggestions for longer ids; room for two with the longest prefix */
#define TAG_MAX_CHARS 255
#define ID_NUMBER_MAX 999999999999999

/* A record that is being validated. */
struct check {
	const struct record *rec;
	struct row *row;
	int64_t max_field_bytes;
	finding_fn *sink;
	void *ctx;
	const struct field *field; /* the one being checked */
	const struct cell *cell;
	size_t ordinal; /* of the reference in its list, from 1; 0: the value is a single id */
	bool warned;    /* of the field: one sign is enough */
	bool ok;        /* no errors so far */
};

#define LITERAL(s) ((struct value){s, sizeof s - 1})
#define NOTHING    ((struct value){NULL, 0})

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

/* What the whole value may have become. */
static enum sign
sign_of(const struct check *c, struct value v)
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
	const enum sign sign = sign_of(c, v);
	if (text_scan(v.text, v.n, TEXT_LINES).seen & TEXT_SEEN_INVISIBLE)
		snprintf(details + used, size - used,
		    " It has a character that cannot be seen: \"%s\".",
		    text_show(shown, v.text, v.n));
	else if (is_code(c->field) && *name_foreign(v, shown))
		snprintf(details + used, size - used, " It has the character %s.", shown);
	else if (sign && (sign == SIGN_NULL || !is_id(c->field)))
		snprintf(details + used, size - used, " It %s. %s", signs[sign].what,
		    sign == SIGN_NULL && c->field->required ? "Write the value instead."
							    : signs[sign].remedy);
}

/* Reports an error in the current field. Returns NOTHING, for the checks of values to return. */
__attribute__((format(printf, 2, 3))) static struct value
complain(struct check *c, const char *format, ...)
{
	char details[2 * DETAILS_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(details, DETAILS_MAX, format, ap);
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

/* Reports a value that is accepted but may be damaged; v is what is to be shown of it. */
static void
warn(struct check *c, enum sign sign, struct value v)
{
	const char *in_table = c->rec->guarded ? signs[sign].in_table : NULL;
	char shown[TEXT_SHOWN_SIZE], details[3 * DETAILS_MAX];

	snprintf(details, sizeof details, "\"%s\" %s. It was taken as it is. %s%s%s",
	    text_show(shown, v.text, v.n), signs[sign].what, remedy(c, sign), in_table ? " " : "",
	    in_table ? in_table : "");
	tell(c, sign, details);
	c->warned = true;
}

/* The text appended to the arena since it had `start` bytes. */
static struct value
arena_since(const struct check *c, size_t start)
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

/* Complains of a character that is not allowed; `tag` is the ordinal of the tag, or 0. */
static bool
is_printable(struct check *c, const struct text_scan *s, size_t tag)
{
	char where[NUMBER_MAX + sizeof " of tag "] = "";

	if (!s->at)
		return true;
	if (tag)
		snprintf(where, sizeof where, " of tag %zu", tag);
	if (s->refused == TEXT_INVALID) {
		complain(c, "Not valid UTF-8 at character %zu%s.", s->at, where);
		return false;
	}
	const char *what = is_line_break(s->refused)          ? "line break"
			   : s->refused == '\t'               ? "tab"
			   : text_is_noncharacter(s->refused) ? "noncharacter"
							      : "control character";
	complain(c, "The %s U+%04X at character %zu%s is not allowed; %s.", what,
	    (unsigned)s->refused, s->at, where,
	    text_is_space(s->refused) ? "write a space instead" : "remove it");
	return false;
}

static bool
fits(struct check *c, size_t n, size_t max, const char *unit)
{
	if (n <= max)
		return true;
	complain(c, "Ensure this field has no more than %zu %s. It has %zu.", max, unit, n);
	return false;
}

/* The text with LF line ends. */
static struct value
unify_lines(const struct check *c, struct value v)
{
	size_t start = c->row->arena.len;

	if (!memchr(v.text, '\r', v.n))
		return v;
	text_unify_lines(&c->row->arena, v.text, v.n);
	return arena_since(c, start);
}

/* The part of the value from that byte on, and a little before. */
static struct value
part_from(struct value v, size_t at)
{
	size_t from = at > SHOWN_BEFORE ? at - SHOWN_BEFORE : 0;

	while (from && (v.text[from] & 0xC0) == 0x80)
		from--;
	return (struct value){v.text + from, v.n - from};
}

/* Warns of the first sign that the value was damaged. `seen` is what text_scan saw in it. */
static void
look_for_signs(struct check *c, struct value v, unsigned seen)
{
	enum sign sign = c->warned ? SIGN_NONE : sign_of(c, v);
	size_t at = 0;

	if (c->rec->guessed && seen & TEXT_SEEN_MISREAD && !misread_is_all(v.text, v.n))
		seen &= ~(unsigned)TEXT_SEEN_MISREAD;
	if (!sign && !c->warned)
		sign = sign_of_characters(c->field->kind, v.text, v.n, seen, &at);
	if (sign)
		warn(c, sign, part_from(v, at));
}

static struct value
check_line(struct check *c, struct value v)
{
	struct text_scan s = text_scan(v.text, v.n, TEXT_LINE);
	bool ok = is_printable(c, &s, 0);

	if (!fits(c, s.chars, (size_t)c->field->max, "characters") || !ok)
		return NOTHING;
	look_for_signs(c, v, s.seen);
	return v;
}

static struct value
check_text(struct check *c, struct value v)
{
	v = unify_lines(c, v);
	struct text_scan s = text_scan(v.text, v.n, TEXT_LINES);
	int64_t max = c->field->max;
	bool ok = is_printable(c, &s, 0);

	if (c->max_field_bytes < max)
		max = c->max_field_bytes;
	if (!fits(c, v.n, (size_t)max, "bytes") || !ok)
		return NOTHING;
	look_for_signs(c, v, s.seen);
	return v;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of the text without the ".0" that spreadsheet programs append to numbers. */
static size_t
without_fraction(struct value v)
{
	size_t n = v.n;

	while (n && v.text[n - 1] == '0')
		n--;
	return n && n < v.n && v.text[n - 1] == '.' ? n - 1 : v.n;
}

/* The length of a character at the start that is white space or invisible; 0 if it is neither. */
static size_t
unseen_length(const char *text, size_t n)
{
	uint32_t c;
	size_t length = text_decode(text, n, &c);

	return length && (text_is_space(c) || text_is_invisible(c)) ? length : 0;
}

/* Spells an id as it must have been meant: "ct 012" as CT12. Returns its length; 0 if too long. */
static size_t
spell_id(struct value v, char id[ID_MAX])
{
	size_t n = 0, end = without_fraction(v);

	for (size_t i = 0, space; i < end; i += space ? space : 1) {
		char ch = v.text[i];
		bool digit_before = n && is_digit(id[n - 1]);

		space = unseen_length(v.text + i, v.n - i);
		if (space || (ch == '0' && !digit_before))
			continue;
		if (n == ID_MAX - 1)
			return 0;
		id[n++] = (char)(ch >= 'a' && ch <= 'z' ? ch - 'a' + 'A' : ch);
	}
	id[n] = '\0';
	return n;
}

/* Complains of an invalid id, or of one in a list; what is wrong follows in the same sentence. */
__attribute__((format(printf, 2, 3))) static struct value
refuse_id(struct check *c, const char *format, ...)
{
	char what[DETAILS_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	if (c->ordinal)
		return complain(c, "Reference %zu: not a valid id%s", c->ordinal, what);
	return complain(c, "Not a valid id%s", what);
}

/* How ids are written in the field. */
static const char *
example(const struct field *f, char text[ID_MAX])
{
	if (f->kind == FIELD_REFS)
		snprintf(text, ID_MAX, *f->prefix ? "%s12;%s13" : "21;63", f->prefix, f->prefix);
	else
		snprintf(text, ID_MAX, "%s%s12", f->kind == FIELD_ID ? "C" : "", f->prefix);
	return text;
}

/* Complains of an id that is nothing but a number, or a date that was one. */
static struct value
complain_of_number(struct check *c, struct value v, long number)
{
	const char *prefix = c->field->prefix;
	bool date = memchr(v.text + 1, '-', v.n - 1);
	const char *what =
	    date ? "a spreadsheet program made a date of it" : "a number without its letters";

	if (*prefix)
		return refuse_id(
		    c, ": %s. Did you mean %s%ld or C%s%ld?", what, prefix, number, prefix, number);
	if (date)
		return refuse_id(c, ": %s. Did you mean %ld?", what, number);
	return refuse_id(c, ": write it as %ld.", number);
}

/* Complains of an invalid id; recognizes one that lost its letters or was changed by Excel. */
static struct value
complain_of_id(struct check *c, struct value v)
{
	const struct field *f = c->field;
	enum sign sign = sign_of(c, v);
	long number = spreadsheet_number(v.text, v.n);
	char such[ID_MAX];

	example(f, such);
	if (number > 0 && number <= ID_NUMBER_MAX)
		return complain_of_number(c, v, number);
	if (sign && sign != SIGN_NULL)
		return refuse_id(c,
		    ", but it %s. Format the column as text and write the id again, "
		    "such as %s.",
		    signs[sign].what, such);
	if (!*f->prefix)
		return refuse_id(c, ": write %s of at most 15 digits%s, such as %s.",
		    f->kind == FIELD_REFS ? "numbers" : "a number",
		    f->kind == FIELD_REFS ? " separated by ;" : "", such);
	return refuse_id(c, ": write %s or C%s and a number of at most 15 digits%s, such as %s%s.",
	    f->prefix, f->prefix, f->kind == FIELD_REFS ? ", and ; between ids" : "", such,
	    f->kind == FIELD_ID ? ", or nothing for a new item" : "");
}

/* Whether it is, but for its spelling, an id of the field. */
static bool
is_meant_as_id(const struct field *f, struct value v, char meant[ID_MAX])
{
	return model_is_ref(f->prefix, meant, spell_id(v, meant));
}

static struct value
check_id(struct check *c, struct value v)
{
	char meant[ID_MAX];

	if (model_is_ref(c->field->prefix, v.text, v.n))
		return v;
	if (is_meant_as_id(c->field, v, meant))
		return refuse_id(c, ": write it as %s.", meant);
	return complain_of_id(c, v);
}

static struct value
check_integer(struct check *c, struct value v)
{
	const struct field *f = c->field;
	char digits[NUMBER_MAX];
	long number;

	if (!decimal_integer(v.text, v.n, c->cell->kind == CELL_NUMBER, &number))
		return complain(c, "A valid integer is required.");
	if (number < f->min)
		return complain(c, "Ensure this value is greater than or equal to %ld.", f->min);
	if (number > f->max)
		return complain(c, "Ensure this value is less than or equal to %ld.", f->max);

	size_t n = (size_t)snprintf(digits, sizeof digits, "%ld", number);
	if (n == v.n && memcmp(digits, v.text, n) == 0)
		return v;
	size_t start = c->row->arena.len;
	buf_add(&c->row->arena, digits, n);
	return arena_since(c, start);
}

static struct value
check_boolean(struct check *c, struct value v)
{
	bool is;

	if (boolean_read(v.text, v.n, &is))
		return is ? LITERAL("true") : LITERAL("false");
	return complain(
	    c, "Must be a valid boolean. Write true or false (or yes/no, y/n, t/f, on/off, 1/0).");
}

static struct value
check_rules(struct check *c, struct value v)
{
	v = unify_lines(c, v);
	struct text_scan s = text_scan(v.text, v.n, TEXT_LINES);
	struct buf *arena = &c->row->arena;
	size_t start = arena->len;
	char message[DETAILS_MAX];

	if (!is_printable(c, &s, 0) || !fits(c, v.n, (size_t)c->field->max, "bytes"))
		return NOTHING;
	if (!rules_canonical(v.text, v.n, arena, message, sizeof message))
		return complain(c, "%s", message);
	return arena_since(c, start);
}

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
		complain(c, "Out of memory.");
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
	static const char *const others[] = {"\uff1b", "\uff0c", "\u3001", "\u061b"};
	const char *comma = memrchr(tag.text, ',', tag.n), *end = tag.text + tag.n;

	if (memchr(tag.text, '|', tag.n))
		return true;
	for (size_t i = 0; !ascii && i < sizeof others / sizeof others[0]; i++)
		if (memmem(tag.text, tag.n, others[i], strlen(others[i])))
			return true;
	return comma && !has_conjunction(comma + 1, (size_t)(end - comma - 1));
}

static void
look_at_tag(struct check *c, struct value tag, const struct text_scan *s)
{
	look_for_signs(c, tag, s->seen);
	if (!c->warned && has_separator(tag, s->chars == tag.n))
		warn(c, SIGN_SEPARATOR, tag);
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
		complain(c, "Out of memory.");
	else
		added = add_member(c, seen, (const char *)composed, (size_t)n);
	free(composed);
	return added;
}

static bool
add_tag(struct check *c, struct text_set *seen, struct value tag, size_t ordinal)
{
	struct text_scan s = text_scan(tag.text, tag.n, TEXT_LINE);

	if (!is_printable(c, &s, ordinal))
		return false;
	if (s.chars > TAG_MAX_CHARS) {
		complain(c, "Ensure each tag has no more than %d characters. Tag %zu has %zu.",
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
	char meant[ID_MAX];
	size_t ids = 0;

	for (size_t at = 0; at < v.n; at += gap_length(v, at)) {
		size_t from = at;

		while (at < v.n && !gap_length(v, at))
			at++;
		if (at > from &&
		    !is_meant_as_id(f, (struct value){v.text + from, at - from}, meant))
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
	char digits[NUMBER_MAX];
	long n;

	c->ordinal = ordinal;
	if (model_is_ref(f->prefix, ref.text, ref.n))
		return add_member(c, seen, ref.text, ref.n);
	if (number && decimal_integer(ref.text, ref.n, c->cell->kind == CELL_NUMBER, &n) && n > 0 &&
	    n <= ID_NUMBER_MAX)
		return add_member(
		    c, seen, digits, (size_t)snprintf(digits, sizeof digits, "%ld", n));
	if (is_several(f, ref))
		refuse_id(c, ": separate %s with semicolons, such as %s.",
		    number ? "numbers" : "ids", example(f, (char[ID_MAX]){0}));
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
	if (!ok || !fits(c, c->row->arena.len - start, (size_t)c->field->max, "bytes"))
		return NOTHING;
	return arena_since(c, start);
}

static struct value
check_tags(struct check *c, struct value v)
{
	return check_list(c, v, add_tag);
}

static struct value
check_refs(struct check *c, struct value v)
{
	return check_list(c, v, add_ref);
}

#define TEXTS    (1u << CELL_NULL | 1u << CELL_STRING | 1u << CELL_NUMBER | 1u << CELL_DATE)
#define BOOLEANS (1u << CELL_BOOLEAN)
#define LISTS    (1u << CELL_LIST)

/* By kind of field. */
static const struct {
	unsigned cells;             /* the kinds of cells it accepts, as bits */
	const char *absent, *blank; /* the values of a missing and of an empty cell */
	struct value (*check)(struct check *c, struct value v);
} kinds[] = {
    [FIELD_ID] = {TEXTS, "", "", check_id},
    [FIELD_LINE] = {TEXTS, NULL, "", check_line},
    [FIELD_TEXT] = {TEXTS, NULL, "", check_text},
    [FIELD_REF] = {TEXTS, NULL, "", check_id},
    /* An integer cannot be the empty string: a blank keeps the stored value, as for booleans. */
    [FIELD_INTEGER] = {TEXTS | BOOLEANS, NULL, NULL, check_integer},
    [FIELD_BOOLEAN] = {TEXTS | BOOLEANS, NULL, NULL, check_boolean},
    [FIELD_RULES] = {TEXTS, NULL, "", check_rules},
    [FIELD_TAGS] = {TEXTS | LISTS, NULL, "", check_tags},
    [FIELD_REFS] = {TEXTS | LISTS, NULL, "", check_refs},
    [FIELD_DELETE] = {TEXTS | BOOLEANS, "false", "false", check_boolean},
};

static struct value
value_of(const char *text)
{
	return text ? (struct value){text, strlen(text)} : NOTHING;
}

/* Whether a line of the text after the first is indented. */
static bool
has_indented_line(struct value v)
{
	return memmem(v.text, v.n, "\n ", 2) || memmem(v.text, v.n, "\n\t", 2);
}

/*
 * Gives a trimmed text, which is not empty, back the indentation of its first line where Markdown
 * makes something of it: code, or a list in step with lines that are indented as well. Takes away
 * the space by which exports keep a spreadsheet program from seeing a formula.
 */
static void
indent(const struct record *rec, const struct cell *cell, struct value *v)
{
	const char *from = v->text, *at;

	while (from > cell->text && (from[-1] == ' ' || from[-1] == '\t'))
		from--;
	for (at = from; at < v->text && *at == ' ';)
		at++;
	if (rec->guarded && at > from && memchr("=+-@\t", *at, 5))
		from++;
	size_t n = (size_t)(v->text - from);
	if (n > 3 || memchr(from, '\t', n) || (n && has_indented_line(*v)))
		*v = (struct value){from, v->n + n};
}

static struct value
check_field(struct check *c, const struct field *f, const struct cell *cell)
{
	c->field = f;
	c->cell = cell;
	c->ordinal = 0;
	c->warned = false;
	if (cell->kind == CELL_ABSENT)
		return value_of(kinds[f->kind].absent);
	if (!(kinds[f->kind].cells & 1u << cell->kind))
		return complain(c, "Not a valid string. %s",
		    cell->kind == CELL_LIST ? "A list is not possible here."
					    : "Put it in quotes, or format the cell as text.");

	struct value v = LITERAL("");
	if (cell->kind != CELL_NULL && cell->n) {
		v = (struct value){cell->text, cell->n};
		text_trim(&v.text, &v.n);
		if (v.n && f->kind == FIELD_TEXT)
			indent(c->rec, cell, &v);
	}
	if (v.n)
		v = kinds[f->kind].check(c, v);
	if (v.n || !v.text)
		return v;
	if (f->required)
		return complain(c, "This field may not be blank.");
	return value_of(kinds[f->kind].blank);
}

/*
 * The field that turns an item off: the only boolean that is true for a new one. NULL if there is
 * none, or a choice.
 */
static const struct field *
find_switch(const struct model *m)
{
	const struct field *found = NULL;

	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		bool on = f->kind == FIELD_BOOLEAN && f->on_add && strcmp(f->on_add, "true") == 0;

		if (!on || f->retired)
			continue;
		if (found)
			return NULL;
		found = f;
	}
	return found;
}

/* Checks the id of a row that deletes an item; NULL text: its error was already reported. */
static void
check_deletion(struct check *c, const struct model *m, size_t del, struct value id)
{
	const struct field *off = find_switch(m);
	bool blank = id.text && !id.n;
	size_t at = blank ? 0 : del;

	c->field = &m->fields[at];
	c->cell = &c->rec->cells[at];
	if (blank)
		complain(c, "This field may not be blank. A row that deletes needs an id.");
	else if (id.text && id.text[0] != 'C')
		complain(c, "Built-in items cannot be deleted%s%s%s.", off ? "; set " : "",
		    off ? off->name : "", off ? " to false instead" : "");
}

/*
 * Makes room for all values to be rewritten twice: first the line ends, then the list or number.
 * Rewriting never lengthens a text, except for a number that had an exponent.
 */
static bool
reserve_arena(const struct model *m, const struct record *rec, struct buf *arena)
{
	size_t room = m->nfields * NUMBER_MAX;

	for (size_t i = 0; i < m->nfields; i++)
		room += (m->fields[i].kind == FIELD_TAGS ? 4 : 2) * rec->cells[i].n;
	buf_clear(arena);
	return buf_reserve(arena, room);
}

bool
validate_record(const struct model *m, const struct record *rec, int64_t max_field_bytes,
    struct row *row, finding_fn *sink, void *ctx)
{
	struct check c = {.rec = rec,
	    .row = row,
	    .max_field_bytes = max_field_bytes,
	    .sink = sink,
	    .ctx = ctx,
	    .ok = true};
	int del = model_field_of_kind(m, FIELD_DELETE);

	row->mark_delete = false;
	if (!reserve_arena(m, rec, &row->arena)) {
		complain(&c, "Out of memory.");
		return false;
	}
	if (del >= 0)
		row->mark_delete =
		    check_field(&c, &m->fields[del], &rec->cells[del]).n == strlen("true");
	for (size_t i = 0; i < m->nfields; i++) {
		if ((int)i == del)
			row->values[i] = row->mark_delete ? LITERAL("true") : LITERAL("false");
		else if (row->mark_delete && i > 0)
			row->values[i] = NOTHING;
		else
			row->values[i] = check_field(&c, &m->fields[i], &rec->cells[i]);
	}
	if (row->mark_delete)
		check_deletion(&c, m, (size_t)del, row->values[0]);
	return c.ok;
}

void
row_free(struct row *row)
{
	buf_free(&row->arena);
	*row = (struct row){0};
}
