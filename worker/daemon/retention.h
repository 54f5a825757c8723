/*
 * Cancels jobs that nobody reviews, and after a while drops the data that ended jobs brought with
 * them, a week's partitions at a time; security events and kept answers go as well. The rules are
 * in the database (005_weeks); a worker with nothing else to do carries them out.
 */
#ifndef ACCESSION_RETENTION_H
#define ACCESSION_RETENTION_H

#include "daemon/work.h"

#include <stdint.h>

struct retention {
	int64_t due; /* clock_ms of the next look; 0: at once */
};

/*
 * Does what is due if it is time to look, else nothing. This may take a while: a NOTIFY or SIGTERM
 * interrupts it, what was not finished is undone, and the next call does it. A failure, as when a
 * partition is being read, is logged, and the next time it is tried again. Uses the work
 * connection, because the control connection has to answer meanwhile.
 */
void retention_keep(struct retention *r, struct work *w);

#endif
