/*
 * The waiter: one process that holds all waits for a job's status (GET ?wait=, and a cancel that
 * waits), hundreds of them in one poll loop, so that no wait occupies a handler.
 *
 * A handler signs the caller in and reads the job. If it is too early to answer, the handler sends
 * nginx here by X-Accel-Redirect (wait_url). The waiter hears of the job's changes (news.h). When
 * an awaited change comes, the job ends or the time is up, the waiter sends nginx back to the
 * handlers in the same way, and one of them makes the answer, with the caller's own credentials. So
 * the waiter need not know who may see a job or what a job looks like; and if the waiter cannot do
 * its work, the answer is the job as it is.
 *
 * It speaks FastCGI itself (fastcgi.h), because libfcgi serves one connection at a time per thread,
 * and nginx opens a connection for each request.
 */
#ifndef ACCESSION_WAITER_H
#define ACCESSION_WAITER_H

#include "base/error.h"

/*
 * Serves the listening socket until SIGTERM or SIGINT; then answers all waits, with the job as it
 * is. Returns 0, or -1 with the error set if it cannot go on.
 */
int waiter_run(int listening, struct error *err);

#endif
