/*
 * Validating records: see validate.h. A table has, for each kind of field, the kinds of cells it
 * accepts, the values of missing and of empty cells, and its check. Values are slices of the cells.
 * Only a value that must be spelled differently is written to the row's arena, which has enough
 * room from the start and so never moves.
 */
#include "model/validate.h"

#include "base/text.h"
#include "model/decimal.h"
#include "model/rules.h"
#include "model/spreadsheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DETAILS_MAX   512
#define NUMBER_MAX    24 /* a long in decimal */
#define ID_MAX        32 /* no suggestions for longer ids */
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
	bool ok; /* no errors so far */
};

#define LITERAL(s) ((struct value){s, sizeof s - 1})
#define NOTHING    ((struct value){NULL, 0})

static void
tell(struct check *c, enum finding_level level, const char *format, va_list ap)
{
	char details[DETAILS_MAX];

	vsnprintf(details, sizeof details, format, ap);
	const struct finding f = {
	    .level = level,
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

/* Reports an error in the current field. Returns NOTHING, for the checks of values to return. */
__attribute__((format(printf, 2, 3))) static struct value
complain(struct check *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	tell(c, FINDING_ERROR, format, ap);
	va_end(ap);
	c->ok = false;
	return NOTHING;
}

/* Reports a value that is accepted but may not be what was meant. */
__attribute__((format(printf, 2, 3))) static void
warn(struct check *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	tell(c, FINDING_WARNING, format, ap);
	va_end(ap);
}

/* The text appended to the arena since it had `start` bytes. */
static struct value
arena_since(const struct check *c, size_t start)
{
	const struct buf *arena = &c->row->arena;

	return arena->len > start ? (struct value){arena->data + start, arena->len - start}
				  : LITERAL("");
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
	const char *what = s->refused == '\n' || s->refused == '\r' ? "line break"
			   : s->refused == '\t'                     ? "tab"
			   : text_is_noncharacter(s->refused)       ? "noncharacter"
								    : "control character";
	complain(c, "The %s U+%04X at character %zu%s is not allowed; remove it.", what,
	    (unsigned)s->refused, s->at, where);
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

/* Warns if a spreadsheet program seems to have changed the whole value. */
static void
look_for_traces(struct check *c, struct value v)
{
	enum spreadsheet_trace trace =
	    c->cell->kind == CELL_DATE ? SPREADSHEET_DATE : spreadsheet_trace(v.text, v.n);

	if (trace != SPREADSHEET_NONE)
		warn(c, "Is this what was meant? It looks like %s.", spreadsheet_story(trace));
}

static struct value
check_line(struct check *c, struct value v)
{
	struct text_scan s = text_scan(v.text, v.n, TEXT_LINE);
	bool ok = is_printable(c, &s, 0);

	look_for_traces(c, v);
	return fits(c, s.chars, (size_t)c->field->max, "characters") && ok ? v : NOTHING;
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
	return fits(c, v.n, (size_t)max, "bytes") && ok ? v : NOTHING;
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

/* Spells an id as it must have been meant: "ct 012" as CT12. Returns its length; 0 if too long. */
static size_t
spell_id(struct value v, char id[ID_MAX])
{
	size_t n = 0, end = without_fraction(v);

	for (size_t i = 0, space; i < end; i += space ? space : 1) {
		char ch = v.text[i];
		bool digit_before = n && id[n - 1] >= '0' && id[n - 1] <= '9';

		space = text_space(v.text + i, v.n - i);
		if (space || (ch == '0' && !digit_before))
			continue;
		if (n == ID_MAX - 1)
			return 0;
		id[n++] = (char)(ch >= 'a' && ch <= 'z' ? ch - 'a' + 'A' : ch);
	}
	id[n] = '\0';
	return n;
}

/* Complains of an invalid id; recognizes one that lost its letters or was changed by Excel. */
static struct value
complain_of_id(struct check *c, struct value v)
{
	const char *prefix = c->field->prefix;
	bool key = c->field->kind == FIELD_ID;
	enum spreadsheet_trace trace = spreadsheet_trace(v.text, v.n);
	long number = spreadsheet_number(v.text, v.n);

	if (number > 0 && number <= ID_NUMBER_MAX)
		return complain(c, "Not a valid id: %s. Did you mean %s%ld or C%s%ld?",
		    memchr(v.text + 1, '-', v.n - 1) ? "a spreadsheet program made a date of it"
						     : "a number without its letters",
		    prefix, number, prefix, number);
	if (trace != SPREADSHEET_NONE)
		return complain(c,
		    "Not a valid id, but it looks like %s. Format the column as text and write the "
		    "id again, such as %s%s12.",
		    spreadsheet_story(trace), key ? "C" : "", prefix);
	return complain(c,
	    "Not a valid id: write %s or C%s and a number of at most 15 digits, such as %s%s12%s.",
	    prefix, prefix, key ? "C" : "", prefix, key ? ", or nothing for a new item" : "");
}

static struct value
check_id(struct check *c, struct value v)
{
	const char *prefix = c->field->prefix;
	char meant[ID_MAX];

	if (model_is_id(prefix, v.text, v.n))
		return v;
	if (model_is_id(prefix, meant, spell_id(v, meant)))
		return complain(c, "Not a valid id: write it as %s.", meant);
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
	static const struct {
		const char *word;
		bool is;
	} words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}, {"yes", true},
	    {"no", false}, {"y", true}, {"n", false}, {"t", true}, {"f", false}, {"on", true},
	    {"off", false}};
	long number;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strlen(words[i].word) == v.n && strncasecmp(words[i].word, v.text, v.n) == 0)
			return words[i].is ? LITERAL("true") : LITERAL("false");
	}
	if (c->cell->kind == CELL_NUMBER && decimal_integer(v.text, v.n, true, &number) &&
	    (number == 0 || number == 1))
		return number ? LITERAL("true") : LITERAL("false");
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

/* Appends the ordinal-th tag to the list in the arena unless it is there already. */
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
	if (text_set_add(seen, tag.text, tag.n)) {
		if (seen->used > 1)
			buf_add_char(&c->row->arena, ';');
		buf_add(&c->row->arena, tag.text, tag.n);
	} else if (seen->failed) {
		complain(c, "Out of memory.");
		return false;
	}
	return true;
}

/* Stops at the first faulty tag: thousands of complaints about one cell help nobody. */
static struct value
check_tags(struct check *c, struct value v)
{
	struct text_set seen = {0};
	size_t start = c->row->arena.len;
	const char *end = v.text + v.n, *next = v.text;
	bool ok = true;

	for (size_t ordinal = 1; ok && next; ordinal++) {
		const char *semicolon = memchr(next, ';', (size_t)(end - next));
		struct value tag = {next, (size_t)((semicolon ? semicolon : end) - next)};

		text_trim(&tag.text, &tag.n);
		if (tag.n)
			ok = add_tag(c, &seen, tag, ordinal);
		next = semicolon ? semicolon + 1 : NULL;
	}
	text_set_free(&seen);
	look_for_traces(c, v);
	if (!ok || !fits(c, c->row->arena.len - start, (size_t)c->field->max, "bytes"))
		return NOTHING;
	return arena_since(c, start);
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
    [FIELD_DELETE] = {TEXTS | BOOLEANS, "false", "false", check_boolean},
};

static struct value
value_of(const char *text)
{
	return text ? (struct value){text, strlen(text)} : NOTHING;
}

static struct value
check_field(struct check *c, const struct field *f, const struct cell *cell)
{
	c->field = f;
	c->cell = cell;
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
	}
	if (v.n)
		v = kinds[f->kind].check(c, v);
	if (v.n || !v.text)
		return v;
	if (f->required)
		return complain(c, "This field may not be blank.");
	return value_of(kinds[f->kind].blank);
}

/* Checks the id of a row that deletes an item; NULL text: its error was already reported. */
static void
check_deletion(struct check *c, const struct model *m, size_t del, struct value id)
{
	bool blank = id.text && !id.n;
	size_t at = blank ? 0 : del;

	c->field = &m->fields[at];
	c->cell = &c->rec->cells[at];
	if (blank)
		complain(c, "This field may not be blank. A row that deletes needs an id.");
	else if (id.text && id.text[0] != 'C')
		complain(c, "Built-in items cannot be deleted; set active to false instead.");
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
		room += 2 * rec->cells[i].n;
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
