/* The columns of a table: see columns.h. */
#include "formats/columns.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Values of column.field that are not the index of a field. */
enum {
	COLUMN_IGNORED = -1,
	COLUMN_RETIRED = -2, /* ignored, too */
	COLUMN_UNNAMED = -3, /* must be empty */
	COLUMN_UNKNOWN = -4,
};

struct column {
	char *name; /* as in the file, with a NUL behind its n bytes */
	size_t n;
	int field;
	const char *nearest; /* COLUMN_UNKNOWN: the field that was probably meant, or NULL */
};

static struct text_slice
trimmed(const char *text, size_t n)
{
	text_trim(&text, &n);
	return (struct text_slice){text, n};
}

bool
columns_blank(const struct cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (trimmed(cells[i].text, cells[i].n).n)
			return false;
	}
	return true;
}

static void
match(const struct model *m, struct column *column)
{
	struct text_slice name = trimmed(column->name, column->n);
	int index;

	column->field = name.n ? COLUMN_IGNORED : COLUMN_UNNAMED;
	if (!name.n)
		return;
	switch (model_match_header(m, name.text, name.n, &index, &column->nearest)) {
	case HEADER_FIELD: column->field = index; break;
	case HEADER_READ_ONLY: break;
	case HEADER_RETIRED: column->field = COLUMN_RETIRED; break;
	case HEADER_UNKNOWN: column->field = COLUMN_UNKNOWN; break;
	}
}

/* The index of an earlier column with the name of column i; i if there is none. */
static size_t
find_twin(const struct columns *c, size_t i)
{
	struct text_slice name = trimmed(c->list[i].name, c->list[i].n);
	size_t j;

	for (j = 0; j < i; j++) {
		struct text_slice other = trimmed(c->list[j].name, c->list[j].n);
		if (other.n == name.n && strncasecmp(other.text, name.text, name.n) == 0)
			break;
	}
	return j;
}

static bool
tell_unknown(const struct columns *c, const struct column *column, struct finding f)
{
	struct text_slice name = trimmed(column->name, column->n);
	int shown = findings_shown(name.text, name.n);
	char list[512];

	if (column->nearest)
		return findings_tell(&c->to, f, "Unknown column \"%.*s\": did you mean \"%s\"?",
		    shown, name.text, column->nearest);
	return findings_tell(&c->to, f, "Unknown column \"%.*s\". Columns can be: %s.", shown,
	    name.text, findings_fields(c->model, list, sizeof list));
}

static bool
check_column(const struct columns *c, size_t i, struct finding f)
{
	const struct column *column = &c->list[i];
	struct text_slice name = trimmed(column->name, column->n);
	int shown = findings_shown(name.text, name.n);

	if (column->field == COLUMN_UNNAMED)
		return true;
	f.field = column->name;
	size_t twin = find_twin(c, i);
	if (twin < i)
		return findings_tell(&c->to, f,
		    "The column \"%.*s\" is there twice: as column %zu and as column %zu. "
		    "Keep one of them.",
		    shown, name.text, twin + 1, i + 1);
	if (column->field == COLUMN_UNKNOWN)
		return tell_unknown(c, column, f);
	if (column->field == COLUMN_RETIRED) {
		f.level = FINDING_WARNING;
		f.sign = SIGN_RETIRED;
		findings_tell(&c->to, f,
		    "The column \"%.*s\" was retired: what it says is not taken over.", shown,
		    name.text);
	}
	return true;
}

/* Reports everything that is wrong with the header. */
static bool
check(const struct columns *c, struct finding at)
{
	bool known = false, has_id = false, ok = true;
	char list[512];

	for (size_t i = 0; i < c->n; i++) {
		const struct column *column = &c->list[i];
		known |= column->field >= COLUMN_RETIRED || column->nearest;
		has_id |= column->field == 0;
	}
	if (!known)
		return findings_tell(&c->to, at,
		    "The file has no header: no cell of its first row is the name of a column. "
		    "That row must name the columns, which can be: %s.",
		    findings_fields(c->model, list, sizeof list));
	for (size_t i = 0; i < c->n; i++)
		ok &= check_column(c, i, at);
	if (!has_id) {
		at.field = c->model->fields[0].name;
		ok = findings_tell(&c->to, at,
		    "The header has no column \"%s\". Add it; its cell may be empty where a record "
		    "is new.",
		    at.field);
	}
	return ok;
}

bool
columns_open(struct columns *c, const struct cell *cells, size_t n, struct finding at)
{
	char list[512];

	if (!n)
		return findings_tell(&c->to, at,
		    "The file is empty. Its first row must name the columns (%s); the rows below "
		    "hold the records.",
		    findings_fields(c->model, list, sizeof list));
	c->list = calloc(n, sizeof *c->list);
	if (!c->list)
		return findings_tell_no_memory(&c->to, at);
	c->n = n;
	for (size_t i = 0; i < n; i++) {
		struct column *column = &c->list[i];
		column->name = strndup(cells[i].text, cells[i].n);
		if (!column->name)
			return findings_tell_no_memory(&c->to, at);
		column->n = cells[i].n;
		match(c->model, column);
	}
	return check(c, at);
}

void
columns_record(const struct columns *c, const struct cell *cells, size_t n, struct raw_cell *raw,
    struct record *rec)
{
	const struct finding at = {.entry = rec->entry, .row = rec->row, .line = rec->line};

	memset(rec->cells, 0, sizeof rec->cells);
	for (size_t i = 0; i < c->n; i++) {
		const struct column *column = &c->list[i];
		struct cell cell = i < n ? cells[i] : (struct cell){CELL_STRING, "", 0};
		raw[i] = (struct raw_cell){column->name, cell.text, column->n, cell.n};
		if (column->field >= 0) {
			rec->cells[column->field] = cell;
		} else if (column->field == COLUMN_UNNAMED && !columns_blank(&cell, 1)) {
			struct finding f = at;
			f.value = cell.text;
			f.value_n = cell.n;
			findings_tell(&c->to, f,
			    "Column %zu has a value here, but no name in the header. Name the "
			    "column, or empty the cell.",
			    i + 1);
		}
	}
	for (size_t i = c->n; i < n; i++)
		raw[i] = (struct raw_cell){"", cells[i].text, 0, cells[i].n};
	if (n > c->n && !columns_blank(cells + c->n, n - c->n))
		findings_tell(&c->to, at,
		    "This row has %zu cells, but the header has %zu columns.%s%s", n, c->n,
		    *c->surplus_hint ? " " : "", c->surplus_hint);
	rec->guarded = true;
	rec->raw = raw;
	rec->nraw = n > c->n ? n : c->n;
}

void
columns_places(const struct columns *c, size_t columns[MODEL_MAX_FIELDS])
{
	for (size_t i = 0; i < c->n; i++)
		if (c->list[i].field >= 0)
			columns[c->list[i].field] = i + 1;
}

void
columns_free(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->list[i].name);
	free(c->list);
	c->list = NULL;
	c->n = 0;
}
