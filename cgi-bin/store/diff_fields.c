/* What the updates of a diff change, field by field: see diff_fields.h. */
#include "store/diff_fields.h"

#include "model/model_sql.h"

#include <string.h>

/*
 * The columns of MODEL_SQL_DIFF_FIELDS: the totals, the field's place in the model (NULL: there is
 * no field), and its counts in this order.
 */
static const char *const counts[] = {
    "updates", "cleared", "filled", "whitespace", "moved", "cut", "kinds"};
enum { COUNTS = sizeof counts / sizeof counts[0] };
enum column {
	COL_TOTALS,
	COL_FIELD = COL_TOTALS + DIFF_OPS,
	COL_COUNTS,
	COL_CHANGES = COL_COUNTS + COUNTS,
	COL_COMPARED,
	COL_REWRITTEN
};

static const struct {
	const char *name;
	enum diff_fields_include bit;
} include_rows[] = {{"totals", DIFF_FIELDS_TOTALS}, {"rewritten", DIFF_FIELDS_REWRITTEN}};

bool
diff_fields_has(const struct field *f)
{
	return model_sql_is_column(f) && !f->retired;
}

unsigned
diff_fields_includes(const char *names)
{
	unsigned includes = 0;

	for (size_t n; names && *names; names += n + (names[n] == ',')) {
		n = strcspn(names, ",");
		for (size_t i = 0; i < sizeof include_rows / sizeof include_rows[0]; i++)
			if (strlen(include_rows[i].name) == n &&
			    strncmp(names, include_rows[i].name, n) == 0)
				includes |= include_rows[i].bit;
	}
	return includes;
}

PGresult *
diff_fields(struct db *db, const struct model *m, int64_t job, const struct diff_filter *filter,
    unsigned includes, struct error *err)
{
	const char *values[DIFF_PARAMS + 1];
	struct diff_params params;
	struct buf sql = {0};
	PGresult *res = NULL;

	diff_params_set(&params, job, filter, DIFF_KINDS_MAX);
	memcpy(values, params.values, sizeof params.values);
	values[DIFF_PARAMS] = includes & DIFF_FIELDS_REWRITTEN ? "true" : "false";
	if (model_sql(m, MODEL_SQL_DIFF_FIELDS, NULL, &sql, err) == 0) {
		const struct statement st = {NULL, sql.data, DIFF_PARAMS + 1, true};
		res = db_query(db, &st, values, err);
	}
	buf_free(&sql);
	return res;
}

static void
count_json(struct json *json, const char *name, const PGresult *res, int row, int column)
{
	json_key(json, name);
	json_int(json, db_get_int(res, row, column));
}

static void
field_json(
    struct json *json, const struct model *m, const PGresult *res, int row, unsigned includes)
{
	json_begin_object(json);
	json_key(json, "field");
	json_text(json, m->fields[db_get_int(res, row, COL_FIELD)].name);
	for (int i = 0; i < COUNTS; i++)
		count_json(json, counts[i], res, row, COL_COUNTS + i);
	json_key(json, "changes");
	json_raw(json, db_get_text(res, row, COL_CHANGES), db_get_size(res, row, COL_CHANGES));
	if (includes & DIFF_FIELDS_REWRITTEN) {
		count_json(json, "compared", res, row, COL_COMPARED);
		count_json(json, "rewritten", res, row, COL_REWRITTEN);
	}
	json_end_object(json);
}

void
diff_fields_json(struct json *json, const struct model *m, const PGresult *res, unsigned includes)
{
	json_begin_object(json);
	json_key(json, "results");
	json_begin_array(json);
	for (int i = 0; i < PQntuples(res); i++)
		if (!PQgetisnull(res, i, COL_FIELD))
			field_json(json, m, res, i, includes);
	json_end_array(json);
	if (includes & DIFF_FIELDS_TOTALS) {
		json_key(json, "totals");
		json_begin_object(json);
		for (int op = 0; op < DIFF_OPS; op++)
			count_json(json, diff_op_names[op], res, 0, COL_TOTALS + op);
		json_end_object(json);
	}
	json_end_object(json);
}
