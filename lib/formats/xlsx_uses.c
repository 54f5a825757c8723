/* What columns are used for: see xlsx_uses.h. */
#include "formats/xlsx_uses.h"

#include "base/text.h"
#include "model/boolean.h"

#include <stdlib.h>

bool
xlsx_uses_open(struct xlsx_uses *u, const struct model *m, size_t ncolumns)
{
	*u = (struct xlsx_uses){.ncolumns = ncolumns,
	    .fields = malloc(ncolumns * sizeof *u->fields),
	    .taken = calloc(ncolumns, sizeof *u->taken),
	    .del = model_field_of_kind(m, FIELD_DELETE)};
	for (size_t i = 0; u->fields && i < ncolumns; i++)
		u->fields[i] = -1;
	return u->fields && u->taken;
}

/*
 * How numbers in the field are taken: those of text, and ids, as the sheet shows them, but not what
 * is a number itself. Of a list of numbers, 21,163 may be two; spreadsheet programs make one of it.
 */
static enum xlsx_taken
taken_as(const struct field *f)
{
	switch (f->kind) {
	case FIELD_ID:
	case FIELD_LINE:
	case FIELD_TEXT:
	case FIELD_RULES:
	case FIELD_TAGS: return XLSX_TAKEN_SHOWN;
	case FIELD_REF: return *f->prefix ? XLSX_TAKEN_SHOWN : XLSX_TAKEN_STORED;
	case FIELD_REFS: return *f->prefix ? XLSX_TAKEN_SHOWN : XLSX_TAKEN_APART;
	case FIELD_INTEGER:
	case FIELD_BOOLEAN:
	case FIELD_DELETE: break;
	}
	return XLSX_TAKEN_STORED;
}

void
xlsx_uses_assign(struct xlsx_uses *u, const struct columns *columns, const bool *hidden)
{
	const struct model *m = columns->model;
	size_t places[MODEL_MAX_FIELDS] = {0};

	columns_places(columns, places);
	for (size_t i = 0; i < m->nfields; i++) {
		if (!places[i])
			continue;
		u->fields[places[i] - 1] = (int)i;
		u->taken[places[i] - 1] = taken_as(&m->fields[i]);
	}
	for (size_t i = 0; i < columns->n; i++) {
		if (u->fields[i] < 0)
			continue;
		u->read[u->nread++] = i;
		if (hidden[i])
			u->hidden[u->nhidden++] = i;
	}
}

/* Whether the record deletes an item. */
static bool
deletes(const struct xlsx_uses *u, const struct record *rec)
{
	const struct cell *cell = u->del >= 0 ? &rec->cells[u->del] : NULL;
	bool is = false;

	if (!cell || cell->kind == CELL_ABSENT || !cell->n)
		return false;
	struct text_slice word = {cell->text, cell->n};
	text_trim(&word.text, &word.n);
	return boolean_read(word.text, word.n, &is) && is;
}

void
xlsx_uses_look(struct xlsx_uses *u, const struct record *rec)
{
	u->deletes = deletes(u, rec);
}

bool
xlsx_is_used(const struct xlsx_uses *u, size_t i)
{
	int field = i < u->ncolumns ? u->fields[i] : -1;

	return field >= 0 && (!u->deletes || field == 0 || field == u->del);
}

void
xlsx_uses_free(struct xlsx_uses *u)
{
	free(u->fields);
	free(u->taken);
	*u = (struct xlsx_uses){0};
}
