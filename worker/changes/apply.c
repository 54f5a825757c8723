/* Puts the diff of a job into the library: see apply.h. */
#include "changes/apply.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct statement begin_statement = {
    NULL, "SELECT set_config('lock_timeout', '10s', true)", 0, false};
static const struct statement summary_statement = {NULL,
    "SELECT s.content_model, f.filename, s.adds - s.held_adds, s.updates - s.held_updates,"
    "       s.deletes - s.held_deletes, s.held_adds + s.held_updates + s.held_deletes,"
    "       s.model_version, m.version"
    " FROM import_summary s"
    " JOIN import_file f ON f.job_id = s.job_id AND f.content_model = s.content_model"
    " JOIN content_model m ON m.name = s.content_model"
    " WHERE s.job_id = $1 AND s.attempt = $2 ORDER BY s.content_model",
    2, false};

enum {
	SUMMARY_MODEL,
	SUMMARY_FILE,
	SUMMARY_ADDS,
	SUMMARY_UPDATES,
	SUMMARY_DELETES,
	SUMMARY_HELD,
	SUMMARY_VERSION, /* of the model, when the diff was made */
	SUMMARY_VERSION_NOW
};

/*
 * The sentence about a moved item, by what MODEL_SQL_APPLY_MOVED calls it. The pages know these
 * sentences (cgi-bin/admin/parts/unapplied.js).
 */
static const struct {
	const char *how, *sentence;
} moves[] = {
    {"changed", "has changed"},
    {"deleted", "was deleted"},
    {"added", "was added"},
};

/* The steps that must touch exactly as many items as the diff has rows of their kind. */
static const struct step {
	enum model_statement statement;
	size_t count; /* offset in struct stage_counts */
	int nparams;
} steps[] = {
    {MODEL_SQL_APPLY_DELETE, offsetof(struct stage_counts, deletes), 4},
    {MODEL_SQL_APPLY_UPDATE, offsetof(struct stage_counts, updates), 5},
    {MODEL_SQL_APPLY_INSERT, offsetof(struct stage_counts, adds), 5},
};

#ifdef ACCESSION_TEST_NO_STALE_CHECK
#define CHECK_COUNTS false
#else
#define CHECK_COUNTS true
#endif

/* Whether the error means that the diff adds an item that is there already. */
static bool
is_misfit(const struct error *err)
{
	static const char unique_violation[] = "23505";

	return strcmp(err->sqlstate, unique_violation) == 0;
}

int
apply_model(struct work *w, const struct model *m, const char *const params[5],
    const struct stage_counts *counts, struct error *err)
{
	struct progress *progress = &w->loop->control.lease.progress;

	int64_t reserved = stage_run(w, m, MODEL_SQL_APPLY_RESERVE, 0, NULL, err);

	if (reserved <= 0)
		return reserved < 0 ? -1 : 0;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		int64_t want =
		    *(const int64_t *)(const void *)((const char *)counts + steps[i].count);
		if (!want)
			continue;
		int64_t got = stage_run(w, m, steps[i].statement, steps[i].nparams, params, err);
		if (got < 0)
			return is_misfit(err) ? 0 : -1;
		if (got != want && CHECK_COUNTS)
			return 0;
		progress->records += got;
	}
	if (stage_run(w, m, MODEL_SQL_APPLY_HISTORY, 5, params, err) < 0 ||
	    stage_run(w, m, MODEL_SQL_APPLY_NUMBER, 3, params, err) < 0)
		return -1;
	return 1;
}

static const struct model *
summary_model(const PGresult *summary, int i)
{
	return model_find(
	    db_get_text(summary, i, SUMMARY_MODEL), db_get_size(summary, i, SUMMARY_MODEL));
}

/* Whether something is held back, as a parameter. */
static const char *
summary_held(const PGresult *summary, int i)
{
	return db_get_int(summary, i, SUMMARY_HELD) > 0 ? "true" : "false";
}

/* Returns 1 if all is applied, 0 if an item has moved, -1 with the error set. */
static int
apply_all(struct work *w, const struct claim *job, const PGresult *summary, struct error *err)
{
	int done = 1;

	for (int i = 0; i < PQntuples(summary) && done > 0; i++) {
		const struct model *m = summary_model(summary, i);
		const char *const params[] = {job->id_text, job->attempt_text, job->week_text,
		    summary_held(summary, i), job->accepted_by_text};
		const struct stage_counts counts = {db_get_int(summary, i, SUMMARY_ADDS),
		    db_get_int(summary, i, SUMMARY_UPDATES),
		    db_get_int(summary, i, SUMMARY_DELETES)};
		if (!m)
			return error_set(err, ERROR_INPUT, "There is no such content model: %s",
			    db_get_text(summary, i, SUMMARY_MODEL));
		done = m->version == db_get_int(summary, i, SUMMARY_VERSION)
			   ? apply_model(w, m, params, &counts, err)
			   : 0;
	}
	return done;
}

static void
add_moved(struct report *r, const char *file, const PGresult *res)
{
	char details[256];
	const char *id = db_get_text(res, 0, 1);

	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
		if (strcmp(moves[i].how, db_get_text(res, 0, 2)) != 0)
			continue;
		snprintf(details, sizeof details,
		    "%s %s since this diff was made. Nothing was applied. "
		    "Retry the job to get a new diff.",
		    id, moves[i].sentence);
		const struct finding f = {
		    .level = FINDING_ERROR, .entry = db_get_int(res, 0, 0), .details = details};
		report_add(r, file, &f);
	}
}

/* Whether the diff was made before the fields of its model changed; reports that. */
static bool
is_outdated(const PGresult *summary, int i, struct report *r)
{
	char details[256];

	if (db_get_int(summary, i, SUMMARY_VERSION) == db_get_int(summary, i, SUMMARY_VERSION_NOW))
		return false;
	snprintf(details, sizeof details,
	    "The fields of %s have changed since this diff was made. Nothing was applied. Retry "
	    "the "
	    "job to get a new diff.",
	    db_get_text(summary, i, SUMMARY_MODEL));
	const struct finding f = {.level = FINDING_ERROR, .details = details};
	report_add(r, db_get_text(summary, i, SUMMARY_FILE), &f);
	return true;
}

static int
find_moved(struct work *w, const struct claim *job, const PGresult *summary, int i,
    struct report *r, struct error *err)
{
	const char *params[] = {
	    job->id_text, job->attempt_text, job->week_text, summary_held(summary, i)};
	const char *file = db_get_text(summary, i, SUMMARY_FILE);
	const struct model *m = summary_model(summary, i);

	if (is_outdated(summary, i, r))
		return 0;
	if (stage_stream(w, m, MODEL_SQL_APPLY_MOVED, 4, params, err) < 0)
		return -1;
	for (PGresult *res; (res = work_next(w, err)); PQclear(res))
		add_moved(r, file, res);
	return err->code ? -1 : 0;
}

/*
 * Reports why the diff does not fit. By now the items may have moved back: the job fails all the
 * same, as nothing was applied.
 */
static int
report_moved(struct work *w, const struct claim *job, struct report *r, struct error *err)
{
	static const struct finding misfit = {.level = FINDING_ERROR,
	    .details =
		"Not every change of this diff fitted the library as it was then. Nothing was "
		"applied. Retry the job to get a new diff."};
	const char *params[] = {job->id_text, job->attempt_text};
	int done = 0;

	*err = (struct error){0};
	work_rollback(w);
	PGresult *summary = work_query(w, &summary_statement, params, err);
	if (!summary)
		return -1;
	for (int i = 0; i < PQntuples(summary) && done == 0; i++)
		done = find_moved(w, job, summary, i, r, err);
	PQclear(summary);
	if (done == 0 && !r->errors)
		report_add(r, NULL, &misfit);
	return done;
}

enum phase_outcome
apply_changes(struct work *w, const struct claim *job, struct report *r, struct error *err)
{
	const char *params[] = {job->id_text, job->attempt_text};
	enum phase_outcome outcome = PHASE_BROKEN;
	PGresult *summary = NULL;

	if (work_begin(w, err) < 0 || work_run(w, &begin_statement, NULL, err) < 0 ||
	    !(summary = work_query(w, &summary_statement, params, err)))
		return PHASE_BROKEN;
	int done = apply_all(w, job, summary, err);
	if (done == 0 && report_moved(w, job, r, err) == 0)
		outcome = PHASE_FAILED;
	if (done <= 0)
		goto out;
	done = claim_succeed(w, job, err);
	if (done == 0)
		outcome = PHASE_REFUSED;
	else if (done > 0 && work_commit(w, err) == 0)
		outcome = PHASE_DONE;
out:
	PQclear(summary);
	return outcome;
}
