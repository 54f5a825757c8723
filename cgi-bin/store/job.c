/* Import jobs as the API sees them: see job.h. */
#include "store/job.h"

#include "store/auth.h"

#include "base/config.h"
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
	COL_REVIEW,
	COL_EXTRAS
};

#define COLUMNS                                                                           \
	"j.id, j.status, j.triggered, j.triggered_by_doc, j.accepted, j.accepted_by_doc," \
	"       j.completed, j.errors, j.attempt, j.review"

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
    {"review", JOB_REVIEW},
};

static const enum job_include extra_bits[] = {
    JOB_PROGRESS, JOB_FILES, JOB_COUNTS, JOB_WARNINGS, JOB_WARNING_KINDS, JOB_NOTES, JOB_REVIEW};
static const char *const extra_keys[] = {
    "progress", "files", "counts", "warnings", "warning_kinds", "notes", "review"};
#define EXTRAS_COUNT (sizeof extra_bits / sizeof extra_bits[0])

/* Their parameters: for each whether it is wanted, then the site's rules of a decision. */
enum { EXTRAS_APPROVALS = EXTRAS_COUNT, EXTRAS_BLOCKING, EXTRAS_PARAMS };

/*
 * The extras, JSON built by the database, in the order of extra_bits. Parameters $1 to $7 say which
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
	"       CASE WHEN $6::boolean THEN"                                                 \
	"            job_notes_json(j.name, j.note, j.decision_note) END,"                  \
	"       CASE WHEN $7::boolean THEN"                                                 \
	"            job_review_json(j.id, $8::integer, $9::boolean) END"

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
    " WHERE id = $10",
    10, true};

static const struct statement get_current = {"job_get_current",
    "SELECT " COLUMNS "," EXTRAS "  FROM import_job j"
    " WHERE active",
    9, true};

/*
 * Selects the page first, so that no extras are computed for jobs before it. %s: the order, twice.
 */
static const char list_sql[] = "SELECT " COLUMNS "," EXTRAS "  FROM (SELECT *"
			       "          FROM import_job"
			       "         WHERE $10::text[] IS NULL OR status = ANY ($10::text[])"
			       "         ORDER BY %s"
			       "         LIMIT $11::bigint OFFSET $12::bigint) j"
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

/* In place of the extras comes what job_decided has, and the transaction's id. */
enum { COL_XID = COL_EXTRAS, COL_CODE, COL_REFUSAL };

#define DECIDED(call)                                                          \
	"SELECT " COLUMNS ",       pg_current_xact_id()::text, j.code, j.body" \
	"  FROM (SELECT (d.job).*, d.code, d.refusal AS body FROM " call " d) j"

/* $1 the caller's key, $2 job, $3 version, $4 note */
static const struct statement decisions[] = {
    [JOB_ACCEPT] = {"job_accept",
	DECIDED("job_accept($1, $2, $3, $5::json, $4, ROW ($6::boolean, $7::boolean, $8::boolean,"
		" $9::integer)::job_policy)"),
	9, false},
    [JOB_CANCEL] = {"job_cancel", DECIDED("job_cancel($1, $2, $3, $4)"), 4, false},
    [JOB_RETRY] = {"job_retry", DECIDED("job_retry($1, $2, $3, $4)"), 4, false},
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

/* A rule of the site, as a statement's parameter. */
static const char *
rule(enum setting s, const char *value)
{
	return strcmp(config_text(s), value) == 0 ? "true" : "false";
}

static const char *
approvals_needed(char text[24])
{
	snprintf(text, 24, "%lld", (long long)config_int(SETTING_APPROVALS));
	return text;
}

static void
extra_params(unsigned includes, const char **params, char approvals[24])
{
	for (size_t i = 0; i < EXTRAS_COUNT; i++)
		params[i] = includes & extra_bits[i] ? "true" : "false";
	params[EXTRAS_APPROVALS] = approvals_needed(approvals);
	params[EXTRAS_BLOCKING] = rule(SETTING_COMMENTS, "block");
}

PGresult *
job_get(struct db *db, int64_t id, unsigned includes, struct error *err)
{
	const char *params[EXTRAS_PARAMS + 1];
	char text[24], approvals[24];

	snprintf(text, sizeof text, "%lld", (long long)id);
	if (!job_needs_extras(includes))
		return db_query(db, &get_plain, (const char *const[]){text}, err);
	if (know_actions(db, includes, err) < 0)
		return NULL;
	extra_params(includes, params, approvals);
	params[EXTRAS_PARAMS] = text;
	return db_query(db, &get_with_extras, params, err);
}

PGresult *
job_get_current(struct db *db, unsigned includes, struct error *err)
{
	const char *params[EXTRAS_PARAMS];
	char approvals[24];

	if (know_actions(db, includes, err) < 0)
		return NULL;
	extra_params(includes, params, approvals);
	return db_query(db, &get_current, params, err);
}

int
job_stream(struct db *db, const struct job_filter *filter, unsigned includes, struct error *err)
{
	const char *params[EXTRAS_PARAMS + 3];
	char limit[24], offset[24], approvals[24];
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
	extra_params(includes, params, approvals);
	params[EXTRAS_PARAMS] = filter->statuses;
	params[EXTRAS_PARAMS + 1] = filter->limit ? limit : NULL;
	params[EXTRAS_PARAMS + 2] = offset;

	const struct statement st = {NULL, sql.data, EXTRAS_PARAMS + 3, true};
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

PGresult *
job_decide(struct db *db, int64_t id, const struct job_decision *decision, struct error *err)
{
	char text[24], approvals[24];
	const char *const params[] = {decision->key, text, decision->review, decision->note,
	    decision->expect, rule(SETTING_ACCEPT, "bound"), rule(SETTING_GUARD, "all"),
	    rule(SETTING_COMMENTS, "block"), approvals_needed(approvals)};

	snprintf(text, sizeof text, "%lld", (long long)id);
	return db_query(db, &decisions[decision->change], params, err);
}

const char *
job_decided_xid(const PGresult *res)
{
	return db_get_text(res, 0, COL_XID);
}

bool
job_refused(const PGresult *res, struct refusal *refusal)
{
	return refusal_read(res, COL_CODE, refusal);
}

const char *
job_review(const PGresult *res, int row)
{
	return db_is_null(res, row, COL_REVIEW) ? NULL : db_get_text(res, row, COL_REVIEW);
}

const char *
job_status(const PGresult *res, int row)
{
	return db_get_text(res, row, COL_STATUS);
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
	for (size_t i = 0; i < EXTRAS_COUNT; i++) {
		if (!(includes & extra_bits[i]))
			continue;
		json_key(json, extra_keys[i]);
		db_value(json, res, row, COL_EXTRAS + (int)i, DB_JSON);
	}
	if (includes & JOB_ACTIONS) {
		json_key(json, "actions");
		job_status_actions_json(json, job_status(res, row));
	}
	if (includes & JOB_ATTEMPTS) {
		json_key(json, "attempts");
		json_int(json, db_get_int(res, row, COL_ATTEMPT));
	}
	json_end_object(json);
}
