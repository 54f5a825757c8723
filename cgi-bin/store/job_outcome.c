/* What became of a change of a job: see job_outcome.h. */
#include "store/job_outcome.h"

#include "base/clock.h"
#include "base/log.h"

#include <time.h>

#define PATIENCE_MS 5000
#define PAUSE_MS    500 /* longest pause between tries */

static const struct statement outcome_statement = {
    "job_happened", "SELECT job_happened($1, $2::xid8, $3, $4)", 4, true};

/* Asks once. JOB_UNKNOWN: no answer yet. */
static enum job_outcome
ask(struct db *db, const struct job_transition *t)
{
	const char *params[] = {t->job, t->xid, t->account, t->status};
	enum job_outcome outcome = JOB_UNKNOWN;
	struct error err = {0};
	PGresult *res = db_query(db, &outcome_statement, params, &err);

	if (res && !db_is_null(res, 0, 0))
		outcome = db_get_bool(res, 0, 0) ? JOB_CHANGED : JOB_NOT_CHANGED;
	PQclear(res);
	return outcome;
}

enum job_outcome
job_outcome(struct db *db, const struct job_transition *t)
{
	const int64_t until = clock_ms() + PATIENCE_MS;
	enum job_outcome outcome = ask(db, t);

	for (long ms = 20; outcome == JOB_UNKNOWN && clock_ms() < until; outcome = ask(db, t)) {
		nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
		ms = ms * 2 < PAUSE_MS ? ms * 2 : PAUSE_MS;
	}
	log_warning("job %s: the answer to COMMIT was lost; %s", t->job,
	    outcome == JOB_CHANGED       ? "it took effect"
	    : outcome == JOB_NOT_CHANGED ? "it did not take effect"
					 : "what became of it is unknown");
	return outcome;
}
