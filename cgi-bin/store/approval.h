/*
 * Approvals of a review: who agreed to which version. Whose count is decided by the functions of
 * sql/014_review.sql.
 */
#ifndef ACCESSION_APPROVAL_H
#define ACCESSION_APPROVAL_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "store/refusal.h"

#include <stdbool.h>
#include <stdint.h>

/* The approvals of a job, in the order in which they were given. */
PGresult *approval_list(struct db *db, int64_t job, struct error *err);

/*
 * Writes {"by":...,"date":...,"counts":...,"why":...,"since":[...]}: whether it counts; if not,
 * why: "review_changed", "contributor" or "role"; and what is not as it was approved.
 */
void approval_json(struct json *json, const PGresult *res, int row);
bool approval_counts(const PGresult *res, int row);

/*
 * Approves the version, or takes the caller's approval back. The result has a row for
 * approval_refused, or none if there is no such job. They return NULL with the error set.
 */
PGresult *
approval_add(struct db *db, const char *key, int64_t job, const char *version, struct error *err);
PGresult *approval_withdraw(struct db *db, const char *key, int64_t job, struct error *err);
bool approval_refused(const PGresult *res, struct refusal *refusal);

#endif
