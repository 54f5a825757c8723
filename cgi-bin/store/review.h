/*
 * The review of a diff: which changes are held back, and which each person has looked at. What may
 * be done, and when, is decided by the functions of sql/014_review.sql.
 */
#ifndef ACCESSION_REVIEW_H
#define ACCESSION_REVIEW_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "model/model.h"
#include "store/diff.h"
#include "store/refusal.h"

#include <stdbool.h>
#include <stdint.h>

/* Changes of a diff: the ones of these entries, or those that fit a filter. */
struct review_changes {
	const struct model *model;
	int64_t job;
	const char *entries; /* an int8multirange, as PostgreSQL reads it; NULL: by filter */
	enum diff_op op;
	struct diff_filter filter;
};

struct review_holding {
	const char *key;     /* of the caller's credential */
	const char *version; /* that the caller has seen; NULL: any */
	const char *note;    /* NULL: none */
	bool hold;           /* hold them back; else release them */
};

/*
 * Holds changes back or releases them. The result has a row for review_refused and
 * review_held_json, or none if there is no such job. Returns NULL with the error set.
 */
PGresult *review_hold(struct db *db, const struct review_changes *which,
    const struct review_holding *how, struct error *err);
bool review_refused(const PGresult *res, struct refusal *refusal);
const char *review_held_version(const PGresult *res); /* of the review after it */

/* Writes {"held":...,"changed":...,"review":...}: how many are held, and how many were not so. */
void review_held_json(struct json *json, const PGresult *res, int row);

/*
 * Marks changes as looked at by the caller, or takes the marks away. The result has a row, or none
 * if there is no such diff. Returns NULL with the error set.
 */
PGresult *review_look(struct db *db, const struct review_changes *which, const char *key, bool add,
    struct error *err);

/* The marks of a diff: a row for each person, the caller first if there are any of theirs. */
PGresult *review_looked(
    struct db *db, const struct review_changes *which, const char *account, struct error *err);

/*
 * Writes
 * {"count":...,"looked":[...],"changed":[...],"others":[{"by":...,"count":...,"looked":[...]}]} of
 * all rows: entries as numbers and pairs of first and last; `changed`: those looked at before they
 * became others.
 */
void review_looked_json(struct json *json, const PGresult *res);

#endif
