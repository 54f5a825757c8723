/*
 * Writes the files of a new job into the database: their bytes as they arrive and the job's row
 * last, all in one transaction. So an upload in progress blocks nobody, and an interrupted one
 * leaves nothing behind. Memory use does not grow with the file.
 *
 *	struct upload u = {0};
 *	upload_begin(&u, db, err);
 *	for each file: upload_file_begin, upload_file_data..., upload_file_end
 *	PGresult *row = upload_make(&u, &job, includes, err);
 *	upload_commit(&u, &unknown, err);
 *	upload_free(&u);
 */
#ifndef ACCESSION_UPLOAD_H
#define ACCESSION_UPLOAD_H

#include "base/buf.h"
#include "base/error.h"
#include "base/sha256.h"
#include "database/db.h"

#include <stdbool.h>
#include <stdint.h>

/* What is known of a file. */
struct upload_file {
	const char *model, *format, *name;
	const char *charset;         /* NULL: the upload did not say */
	const unsigned char *sha256; /* SHA256_BYTES */
};

/* What is known of the job. */
struct upload_job {
	const char *account;     /* whose it is; stays valid until upload_commit returns */
	const char *name, *note; /* NULL: none */
};

struct upload {
	struct db *db;       /* NULL: not begun */
	const char *format;  /* of the files so far; NULL: none yet */
	struct buf file_ids; /* of the files so far: a PostgreSQL array without its closing brace */
	bool copying;        /* between upload_file_begin and upload_file_end: */
	int64_t file, bytes; /* the file's id, and its size so far */
	int32_t seq;         /* of its next chunk */
	struct buf chunk;    /* bytes not yet sent */
	struct buf tuple;    /* a chunk in the format of COPY */
	PGresult *made;      /* the job; NULL: not yet */
	const char *account; /* whose it is */
};

/*
 * Begins the transaction. This and the next three return 0, or -1 with the error set as by
 * db_query.
 */
int upload_begin(struct upload *u, struct db *db, struct error *err);

/*
 * A file begins; n more bytes of it; its end. A file has a content model and a format, and is not
 * empty.
 */
int upload_file_begin(struct upload *u, struct error *err);
int upload_file_data(struct upload *u, const char *bytes, size_t n, struct error *err);
int upload_file_end(struct upload *u, const struct upload_file *file, struct error *err);

/*
 * Makes a job of the files. Returns its row with those includes, for job_json and PQclear, or NULL
 * with the error set; ERROR_CONFLICT with sqlstate 23505 means that another job is under way.
 */
PGresult *
upload_make(struct upload *u, const struct upload_job *job, unsigned includes, struct error *err);

/*
 * Commits the job that was made. Returns 0, or -1 with the error set. *unknown is then true if the
 * job may exist all the same: the database was lost during COMMIT and did not come back to tell.
 */
int upload_commit(struct upload *u, bool *unknown, struct error *err)
    __attribute__((warn_unused_result));

/* Rolls back what is not committed, frees the memory, and leaves an upload that is not begun. */
void upload_free(struct upload *u);

#endif
