/*
 * Getting jobs and giving them back. The rules are in the database's functions (job_claim, job_fail
 * and so on); all that ends a phase is fenced by the run token, so that it changes nothing if the
 * job is another worker's by now.
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
	bool applying;       /* applying_changes; else generating_diff */
	/* The same as statement parameters. */
	char id_text[24], attempt_text[24], token_text[24], week_text[24], accepted_by_text[24];
};

/* How to call this worker: host, process, and a random number, never the same twice. */
#define CLAIM_NAME_SIZE 128
void claim_name(char name[CLAIM_NAME_SIZE]);

/*
 * Looks for a job, removing the leases of lost workers. 1 with *job, which is now ours; 0 if there
 * is none, *others saying whether another worker has one; -1 with the error set: if a job was taken
 * all the same, the next call gives it back. On the work connection, so that jobs are found even
 * when the control connection is dead and nobody has noticed.
 */
int
claim_take(struct work *w, const char *name, struct claim *job, bool *others, struct error *err);

/*
 * A phase's end, in the transaction under way on the work connection: claim_ready and claim_succeed
 * for the good ones; claim_fail also stores the report, and is a transaction of its own. 1; 0 if
 * the job is not ours any more or is to be cancelled: roll back; -1 with the error set.
 */
int claim_ready(struct work *w, const struct claim *job, struct error *err);
int claim_succeed(struct work *w, const struct claim *job, struct error *err);
int claim_fail(struct work *w, const struct claim *job, struct report *r, struct error *err);

/*
 * The others, on the control connection, which is opened if it has to be. claim_cancelled: a
 * person wanted it ended, its transaction is gone. claim_release: this worker does not go on with
 * it; `lost` if that is the fault of the attempt. 1, 0 or -1 as above; trying again does no harm.
 */
int claim_cancelled(struct loop *loop, const struct claim *job, struct error *err);
int claim_release(struct loop *loop, const struct claim *job, bool lost, struct error *err);

#endif
