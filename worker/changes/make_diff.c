/* Finds what the files of a job would change: see make_diff.h. */
#include "changes/make_diff.h"

#include "base/config.h"
#include "base/spool.h"
#include "changes/collect_rows.h"
#include "changes/stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct statement files_statement = {NULL,
    "SELECT id::text, content_model, format, filename, bytes, charset,"
    "       set_config('work_mem', $2, true)"
    " FROM import_file WHERE job_id = $1 ORDER BY content_model",
    2, false};
static const struct statement chunks_statement = {
    NULL, "SELECT data FROM upload_chunk WHERE file_id = $1 AND week = $2 ORDER BY seq", 2, false};

enum { FILE_ID, FILE_MODEL, FILE_FORMAT, FILE_NAME, FILE_BYTES, FILE_CHARSET };

/* Starts a child for a file in that charset, or in any (NULL), unless it is there. */
static int
prepare(struct child *spare, const char *charset, struct error *err)
{
	if (child_is_up(spare, charset))
		return 0;
	child_free(spare);
	int fd = spool_open(err);
	return fd < 0 ? -1 : child_start(spare, fd, charset, err);
}

int
diff_prepare(struct child *spare, struct error *err)
{
	return prepare(spare, NULL, err);
}

/*
 * Copies an uploaded file to the file of a child. Nobody else has that file, so it goes with the
 * child: one that stayed would hold memory that the diff's own pages could use.
 */
static int
spool_upload(struct work *w, const struct claim *job, const struct stage_file *f,
    struct child *spare, struct error *err)
{
	const char *params[] = {f->id, job->week_text};
	struct error lost = {0};

	if (prepare(spare, f->charset, err) < 0 ||
	    work_stream(w, &chunks_statement, params, err) < 0)
		return -1;
	/* Read to the end in any case: an unfinished statement would cost the connection. */
	for (PGresult *res; (res = work_next(w, err)); PQclear(res))
		if (!lost.code)
			spool_write(
			    spare->file, db_get_text(res, 0, 0), db_get_size(res, 0, 0), &lost);
	if (lost.code && !err->code)
		*err = lost;
	return err->code ? -1 : 0;
}

/* Appends the names of the fields that the file says something about, as a text[]. */
static void
list_fields(const struct stage_file *f, struct buf *out)
{
	for (size_t i = 0; i < f->model->nfields; i++)
		if (f->fields & UINT64_C(1) << i)
			buf_printf(out, "%c%s", out->len ? ',' : '{', f->model->fields[i].name);
	buf_add_text(out, out->len ? "}" : "{}");
}

static int
keep_summary(struct work *w, const struct claim *job, const struct stage_file *f,
    const struct stage_counts *counts, struct error *err)
{
	const int64_t numbers[] = {
	    f->records, counts->adds, counts->updates, counts->deletes, f->base, f->revision};
	enum { NUMBERS = sizeof numbers / sizeof numbers[0] };
	char texts[NUMBERS][24];
	const char *params[2 + NUMBERS + 1] = {job->id_text, job->attempt_text};
	struct buf fields = {0};

	for (size_t i = 0; i < NUMBERS; i++) {
		snprintf(texts[i], sizeof texts[i], "%" PRId64, numbers[i]);
		params[2 + i] = texts[i];
	}
	list_fields(f, &fields);
	params[2 + NUMBERS] = buf_text(&fields);
	int64_t kept = fields.failed ? error_set(err, ERROR_SYSTEM, "out of memory")
				     : stage_run(w, f->model, MODEL_SQL_STAGE_SUMMARY, 3 + NUMBERS,
					   params, err);
	buf_free(&fields);
	return kept < 0 ? -1 : 0;
}

/* Takes over what reviewers did with the diff of an earlier attempt. */
static int
carry_review(struct work *w, const struct claim *job, const struct stage_file *f, struct error *err)
{
	const char *params[] = {job->id_text, job->attempt_text, job->week_text};

	if (job->attempt == 1)
		return 0;
	PGresult *res = stage_query(w, f->model, MODEL_SQL_REVIEW_CARRY, 3, params, err);
	PQclear(res);
	return res ? 0 : -1;
}

static int
diff_file(struct work *w, const struct claim *job, struct report *r, const PGresult *files, int i,
    struct child *spare, struct error *err)
{
	struct stage_counts counts;
	struct stage_file f = {
	    .id = db_get_text(files, i, FILE_ID),
	    .model =
		model_find(db_get_text(files, i, FILE_MODEL), db_get_size(files, i, FILE_MODEL)),
	    .format = db_get_text(files, i, FILE_FORMAT),
	    .name = db_get_text(files, i, FILE_NAME),
	    .charset =
		PQgetisnull(files, i, FILE_CHARSET) ? NULL : db_get_text(files, i, FILE_CHARSET),
	};

	if (!f.model)
		return error_set(err, ERROR_INPUT, "%s: there is no such content model.", f.name);
	w->loop->control.lease.progress =
	    (struct progress){.phase = "reading", .bytes_total = db_get_int(files, i, FILE_BYTES)};
	report_begin_file(r);
	if (spool_upload(w, job, &f, spare, err) < 0 || stage_fill(&f, spare, w, r, err) < 0 ||
	    stage_diff(&f, w, r, &counts, err) < 0)
		return -1;
	if (!r->errors)
		return keep_summary(w, job, &f, &counts, err) < 0 ? -1
								  : carry_review(w, job, &f, err);
	if (!r->entries.len)
		return 0;
	return spool_upload(w, job, &f, spare, err) < 0 ? -1
							: collect_rows(r, &f, spare, w->loop, err);
}

enum phase_outcome
diff_make(struct work *w, const struct claim *job, struct report *r, struct child *spare,
    struct error *err)
{
	const char *params[] = {job->id_text, config_text(SETTING_DIFF_WORK_MEM)};
	enum phase_outcome outcome = PHASE_BROKEN;
	PGresult *files = NULL;

	if (work_begin(w, err) < 0 || !(files = work_query(w, &files_statement, params, err)))
		return PHASE_BROKEN;
	for (int i = 0; i < PQntuples(files); i++)
		if (diff_file(w, job, r, files, i, spare, err) < 0)
			goto out;
	if (r->errors) {
		outcome = PHASE_FAILED;
		goto out;
	}
	if (report_store(r, w, err) < 0)
		goto out;
	int ready = claim_ready(w, job, err);
	if (ready == 0)
		outcome = PHASE_REFUSED;
	else if (ready > 0 && work_commit(w, err) == 0)
		outcome = PHASE_DONE;
out:
	child_free(spare); /* unless it was used up, its file is half written */
	PQclear(files);
	return outcome;
}
