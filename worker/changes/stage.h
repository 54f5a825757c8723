/*
 * Staging: a file's records as rows of a temporary table, checked by the parser child one by one
 * and by the database all at once; and the diff between them and the library. All of it happens in
 * the transaction under way on the work connection and goes with it.
 */
#ifndef ACCESSION_STAGE_H
#define ACCESSION_STAGE_H

#include "base/error.h"
#include "daemon/report.h"
#include "daemon/work.h"
#include "model/model.h"
#include "model/model_sql.h"
#include "parser/child.h"

#include <stdbool.h>
#include <stdint.h>

/* struct sheet, kept; name "": none. */
struct stage_sheet {
	char name[512];
	size_t columns[MODEL_MAX_FIELDS];
};

/* A file to look at. */
struct stage_file {
	const struct model *model;
	const char *format;
	const char *name;         /* for messages */
	bool by_operator;         /* may add built-in items, may delete none */
	int64_t records;          /* out: what was staged */
	int64_t custom;           /* out: the highest number of a custom item named in it */
	struct stage_sheet sheet; /* out: names cells in messages, where the format has any */
	bool ascending; /* out: each id is higher than the one before, so none is there twice */
};

struct stage_counts {
	int64_t adds, updates, deletes;
};

/*
 * Lets the child parse its file into the staging table, and frees it. What is wrong with it goes to
 * the report. -1 with the error set if that could not be done.
 */
int stage_fill(struct stage_file *f, struct child *child, struct work *w, struct report *r,
    struct error *err) __attribute__((warn_unused_result));

/*
 * Checks the rows against each other and the library, and if nothing at all is wrong with the file
 * fills the model's diff table for a job (0, 0: the operator's, for which the caller has put a
 * temporary table in front). What is wrong goes to the report; the caller then rolls back.
 */
int stage_diff(struct stage_file *f, struct work *w, struct report *r, struct stage_counts *counts,
    struct error *err) __attribute__((warn_unused_result));

/* Runs a statement of model_sql.h, as work_query, work_run and work_stream. */
PGresult *stage_query(struct work *w, const struct model *m, enum model_statement which,
    int nparams, const char *const *params, struct error *err) __attribute__((warn_unused_result));
int64_t stage_run(struct work *w, const struct model *m, enum model_statement which, int nparams,
    const char *const *params, struct error *err) __attribute__((warn_unused_result));
int stage_stream(struct work *w, const struct model *m, enum model_statement which, int nparams,
    const char *const *params, struct error *err) __attribute__((warn_unused_result));

#endif
