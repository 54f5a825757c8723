/* The records of a job: its errors, its failed rows, its events, its files. */
#ifndef ACCESSION_JOB_RECORDS_H
#define ACCESSION_JOB_RECORDS_H

#include "base/json_writer.h"
#include "base/text.h"
#include "database/db.h"

#include <stdint.h>

/* Does the job exist? Returns -1 with the error set on failure. */
int job_exists(struct db *db, int64_t job, struct error *err);

/* Which errors are wanted, and whether warnings are. NULL: no such filter. */
struct finding_filter {
	bool warnings;       /* along with the errors; each then says what it is */
	const char *kind;    /* only warnings of this kind */
	const char *model;   /* only about the file of this content model */
	const char *entries; /* only about these entries of a file: "{1,2}" */
};

/*
 * The errors of the present attempt: their number, and a stream of them (limit 0: all). For a
 * purged job, only the errors that its row shows.
 */
int64_t job_errors_count(
    struct db *db, int64_t job, const struct finding_filter *filter, struct error *err);
int job_errors_stream(struct db *db, int64_t job, const struct finding_filter *filter,
    int64_t limit, int64_t offset, struct error *err);
void job_error_json(struct json *json, const PGresult *res, int row);

/*
 * The rows that these errors are about, as they stand in their files. job_failed_models returns the
 * models that have any, with the names of the file's columns. job_failed_stream streams the rows of
 * one model in the order of its file: FAILED_ERRORS has a line for each error, and FAILED_ROW is
 * where the row was, or NULL.
 */
enum failed_model_column { FAILED_MODEL_NAME, FAILED_MODEL_HEADER };
enum failed_row_column { FAILED_ROW, FAILED_ERRORS, FAILED_CELLS };
PGresult *job_failed_models(struct db *db, int64_t job, struct error *err);
int job_failed_stream(struct db *db, int64_t job, const char *model, struct error *err);

/*
 * Reads a column that holds the texts of such a row: the first `max` of them, borrowed from the
 * result, with text NULL where the row has none. Returns how many there are in all.
 */
size_t
job_failed_cells(const PGresult *res, int row, int col, struct text_slice *cells, size_t max);

/* The audit trail, oldest first. */
int job_events_stream(struct db *db, int64_t job, struct error *err);
void job_event_json(struct json *json, const PGresult *res, int row);

/*
 * job_file finds an uploaded file: columns id, filename, bytes, format, week; no row if there is
 * none or its bytes are purged. job_file_stream then streams the bytes of the file in that row, in
 * order, a piece per row.
 */
enum job_file_column { JOB_FILE_ID, JOB_FILE_NAME, JOB_FILE_BYTES, JOB_FILE_FORMAT, JOB_FILE_WEEK };
PGresult *job_file(struct db *db, int64_t job, const char *model, struct error *err);
int job_file_stream(struct db *db, const PGresult *file, struct error *err);

#endif
