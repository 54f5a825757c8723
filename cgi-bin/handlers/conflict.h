/* The request is valid, but the present state forbids it: 409 and the like. */
#ifndef ACCESSION_CONFLICT_H
#define ACCESSION_CONFLICT_H

#include "http/request.h"
#include "store/refusal.h"

#include <stdbool.h>
#include <stdint.h>

/* {"detail":...,"code":"job_in_progress","job":ID}; ID is null if job is 0 (it has just ended). */
void conflict_in_progress(struct http *http, int64_t job);

/*
 * Replies with the error of a statement that would have had a job under way: that one, if another
 * job was faster. Rolls back then.
 */
void conflict_failed(struct request *r, const struct error *err);

/*
 * The status of the reply to what a function of the database has refused: 409, but for a few codes.
 * `precondition`: the request said by If-Match what it is about, so that a changed review is 412.
 */
int conflict_status(const struct refusal *refusal, bool precondition);

/*
 * 503: the database was lost during COMMIT, and did not come back to tell whether it took effect.
 */
void conflict_unknown(struct http *http);

#endif
