/* What hangs off a job: see job_records.h. */
#include "store/job_records.h"

#include "database/member.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum event_column { EV_AT, EV_EVENT, EV_STATUS, EV_ATTEMPT, EV_BY, EV_DETAIL };

static const struct statement exists = {"job_exists",
    "SELECT count(*)"
    "  FROM import_job"
    " WHERE id = $1",
    1, true};

static const struct statement get_place = {"job_place",
    "SELECT week, attempt, purged IS NOT NULL"
    "  FROM import_job"
    " WHERE id = $1",
    1, true};

#define FILTER_PARAMS 7 /* the job's place, and a finding_filter */

/*
 * Only the errors that its row shows remain of a purged job. Statements on weekly tables are not
 * prepared: planned for one week, a statement reads and locks no other partition.
 */
#define STORED_ERRORS                                                               \
	"  FROM import_error e"                                                     \
	" WHERE e.job_id = $1 AND e.week = $2::integer AND e.attempt = $3::integer" \
	"   AND (NOT e.warning OR $4::boolean)"                                     \
	"   AND ($5::text IS NULL OR e.warning AND e.kind = $5::text)"              \
	"   AND ($6::text IS NULL OR e.file = (SELECT filename FROM import_file"    \
	"                                       WHERE job_id = $1"                  \
	"                                         AND content_model = $6::text))"   \
	"   AND ($7::bigint[] IS NULL OR e.entry = ANY ($7::bigint[]))"

#define SHOWN_ERRORS                                                                          \
	"  FROM import_job j"                                                                 \
	" CROSS JOIN json_array_elements(j.errors) WITH ORDINALITY AS shown (doc, seq)"       \
	" WHERE j.id = $1 AND j.week = $2::integer AND j.attempt = $3::integer"               \
	"   AND $4::boolean IS NOT NULL AND $5::text IS NULL"                                 \
	"   AND ($6::text IS NULL OR shown.doc->>'file' = (SELECT filename"                   \
	"                                                    FROM import_file"                \
	"                                                   WHERE job_id = $1"                \
	"                                                     AND content_model = $6::text))" \
	"   AND ($7::bigint[] IS NULL OR (shown.doc->>'entry')::bigint = ANY ($7::bigint[]))"

static const struct statement count_stored_errors = {
    NULL, "SELECT count(*)" STORED_ERRORS, FILTER_PARAMS, true};

static const struct statement count_shown_errors = {
    NULL, "SELECT count(*)" SHOWN_ERRORS, FILTER_PARAMS, true};

/* Writes JSON of those on the page alone: the planner would otherwise do so before it sorts. */
static const struct statement stream_stored_errors = {NULL,
    "SELECT CASE WHEN $4::boolean THEN finding_json(page.e) ELSE error_json(page.e) END"
    "  FROM (SELECT e" STORED_ERRORS "         ORDER BY e.file, e.entry, e.seq"
    "         LIMIT $8 OFFSET $9) page"
    " ORDER BY (page.e).file, (page.e).entry, (page.e).seq",
    FILTER_PARAMS + 2, true};

static const struct statement stream_shown_errors = {NULL,
    "SELECT shown.doc" SHOWN_ERRORS " ORDER BY shown.seq"
    " LIMIT $8 OFFSET $9",
    FILTER_PARAMS + 2, true};

static const struct statement failed_models = {NULL,
    "SELECT content_model, cells"
    "  FROM import_failed_row"
    " WHERE week = (SELECT week FROM import_job WHERE id = $1)"
    "   AND job_id = $1"
    "   AND attempt = (SELECT attempt FROM import_job WHERE id = $1)"
    "   AND (SELECT purged FROM import_job WHERE id = $1) IS NULL"
    "   AND entry = 0"
    " ORDER BY content_model",
    1, true};

/* Groups instead of joining, because the number of rows is unknown when this is planned. */
static const struct statement stream_failed = {NULL,
    "SELECT max(row),"
    "       string_agg(concat_ws(': ', level, field, details), chr(10) ORDER BY level DESC, seq)"
    "       FILTER (WHERE details IS NOT NULL),"
    "       max(cells)"
    "  FROM (SELECT entry, row, cells, NULL AS level, NULL AS field, NULL AS details,"
    "               NULL::bigint AS seq"
    "          FROM import_failed_row"
    "         WHERE week = (SELECT week FROM import_job WHERE id = $1)"
    "           AND job_id = $1"
    "           AND attempt = (SELECT attempt FROM import_job WHERE id = $1)"
    "           AND (SELECT purged FROM import_job WHERE id = $1) IS NULL"
    "           AND content_model = $2 AND entry > 0"
    "        UNION ALL"
    "        SELECT entry, NULL, NULL, CASE WHEN warning THEN 'warning' END, field, details, seq"
    "          FROM import_error"
    "         WHERE week = (SELECT week FROM import_job WHERE id = $1)"
    "           AND job_id = $1"
    "           AND attempt = (SELECT attempt FROM import_job WHERE id = $1)"
    "           AND (SELECT purged FROM import_job WHERE id = $1) IS NULL"
    "           AND entry > 0"
    "           AND file = (SELECT filename"
    "                         FROM import_file"
    "                        WHERE job_id = $1 AND content_model = $2)) f"
    " GROUP BY entry"
    " HAVING max(cells) IS NOT NULL"
    " ORDER BY entry",
    2, true};

static const struct statement stream_events = {"job_events_stream",
    "SELECT at, event, status, attempt, account_doc, detail"
    "  FROM job_event"
    " WHERE job_id = $1"
    " ORDER BY id",
    1, true};

static const struct statement get_file = {"job_file",
    "SELECT f.id, f.filename, f.bytes, f.format, j.week"
    "  FROM import_file f"
    "  JOIN import_job j ON j.id = f.job_id"
    " WHERE f.job_id = $1 AND f.content_model = $2 AND j.purged IS NULL",
    2, true};

static const struct statement stream_file = {NULL,
    "SELECT data"
    "  FROM upload_chunk"
    " WHERE file_id = $1 AND week = $2"
    " ORDER BY seq",
    2, true};

static const char *
number_text(int64_t v, char text[24])
{
	snprintf(text, 24, "%lld", (long long)v);
	return text;
}

int
job_exists(struct db *db, int64_t job, struct error *err)
{
	char id[24];
	PGresult *res = db_query(db, &exists, (const char *const[]){number_text(job, id)}, err);
	int n = res ? (int)db_get_int(res, 0, 0) : -1;

	PQclear(res);
	return n;
}

/* The location of the rows of a job's present attempt, as statement parameters. */
struct place {
	char job[24], week[24], attempt[24];
	bool purged;
};

static int
find_place(struct db *db, int64_t job, struct place *p, struct error *err)
{
	PGresult *res =
	    db_query(db, &get_place, (const char *const[]){number_text(job, p->job)}, err);

	if (!res)
		return -1;
	bool there = PQntuples(res) > 0;
	number_text(there ? db_get_int(res, 0, 0) : 0, p->week);
	number_text(there ? db_get_int(res, 0, 1) : 0, p->attempt);
	p->purged = there && db_get_bool(res, 0, 2);
	PQclear(res);
	return 0;
}

int64_t
job_errors_count(struct db *db, int64_t job, const struct finding_filter *filter, struct error *err)
{
	struct place p;

	if (find_place(db, job, &p, err) < 0)
		return -1;
	PGresult *res = db_query(db, p.purged ? &count_shown_errors : &count_stored_errors,
	    (const char *const[]){p.job, p.week, p.attempt, filter->warnings ? "true" : "false",
		filter->kind, filter->model, filter->entries},
	    err);
	int64_t n = res ? db_get_int(res, 0, 0) : -1;
	PQclear(res);
	return n;
}

int
job_errors_stream(struct db *db, int64_t job, const struct finding_filter *filter, int64_t limit,
    int64_t offset, struct error *err)
{
	char most[24], first[24];
	struct place p;

	if (find_place(db, job, &p, err) < 0)
		return -1;
	const char *const params[] = {p.job, p.week, p.attempt, filter->warnings ? "true" : "false",
	    filter->kind, filter->model, filter->entries, limit ? number_text(limit, most) : NULL,
	    number_text(offset, first)};
	return db_stream(db, p.purged ? &stream_shown_errors : &stream_stored_errors, params, err);
}

void
job_error_json(struct json *json, const PGresult *res, int row)
{
	json_raw(json, db_get_text(res, row, 0), db_get_size(res, row, 0));
}

PGresult *
job_failed_models(struct db *db, int64_t job, struct error *err)
{
	char id[24];

	return db_query(db, &failed_models, (const char *const[]){number_text(job, id)}, err);
}

int
job_failed_stream(struct db *db, int64_t job, const char *model, struct error *err)
{
	char id[24];

	return db_stream(
	    db, &stream_failed, (const char *const[]){number_text(job, id), model}, err);
}

/* Reads four bytes in network byte order and moves *at past them. */
static uint32_t
read_u32(const char **at)
{
	uint32_t v;

	memcpy(&v, *at, sizeof v);
	*at += sizeof v;
	return ntohl(v);
}

/*
 * The format is PostgreSQL's array_send: number of dimensions, flags, type; then the size and first
 * index of the only dimension.
 */
size_t
job_failed_cells(const PGresult *res, int row, int col, struct text_slice *cells, size_t max)
{
	const char *at = db_get_text(res, row, col);

	if (db_get_size(res, row, col) < 5 * sizeof(uint32_t) || read_u32(&at) != 1)
		return 0;
	at += 2 * sizeof(uint32_t);
	size_t n = read_u32(&at);
	at += sizeof(uint32_t);
	for (size_t i = 0; i < n && i < max; i++) {
		uint32_t length = read_u32(&at);
		bool null = length == UINT32_MAX;
		cells[i] = (struct text_slice){null ? NULL : at, null ? 0 : length};
		at += cells[i].n;
	}
	return n;
}

int
job_events_stream(struct db *db, int64_t job, struct error *err)
{
	char id[24];

	return db_stream(db, &stream_events, (const char *const[]){number_text(job, id)}, err);
}

void
job_event_json(struct json *json, const PGresult *res, int row)
{
	static const struct db_member members[] = {{"date", EV_AT, DB_TIME},
	    {"event", EV_EVENT, DB_TEXT}, {"status", EV_STATUS, DB_TEXT},
	    {"attempt", EV_ATTEMPT, DB_INT}, {"by", EV_BY, DB_JSON}, {"detail", EV_DETAIL, DB_TEXT},
	    {0}};

	json_begin_object(json);
	db_members(json, res, row, members);
	json_end_object(json);
}

PGresult *
job_file(struct db *db, int64_t job, const char *model, struct error *err)
{
	char id[24];

	return db_query(db, &get_file, (const char *const[]){number_text(job, id), model}, err);
}

int
job_file_stream(struct db *db, const PGresult *file, struct error *err)
{
	char id[24], week[24];
	const char *const params[] = {number_text(db_get_int(file, 0, JOB_FILE_ID), id),
	    number_text(db_get_int(file, 0, JOB_FILE_WEEK), week)};

	return db_stream(db, &stream_file, params, err);
}
