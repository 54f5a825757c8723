/* Answers that are a job, which several handlers give. */
#ifndef ACCESSION_JOB_REPLY_H
#define ACCESSION_JOB_REPLY_H

#include "base/error.h"
#include "http/request.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

/* The version of the review that an answer belongs to; not sent while there is nothing to review.
 */
#define JOB_REVIEW_HEADER "Accession-Review"

/*
 * Replies with the job in the result (404 if it has no row), and clears the result; with the error
 * if it is NULL. A GET gets an ETag.
 */
void job_reply(struct request *r, PGresult *res, unsigned includes, const struct error *err);

/* Loads the statuses. Returns false if they could not be read; the reply has been made. */
bool job_reply_know_statuses(struct request *r);

/* Returns the status of the job in the first row, as a set (job_status.h). */
unsigned job_reply_status(const PGresult *job);

/* Has the waiter reply with the job: once it has one of the statuses, or after that time. */
void job_reply_later(struct request *r, unsigned awaited, int64_t ms);

#endif
