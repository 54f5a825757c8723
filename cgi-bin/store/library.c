/* The library itself: see library.h. */
#include "store/library.h"

#include "base/timestamp.h"
#include "store/diff.h"
#include "store/item.h"

#include <stdio.h>
#include <string.h>

enum column { COL_ID, COL_TYPE, COL_CREATED, COL_UPDATED, COL_UPDATED_BY, COL_FIELDS };

enum event_column { EV_OP, EV_ENTRY, EV_ID, EV_AT, EV_JOB, EV_ATTEMPT, EV_ACCOUNT, EV_FIELDS };

/* The read-only columns of exports, in the order of model_read_only; db_id comes from the id. */
enum export_column {
	EX_ID,
	EX_TYPE,
	EX_CREATED,
	EX_CREATED_BY,
	EX_UPDATED,
	EX_UPDATED_BY,
	EX_FIELDS
};

#define FILTER_PARAMS 7
#define TYPE_OF_ITEM                                  \
	"CASE WHEN left(t.id, 1) = 'C' THEN 'Custom'" \
	" WHEN t.modified THEN 'Built-in Modified' ELSE 'Built-in' END"

static const struct order_row {
	const char *name;
	const char *column;
} order_rows[] = {
    {"id", "t.position"},
    {"title", "t.title"},
    {"last_updated_date", "t.last_updated_date"},
};

const char *
library_order(const char *ordering, struct buf *out, size_t *n)
{
	for (; *ordering; ordering += *n + (ordering[*n] == ',')) {
		const char *field = ordering + (*ordering == '-');
		const char *column = NULL;

		*n = strcspn(ordering, ",");
		size_t length = *n - (size_t)(field - ordering);
		for (size_t i = 0; i < sizeof order_rows / sizeof order_rows[0]; i++)
			if (strlen(order_rows[i].name) == length &&
			    memcmp(order_rows[i].name, field, length) == 0)
				column = order_rows[i].column;
		if (!column)
			return ordering;
		buf_printf(out, "%s%s, ", column, field > ordering ? " DESC" : "");
	}
	buf_add_text(out, "t.position");
	return NULL;
}

/* An account as {"id":...,"email":...}; joined by primary key, so cheap for a page. */
#define ACCOUNT_OF(column) "(SELECT account_doc(" column "))"

/* Filters by a field, in the order of their parameters: a model without the field has none. */
static const struct {
	const char *field, *condition; /* of the parameter @ */
} field_filters[] = {
    {"active", "t.active = @::boolean"},
    {"phase", "t.phase = @"},
    {"problem", "t.problem = @"},
    {"tags", "@ = ANY (string_to_array(t.tags, ';'))"},
};

static void
add_condition(const char *condition, size_t parameter, struct buf *sql)
{
	size_t before = strcspn(condition, "@");

	buf_add(sql, condition, before);
	buf_printf(sql, "$%zu%s", parameter, condition + before + 1);
}

static void
add_filters(const struct model *m, struct buf *sql)
{
	const size_t first = FILTER_PARAMS + 1 - sizeof field_filters / sizeof field_filters[0];

	buf_printf(sql,
	    " WHERE ($1::text IS NULL OR t.id = $1)"
	    " AND ($2::text IS NULL OR t.position > item_position('%s', $2))"
	    " AND ($3::text IS NULL OR strpos(lower(concat_ws(chr(10), t.id",
	    m->fields[0].prefix);
	for (size_t i = 0; i < m->nfields; i++)
		if (m->fields[i].kind == FIELD_LINE)
			buf_printf(sql, ", t.%s", m->fields[i].name);
	buf_add_text(sql, ") COLLATE \"default\"), lower($3)) > 0)");
	for (size_t i = 0; i < sizeof field_filters / sizeof field_filters[0]; i++) {
		bool has = model_field_named(m, field_filters[i].field) >= 0;
		buf_printf(sql, " AND ($%zu::text IS NULL OR ", first + i);
		add_condition(has ? field_filters[i].condition : "@::text <> ''", first + i, sql);
		buf_add_char(sql, ')');
	}
}

static const char *
wanted(const char *text)
{
	return text && *text ? text : NULL;
}

static void
filter_params(const struct library_filter *filter, const char **params)
{
	const char *const values[FILTER_PARAMS] = {filter->id, filter->after, filter->search,
	    filter->active, filter->phase, filter->problem, filter->tag};

	for (int i = 0; i < FILTER_PARAMS; i++)
		params[i] = wanted(values[i]);
}

/*
 * Streams the items that the filter lets through: these columns, then the model's without the id.
 * The page is cut out first: columns that take a query of their own are not made for what is
 * before it.
 */
static int
stream(struct db *db, const struct model *m, const char *columns,
    const struct library_filter *filter, struct error *err)
{
	const char *params[FILTER_PARAMS + 2];
	const char *order = filter->order ? filter->order : "t.position";
	char limit[24], offset[24];
	struct buf sql = {0};

	buf_printf(&sql, "SELECT %s", columns);
	item_columns(m, "t.", &sql);
	buf_printf(&sql, " FROM (SELECT * FROM %s t", m->name);
	add_filters(m, &sql);
	buf_printf(
	    &sql, " ORDER BY %s LIMIT $8::bigint OFFSET $9::bigint) t ORDER BY %s", order, order);
	if (sql.failed) {
		buf_free(&sql);
		return error_set(err, ERROR_SYSTEM, "out of memory");
	}
	filter_params(filter, params);
	snprintf(limit, sizeof limit, "%lld", (long long)filter->limit);
	snprintf(offset, sizeof offset, "%lld", (long long)filter->offset);
	params[FILTER_PARAMS] = filter->limit ? limit : NULL;
	params[FILTER_PARAMS + 1] = offset;

	const struct statement st = {NULL, sql.data, FILTER_PARAMS + 2, true};
	int sent = db_stream(db, &st, params, err);
	buf_free(&sql);
	return sent;
}

int
library_stream(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err)
{
	return stream(db, m,
	    "t.id, " TYPE_OF_ITEM
	    ", t.created_date, t.last_updated_date, " ACCOUNT_OF("t.last_updated_by"),
	    filter, err);
}

int64_t
library_count(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err)
{
	const char *params[FILTER_PARAMS];
	struct buf sql = {0};
	int64_t n = -1;

	buf_printf(&sql, "SELECT count(*) FROM %s t", m->name);
	add_filters(m, &sql);
	filter_params(filter, params);
	const struct statement st = {NULL, buf_text(&sql), FILTER_PARAMS, true};
	PGresult *res = db_query(db, &st, params, err);
	if (res)
		n = db_get_int(res, 0, 0);
	PQclear(res);
	buf_free(&sql);
	return n;
}

static void
json_time(struct json *json, const char *key, const PGresult *res, int row, int col)
{
	char text[TIMESTAMP_SIZE];

	json_key(json, key);
	json_text(json, timestamp_format(db_get_time(res, row, col), text));
}

static void
json_optional(struct json *json, const char *key, const PGresult *res, int row, int col)
{
	json_key(json, key);
	if (db_is_null(res, row, col))
		json_null(json);
	else
		json_raw(json, db_get_text(res, row, col), db_get_size(res, row, col));
}

void
library_item_json(struct json *json, const struct model *m, const PGresult *res, int row)
{
	json_begin_object(json);
	item_members(json, m, res, row, COL_ID, COL_FIELDS, false);
	json_key(json, "type");
	json_text(json, db_get_text(res, row, COL_TYPE));
	json_time(json, "created_date", res, row, COL_CREATED);
	json_time(json, "last_updated_date", res, row, COL_UPDATED);
	json_optional(json, "last_updated_by", res, row, COL_UPDATED_BY);
	json_end_object(json);
}

size_t
library_columns(const struct model *m, const char *columns[LIBRARY_MAX_COLUMNS])
{
	size_t n = 0;

	for (size_t i = 0; i < m->nfields; i++)
		columns[n++] = m->fields[i].name;
	for (size_t i = 0; model_read_only[i]; i++)
		columns[n++] = model_read_only[i];
	return n;
}

/* The email of an account; joined, a whole library would be sorted. */
#define EMAIL_OF(column) "(SELECT email FROM account WHERE account.id = " column ")"

int
library_export_stream(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err)
{
	return stream(db, m,
	    "t.id, " TYPE_OF_ITEM ", t.created_date, " EMAIL_OF(
		"t.created_by") ", t.last_updated_date, " EMAIL_OF("t.last_updated_by"),
	    filter, err);
}

static struct cell
text_cell(const PGresult *res, int col)
{
	return (struct cell){CELL_STRING, db_get_text(res, 0, col), db_get_size(res, 0, col)};
}

/* Appends the text; the buffer has room for it and does not move. */
static struct cell
spelled_cell(struct buf *spelled, enum cell_kind kind, const char *text)
{
	size_t start = spelled->len;

	buf_add_text(spelled, text);
	return (struct cell){kind, spelled->data + start, spelled->len - start};
}

static struct cell
time_cell(struct buf *spelled, const PGresult *res, int col)
{
	char text[TIMESTAMP_SIZE];

	return spelled_cell(spelled, CELL_STRING, timestamp_format(db_get_time(res, 0, col), text));
}

/* A number for an id: n for T<n>, -n for CT<n>. */
static struct cell
db_id(const struct model *m, struct buf *spelled, const char *id)
{
	char number[32];
	bool custom = *id == 'C';

	snprintf(number, sizeof number, "%s%s", custom ? "-" : "",
	    id + custom + strlen(m->fields[0].prefix));
	return spelled_cell(spelled, CELL_NUMBER, number);
}

static struct cell
field_cell(const struct field *f, const PGresult *res, int col, struct buf *spelled)
{
	char number[24];

	switch (f->kind) {
	case FIELD_INTEGER:
		snprintf(number, sizeof number, "%lld", (long long)db_get_int(res, 0, col));
		return spelled_cell(spelled, CELL_NUMBER, number);
	case FIELD_BOOLEAN:
		return spelled_cell(
		    spelled, CELL_BOOLEAN, db_get_bool(res, 0, col) ? "true" : "false");
	case FIELD_DELETE: return spelled_cell(spelled, CELL_BOOLEAN, "false");
	default: return text_cell(res, col);
	}
}

bool
library_cells(const struct model *m, const PGresult *res, struct buf *spelled,
    struct cell cells[LIBRARY_MAX_COLUMNS])
{
	int col = EX_FIELDS;
	size_t n = 0;

	buf_clear(spelled);
	if (!buf_reserve(spelled, (size_t)LIBRARY_MAX_COLUMNS * TIMESTAMP_SIZE))
		return false;
	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		int at = f->kind == FIELD_ID ? EX_ID : item_is_stored(f) ? col++ : -1;
		cells[n++] = field_cell(f, res, at, spelled);
	}
	cells[n++] = db_id(m, spelled, db_get_text(res, 0, EX_ID));
	cells[n++] = text_cell(res, EX_TYPE);
	cells[n++] = time_cell(spelled, res, EX_CREATED);
	cells[n++] = text_cell(res, EX_CREATED_BY);
	cells[n++] = time_cell(spelled, res, EX_UPDATED);
	cells[n++] = text_cell(res, EX_UPDATED_BY);
	return true;
}

int
library_history_stream(struct db *db, const struct model *m, const char *id, struct error *err)
{
	struct buf sql = {0};

	buf_add_text(
	    &sql, "SELECT h.op, h.entry, h.id, h.at, h.job_id::text, h.attempt::text, " ACCOUNT_OF(
		      "h.account_id"));
	item_columns(m, "h.old_", &sql);
	item_columns(m, "h.new_", &sql);
	buf_printf(&sql, " FROM %s_history h WHERE h.id = $1 ORDER BY h.seq DESC", m->name);
	const struct statement st = {NULL, buf_text(&sql), 1, true};
	int sent = db_stream(db, &st, (const char *const[]){id}, err);
	buf_free(&sql);
	return sent;
}

void
library_event_json(struct json *json, const struct model *m, const PGresult *res, int row)
{
	enum diff_op op = diff_change_op(res, row);
	int width = (PQnfields(res) - EV_FIELDS) / 2;

	json_begin_object(json);
	json_time(json, "date", res, row, EV_AT);
	json_key(json, "operation");
	json_text(json, diff_op_names[op]);
	json_optional(json, "job", res, row, EV_JOB);
	json_optional(json, "attempt", res, row, EV_ATTEMPT);
	json_key(json, "entry");
	json_int(json, db_get_int(res, row, EV_ENTRY));
	json_optional(json, "accepted_by", res, row, EV_ACCOUNT);
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
