/*
 * What became of a change of a job whose COMMIT was sent and never answered. The database knows,
 * once it can be asked again; nobody else does.
 */
#ifndef ACCESSION_JOB_OUTCOME_H
#define ACCESSION_JOB_OUTCOME_H

#include "database/db.h"

enum job_outcome {
	JOB_NOT_CHANGED,
	JOB_CHANGED,
	JOB_UNKNOWN, /* the database is still away, or the transaction still not over */
};

/* A change of state as its transaction saw it; texts, as for statement parameters. */
struct job_transition {
	const char *job, *account;
	const char *status; /* after the change */
	const char *xid;    /* pg_current_xact_id() of the transaction */
};

/* Asks until there is an answer, for some seconds. */
enum job_outcome job_outcome(struct db *db, const struct job_transition *t);

#endif
