/* What the updates of a diff change, field by field: see diff_fields.h. */
#include "store/diff_fields.h"

#include "model/model_sql.h"

#include <stdio.h>

/* The counts, in the order of the columns of MODEL_SQL_DIFF_FIELDS after the field's index. */
static const char *const counts[] = {
    "updates", "cleared", "filled", "whitespace", "moved", "cut", "kinds"};
enum { COUNTS = sizeof counts / sizeof counts[0] };
enum column { COL_FIELD, COL_COUNTS, COL_CHANGES = COL_COUNTS + COUNTS };

bool
diff_fields_has(const struct field *f)
{
	return model_sql_is_column(f) && !f->retired;
}

PGresult *
diff_fields(
    struct db *db, const struct model *m, int64_t job, struct diff_place place, struct error *err)
{
	char id[24], attempt[24], week[24], kinds[24];
	struct buf sql = {0};
	PGresult *res = NULL;

	snprintf(id, sizeof id, "%lld", (long long)job);
	snprintf(attempt, sizeof attempt, "%lld", (long long)place.attempt);
	snprintf(week, sizeof week, "%lld", (long long)place.week);
	snprintf(kinds, sizeof kinds, "%d", DIFF_KINDS_MAX);
	if (model_sql(m, MODEL_SQL_DIFF_FIELDS, NULL, &sql, err) == 0) {
		const struct statement st = {NULL, sql.data, 4, true};
		res = db_query(db, &st, (const char *const[]){id, attempt, week, kinds}, err);
	}
	buf_free(&sql);
	return res;
}

void
diff_fields_json(struct json *json, const struct model *m, const PGresult *res, int row)
{
	json_begin_object(json);
	json_key(json, "field");
	json_text(json, m->fields[db_get_int(res, row, COL_FIELD)].name);
	for (int i = 0; i < COUNTS; i++) {
		json_key(json, counts[i]);
		json_int(json, db_get_int(res, row, COL_COUNTS + i));
	}
	json_key(json, "changes");
	json_raw(json, db_get_text(res, row, COL_CHANGES), db_get_size(res, row, COL_CHANGES));
	json_end_object(json);
}
