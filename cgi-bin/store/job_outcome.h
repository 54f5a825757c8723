/*
 * Finds out whether a change of a job took effect if its COMMIT was sent but never answered. Only
 * the database knows, once it can be asked again.
 */
#ifndef ACCESSION_JOB_OUTCOME_H
#define ACCESSION_JOB_OUTCOME_H

#include "database/db.h"

enum job_outcome {
	JOB_NOT_CHANGED,
	JOB_CHANGED,
	JOB_UNKNOWN, /* the database is still unreachable, or the transaction still running */
};

/* A change of state as its transaction saw it, in texts for statement parameters. */
struct job_transition {
	const char *job, *account;
	const char *status; /* after the change */
	const char *xid;    /* pg_current_xact_id() of the transaction */
};

/* Asks until there is an answer, for a few seconds at most. */
enum job_outcome job_outcome(struct db *db, const struct job_transition *t);

#endif
