/* The changes of a diff that are held back: see held.h. */
#include "store/held.h"

#include "model/model_sql.h"
#include "store/item_cell.h"

#include <inttypes.h>
#include <stdio.h>

enum column { COL_OP, COL_ENTRY, COL_ID, COL_NOTE, COL_FIELDS };

/* One NULL: it is not known. */
static const struct statement fields_statement = {"held_fields",
    "SELECT f"
    "  FROM import_summary s"
    "  LEFT JOIN unnest(s.fields) f ON true"
    " WHERE s.job_id = $1 AND s.attempt = $2 AND s.content_model = $3",
    3, true};

struct place_text {
	char job[24], attempt[24], week[24];
};

static struct place_text
place_text(const struct held *h)
{
	struct place_text t;

	snprintf(t.job, sizeof t.job, "%" PRId64, h->job);
	snprintf(t.attempt, sizeof t.attempt, "%" PRId64, h->place.attempt);
	snprintf(t.week, sizeof t.week, "%" PRId64, h->place.week);
	return t;
}

int
held_find(struct db *db, struct held *h, struct error *err)
{
	const struct place_text t = place_text(h);
	PGresult *res = db_query(
	    db, &fields_statement, (const char *const[]){t.job, t.attempt, h->model->name}, err);

	if (!res)
		return -1;
	const bool all = PQntuples(res) == 1 && db_is_null(res, 0, 0);
	for (size_t i = 0; i < h->model->nfields; i++)
		h->fields[i] =
		    (all || h->model->fields[i].kind == FIELD_ID) && !h->model->fields[i].retired;
	for (int row = 0; !all && row < PQntuples(res); row++) {
		int i = model_field_named(h->model, db_get_text(res, row, 0));
		if (i >= 0 && !h->model->fields[i].retired)
			h->fields[i] = true;
	}
	PQclear(res);
	return 0;
}

size_t
held_columns(const struct held *h, const char *columns[HELD_MAX_COLUMNS])
{
	size_t n = 0;

	for (size_t i = 0; i < h->model->nfields; i++)
		if (h->fields[i])
			columns[n++] = h->model->fields[i].name;
	columns[n++] = MODEL_HELD_ENTRY;
	columns[n++] = MODEL_HELD_NOTE;
	return n;
}

int
held_stream(struct db *db, const struct held *h, struct error *err)
{
	const struct place_text t = place_text(h);
	struct buf sql = {0};
	int sent = model_sql(h->model, MODEL_SQL_DIFF_HELD_ROWS, NULL, &sql, err);

	if (sent == 0) {
		const struct statement st = {NULL, sql.data, 3, true};
		sent = db_stream(db, &st, (const char *const[]){t.job, t.attempt, t.week}, err);
	}
	buf_free(&sql);
	return sent;
}

bool
held_cells(const struct held *h, const PGresult *res, struct buf *spelled,
    struct cell cells[HELD_MAX_COLUMNS])
{
	const bool deletes = diff_change_op(res, 0) == DIFF_DELETE;
	char entry[24];
	int col = COL_FIELDS;
	size_t n = 0;

	if (!item_cells_begin(spelled, HELD_MAX_COLUMNS))
		return false;
	for (size_t i = 0; i < h->model->nfields; i++) {
		const struct field *f = &h->model->fields[i];
		int at = f->kind == FIELD_ID ? COL_ID : model_sql_is_column(f) ? col++ : -1;
		if (!h->fields[i])
			continue;
		cells[n++] = f->kind == FIELD_DELETE && deletes
				 ? item_cell_spelled(spelled, CELL_BOOLEAN, "true")
				 : item_cell(f, res, at, spelled);
	}
	snprintf(entry, sizeof entry, "%" PRId64, db_get_int(res, 0, COL_ENTRY));
	cells[n++] = item_cell_spelled(spelled, CELL_NUMBER, entry);
	cells[n++] = item_cell_text(res, COL_NOTE);
	return true;
}
