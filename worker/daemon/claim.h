/*
 * Claims jobs and gives them back. The rules are in the database's functions (job_claim, job_fail
 * and so on). Every call that ends a phase is fenced by the run token: if another worker has the
 * job by now, it changes nothing.
 */
#ifndef ACCESSION_CLAIM_H
#define ACCESSION_CLAIM_H

#include "daemon/loop.h"
#include "daemon/report.h"
#include "daemon/work.h"

#include <stdbool.h>
#include <stdint.h>

struct claim {
	int64_t id, attempt, token;
	int64_t week;        /* where its rows are in the weekly tables */
	int64_t accepted_by; /* account; 0: not accepted */
	int64_t models;      /* the version of the content models: see catalog.h */
	bool applying;       /* applying_changes; else generating_diff */
	/* The same numbers as text, for use as statement parameters. */
	char id_text[24], attempt_text[24], token_text[24], week_text[24], accepted_by_text[24];
};

/* Makes a name for this worker from host, process and a random number; no name is used twice. */
#define CLAIM_NAME_SIZE 128
void claim_name(char name[CLAIM_NAME_SIZE]);

/*
 * Looks for a job, and removes the leases of lost workers. Returns 1 with *job, which is now ours;
 * 0 if there is none, with *others telling whether another worker has one; -1 with the error set:
 * if a job was claimed all the same, the next call releases it. Uses the work connection, so that
 * jobs are found even if the control connection is dead and nobody has noticed.
 */
int
claim_take(struct work *w, const char *name, struct claim *job, bool *others, struct error *err);

/*
 * These end a phase over the work connection: claim_ready and claim_succeed end a successful one,
 * in the current transaction; claim_fail also stores the report, and is a transaction of its own.
 * Return 1; 0 if the job is no longer ours or is to be cancelled, so the caller must roll back; -1
 * with the error set.
 */
int claim_ready(struct work *w, const struct claim *job, struct error *err);
int claim_succeed(struct work *w, const struct claim *job, struct error *err);
int claim_fail(struct work *w, const struct claim *job, struct report *r, struct error *err);

/*
 * These end a phase over the control connection, opening it if necessary. claim_cancelled: a person
 * cancelled the job and its transaction is gone. claim_release: this worker does not go on with the
 * job; `lost` if the attempt is to blame. Return 1, 0 or -1 as above; calling again does no harm.
 */
int claim_cancelled(struct loop *loop, const struct claim *job, struct error *err);
int claim_release(struct loop *loop, const struct claim *job, bool lost, struct error *err);

#endif
