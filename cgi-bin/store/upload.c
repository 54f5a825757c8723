/* The files of a new job: see upload.h. */
#include "store/upload.h"

#include "base/testpoint.h"
#include "database/copy.h"
#include "database/transaction.h"
#include "database/tuple.h"
#include "store/job.h"
#include "store/job_outcome.h"

#include <sodium.h>
#include <stdio.h>

#define CHUNK (64 * 1024)

static const struct statement no_timeout = {
    "upload_no_timeout", "SET LOCAL statement_timeout = 0", 0, false};
static const struct statement next_file = {
    "upload_next_file", "SELECT nextval('import_file_id_seq')", 0, false};
static const struct statement copy_chunks = {
    NULL, "COPY upload_chunk (file_id, seq, data) FROM STDIN (FORMAT binary)", 0, false};
static const struct statement insert_file = {"upload_insert_file",
    "INSERT INTO import_file (id, content_model, format, filename, bytes, charset, sha256)"
    " VALUES ($1, $2, $3, $4, $5, $6, decode($7, 'hex'))",
    7, false};
static const struct statement create_job = {"upload_create_job",
    "SELECT id, pg_current_xact_id()::text FROM job_create($1, $2, $3::bigint[], $4, $5)", 5,
    false};

int
upload_begin(struct upload *u, struct db *db, struct error *err)
{
	if (db_begin(db, err) < 0)
		return -1;
	u->db = db;
	return db_run(db, &no_timeout, NULL, err);
}

int
upload_file_begin(struct upload *u, struct error *err)
{
	PGresult *res = db_query(u->db, &next_file, NULL, err);

	if (!res)
		return -1;
	u->file = db_get_int(res, 0, 0);
	PQclear(res);
	u->bytes = 0;
	u->seq = 0;
	buf_clear(&u->chunk);
	if (db_copy_begin(u->db, &copy_chunks, err) < 0)
		return -1;
	u->copying = true;
	return 0;
}

/* Sends the collected bytes as one row (file_id, seq, data). */
static int
send_chunk(struct upload *u, struct error *err)
{
	if (!u->chunk.len)
		return 0;
	buf_clear(&u->tuple);
	tuple_begin(&u->tuple, 3);
	tuple_add_int8(&u->tuple, u->file);
	tuple_add_int4(&u->tuple, u->seq++);
	tuple_add_text(&u->tuple, u->chunk.data, u->chunk.len);
	if (u->chunk.failed || u->tuple.failed)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	buf_clear(&u->chunk);
	return db_copy_data(u->db, u->tuple.data, u->tuple.len, err);
}

int
upload_file_data(struct upload *u, const char *bytes, size_t n, struct error *err)
{
	u->bytes += (int64_t)n;
	buf_add(&u->chunk, bytes, n);
	return u->chunk.len >= CHUNK ? send_chunk(u, err) : 0;
}

int
upload_file_end(struct upload *u, const struct upload_file *file, struct error *err)
{
	char id[24], bytes[24], sha256[2 * SHA256_BYTES + 1];

	if (send_chunk(u, err) < 0)
		return -1;
	u->copying = false;
	if (db_copy_end(u->db, NULL, err) < 0)
		return -1;
	u->format = file->format;
	snprintf(id, sizeof id, "%lld", (long long)u->file);
	snprintf(bytes, sizeof bytes, "%lld", (long long)u->bytes);
	buf_printf(&u->file_ids, "%s%s", u->file_ids.len ? "," : "{", id);
	sodium_bin2hex(sha256, sizeof sha256, file->sha256, SHA256_BYTES);
	const char *const params[] = {
	    id, file->model, file->format, file->name, bytes, file->charset, sha256};
	return db_run(u->db, &insert_file, params, err);
}

PGresult *
upload_make(struct upload *u, const struct upload_job *job, unsigned includes, struct error *err)
{
	buf_add_char(&u->file_ids, '}');
	if (u->file_ids.failed) {
		error_set(err, ERROR_SYSTEM, "out of memory");
		return NULL;
	}
	const char *const params[] = {
	    job->account, u->format, buf_text(&u->file_ids), job->name, job->note};
	u->made = db_query(u->db, &create_job, params, err);
	u->account = job->account;
	return u->made ? job_get(u->db, db_get_int(u->made, 0, 0), includes, err) : NULL;
}

int
upload_commit(struct upload *u, bool *unknown, struct error *err)
{
	enum job_outcome outcome = JOB_NOT_CHANGED;
	char id[24];
	const struct job_transition created = {
	    .job = id,
	    .account = u->account,
	    .status = "pending",
	    .xid = db_get_text(u->made, 0, 1),
	};

	snprintf(id, sizeof id, "%lld", (long long)db_get_int(u->made, 0, 0));
	test_point(TEST_POST_COMMITTING);
	if (db_commit(u->db, err) == 0) {
		test_point(TEST_POST_COMMITTED);
		return 0;
	}
	if (err->code == ERROR_DB_DOWN)
		outcome = job_outcome(u->db, &created);
	*unknown = outcome == JOB_UNKNOWN;
	return outcome == JOB_CHANGED ? 0 : -1;
}

/* Ends a COPY in progress by telling it to fail, so an error from it is expected. */
void
upload_free(struct upload *u)
{
	struct error expected = {0};

	if (u->copying && db_copy_end(u->db, "the upload was given up", &expected) < 0)
		u->copying = false;
	if (u->db)
		db_rollback(u->db);
	PQclear(u->made);
	buf_free(&u->file_ids);
	buf_free(&u->chunk);
	buf_free(&u->tuple);
	*u = (struct upload){0};
}
