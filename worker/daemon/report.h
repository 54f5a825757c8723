/*
 * Errors and warnings about the files of a job, and the faulty rows as the files have them. They
 * are collected in unlinked files, so that memory use stays flat and a rollback of the transaction
 * that found them loses nothing, and are stored at the end.
 */
#ifndef ACCESSION_REPORT_H
#define ACCESSION_REPORT_H

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "daemon/work.h"
#include "model/finding.h"

#include <stdint.h>
#include <stdio.h>

/* Rows for a table. */
struct report_rows {
	int fd;          /* -1: none yet */
	struct buf last; /* not yet in fd */
};

struct report {
	int64_t job, attempt, week;
	int64_t errors, warnings;           /* found */
	int64_t kept_errors, kept_warnings; /* of the file at hand, each at most errors_kept */
	struct report_rows findings;        /* for import_error */
	struct report_rows failed;          /* for import_failed_row */
	struct report_rows kinds;           /* for import_warning */
	struct report_rows aside;           /* for stage_warning: warnings about rows of a file */
	int64_t set_aside;                  /* how many these are */
	int64_t of_sign[SIGN_COUNT];        /* warnings of each kind about the file at hand */
	struct buf entries;   /* int64_t: records of the file at hand that kept errors are about */
	struct error failure; /* set if a row was lost */
	FILE *print;          /* where to print findings instead of keeping them, or NULL */
};

void report_init(struct report *r, int64_t job, int64_t attempt, int64_t week);
void report_free(struct report *r);

/*
 * Begins a file: none of its records is known to be faulty yet, there are no warnings about it, and
 * as many findings about it are kept as of any other.
 */
void report_begin_file(struct report *r);

/* Adds a finding about a file (NULL: about none). */
void report_add(struct report *r, const char *file, const struct finding *f);

/* Counts errors that were found elsewhere but not passed on. */
void report_count_errors(struct report *r, int64_t errors);

/* Counts warnings of a kind about the file at hand that were found elsewhere, but are not added. */
void report_count_warnings(struct report *r, enum sign sign, int64_t warnings);

/*
 * Sets a warning about a row of the file at hand aside, until it is known whether the row changes
 * what the warning is about. It is counted in `set_aside` alone.
 */
void report_set_aside(struct report *r, const struct finding *f);

/*
 * Inserts the warnings set aside into stage_warning, which must exist, in the current transaction;
 * none is set aside any more, whether or not that could be done. Returns 0, or -1 with the error
 * set, also if one of them had been lost.
 */
int report_store_aside(struct report *r, struct work *w, struct error *err)
    __attribute__((warn_unused_result));

/* Ends a file: how many warnings of each kind there are about it is known. */
void report_end_file(struct report *r, const char *file);

/* Adds a row as its file has it: record `entry` (0: the column names) with n cells. */
void report_add_row(struct report *r, const char *model, int64_t entry, int64_t row,
    const struct text_slice *cells, size_t n);

/*
 * Inserts what was kept into import_error, import_warning and import_failed_row, in the current
 * transaction. Returns 0 or -1.
 */
int report_store(struct report *r, struct work *w, struct error *err)
    __attribute__((warn_unused_result));

#endif
