/*
 * Comments on an import, on an item of it or a field of that, or on the changes that a filter
 * selects; and answers to them. Who may do what is decided by the functions of sql/014_review.sql.
 */
#ifndef ACCESSION_COMMENT_H
#define ACCESSION_COMMENT_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "store/refusal.h"

#include <stdbool.h>
#include <stdint.h>

/* A new comment. NULL: not said. */
struct comment {
	const char *model, *item, *field;
	const char *changes; /* a filter of the model's changes, as a JSON object of texts */
	const char *text;
	const char *reply_to; /* the comment that it answers, as a number */
};

/* The comments of a job in the order in which they were made, or the one of that id (0: all). */
PGresult *comment_list(struct db *db, int64_t job, int64_t id, struct error *err);
void comment_json(struct json *json, const PGresult *res, int row);

/*
 * These take the key of the caller's credential. The result has a row for comment_refused and
 * comment_made, or none if there is no such job or comment. They return NULL with the error set.
 * Of a change, what is NULL stays.
 */
PGresult *comment_add(
    struct db *db, const char *key, int64_t job, const struct comment *c, struct error *err);
PGresult *comment_change(struct db *db, const char *key, int64_t job, int64_t id, const char *text,
    const char *resolved, struct error *err);
PGresult *
comment_delete(struct db *db, const char *key, int64_t job, int64_t id, struct error *err);
bool comment_refused(const PGresult *res, struct refusal *refusal);
int64_t comment_made(const PGresult *res); /* its id */

#endif
