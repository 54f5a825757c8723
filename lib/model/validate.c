/*
 * Validating records: see validate.h. A table has, for each kind of field, the kinds of cells it
 * accepts, the values of missing and of empty cells, and its check (check.h).
 */
#include "model/validate.h"

#include "base/text.h"
#include "model/check.h"

#include <string.h>

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
		return check_complain(c, "Not a valid string. %s",
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
		return check_complain(c, "This field may not be blank.");
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
		check_complain(c, "This field may not be blank. A row that deletes needs an id.");
	else if (id.text && id.text[0] != 'C')
		check_complain(c, "Built-in items cannot be deleted%s%s%s.", off ? "; set " : "",
		    off ? off->name : "", off ? " to false instead" : "");
}

/*
 * Makes room for all values to be rewritten twice: first the line ends, then the list or number.
 * Rewriting never lengthens a text, except for a number that had an exponent.
 */
static bool
reserve_arena(const struct model *m, const struct record *rec, struct buf *arena)
{
	size_t room = m->nfields * CHECK_NUMBER;

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
		check_complain(&c, "Out of memory.");
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
