/*
 * Staging: loads a file's records into a temporary table, where the database checks them together
 * after the parser child has checked them one by one, and makes the diff between them and the
 * library. All of it happens in the current transaction of the work connection and shares its fate.
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

/* A copy of struct sheet; name "": none. */
struct stage_sheet {
	char name[512];
	size_t columns[MODEL_MAX_FIELDS];
};

/* A file to look at. */
struct stage_file {
	const struct model *model;
	const char *format;
	const char *name;                /* for messages */
	const char *id, *charset;        /* of an upload: its number; what it named, or NULL */
	bool by_operator;                /* may add built-in items, may delete none */
	int64_t records;                 /* out: what was staged */
	int64_t custom;                  /* out: the highest number of a custom item named in it */
	int64_t fresh;                   /* out: rows that name no item */
	uint64_t fields;                 /* out: bit i: some row says something about field i */
	int64_t empty[MODEL_MAX_FIELDS]; /* out: how many rows say that it is empty */
	int64_t base;                    /* out: rows that name no item get higher numbers */
	int64_t revision;                /* out: the library's, as it was compared */
	int64_t last_number;             /* out: the highest number that a custom item ever had */
	struct stage_sheet sheet; /* out: names cells in messages, where the format has any */
	bool ascending; /* out: each id is higher than the one before, so none is there twice */
	bool alike;     /* out: there may be new items that say the same as others */
};

struct stage_counts {
	int64_t adds, updates, deletes;
};

/*
 * Has the child parse its file into the staging table, and frees the child. What is wrong with the
 * file goes to the report. Returns 0, or -1 with the error set if that could not be done.
 */
int stage_fill(struct stage_file *f, struct child *child, struct work *w, struct report *r,
    struct error *err) __attribute__((warn_unused_result));

/*
 * Checks the rows against each other and the library, and if nothing is wrong with the file, fills
 * the model's diff table for the report's job and attempt (0, 0: the operator's, for which the
 * caller has put a temporary table in front). What is wrong goes to the report; the caller then
 * rolls back.
 */
int stage_diff(struct stage_file *f, struct work *w, struct report *r, struct stage_counts *counts,
    struct error *err) __attribute__((warn_unused_result));

/* What rows of a diff begin with, as statement parameters. */
struct stage_job {
	char id[24], attempt[24], week[24];
};
struct stage_job stage_job(const struct report *r);

/* Run a statement of model_sql.h, as work_query, work_run and work_stream do. */
PGresult *stage_query(struct work *w, const struct model *m, enum model_statement which,
    int nparams, const char *const *params, struct error *err) __attribute__((warn_unused_result));
int64_t stage_run(struct work *w, const struct model *m, enum model_statement which, int nparams,
    const char *const *params, struct error *err) __attribute__((warn_unused_result));
int stage_stream(struct work *w, const struct model *m, enum model_statement which, int nparams,
    const char *const *params, struct error *err) __attribute__((warn_unused_result));

#endif
