/* The diff of a job as the API shows it: see diff.h. */
#include "store/diff.h"

#include "store/auth.h"
#include "store/diff_fields.h"
#include "store/item.h"

#include <stdio.h>

enum column { COL_OP, COL_ENTRY, COL_ID, COL_OLD };
enum summary_column { SUM_MODEL, SUM_ADD, SUM_UPDATE, SUM_DELETE, SUM_ATTEMPT, SUM_WEEK };

const char *const diff_op_names[DIFF_OPS] = {"add", "update", "delete"};
static const char op_codes[DIFF_OPS] = {'a', 'u', 'd'};

#define SUMMARY_COLUMNS "s.content_model, s.adds, s.updates, s.deletes, s.attempt, j.week"
#define SUMMARY_TABLES                                                                     \
	"(import_job j JOIN import_summary s ON s.job_id = j.id AND s.attempt = j.attempt" \
	" AND j.purged IS NULL)"
#define SUMMARY_ORDER " ORDER BY s.content_model"

static const struct statement summary = {"diff_summary",
    "SELECT " SUMMARY_COLUMNS " FROM " SUMMARY_TABLES " WHERE j.id = $1" SUMMARY_ORDER, 1, true};
const struct statement diff_summary_along = {"diff_summary_along",
    AUTH_ALONG(SUMMARY_COLUMNS, SUMMARY_TABLES " ON j.id = $3") SUMMARY_ORDER, 3, true};

PGresult *
diff_summary(struct db *db, int64_t job, struct error *err)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)job);
	return db_query(db, &summary, (const char *const[]){text}, err);
}

struct diff_place
diff_summary_place(const PGresult *res)
{
	return (struct diff_place){db_get_int(res, 0, SUM_ATTEMPT), db_get_int(res, 0, SUM_WEEK)};
}

void
diff_summary_json(struct json *json, const PGresult *res, int row)
{
	json_begin_object(json);
	json_key(json, "content_model");
	json_text(json, db_get_text(res, row, SUM_MODEL));
	for (int op = 0; op < DIFF_OPS; op++) {
		json_key(json, diff_op_names[op]);
		json_int(json, db_get_int(res, row, SUM_ADD + op));
	}
	json_end_object(json);
}

/* $4: words searched for. $5: a field that must differ, $7 to $9: how. NULL: no such filter. */
static void
add_filters(const struct model *m, struct buf *sql)
{
	buf_add_text(sql, " AND ($4::text IS NULL OR strpos(lower(concat_ws(chr(10), d.id");
	item_columns(m, "d.old_", sql);
	item_columns(m, "d.new_", sql);
	buf_add_text(sql,
	    ") COLLATE \"default\"), lower($4::text)) > 0) AND ($5::text IS NULL OR CASE $5::text");
	for (size_t i = 0; i < m->nfields; i++) {
		const char *name = m->fields[i].name;
		if (!diff_fields_has(&m->fields[i]))
			continue;
		buf_printf(sql, " WHEN '%s' THEN d.op = 'u' AND d.old_%s <> d.new_%s AND ", name,
		    name, name);
		diff_fields_condition(&m->fields[i], sql);
	}
	buf_add_text(sql, " ELSE false END)");
}

/* The changes of one kind. The primary key gives them in the order of the file. */
static void
add_select(const struct model *m, char code, struct buf *sql)
{
	buf_add_text(sql, "(SELECT d.op, d.entry, d.id");
	item_columns(m, "d.old_", sql);
	item_columns(m, "d.new_", sql);
	buf_printf(sql,
	    " FROM %s_diff d WHERE d.job_id = $1::bigint AND d.attempt = $6::integer"
	    " AND d.week = $10::integer AND d.op = '%c' AND d.entry > $2::bigint",
	    m->name, code);
	add_filters(m, sql);
	buf_add_text(sql, " ORDER BY d.entry LIMIT $3::bigint)");
}

int
diff_stream(struct db *db, const struct model *m, int64_t job, enum diff_op op,
    const struct diff_filter *filter, struct error *err)
{
	char id[24], after[24], limit[24], attempt[24], week[24];
	struct buf sql = {0};

	if (op < DIFF_OPS) {
		add_select(m, op_codes[op], &sql);
	} else {
		buf_add_text(&sql, "SELECT * FROM (");
		for (int i = 0; i < DIFF_OPS; i++) {
			buf_add_text(&sql, i ? " UNION ALL " : "");
			add_select(m, op_codes[i], &sql);
		}
		buf_add_text(&sql, ") d ORDER BY entry LIMIT $3::bigint");
	}
	if (sql.failed) {
		buf_free(&sql);
		return error_set(err, ERROR_SYSTEM, "out of memory");
	}
	snprintf(id, sizeof id, "%lld", (long long)job);
	snprintf(attempt, sizeof attempt, "%lld", (long long)filter->place.attempt);
	snprintf(week, sizeof week, "%lld", (long long)filter->place.week);
	snprintf(after, sizeof after, "%lld", (long long)filter->after);
	snprintf(limit, sizeof limit, "%lld", (long long)filter->limit);

	const struct statement st = {NULL, sql.data, 10, true};
	const char *const params[] = {id, after, filter->limit ? limit : NULL,
	    *filter->search ? filter->search : NULL, *filter->field ? filter->field : NULL, attempt,
	    filter->original, filter->new, filter->whitespace, week};
	int sent = db_stream(db, &st, params, err);
	buf_free(&sql);
	return sent;
}

enum diff_op
diff_change_op(const PGresult *res, int row)
{
	switch (*db_get_text(res, row, COL_OP)) {
	case 'a': return DIFF_ADD;
	case 'u': return DIFF_UPDATE;
	default: return DIFF_DELETE;
	}
}

void
diff_change_json(struct json *json, const struct model *m, const PGresult *res, int row)
{
	enum diff_op op = diff_change_op(res, row);
	int width = (PQnfields(res) - COL_OLD) / 2;

	json_begin_object(json);
	json_key(json, "original");
	json_begin_object(json);
	if (op != DIFF_ADD)
		item_members(json, m, res, row, COL_ID, COL_OLD, true);
	json_end_object(json);
	json_key(json, "new");
	json_begin_object(json);
	if (op != DIFF_DELETE)
		item_members(json, m, res, row, COL_ID, COL_OLD + width, op == DIFF_UPDATE);
	json_end_object(json);
	json_key(json, "entry");
	json_int(json, db_get_int(res, row, COL_ENTRY));
	json_end_object(json);
}
