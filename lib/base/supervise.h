/*
 * A supervisor: keeps a number of child processes alive, starts a new one for each that ends, and
 * ends them all on SIGTERM or SIGINT. Both programs run under it; under systemd it is the unit's
 * main process.
 */
#ifndef ACCESSION_SUPERVISE_H
#define ACCESSION_SUPERVISE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct supervised {
	const char *name;      /* for the log */
	int (*run)(void *arg); /* the child's main: its exit code */
	void *arg;
	int64_t processes;
};

/*
 * Runs the children until SIGTERM or SIGINT, then passes SIGTERM on (as often as it comes itself)
 * and waits up to stop_ms for them, then kills. A child that ends is replaced at once; one that
 * ends by itself within a second of its start, with a growing pause. Children get SIGTERM if the
 * supervisor dies. Signals are to be as inherited_reset_daemon leaves them. 0, or -1 with the error
 * set if nothing could be started. In a child this never returns.
 */
int supervise(const struct supervised *kinds, size_t nkinds, int64_t stop_ms, struct error *err);

#endif
