/* Claims jobs and gives them back: see claim.h. */
#include "daemon/claim.h"

#include "base/config.h"
#include "base/log.h"
#include "base/testpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const struct statement claim_statement = {NULL,
    "SELECT id, attempt, run_token, accepted_by, status = 'applying_changes', week,"
    " (SELECT version FROM content_version)"
    " FROM job_claim($1, $2, $3, $4, $5, $6)",
    6, false};
/*
 * Without the fence a worker that was replaced can still end the job. Tests build this program so,
 * to prove that they notice.
 */
#ifdef ACCESSION_TEST_NO_FENCE
#define TOKEN "(SELECT run_token + 0 * $2::bigint FROM import_job WHERE id = $1)"
#define REAP                                                                    \
	"WITH silent AS (DELETE FROM lease WHERE heartbeat < clock_timestamp()" \
	" - make_interval(secs => $1::float8 / 1000) RETURNING job_id)"         \
	" SELECT (SELECT count(*) FROM silent), EXISTS (SELECT FROM lease)"
#else
#define TOKEN "$2"
#define REAP \
	"SELECT lease_reap(make_interval(secs => $1::float8 / 1000)), EXISTS (SELECT FROM lease)"
#endif

static const struct statement reap_statement = {NULL, REAP, 1, false};
static const struct statement ready_statement = {NULL, "SELECT job_ready($1, " TOKEN ")", 2, false};
static const struct statement succeed_statement = {
    NULL, "SELECT job_succeed($1, " TOKEN ")", 2, false};
static const struct statement cancelled_statement = {
    NULL, "SELECT job_cancelled($1, " TOKEN ")", 2, false};
static const struct statement release_statement = {
    NULL, "SELECT job_release($1, " TOKEN ", $3)", 3, false};

/* $3 attempt, $4 how many errors to show, $5 how many there are, $6 the job's week. */
static const struct statement fail_statement = {
    NULL, "SELECT job_fail($1, " TOKEN ", errors_json($1, $3, $6, false, $4, $5))", 6, false};

void
claim_name(char name[CLAIM_NAME_SIZE])
{
	char host[65] = "";
	uint32_t chance = 0;

	gethostname(host, sizeof host - 1);
	if (getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
		chance = (uint32_t)clock_ms();
	snprintf(name, CLAIM_NAME_SIZE, "%s:%d:%08" PRIx32, host, (int)getpid(), chance);
}

static void
number(char text[24], int64_t v)
{
	snprintf(text, 24, "%" PRId64, v);
}

static void
take(struct loop *loop, const PGresult *res, struct claim *job)
{
	*job = (struct claim){
	    .id = db_get_int(res, 0, 0),
	    .attempt = db_get_int(res, 0, 1),
	    .token = db_get_int(res, 0, 2),
	    .accepted_by = db_get_int(res, 0, 3),
	    .applying = db_get_bool(res, 0, 4),
	    .week = db_get_int(res, 0, 5),
	    .models = db_get_int(res, 0, 6),
	};
	number(job->id_text, job->id);
	number(job->attempt_text, job->attempt);
	number(job->token_text, job->token);
	number(job->week_text, job->week);
	number(job->accepted_by_text, job->accepted_by);
	loop->control.lease = (struct lease){
	    .run = {.job = job->id, .token = job->token},
	    .progress = {.phase = job->applying ? "applying" : "reading"},
	    /* A notification that came with the answer may be a cancel. */
	    .beat_at =
		loop->control.notified ? 0 : clock_ms() + config_int(SETTING_WORKER_HEARTBEAT_MS),
	};
}

static int
claim(struct work *w, const char *name, struct claim *job, struct error *err)
{
	const struct backend *ctl = &w->loop->control.backend;
	char attempts[24];

	number(attempts, config_int(SETTING_WORKER_ATTEMPTS));
	const char *params[] = {
	    name, ctl->pid, ctl->start, w->backend.pid, w->backend.start, attempts};
	PGresult *res = work_query(w, &claim_statement, params, err);
	if (!res)
		return -1;
	int found = PQntuples(res) > 0;
	if (found)
		take(w->loop, res, job);
	PQclear(res);
	return found;
}

/* Returns how many leases were removed, or -1. */
static int64_t
reap(struct work *w, bool *others, struct error *err)
{
	char silence[24];

	number(silence, config_int(SETTING_WORKER_LOST_MS));
	const char *params[] = {silence};
	PGresult *res = work_query(w, &reap_statement, params, err);
	if (!res)
		return -1;
	int64_t removed = db_get_int(res, 0, 0);
	*others = db_get_bool(res, 0, 1);
	PQclear(res);
	return removed;
}

int
claim_take(struct work *w, const char *name, struct claim *job, bool *others, struct error *err)
{
	*others = false;
	int found = claim(w, name, job, err);
	if (found)
		return found;
	int64_t removed = reap(w, others, err);
	if (removed <= 0)
		return removed < 0 ? -1 : 0;
	log_warning("a worker was lost: its job is taken over");
	return claim(w, name, job, err);
}

/* Reads the answer of a function that ends a phase. */
static int
ended(PGresult *res)
{
	if (!res)
		return -1;
	int done = db_get_bool(res, 0, 0);
	PQclear(res);
	return done;
}

int
claim_ready(struct work *w, const struct claim *job, struct error *err)
{
	const char *params[] = {job->id_text, job->token_text};

	test_point(TEST_ENDING);
	return ended(work_query(w, &ready_statement, params, err));
}

int
claim_succeed(struct work *w, const struct claim *job, struct error *err)
{
	const char *params[] = {job->id_text, job->token_text};

	test_point(TEST_ENDING);
	return ended(work_query(w, &succeed_statement, params, err));
}

int
claim_fail(struct work *w, const struct claim *job, struct report *r, struct error *err)
{
	char shown[24], found[24];

	number(shown, config_int(SETTING_ERRORS_SHOWN));
	number(found, r->errors);
	const char *params[] = {
	    job->id_text, job->token_text, job->attempt_text, shown, found, job->week_text};

	if (work_begin(w, err) < 0 || report_store(r, w, err) < 0)
		return -1;
	test_point(TEST_ENDING);
	int done = ended(work_query(w, &fail_statement, params, err));
	if (done > 0 && work_commit(w, err) < 0)
		return -1;
	return done;
}

int
claim_cancelled(struct loop *loop, const struct claim *job, struct error *err)
{
	const char *params[] = {job->id_text, job->token_text};

	return ended(loop_control(loop, &cancelled_statement, params, err));
}

int
claim_release(struct loop *loop, const struct claim *job, bool lost, struct error *err)
{
	const char *params[] = {job->id_text, job->token_text, lost ? "true" : "false"};

	return ended(loop_control(loop, &release_statement, params, err));
}
