/* The review of a diff: see review.h. */
#include "store/review.h"

#include "database/member.h"
#include "model/model_sql.h"

#include <stdio.h>
#include <string.h>

enum held_column { HELD_CODE, HELD_REFUSAL, HELD_REVIEW, HELD_HELD, HELD_CHANGED };
enum looked_column { LOOKED_MINE, LOOKED_BY, LOOKED_COUNT, LOOKED_ENTRIES, LOOKED_CHANGED };

static const struct statement hold_entries = {"review_hold_entries",
    "SELECT h.code, h.refusal, h.review, h.held, h.changed"
    "  FROM review_hold($1, $2, NULL, $3, $4, $5::int8multirange, $6, $7) h",
    7, false};
static const struct statement look_entries = {"review_look_entries",
    "SELECT 1"
    "  FROM review_look($1, $2, NULL, $3,"
    "                   CASE WHEN $5::boolean THEN $4::int8multirange ELSE '{}' END,"
    "                   CASE WHEN $5::boolean THEN '{}' ELSE $4::int8multirange END)",
    5, false};
static const struct statement looked = {NULL,
    "SELECT l.account_id = $5::bigint, account_doc(l.account_id), l.changes,"
    "       entries_json(l.entries), entries_json(l.changed)"
    "  FROM import_looked l"
    " WHERE l.job_id = $1::bigint AND l.attempt = $2::integer AND l.week = $3::integer"
    "   AND l.content_model = $4"
    " ORDER BY l.account_id <> $5::bigint, l.at",
    5, true};

/* Runs a statement that begins with the parameters of a filter and an operation. */
static PGresult *
run_fitting(struct db *db, const struct review_changes *which, enum model_statement statement,
    const char *const *more, size_t n, struct error *err)
{
	const char *values[DIFF_PARAMS + 1 + 4];
	struct diff_params params;
	struct buf sql = {0};
	PGresult *res = NULL;

	diff_params_set(&params, which->job, &which->filter, which->filter.limit);
	memcpy(values, params.values, sizeof params.values);
	values[DIFF_PARAMS] = diff_op_code(which->op);
	memcpy(&values[DIFF_PARAMS + 1], more, n * sizeof *more);
	if (model_sql(which->model, statement, NULL, &sql, err) == 0) {
		const struct statement st = {NULL, sql.data, (int)(DIFF_PARAMS + 1 + n), false};
		res = db_query(db, &st, values, err);
	}
	buf_free(&sql);
	return res;
}

static const char *
truth(bool is)
{
	return is ? "true" : "false";
}

PGresult *
review_hold(struct db *db, const struct review_changes *which, const struct review_holding *how,
    struct error *err)
{
	char job[24];

	if (!which->entries)
		return run_fitting(db, which, MODEL_SQL_REVIEW_HOLD,
		    (const char *const[]){how->key, how->version, truth(how->hold), how->note}, 4,
		    err);
	snprintf(job, sizeof job, "%lld", (long long)which->job);
	return db_query(db, &hold_entries,
	    (const char *const[]){how->key, job, how->version, which->model->name, which->entries,
		truth(how->hold), how->note},
	    err);
}

bool
review_refused(const PGresult *res, struct refusal *refusal)
{
	return refusal_read(res, HELD_CODE, refusal);
}

const char *
review_held_version(const PGresult *res)
{
	return db_get_text(res, 0, HELD_REVIEW);
}

void
review_held_json(struct json *json, const PGresult *res, int row)
{
	static const struct db_member members[] = {{"held", HELD_HELD, DB_INT},
	    {"changed", HELD_CHANGED, DB_INT}, {"review", HELD_REVIEW, DB_TEXT}, {0}};

	json_begin_object(json);
	db_members(json, res, row, members);
	json_end_object(json);
}

PGresult *
review_look(
    struct db *db, const struct review_changes *which, const char *key, bool add, struct error *err)
{
	char job[24];

	if (!which->entries)
		return run_fitting(db, which, MODEL_SQL_REVIEW_LOOK,
		    (const char *const[]){key, truth(add)}, 2, err);
	snprintf(job, sizeof job, "%lld", (long long)which->job);
	return db_query(db, &look_entries,
	    (const char *const[]){key, job, which->model->name, which->entries, truth(add)}, err);
}

PGresult *
review_looked(
    struct db *db, const struct review_changes *which, const char *account, struct error *err)
{
	struct diff_params params;

	diff_params_set(&params, which->job, &which->filter, which->filter.limit);
	return db_query(db, &looked,
	    (const char *const[]){
		params.job, params.attempt, params.week, which->model->name, account},
	    err);
}

static void
add_empty(struct json *json, const char *key)
{
	json_key(json, key);
	json_begin_array(json);
	json_end_array(json);
}

void
review_looked_json(struct json *json, const PGresult *res)
{
	static const struct db_member mine[] = {{"count", LOOKED_COUNT, DB_INT},
	    {"looked", LOOKED_ENTRIES, DB_JSON}, {"changed", LOOKED_CHANGED, DB_JSON}, {0}};
	static const struct db_member others[] = {{"by", LOOKED_BY, DB_JSON},
	    {"count", LOOKED_COUNT, DB_INT}, {"looked", LOOKED_ENTRIES, DB_JSON}, {0}};
	const int rows = PQntuples(res);
	int row = 0;

	json_begin_object(json);
	if (rows && db_get_bool(res, 0, LOOKED_MINE)) {
		db_members(json, res, row++, mine);
	} else {
		json_key(json, "count");
		json_int(json, 0);
		add_empty(json, "looked");
		add_empty(json, "changed");
	}
	json_key(json, "others");
	json_begin_array(json);
	for (; row < rows; row++) {
		json_begin_object(json);
		db_members(json, res, row, others);
		json_end_object(json);
	}
	json_end_array(json);
	json_end_object(json);
}
