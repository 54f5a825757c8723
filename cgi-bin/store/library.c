/* The library itself: see library.h. */
#include "store/library.h"

#include "base/timestamp.h"
#include "database/member.h"
#include "model/model_sql.h"
#include "store/diff.h"
#include "store/item.h"
#include "store/item_cell.h"

#include <stdio.h>
#include <string.h>

enum column { COL_ID, COL_TYPE, COL_CREATED, COL_UPDATED, COL_UPDATED_BY, COL_FIELDS };

enum event_column { EV_OP, EV_ENTRY, EV_ID, EV_AT, EV_JOB, EV_ATTEMPT, EV_ACCOUNT, EV_FIELDS };

/* The read-only columns of exports, in the order of model_read_only. db_id is made from the id. */
enum export_column {
	EX_ID,
	EX_TYPE,
	EX_CREATED,
	EX_CREATED_BY,
	EX_UPDATED,
	EX_UPDATED_BY,
	EX_FIELDS
};

/* What every model's items can be sorted by: for {order} in sql/models/statements/library.sql. */
static const struct order_row {
	const char *name;
	const char *column;
} order_rows[] = {
    {"id", "position"},
    {"last_updated_date", "last_updated_date"},
    {"created_date", "created_date"},
    {"created", "created_date"},
    {"last_updated_by", "last_updated_by"},
};

/* What SD Elements calls the field that people know an item by, unless a field is called so. */
#define HEADING "name"

/* Fields of these kinds have a column of their name whose order says something. */
static const bool is_sortable[FIELD_KINDS] = {
    [FIELD_LINE] = true,
    [FIELD_REF] = true,
    [FIELD_INTEGER] = true,
    [FIELD_BOOLEAN] = true,
};

static bool
is_name(const char *name, const char *text, size_t n)
{
	return strlen(name) == n && memcmp(name, text, n) == 0;
}

/* The column for one member of an `ordering` parameter, or NULL. */
static const char *
order_column(const struct model *m, const char *text, size_t n)
{
	for (size_t i = 0; i < sizeof order_rows / sizeof order_rows[0]; i++)
		if (is_name(order_rows[i].name, text, n))
			return order_rows[i].column;
	for (const struct field *f = m->fields; f < m->fields + m->nfields; f++)
		if (is_sortable[f->kind] && !f->retired && is_name(f->name, text, n))
			return f->name;
	if (is_name(HEADING, text, n))
		return m->heading ? m->fields[m->heading].name : "position";
	return NULL;
}

const char *
library_order(const struct model *m, const char *ordering, struct buf *out, size_t *n)
{
	for (; *ordering; ordering += *n + (ordering[*n] == ',')) {
		const char *name = ordering + (*ordering == '-');

		*n = strcspn(ordering, ",");
		const char *column = order_column(m, name, *n - (size_t)(name - ordering));
		if (!column)
			return ordering;
		buf_printf(out, "t.%s%s, ", column, name > ordering ? " DESC" : "");
	}
	buf_add_text(out, "t.position");
	return NULL;
}

static const char *
wanted(const char *text)
{
	return text && *text ? text : NULL;
}

/* Fills in the parameters of a statement, but for limit and offset. Returns their number. */
static int
filter_params(const struct model *m, const struct library_filter *filter,
    const char *params[LIBRARY_PARAMS_MAX])
{
	int n = LIBRARY_FILTERS;

	params[LIBRARY_ID] = wanted(filter->id);
	params[LIBRARY_AFTER] = wanted(filter->after);
	params[LIBRARY_SEARCH] = wanted(filter->search);
	params[LIBRARY_LIMIT] = params[LIBRARY_OFFSET] = NULL;
	params[LIBRARY_IDS] = filter->ids.len ? filter->ids.data : NULL;
	params[LIBRARY_UPDATED_BY] = wanted(filter->updated_by);
	params[LIBRARY_UPDATED_FROM] = wanted(filter->updated_from);
	params[LIBRARY_UPDATED_TO] = wanted(filter->updated_to);
	for (size_t i = 0; i < m->nfields; i++)
		if (model_sql_is_filtered(&m->fields[i]))
			params[n++] = wanted(filter->fields[i]);
	for (size_t i = 0; i < m->nfields; i++)
		if (model_sql_is_words(&m->fields[i]))
			params[n++] = wanted(filter->contains[i]);
	return n;
}

static int
stream(struct db *db, const struct model *m, enum model_statement which,
    const struct library_filter *filter, struct error *err)
{
	const char *params[LIBRARY_PARAMS_MAX];
	char limit[24], offset[24];
	struct buf sql = {0};
	int sent = -1;
	const int n = filter_params(m, filter, params);

	snprintf(limit, sizeof limit, "%lld", (long long)filter->limit);
	snprintf(offset, sizeof offset, "%lld", (long long)filter->offset);
	params[LIBRARY_LIMIT] = filter->limit ? limit : NULL;
	params[LIBRARY_OFFSET] = offset;
	if (model_sql(m, which, filter->order, &sql, err) == 0) {
		const struct statement st = {NULL, sql.data, n, true};
		sent = db_stream(db, &st, params, err);
	}
	buf_free(&sql);
	return sent;
}

int
library_stream(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err)
{
	return stream(db, m, MODEL_SQL_LIBRARY_ITEMS, filter, err);
}

int
library_export_stream(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err)
{
	return stream(db, m, MODEL_SQL_LIBRARY_EXPORT, filter, err);
}

int64_t
library_count(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err)
{
	const char *params[LIBRARY_PARAMS_MAX];
	const int nparams = filter_params(m, filter, params);
	struct buf sql = {0};
	PGresult *res = NULL;
	int64_t n = -1;

	if (model_sql(m, MODEL_SQL_LIBRARY_COUNT, NULL, &sql, err) == 0) {
		const struct statement st = {NULL, sql.data, nparams, true};
		res = db_query(db, &st, params, err);
	}
	if (res)
		n = db_get_int(res, 0, 0);
	PQclear(res);
	buf_free(&sql);
	return n;
}

void
library_item_json(struct json *json, const struct model *m, const PGresult *res, int row)
{
	static const struct db_member members[] = {{"type", COL_TYPE, DB_TEXT},
	    {"created_date", COL_CREATED, DB_TIME}, {"last_updated_date", COL_UPDATED, DB_TIME},
	    {"last_updated_by", COL_UPDATED_BY, DB_JSON}, {0}};

	json_begin_object(json);
	item_members(json, m, res, row, COL_ID, COL_FIELDS, false);
	db_members(json, res, row, members);
	json_end_object(json);
}

size_t
library_columns(const struct model *m, const char *columns[LIBRARY_MAX_COLUMNS])
{
	size_t n = 0;

	for (size_t i = 0; i < m->nfields; i++)
		if (!m->fields[i].retired)
			columns[n++] = m->fields[i].name;
	for (size_t i = 0; model_read_only[i]; i++)
		columns[n++] = model_read_only[i];
	return n;
}

static struct cell
time_cell(struct buf *spelled, const PGresult *res, int col)
{
	char text[TIMESTAMP_SIZE];

	return item_cell_spelled(
	    spelled, CELL_STRING, timestamp_format(db_get_time(res, 0, col), text));
}

/* Writes an id as a number: n for T<n>, -n for CT<n>. */
static struct cell
db_id(const struct model *m, struct buf *spelled, const char *id)
{
	char number[32];
	bool custom = *id == 'C';

	snprintf(number, sizeof number, "%s%s", custom ? "-" : "",
	    id + custom + strlen(m->fields[0].prefix));
	return item_cell_spelled(spelled, CELL_NUMBER, number);
}

bool
library_cells(const struct model *m, const PGresult *res, struct buf *spelled,
    struct cell cells[LIBRARY_MAX_COLUMNS])
{
	int col = EX_FIELDS;
	size_t n = 0;

	if (!item_cells_begin(spelled, LIBRARY_MAX_COLUMNS))
		return false;
	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		int at = f->kind == FIELD_ID ? EX_ID : model_sql_is_column(f) ? col++ : -1;
		if (!f->retired)
			cells[n++] = item_cell(f, res, at, spelled);
	}
	cells[n++] = db_id(m, spelled, db_get_text(res, 0, EX_ID));
	cells[n++] = item_cell_text(res, EX_TYPE);
	cells[n++] = time_cell(spelled, res, EX_CREATED);
	cells[n++] = item_cell_text(res, EX_CREATED_BY);
	cells[n++] = time_cell(spelled, res, EX_UPDATED);
	cells[n++] = item_cell_text(res, EX_UPDATED_BY);
	return true;
}

int
library_history_stream(struct db *db, const struct model *m, const char *id, struct error *err)
{
	struct buf sql = {0};
	int sent = model_sql(m, MODEL_SQL_LIBRARY_HISTORY, NULL, &sql, err);

	if (sent == 0) {
		const struct statement st = {NULL, sql.data, 1, true};
		sent = db_stream(db, &st, (const char *const[]){id}, err);
	}
	buf_free(&sql);
	return sent;
}

void
library_event_json(struct json *json, const struct model *m, const PGresult *res, int row)
{
	enum diff_op op = diff_change_op(res, row);
	static const struct db_member by[] = {{"job", EV_JOB, DB_JSON},
	    {"attempt", EV_ATTEMPT, DB_JSON}, {"entry", EV_ENTRY, DB_INT},
	    {"accepted_by", EV_ACCOUNT, DB_JSON}, {0}};
	int width = (PQnfields(res) - EV_FIELDS) / 2;

	json_begin_object(json);
	json_key(json, "date");
	db_value(json, res, row, EV_AT, DB_TIME);
	json_key(json, "operation");
	json_text(json, diff_op_names[op]);
	db_members(json, res, row, by);
	json_key(json, "original");
	json_begin_object(json);
	if (op != DIFF_ADD)
		item_members(json, m, res, row, EV_ID, EV_FIELDS, false);
	json_end_object(json);
	json_key(json, "new");
	json_begin_object(json);
	if (op != DIFF_DELETE)
		item_members(json, m, res, row, EV_ID, EV_FIELDS + width, false);
	json_end_object(json);
	json_end_object(json);
}
