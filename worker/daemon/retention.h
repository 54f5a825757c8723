/*
 * What time does to jobs: one that nobody reviews is cancelled, and what ended jobs brought with
 * them is dropped, a week's partitions at a time. The rules are in the database (005_weeks); a
 * worker with nothing else to do sees to it that they are carried out.
 */
#ifndef ACCESSION_RETENTION_H
#define ACCESSION_RETENTION_H

#include "daemon/work.h"

#include <stdint.h>

struct retention {
	int64_t due; /* clock_ms of the next look; 0: at once */
};

/*
 * Does what is due, if it is time to look; else nothing. It may take its time: a NOTIFY or SIGTERM
 * interrupts it, what was not finished is undone, and the next call does it. What fails, as when a
 * partition is being read, is logged and tried again the next time. On the work connection: the
 * other one has to answer meanwhile.
 */
void retention_keep(struct retention *r, struct work *w);

#endif
