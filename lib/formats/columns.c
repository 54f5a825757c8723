/* The columns of a table: see columns.h. */
#include "formats/columns.h"

#include "base/text.h"
#include "formats/guard.h"
#include "model/boolean.h"

#include <inttypes.h>
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
	struct text_slice title; /* of it: what counts */
	int field;
	const struct field *boolean; /* that field, if it may be a switch that is off; else NULL */
	const char *nearest; /* COLUMN_UNKNOWN: the field that was probably meant, or NULL */
};

static struct text_slice
title_of(const char *text, size_t n)
{
	model_trim_header(&text, &n);
	return (struct text_slice){text, n};
}

static bool
same_title(struct text_slice a, struct text_slice b)
{
	return a.n == b.n && strncasecmp(a.text, b.text, a.n) == 0;
}

bool
columns_blank(const struct cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text_trimmed(cells[i].text, cells[i].n).n)
			return false;
	}
	return true;
}

static const struct field *
boolean_field(const struct field *f)
{
	return f->kind == FIELD_BOOLEAN || f->kind == FIELD_DELETE ? f : NULL;
}

static void
match(const struct model *m, struct column *column)
{
	struct text_slice name = column->title;
	int index;

	column->field = name.n ? COLUMN_IGNORED : COLUMN_UNNAMED;
	if (!name.n)
		return;
	switch (model_match_header(m, name.text, name.n, &index, &column->nearest)) {
	case HEADER_FIELD:
		column->field = index;
		column->boolean = boolean_field(&m->fields[index]);
		break;
	case HEADER_READ_ONLY: break;
	case HEADER_RETIRED: column->field = COLUMN_RETIRED; break;
	case HEADER_UNKNOWN: column->field = COLUMN_UNKNOWN; break;
	}
}

/* The index of an earlier column with the name of column i; i if there is none. */
static size_t
find_twin(const struct columns *c, size_t i)
{
	size_t j = 0;

	while (j < i && !same_title(c->list[j].title, c->list[i].title))
		j++;
	return j;
}

static bool
tell_unknown(const struct columns *c, const struct column *column, struct finding f)
{
	char shown[TEXT_SHOWN_SIZE], list[512];

	text_show(shown, column->title.text, column->title.n);
	if (column->nearest)
		return findings_tell(&c->to, f, "Unknown column \"%s\": did you mean \"%s\"?",
		    shown, column->nearest);
	return findings_tell(&c->to, f, "Unknown column \"%s\". Columns can be: %s.", shown,
	    findings_fields(c->model, list, sizeof list));
}

static bool
check_column(const struct columns *c, size_t i, struct finding f)
{
	const struct column *column = &c->list[i];
	char shown[TEXT_SHOWN_SIZE];

	if (column->field == COLUMN_UNNAMED)
		return true;
	text_show(shown, column->title.text, column->title.n);
	f.field = column->name;
	size_t twin = find_twin(c, i);
	if (twin < i)
		return findings_tell(&c->to, f,
		    "The column \"%s\" is there twice: as column %zu and as column %zu. "
		    "Keep one of them.",
		    shown, twin + 1, i + 1);
	if (column->field == COLUMN_UNKNOWN)
		return tell_unknown(c, column, f);
	if (column->field == COLUMN_RETIRED) {
		f.level = FINDING_WARNING;
		f.sign = SIGN_RETIRED;
		findings_tell(&c->to, f,
		    "The column \"%s\" was retired: what it says is not taken over.", shown);
	}
	return true;
}

/* The only column of the header that has a title; NULL if there are several or none. */
static const struct column *
only_column(const struct columns *c)
{
	const struct column *only = NULL;

	for (size_t i = 0; i < c->n; i++) {
		if (c->list[i].field == COLUMN_UNNAMED)
			continue;
		if (only)
			return NULL;
		only = &c->list[i];
	}
	return only;
}

static bool
is_name_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' ||
	       (ch >= '0' && ch <= '9');
}

/* The length of the run of characters at the text's beginning that are, or are not, of names. */
static size_t
run_length(struct text_slice text, bool of_names)
{
	size_t n = 0;

	while (n < text.n && is_name_char(text.text[n]) == of_names)
		n++;
	return n;
}

/* Names of columns in a text, whatever separates them. */
struct names {
	size_t n, known;
	bool has_id;
	struct text_slice separator; /* behind the first */
};

static struct names
look_for_names(const struct model *m, struct text_slice text)
{
	struct names names = {0};
	const char *nearest;
	int index;

	while (text.n) {
		size_t n = run_length(text, true);
		struct text_slice rest = {text.text + n, text.n - n};
		size_t gap = run_length(rest, false);
		if (n) {
			enum header_match is =
			    model_match_header(m, text.text, n, &index, &nearest);
			names.known += is != HEADER_UNKNOWN;
			names.has_id |= is == HEADER_FIELD && index == 0;
			if (!names.n++)
				names.separator = (struct text_slice){rest.text, gap};
		}
		text = (struct text_slice){rest.text + gap, rest.n - gap};
	}
	return names;
}

/* Whether there are several names, and not words among others. */
static bool
are_columns(const struct names *names)
{
	return names->known > 1 && names->known * 2 >= names->n;
}

bool
columns_are_named(const struct model *m, struct text_slice text)
{
	struct names names = look_for_names(m, text);

	return names.has_id && are_columns(&names);
}

size_t
columns_of_id(const struct columns *c)
{
	size_t i = 0;

	while (i < c->n && c->list[i].field != 0)
		i++;
	return i;
}

bool
columns_are_other_header(const struct columns *c, const struct cell *cells, size_t n)
{
	const size_t id_at = columns_of_id(c);
	struct names names = {0};
	const char *nearest;
	bool id_known = false;
	int index;

	if (n == 1)
		return columns_are_named(c->model, text_trimmed(cells[0].text, cells[0].n));
	for (size_t i = 0; i < n; i++) {
		struct text_slice title = title_of(cells[i].text, cells[i].n);
		if (!title.n)
			continue;
		enum header_match is =
		    model_match_header(c->model, title.text, title.n, &index, &nearest);
		names.n++;
		names.known += is != HEADER_UNKNOWN;
		names.has_id |= is == HEADER_FIELD && index == 0;
		id_known |= i == id_at && is != HEADER_UNKNOWN;
		if (i >= id_at && !id_known)
			return false;
	}
	return id_known && names.has_id && are_columns(&names);
}

/* Reports a header that is a single cell with the names of several columns; false if it is not. */
static bool
tell_joined(const struct columns *c, struct finding at)
{
	const struct column *only = only_column(c);
	char shown[TEXT_SHOWN_SIZE];

	if (!only || only->field != COLUMN_UNKNOWN)
		return false;
	struct names names = look_for_names(c->model, only->title);
	if (!are_columns(&names))
		return false;
	struct text_slice sign = text_trimmed(names.separator.text, names.separator.n);
	if (!sign.n)
		sign = names.separator;
	bool ours = c->delimiters && sign.n == 1 && strchr(c->delimiters, *sign.text);
	at.value = only->name;
	at.value_n = only->n;
	findings_tell(&c->to, at,
	    "The header is a single cell with several names of columns, separated by \"%s\". %s",
	    text_show(shown, sign.text, sign.n),
	    !c->delimiters ? "Give each column a cell of its own."
	    : ours ? "Each row seems to stand in double quotes as a whole: take them away. If "
		     "there is a line sep= above, correct it."
		   : "Separate the cells by comma, semicolon, tab or | instead.");
	return true;
}

/* Reports everything that is wrong with the header. */
static bool
check(const struct columns *c, struct finding at)
{
	bool known = false, has_id = false, ok = true;
	char list[512];

	if (tell_joined(c, at))
		return false;
	for (size_t i = 0; i < c->n; i++) {
		const struct column *column = &c->list[i];
		known |= column->field >= COLUMN_RETIRED || column->nearest;
		has_id |= column->field == 0;
	}
	if (!has_id && c->header_below)
		return findings_tell(&c->to, at,
		    "The header seems to be in row %" PRId64
		    ". It must be the first row that is not empty: delete the rows above it.",
		    c->header_below);
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
		if (guard_is_marked(column->name, column->n)) {
			column->n = guard_remove(column->name, column->name, column->n);
			column->name[column->n] = '\0';
		}
		column->title = title_of(column->name, column->n);
		match(c->model, column);
	}
	return check(c, at);
}

static bool
is_header(const struct columns *c, const struct cell *cells, size_t n)
{
	for (size_t i = 0; i < c->n; i++) {
		struct text_slice title =
		    i < n ? title_of(cells[i].text, cells[i].n) : (struct text_slice){"", 0};
		if (!same_title(title, c->list[i].title))
			return false;
	}
	return n <= c->n || columns_blank(cells + c->n, n - c->n);
}

/* Whether the text can be the title: a glance at its beginning, which is nearly always enough. */
static bool
may_be_title(struct text_slice text, struct text_slice title)
{
	const char bit = 'a' - 'A';

	return title.n && text.n >= title.n &&
	       ((text.text[0] | bit) == (title.text[0] | bit) || (text.text[0] & 0x80));
}

enum row_kind
columns_look(const struct columns *c, const struct cell *cells, size_t n)
{
	struct text_slice text = {0};
	size_t i;

	for (i = 0; i < n; i++) {
		const struct field *f = i < c->n ? c->list[i].boolean : NULL;
		text = text_trimmed(cells[i].text, cells[i].n);
		if (text.n && !(f && boolean_is_off(f, text.text, text.n)))
			break;
	}
	if (i == n)
		return ROW_BLANK;
	bool header = i < c->n && may_be_title(text, c->list[i].title) && is_header(c, cells, n);
	return header ? ROW_HEADER : ROW_RECORD;
}

void
columns_tell_header(const struct columns *c, struct finding at)
{
	at.entry = 0;
	at.level = FINDING_WARNING;
	at.sign = SIGN_HEADER_AGAIN;
	findings_tell(&c->to, at,
	    "This row is the header again, as in files that were joined. It was skipped; see "
	    "whether the rows below it belong here.");
}

/* Whether the cell in column i, which has no name, has a value that is to be told. */
static bool
is_unexplained(const struct columns *c, size_t i, const struct cell *cell)
{
	return !columns_blank(cell, 1) && !(c->told_apart && c->told_apart[i]);
}

static bool
has_surplus(const struct columns *c, const struct cell *cells, size_t n)
{
	size_t i = c->n;

	while (i < n && !is_unexplained(c, i, &cells[i]))
		i++;
	return i < n;
}

static bool
is_marked(const struct cell *cell)
{
	return cell->kind == CELL_STRING && guard_is_marked(cell->text, cell->n);
}

/* Makes room for the texts of a row's marked cells without their guards. */
static void
prepare(struct columns *c, const struct cell *cells, size_t n, struct finding at)
{
	size_t size = 0;

	for (size_t i = 0; i < n; i++)
		size += is_marked(&cells[i]) ? cells[i].n : 0;
	buf_clear(&c->plain);
	if (size && !buf_reserve(&c->plain, size))
		findings_tell_no_memory(&c->to, at);
}

/* The cell without its guard; if it has one, the text is in c->plain. */
static struct cell
plain_cell(struct columns *c, const struct cell *cell)
{
	struct cell plain = *cell;

	if (is_marked(cell) && !c->plain.failed) {
		char *out = c->plain.data + c->plain.len;
		plain.n = guard_remove(out, cell->text, cell->n);
		plain.text = out;
		c->plain.len += plain.n;
	}
	return plain;
}

void
columns_record(
    struct columns *c, const struct cell *cells, size_t n, struct raw_cell *raw, struct record *rec)
{
	const struct finding at = {.entry = rec->entry, .row = rec->row, .line = rec->line};

	memset(rec->cells, 0, sizeof rec->cells);
	prepare(c, cells, n, at);
	for (size_t i = 0; i < c->n; i++) {
		const struct column *column = &c->list[i];
		struct cell cell =
		    i < n ? plain_cell(c, &cells[i]) : (struct cell){CELL_STRING, "", 0};
		raw[i] = (struct raw_cell){column->name, cell.text, column->n, cell.n};
		if (column->field >= 0) {
			rec->cells[column->field] = cell;
		} else if (column->field == COLUMN_UNNAMED && is_unexplained(c, i, &cell)) {
			struct finding f = at;
			f.value = cell.text;
			f.value_n = cell.n;
			findings_tell(&c->to, f,
			    "Column %zu has a value here, but no name in the header. Name the "
			    "column, or empty the cell.",
			    i + 1);
		}
	}
	for (size_t i = c->n; i < n; i++) {
		struct cell cell = plain_cell(c, &cells[i]);
		raw[i] = (struct raw_cell){"", cell.text, 0, cell.n};
	}
	if (has_surplus(c, cells, n))
		findings_tell(&c->to, at,
		    "This row has %zu cells, but the header has %zu columns.%s%s", n, c->n,
		    *c->surplus_hint ? " " : "", c->surplus_hint);
	rec->guarded = true;
	rec->broken = rec->guessed = false;
	rec->raw = raw;
	rec->nraw = n > c->n ? n : c->n;
}

bool
columns_lacking(const struct columns *c, size_t n, char *list, size_t size)
{
	size_t used = 0;

	for (size_t i = n; i < c->n && used < size; i++) {
		if (c->list[i].field >= 0)
			used += (size_t)snprintf(list + used, size - used, "%s%s", used ? ", " : "",
			    columns_field(c, i));
	}
	return used;
}

const struct cell *
columns_cell(const struct columns *c, const struct cell *cells, size_t n, enum field_kind kind)
{
	for (size_t i = 0; i < c->n && i < n; i++) {
		int field = c->list[i].field;
		if (field >= 0 && c->model->fields[field].kind == kind)
			return &cells[i];
	}
	return NULL;
}

const char *
columns_field(const struct columns *c, size_t i)
{
	if (i >= c->n || c->list[i].field == COLUMN_UNNAMED)
		return NULL;
	return c->list[i].field >= 0 ? c->model->fields[c->list[i].field].name : c->list[i].name;
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
	buf_free(&c->plain);
	c->list = NULL;
	c->n = 0;
}
