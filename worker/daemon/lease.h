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

/* A run of a phase: tokens are counted for each job on its own. */
struct run {
	int64_t job, token; /* job 0: none */
};

/* The run that is ours, and what we hear of it. */
struct lease {
	struct run run;
	struct progress progress;
	bool cancel;     /* a person wants it ended */
	bool lost;       /* it is another worker's now */
	int64_t beat_at; /* when to send the next heartbeat */
	/* Heartbeats from the first to the last of these saw the work backend gone, or waiting for
	   this worker; 0: it works. */
	int64_t idle_since, idle_seen;
};

#endif
