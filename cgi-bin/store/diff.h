/* The diff of a job as the API shows it: counts per model, and every change with both sides. */
#ifndef ACCESSION_DIFF_H
#define ACCESSION_DIFF_H

#include "base/json_writer.h"
#include "database/db.h"
#include "model/model.h"

#include <stdbool.h>
#include <stdint.h>

enum diff_op { DIFF_ADD, DIFF_UPDATE, DIFF_DELETE, DIFF_OPS };

/* "add", "update", "delete". */
extern const char *const diff_op_names[DIFF_OPS];

/*
 * Which of the job's diffs to read, and where its rows are. All reads for one reply use the same
 * one.
 */
struct diff_place {
	int64_t attempt, week;
};

struct diff_filter {
	struct diff_place place;
	int64_t after;       /* entries above this; 0: from the first */
	int64_t limit;       /* maximum number, in the order of the file; 0: all */
	const char *warning; /* a kind of warning that is about the change; "" or NULL: no filter */
	const char *held;    /* "true" or "false": whether it is held back; NULL: no filter */
	const char *item;    /* the id of the item; "" or NULL: no filter */
	const char *search;  /* words to look for in either side, in any case; the same */
	const char *field;   /* updates in which this field differs; the same */
	/*
	 * Of those updates, the ones from this value (for a set: that lose this member), to that
	 * one (that gain it), and of a field of words those that change nothing but white space
	 * ("whitespace") or have less than half of their words in common ("rewritten"). NULL: no
	 * such filter.
	 */
	const char *original, *new, *edit;
	bool holds; /* tell who holds a change back, and why */
};

/*
 * The first parameters of statements with the part diff_filter (sql/models/statements/diff.sql), of
 * a job and a filter, which must outlive them. `limit` is what the statement has after "after"; 0:
 * NULL.
 */
#define DIFF_PARAMS 13
struct diff_params {
	const char *values[DIFF_PARAMS];
	char job[24], attempt[24], week[24], after[24], limit[24];
};
void diff_params_set(
    struct diff_params *p, int64_t job, const struct diff_filter *filter, int64_t limit);

/* The kind of change as the tables have it: "a", "u", "d"; NULL for DIFF_OPS. */
const char *diff_op_code(enum diff_op op);

/* Reads the summary along with the sign-in, as diff_summary does. */
extern const struct statement diff_summary_along;

/*
 * Reads the summary of the job's present attempt, as rows for diff_summary_json. There is no row if
 * there is no diff yet, or no longer.
 */
PGresult *diff_summary(struct db *db, int64_t job, struct error *err);
struct diff_place diff_summary_place(const PGresult *res);
const char *diff_summary_review(const PGresult *res); /* the version */
const char *diff_summary_model(const PGresult *res, int row);
bool diff_summary_holds(const PGresult *res, int row); /* is something held back? */
void diff_summary_json(struct json *json, const PGresult *res, int row);

/*
 * Streams the changes of one kind, or of all kinds if op is DIFF_OPS: see db_next,
 * diff_change_json.
 */
int diff_stream(struct db *db, const struct model *m, int64_t job, enum diff_op op,
    const struct diff_filter *filter, struct error *err);

/* Returns the kind of change in the row. */
enum diff_op diff_change_op(const PGresult *res, int row);

/*
 * Writes {"original":{...},"new":{...},"entry":n}; if it was asked, with "held": {"note":...,
 * "by":{...}}, or null.
 */
void diff_change_json(
    struct json *json, const struct model *m, bool holds, const PGresult *res, int row);

#endif
