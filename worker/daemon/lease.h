/* What a worker holds while it works on a job: the row of the table lease, seen from this side. */
#ifndef ACCESSION_LEASE_H
#define ACCESSION_LEASE_H

#include <stdbool.h>
#include <stdint.h>

/* What the worker is doing, as the API shows it. */
struct progress {
	const char *phase; /* "reading", "comparing", "applying" */
	int64_t bytes, bytes_total, records;
};

/* A run of a phase. Tokens are counted separately for each job. */
struct run {
	int64_t job, token; /* job 0: none */
};

/* The run that is ours, and what we know about it. */
struct lease {
	struct run run;
	struct progress progress;
	bool cancel;     /* a person cancelled it */
	bool lost;       /* it is another worker's now */
	int64_t beat_at; /* when to send the next heartbeat */
	/*
	 * All heartbeats between these times saw the work backend gone, or waiting for this worker;
	 * 0: it is working.
	 */
	int64_t idle_since, idle_seen;
};

#endif
