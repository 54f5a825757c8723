/* 409: the request is valid, but the present state forbids it. */
#ifndef ACCESSION_CONFLICT_H
#define ACCESSION_CONFLICT_H

#include "http/http.h"

#include <stdbool.h>
#include <stdint.h>

/* {"detail":...,"code":"job_in_progress","job":ID}; ID is null if job is 0 (it has just ended). */
void conflict_in_progress(struct http *http, int64_t job);

/* {"detail":...,"code":...,"status":...}: the job's status does not allow the change. */
void conflict_status(struct http *http, const char *detail, const char *code, const char *status);

/*
 * If the error is one that the database's functions raise to refuse a change (SQLSTATE AC...),
 * replies {"detail":...,"code":...} and returns true.
 */
bool conflict_raised(struct http *http, const struct error *err);

/*
 * 503: the database was lost during COMMIT, and did not come back to tell whether it took effect.
 */
void conflict_unknown(struct http *http);

#endif
