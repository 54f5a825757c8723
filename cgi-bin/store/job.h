/*
 * Import jobs as the API sees them: reading them, writing them as JSON, deciding about them. The
 * rules of a decision are SQL functions (sql/015_decision.sql), which this code calls.
 */
#ifndef ACCESSION_JOB_H
#define ACCESSION_JOB_H

#include "base/json_writer.h"
#include "database/db.h"
#include "store/job_status.h"
#include "store/refusal.h"

#include <stdbool.h>
#include <stdint.h>

/* The optional keys of a job, requested with ?include=. */
enum job_include {
	JOB_PROGRESS = 1 << 0,
	JOB_FILES = 1 << 1,
	JOB_COUNTS = 1 << 2,
	JOB_ACTIONS = 1 << 3,
	JOB_ATTEMPTS = 1 << 4,
	JOB_WARNINGS = 1 << 5,
	JOB_WARNING_KINDS = 1 << 6,
	JOB_REVIEW = 1 << 7,
};

struct job_filter {
	const char *statuses;  /* a PostgreSQL array of statuses, e.g. "{fail,cancel}"; NULL: all */
	const char *order;     /* from job_order() */
	int64_t limit, offset; /* limit 0: all */
};

/* Returns the includes named in a comma-separated list. Ignores unknown names. */
unsigned job_includes(const char *list);

/* Appends the includes as such a list. */
void job_includes_text(unsigned includes, struct buf *out);

/*
 * Writes the ORDER BY list for an `ordering` parameter ("-status,id"; "" is newest first) to *out.
 * Returns NULL, or the first member that is not a sortable field, with its length in *n.
 */
const char *job_order(const char *ordering, struct buf *out, size_t *n);

/* Reads a job along with the sign-in, as job_get does without includes. */
extern const struct statement job_get_along;

/* Does a job with these includes need more than its plain row? */
bool job_needs_extras(unsigned includes);

/* Read job rows: one job, the one under way, or a stream of many (db_next). */
PGresult *job_get(struct db *db, int64_t id, unsigned includes, struct error *err);
PGresult *job_get_current(struct db *db, unsigned includes, struct error *err);
int
job_stream(struct db *db, const struct job_filter *filter, unsigned includes, struct error *err);

/* Returns how many jobs pass the filter, or -1 with the error set. */
int64_t job_count(struct db *db, const struct job_filter *filter, struct error *err);

/* What somebody decides about a job. NULL: not said. */
struct job_decision {
	enum job_change change;
	const char *key;    /* of the caller's credential */
	const char *review; /* the version that was seen */
	const char *expect; /* accept: what it would do, as JSON */
	const char *note;
};

/*
 * Carries the decision out. The result has the job as it is then, or no row if there is none of
 * that id; job_refused tells whether it was refused. Returns NULL with the error set:
 * ERROR_CONFLICT with sqlstate 23505 means that another job is under way, ERROR_FORBIDDEN that the
 * credential does not allow it (any more).
 */
PGresult *
job_decide(struct db *db, int64_t id, const struct job_decision *decision, struct error *err);

/* From the result of job_decide: the id, as text, of the transaction that it was in. */
const char *job_decided_xid(const PGresult *res);

/* From the same: was it refused? Then its code, and the answer's body. */
bool job_refused(const PGresult *res, struct refusal *refusal);

/* Writes the job in a row of one of these results, with keys in the order of the API. */
void job_json(struct json *json, const PGresult *res, int row, unsigned includes);

/* Returns the status of the job in a row. */
const char *job_status(const PGresult *res, int row);

/* Returns the version of its review; NULL: there is nothing to review yet. */
const char *job_review(const PGresult *res, int row);

/* Returns the id of the job under way, 0 if there is none, or -1 with the error set. */
int64_t job_current_id(struct db *db, struct error *err);

#endif
