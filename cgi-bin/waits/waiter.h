/*
 * The waiter: one process that holds all waits for a job's status (GET ?wait=, and a cancel that
 * waits), hundreds of them in one poll loop, so that none takes a handler's place.
 *
 * A handler signs the caller in, reads the job, and if it is too early sends nginx here by
 * X-Accel-Redirect (wait_url). The waiter hears of the job's changes (news.h). When there is one
 * that was waited for, or the job has ended, or the time is up, it sends nginx back to the handlers
 * in the same way: one of them makes the answer, with the caller's own credentials. So the waiter
 * neither knows who may see a job nor what it looks like; and where it cannot do its work, the
 * answer is the job as it is.
 *
 * It speaks FastCGI itself (fastcgi.h), because libfcgi serves one connection at a time in each
 * thread, and nginx sends each request over a connection of its own.
 */
#ifndef ACCESSION_WAITER_H
#define ACCESSION_WAITER_H

#include "base/error.h"

/*
 * Serves the listening socket until SIGTERM or SIGINT; then answers all that wait, with the job as
 * it is. 0, or -1 with the error set if it cannot go on.
 */
int waiter_run(int listening, struct error *err);

#endif
