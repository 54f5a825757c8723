/* The diff of a job as the API shows it: see diff.h. */
#include "store/diff.h"

#include "database/member.h"
#include "model/model_sql.h"
#include "store/auth.h"
#include "store/item.h"

#include <stdio.h>
#include <string.h>

enum column { COL_OP, COL_ENTRY, COL_ID, COL_OLD };
enum summary_column {
	SUM_MODEL,
	SUM_ADD,
	SUM_UPDATE,
	SUM_DELETE,
	SUM_ATTEMPT,
	SUM_WEEK,
	SUM_HELD,
	SUM_REVIEW
};

/* What an accept would do. */
#define SUMMARY_COLUMNS                                                      \
	"s.content_model, s.adds - s.held_adds, s.updates - s.held_updates," \
	"       s.deletes - s.held_deletes, s.attempt, j.week,"              \
	"       s.held_adds + s.held_updates + s.held_deletes > 0, j.review"

const char *const diff_op_names[DIFF_OPS] = {"add", "update", "delete"};
static const char *const op_codes[DIFF_OPS + 1] = {"a", "u", "d", NULL};

static const struct statement summary = {"diff_summary",
    "SELECT " SUMMARY_COLUMNS "  FROM import_job j"
    "  JOIN import_summary s ON s.job_id = j.id AND s.attempt = j.attempt"
    " WHERE j.id = $1 AND j.purged IS NULL"
    " ORDER BY s.content_model",
    1, true};

/* The same along with auth_by_hash (auth.c). */
const struct statement diff_summary_along = {"diff_summary_along",
    "SELECT " SUMMARY_COLUMNS ","
    " " AUTH_COLUMNS "  FROM credential c"
    "  LEFT JOIN (import_job j"
    "             JOIN import_summary s ON s.job_id = j.id AND s.attempt = j.attempt"
    "                                  AND j.purged IS NULL)"
    "    ON j.id = $3 AND c.active"
    " WHERE c.hash = sha256($1) AND c.kind = $2 AND c.expires > now()"
    " ORDER BY s.content_model",
    3, true};

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

const char *
diff_summary_review(const PGresult *res)
{
	return db_get_text(res, 0, SUM_REVIEW);
}

const char *
diff_summary_model(const PGresult *res, int row)
{
	return db_get_text(res, row, SUM_MODEL);
}

bool
diff_summary_holds(const PGresult *res, int row)
{
	return db_get_bool(res, row, SUM_HELD);
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

static void
number_text(int64_t v, char text[24])
{
	snprintf(text, 24, "%lld", (long long)v);
}

static const char *
wanted(const char *text)
{
	return text && *text ? text : NULL;
}

const char *
diff_op_code(enum diff_op op)
{
	return op_codes[op];
}

void
diff_params_set(struct diff_params *p, int64_t job, const struct diff_filter *filter, int64_t limit)
{
	const char *const values[] = {p->job, p->attempt, p->week, p->after,
	    limit ? p->limit : NULL, wanted(filter->search), wanted(filter->field),
	    filter->original, filter->new, filter->edit, wanted(filter->warning), filter->held,
	    wanted(filter->item)};

	_Static_assert(sizeof values == sizeof p->values, "there is a value for each parameter");
	memcpy(p->values, values, sizeof values);
	number_text(job, p->job);
	number_text(filter->place.attempt, p->attempt);
	number_text(filter->place.week, p->week);
	number_text(filter->after, p->after);
	number_text(limit, p->limit);
}

int
diff_stream(struct db *db, const struct model *m, int64_t job, enum diff_op op,
    const struct diff_filter *filter, struct error *err)
{
	const bool whole = op == DIFF_OPS;
	const char *values[DIFF_PARAMS + 2];
	struct diff_params params;
	struct buf sql = {0};
	int sent = -1;

	diff_params_set(&params, job, filter, filter->limit);
	memcpy(values, params.values, sizeof params.values);
	values[DIFF_PARAMS] = filter->holds ? "true" : "false";
	values[DIFF_PARAMS + 1] = diff_op_code(op);
	if (model_sql(m, whole ? MODEL_SQL_DIFF_WHOLE : MODEL_SQL_DIFF_CHANGES, NULL, &sql, err) ==
	    0) {
		const struct statement st = {
		    NULL, sql.data, whole ? DIFF_PARAMS + 1 : DIFF_PARAMS + 2, true};
		sent = db_stream(db, &st, values, err);
	}
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
diff_change_json(struct json *json, const struct model *m, bool holds, const PGresult *res, int row)
{
	enum diff_op op = diff_change_op(res, row);
	const int last = PQnfields(res) - 1, width = (last - COL_OLD) / 2;

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
	if (holds) {
		json_key(json, "held");
		db_value(json, res, row, last, DB_JSON);
	}
	json_end_object(json);
}
