/*
 * A supervisor: keeps a number of child processes running, replaces each that ends, and ends them
 * all on SIGTERM or SIGINT. Both programs run under it; under systemd it is the unit's main
 * process.
 */
#ifndef ACCESSION_SUPERVISE_H
#define ACCESSION_SUPERVISE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct supervised {
	const char *name;      /* for the log */
	int (*run)(void *arg); /* the child's main; returns its exit code */
	void *arg;
	int64_t processes;
};

/*
 * Runs the children until SIGTERM or SIGINT, then sends them SIGTERM (again for each such signal),
 * waits up to stop_ms and kills those that are left. A child that ends is replaced at once, or
 * after a growing pause if it ended by itself within a second of its start. Children get SIGTERM
 * if the supervisor dies. Signals must be as inherited_reset_daemon leaves them. Returns 0, or -1
 * with the error set if nothing could be started. Never returns in a child.
 */
int supervise(const struct supervised *kinds, size_t nkinds, int64_t stop_ms, struct error *err);

#endif
