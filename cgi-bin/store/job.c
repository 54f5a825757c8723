/* Import jobs as the API sees them: see job.h. */
#include "store/job.h"

#include "store/auth.h"

#include "database/member.h"

#include <stdio.h>
#include <string.h>

/* Every job row begins with these columns: the same ones in the same order, in SQL below. */
enum column {
	COL_ID,
	COL_STATUS,
	COL_TRIGGERED,
	COL_TRIGGERED_BY,
	COL_ACCEPTED,
	COL_ACCEPTED_BY,
	COL_COMPLETED,
	COL_ERRORS,
	COL_ATTEMPT,
	COL_EXTRAS
};

#define COLUMNS                                                                           \
	"j.id, j.status, j.triggered, j.triggered_by_doc, j.accepted, j.accepted_by_doc," \
	"       j.completed, j.errors, j.attempt"

static const struct include_row {
	const char *name;
	enum job_include bit;
} include_rows[] = {
    {"progress", JOB_PROGRESS},
    {"files", JOB_FILES},
    {"counts", JOB_COUNTS},
    {"actions", JOB_ACTIONS},
    {"attempts", JOB_ATTEMPTS},
    {"warnings", JOB_WARNINGS},
    {"warning_kinds", JOB_WARNING_KINDS},
    {"notes", JOB_NOTES},
};

static const enum job_include extra_bits[] = {
    JOB_PROGRESS, JOB_FILES, JOB_COUNTS, JOB_WARNINGS, JOB_WARNING_KINDS, JOB_NOTES};
static const char *const extra_keys[] = {
    "progress", "files", "counts", "warnings", "warning_kinds", "notes"};
#define EXTRAS_COUNT (sizeof extra_bits / sizeof extra_bits[0])
#define EXTRA_NOTES  (EXTRAS_COUNT - 1) /* the last key of a job */

/*
 * The extras, JSON built by the database, in the order of extra_bits. Parameters $1 to $6 say which
 * of them to compute; the others are not computed.
 */
#define EXTRAS                                                                              \
	"       CASE WHEN $1::boolean THEN"                                                 \
	"            (SELECT progress FROM lease WHERE job_id = j.id)::text END,"           \
	"       CASE WHEN $2::boolean THEN job_files_json(j.id, j.purged IS NOT NULL) END," \
	"       CASE WHEN $3::boolean THEN job_counts_json(j.id, j.attempt) END,"           \
	"       CASE WHEN $4::boolean THEN"                                                 \
	"            warnings_json(j.id, j.attempt, j.week, 100)::text END,"                \
	"       CASE WHEN $5::boolean THEN"                                                 \
	"            warning_kinds_json(j.id, j.attempt, j.week)::text END,"                \
	"       CASE WHEN $6::boolean THEN job_notes_json(j.name, j.note, j.decision_note) END"

/* A test (test_job_statements.c) makes sure that these statements keep the same columns. */
static const struct statement get_plain = {"job_get",
    "SELECT " COLUMNS "  FROM import_job j"
    " WHERE id = $1",
    1, true};

/* The same along with auth_by_hash (auth.c). */
const struct statement job_get_along = {"job_get_along",
    "SELECT " COLUMNS ","
    " " AUTH_COLUMNS_ALONE "  FROM credential c"
    "  LEFT JOIN import_job j ON j.id = $3 AND c.active"
    " WHERE c.hash = sha256($1) AND c.kind = $2 AND c.expires > now()",
    3, true};

static const struct statement get_with_extras = {"job_get_with_extras",
    "SELECT " COLUMNS "," EXTRAS "  FROM import_job j"
    " WHERE id = $7",
    7, true};

static const struct statement get_current = {"job_get_current",
    "SELECT " COLUMNS "," EXTRAS "  FROM import_job j"
    " WHERE active",
    6, true};

/*
 * Selects the page first, so that no extras are computed for jobs before it. %s: the order, twice.
 */
static const char list_sql[] = "SELECT " COLUMNS "," EXTRAS "  FROM (SELECT *"
			       "          FROM import_job"
			       "         WHERE $7::text[] IS NULL OR status = ANY ($7::text[])"
			       "         ORDER BY %s"
			       "         LIMIT $8::bigint OFFSET $9::bigint) j"
			       " ORDER BY %s";

static const struct statement current_id = {"job_current_id",
    "SELECT id"
    "  FROM import_job"
    " WHERE active",
    0, true};

static const struct statement count_jobs = {"job_count",
    "SELECT count(*)"
    "  FROM import_job"
    " WHERE $1::text[] IS NULL OR status = ANY ($1::text[])",
    1, true};

static const struct statement files_purged = {"job_files_purged",
    "SELECT count(*)"
    "  FROM import_job"
    " WHERE id = $1 AND purged IS NOT NULL",
    1, true};

/* The transaction id takes the place of the extras. */
static const struct statement changes[] = {
    [JOB_ACCEPT] = {"job_accept",
	"SELECT " COLUMNS ",       pg_current_xact_id()::text"
	"  FROM job_accept($1, $2) j",
	2, false},
    [JOB_CANCEL] = {"job_cancel",
	"SELECT " COLUMNS ",       pg_current_xact_id()::text"
	"  FROM job_cancel($1, $2) j",
	2, false},
    [JOB_RETRY] = {"job_retry",
	"SELECT " COLUMNS ",       pg_current_xact_id()::text"
	"  FROM job_retry($1, $2) j",
	2, false},
};

static const char *const sortable[] = {"id", "status", "triggered_by", "triggered"};

static bool
same(const char *name, const char *text, size_t n)
{
	return strlen(name) == n && memcmp(name, text, n) == 0;
}

unsigned
job_includes(const char *list)
{
	unsigned bits = 0;

	for (size_t n; list && *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		for (size_t i = 0; i < sizeof include_rows / sizeof include_rows[0]; i++)
			if (same(include_rows[i].name, list, n))
				bits |= include_rows[i].bit;
	}
	return bits;
}

void
job_includes_text(unsigned includes, struct buf *out)
{
	for (size_t i = 0; i < sizeof include_rows / sizeof include_rows[0]; i++)
		if (includes & include_rows[i].bit)
			buf_printf(out, "%s,", include_rows[i].name);
}

const char *
job_order(const char *ordering, struct buf *out, size_t *n)
{
	for (; *ordering; ordering += *n + (ordering[*n] == ',')) {
		const char *field = ordering + (*ordering == '-');
		const char *found = NULL;

		*n = strcspn(ordering, ",");
		for (size_t i = 0; i < sizeof sortable / sizeof sortable[0]; i++)
			if (same(sortable[i], field, *n - (size_t)(field - ordering)))
				found = sortable[i];
		if (!found)
			return ordering;
		buf_printf(out, "%s%s, ", found, field > ordering ? " DESC" : "");
	}
	buf_add_text(out, "id DESC");
	return NULL;
}

bool
job_needs_extras(unsigned includes)
{
	for (size_t i = 0; i < EXTRAS_COUNT; i++)
		if (includes & extra_bits[i])
			return true;
	return includes & JOB_ACTIONS;
}

/* Writes what the row alone does not say: what can be done with a job of that status. */
static int
know_actions(struct db *db, unsigned includes, struct error *err)
{
	return includes & JOB_ACTIONS ? job_statuses_load(db, err) : 0;
}

static void
extra_params(unsigned includes, const char **params)
{
	for (size_t i = 0; i < EXTRAS_COUNT; i++)
		params[i] = includes & extra_bits[i] ? "true" : "false";
}

PGresult *
job_get(struct db *db, int64_t id, unsigned includes, struct error *err)
{
	const char *params[EXTRAS_COUNT + 1];
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)id);
	if (!job_needs_extras(includes))
		return db_query(db, &get_plain, (const char *const[]){text}, err);
	if (know_actions(db, includes, err) < 0)
		return NULL;
	extra_params(includes, params);
	params[EXTRAS_COUNT] = text;
	return db_query(db, &get_with_extras, params, err);
}

PGresult *
job_get_current(struct db *db, unsigned includes, struct error *err)
{
	const char *params[EXTRAS_COUNT];

	if (know_actions(db, includes, err) < 0)
		return NULL;
	extra_params(includes, params);
	return db_query(db, &get_current, params, err);
}

int
job_stream(struct db *db, const struct job_filter *filter, unsigned includes, struct error *err)
{
	const char *params[EXTRAS_COUNT + 3];
	char limit[24], offset[24];
	struct buf sql = {0};

	if (know_actions(db, includes, err) < 0)
		return -1;
	buf_printf(&sql, list_sql, filter->order, filter->order);
	if (sql.failed) {
		buf_free(&sql);
		return error_set(err, ERROR_SYSTEM, "out of memory");
	}
	snprintf(limit, sizeof limit, "%lld", (long long)filter->limit);
	snprintf(offset, sizeof offset, "%lld", (long long)filter->offset);
	extra_params(includes, params);
	params[EXTRAS_COUNT] = filter->statuses;
	params[EXTRAS_COUNT + 1] = filter->limit ? limit : NULL;
	params[EXTRAS_COUNT + 2] = offset;

	const struct statement st = {NULL, sql.data, (int)EXTRAS_COUNT + 3, true};
	int sent = db_stream(db, &st, params, err);
	buf_free(&sql);
	return sent;
}

/* Returns the only column of the only row, or `none` if there is no row. */
static int64_t
single_int(PGresult *res, int64_t none)
{
	if (!res)
		return -1;
	int64_t v = PQntuples(res) ? db_get_int(res, 0, 0) : none;
	PQclear(res);
	return v;
}

int64_t
job_count(struct db *db, const struct job_filter *filter, struct error *err)
{
	return single_int(
	    db_query(db, &count_jobs, (const char *const[]){filter->statuses}, err), 0);
}

int64_t
job_current_id(struct db *db, struct error *err)
{
	return single_int(db_query(db, &current_id, NULL, err), 0);
}

int
job_files_purged(struct db *db, int64_t id, struct error *err)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)id);
	int64_t n = single_int(db_query(db, &files_purged, (const char *const[]){text}, err), 0);
	return n < 0 ? -1 : n > 0;
}

PGresult *
job_change(
    struct db *db, enum job_change change, int64_t id, const char *account, struct error *err)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)id);
	return db_query(db, &changes[change], (const char *const[]){text, account}, err);
}

const char *
job_change_xid(const PGresult *res)
{
	return db_get_text(res, 0, COL_EXTRAS);
}

const char *
job_status(const PGresult *res, int row)
{
	return db_get_text(res, row, COL_STATUS);
}

/* Writes an extra, by its number in extra_bits, if it is included. */
static void
extra_json(struct json *json, const PGresult *res, int row, unsigned includes, size_t extra)
{
	if (!(includes & extra_bits[extra]))
		return;
	json_key(json, extra_keys[extra]);
	db_value(json, res, row, COL_EXTRAS + (int)extra, DB_JSON);
}

void
job_json(struct json *json, const PGresult *res, int row, unsigned includes)
{
	static const struct db_member members[] = {{"id", COL_ID, DB_INT},
	    {"status", COL_STATUS, DB_TEXT}, {"triggered", COL_TRIGGERED, DB_TIME},
	    {"triggered_by", COL_TRIGGERED_BY, DB_JSON}, {"accepted", COL_ACCEPTED, DB_TIME},
	    {"accepted_by", COL_ACCEPTED_BY, DB_JSON}, {"completed", COL_COMPLETED, DB_TIME},
	    {"errors", COL_ERRORS, DB_JSON}, {0}};

	json_begin_object(json);
	db_members(json, res, row, members);
	for (size_t i = 0; i < EXTRA_NOTES; i++)
		extra_json(json, res, row, includes, i);
	if (includes & JOB_ACTIONS) {
		json_key(json, "actions");
		job_status_actions_json(json, job_status(res, row));
	}
	if (includes & JOB_ATTEMPTS) {
		json_key(json, "attempts");
		json_int(json, db_get_int(res, row, COL_ATTEMPT));
	}
	extra_json(json, res, row, includes, EXTRA_NOTES);
	json_end_object(json);
}
