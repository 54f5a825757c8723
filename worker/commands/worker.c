/*
 * The worker daemon, `accession worker`: takes jobs as they come, runs their current phase, and
 * ensures that however a phase ends, the job goes on or says why not.
 *
 * This holds at any moment, whatever dies: a phase is one transaction whose last statement records
 * its end in the job row, fenced by the run token. So it happens as a whole, once, or not at all.
 */
#include "commands/action.h"
#include "commands/command.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/inherited.h"
#include "base/log.h"
#include "base/supervise.h"
#include "base/testpoint.h"
#include "base/version.h"
#include "catalog/catalog.h"
#include "changes/apply.h"
#include "changes/make_diff.h"
#include "daemon/claim.h"
#include "daemon/loop.h"
#include "daemon/retention.h"
#include "daemon/work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTHERS_MS  1000 /* how often to look whether another worker still lives */
#define KILL_AFTER 5000 /* after worker_stop_ms: what still runs then is killed */

struct worker {
	struct loop loop;
	struct work work;
	struct child spare;     /* for the next file */
	struct backoff backoff; /* of the work connection */
	struct log_repeated failed;
	struct retention retention;
	char name[CLAIM_NAME_SIZE];
};

/* This worker is done with the job. */
static void
forget(struct worker *w)
{
	w->loop.control.lease = (struct lease){0};
	w->loop.control.notified = true;
}

/*
 * Ends a phase whose end was refused, because a person cancelled the job or another worker claimed
 * it: the job row knows.
 */
static int
end_refused(struct worker *w, const struct claim *job, struct error *err)
{
	int done = claim_cancelled(&w->loop, job, err);

	if (done > 0)
		log_info("job %s: cancelled", job->id_text);
	else if (done == 0)
		log_warning("job %s is another worker's now", job->id_text);
	return done;
}

/* Fails the job with what the report says, unless that is refused. */
static int
end_failed(struct worker *w, const struct claim *job, struct report *r, struct error *err)
{
	int done = claim_fail(&w->work, job, r, err);

	if (done > 0)
		log_info("job %s: failed with %" PRId64 " errors", job->id_text, r->errors);
	if (done <= 0)
		work_rollback(&w->work);
	return done == 0 ? end_refused(w, job, err) : done;
}

/* What people are told if the database's own words would mean little to them. */
static const struct {
	const char *sqlstate, *sentence;
} reasons[] = {
    {"55P03", "Somebody else kept the library locked for too long"},
    {"40P01", "Somebody else was changing the library at the same time"},
    {"53100", "The database's disk is full"},
    {"57014", "An administrator of the database stopped it"},
};

static const char *
reason(const struct error *err)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (strcmp(reasons[i].sqlstate, err->sqlstate) == 0)
			return reasons[i].sentence;
	return err->message;
}

/* Fails the job for a reason that has nothing to do with its files. */
static int
end_broken(struct worker *w, const struct claim *job, struct error *err)
{
	struct report r;
	char details[sizeof err->message + 128];

	log_error("job %s: %s", job->id_text, err->message);
	snprintf(details, sizeof details, "%s%s Nothing was applied. You can retry the job.",
	    reason(err), err->code == ERROR_INPUT ? "" : ".");
	const struct finding f = {.level = FINDING_ERROR, .details = details};
	report_init(&r, job->id, job->attempt, job->week);
	report_add(&r, NULL, &f);
	int done = end_failed(w, job, &r, err);
	report_free(&r);
	return done;
}

/*
 * Gives the job back, to be done again. If a COMMIT was under way when the connection broke, it may
 * have taken effect: then the lease is gone, and this changes nothing.
 */
static int
end_released(struct worker *w, const struct claim *job, bool lost, struct error *err)
{
	int done = claim_release(&w->loop, job, lost, err);

	if (done > 0)
		log_info("job %s: given back", job->id_text);
	return done;
}

/* Ends a phase that was not committed. */
static int
end_unfinished(struct worker *w, const struct claim *job, enum phase_outcome outcome,
    struct report *r, struct error *err)
{
	enum loop_stop stop = loop_stop(&w->loop);

	work_rollback(&w->work);
	if (stop == LOOP_LOST) {
		log_warning("job %s is another worker's now", job->id_text);
		return 0;
	}
	if (stop == LOOP_CANCEL || outcome == PHASE_REFUSED)
		return end_refused(w, job, err);
	if (stop == LOOP_RELEASE)
		return end_released(w, job, false, err);
	if (outcome == PHASE_FAILED)
		return end_failed(w, job, r, err);
	if (work_is_up(&w->work))
		return end_broken(w, job, err);
	log_warning("job %s: %s", job->id_text, err->message);
	return end_released(w, job, true, err);
}

/* If an end could not be recorded, tries to give the job back until that works. */
static void
end_at_last(struct worker *w, const struct claim *job, struct error *err)
{
	const bool cancelled = w->loop.control.lease.cancel;
	int done = -1;

	w->loop.control.lease.run.job = 0;
	while (done < 0 && !w->loop.stopping) {
		log_error("job %s: %s; giving it back", job->id_text, err->message);
		done = cancelled ? claim_cancelled(&w->loop, job, err) : 0;
		if (done == 0)
			done = end_released(w, job, true, err);
		if (done < 0)
			loop_pause(&w->loop, backoff_next(&w->backoff));
	}
}

/*
 * Loads the content models if others have been declared, so that the phase goes by one version. The
 * staging tables, which are kept for the next job, may have other columns then.
 */
static int
know_models(struct worker *w, const struct claim *job, struct error *err)
{
	static const struct statement forget_staging = {NULL, "DISCARD TEMP", 0, false};

	if (job->models == catalog_version())
		return 0;
	if (work_run(&w->work, &forget_staging, NULL, err) < 0)
		return -1;
	PGresult *res = work_query(&w->work, &catalog_statement, NULL, err);
	return res ? catalog_take(res, err) : -1;
}

static enum phase_outcome
run(struct worker *w, const struct claim *job, struct report *r, struct error *err)
{
	if (know_models(w, job, err) < 0)
		return PHASE_BROKEN;
	return job->applying ? apply_changes(&w->work, job, r, err)
			     : diff_make(&w->work, job, r, &w->spare, err);
}

static void
run_phase(struct worker *w, const struct claim *job)
{
	struct report r;
	struct error err = {0};
	int64_t begun = clock_ms();

	log_info("job %s: %s, attempt %s", job->id_text,
	    job->applying ? "applying its changes" : "making its diff", job->attempt_text);
	report_init(&r, job->id, job->attempt, job->week);
	enum phase_outcome outcome = run(w, job, &r, &err);
	if (outcome == PHASE_DONE) {
		log_info("job %s: %s after %" PRId64 " ms", job->id_text,
		    job->applying ? "success" : "ready for review", clock_ms() - begun);
	} else if (end_unfinished(w, job, outcome, &r, &err) < 0) {
		end_at_last(w, job, &err);
	}
	report_free(&r);
	forget(w);
}

/*
 * Looks for a job and runs its phase. Returns how long to wait, in ms, for a reason to look again.
 */
static int64_t
look(struct worker *w)
{
	struct error err = {0};
	struct claim job;
	bool others = false;

	if (!control_is_up(&w->loop.control))
		return control_due(&w->loop.control);
	w->loop.control.notified = false;
	/* A worker that can start no parser leaves the jobs to others. */
	if (work_open(&w->work, &err) < 0 || diff_prepare(&w->spare, &err) < 0)
		goto failed;
	int found = claim_take(&w->work, w->name, &job, &others, &err);
	if (found < 0)
		goto failed;
	w->backoff = (struct backoff){0};
	w->failed = (struct log_repeated){0};
	if (found > 0) {
		test_point(TEST_CLAIMED);
		run_phase(w, &job);
	}
	if (!found && !others)
		retention_keep(&w->retention, &w->work);
	int64_t wait = clock_jitter(config_int(SETTING_WORKER_POLL_MS));
	return others && wait > OTHERS_MS ? clock_jitter(OTHERS_MS) : wait;

failed:
	log_repeated(&w->failed, LOG_LEVEL_WARNING, "%s; trying again", err.message);
	return backoff_next(&w->backoff);
}

static int
worker_main(void *arg)
{
	struct worker w = {.spare = CHILD_NONE};
	struct error err = {0};

	(void)arg;
	if (loop_open(&w.loop, &err) < 0) {
		log_error("%s", err.message);
		return EXIT_FAILURE;
	}
	work_init(&w.work, &w.loop, "accession_worker");
	claim_name(w.name);
	log_info("worker %s is up", w.name);
	while (!w.loop.stopping) {
		loop_wait(&w.loop, -1, 0, 0);
		int64_t wait = look(&w);
		loop_idle(&w.loop, clock_ms() + wait);
	}
	log_info("worker %s ends", w.name);
	child_free(&w.spare);
	work_close(&w.work);
	loop_close(&w.loop);
	return EXIT_SUCCESS;
}

static int
worker_run(struct db *db, const struct action_args *args, struct error *err)
{
	const struct supervised worker = {
	    .name = "worker",
	    .run = worker_main,
	    .processes = config_int(SETTING_WORKER_PROCESSES),
	};

	(void)db; /* each process of the worker has its own */
	(void)args;
	inherited_reset_daemon();
	log_info("accession worker " ACCESSION_VERSION " starts");
	return supervise(&worker, 1, config_int(SETTING_WORKER_STOP_MS) + KILL_AFTER, err);
}

int
command_worker(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {{.name = "", .run = worker_run}, {0}};

	return action_run(actions, nargs, args, err);
}
