/* The failed rows of a file: see failed_rows.h. */
#include "handlers/failed_rows.h"

#include "base/config.h"
#include "base/spool.h"
#include "formats/writer.h"
#include "http/choice.h"
#include "http/download.h"
#include "model/model.h"
#include "store/job_records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Returns the index of the model that is asked for: the one that content_model names, or the only
 * one with failed rows. Returns -1 if there is none; the reply has been made.
 */
static int
choose_model(struct request *r, const PGresult *found)
{
	const char *asked = query_get(&r->http->query, "content_model");
	int n = PQntuples(found);

	if (n == 0) {
		http_reply_detail(r->http, 404,
		    "There are no failed rows to give back: the errors are about a whole file, or "
		    "it could not be read. Correct the file itself, and upload it again.");
		return -1;
	}
	if (n == 1 && (!asked || !*asked))
		return 0;
	for (int i = 0; asked && i < n; i++)
		if (strcmp(db_get_text(found, i, FAILED_MODEL_NAME), asked) == 0)
			return i;
	if (asked && *asked)
		choice_refuse(r->http, "content_model", asked, strlen(asked));
	else
		http_reply_field(r->http, "content_model",
		    "Files of several models have failed rows: say which you want.");
	return -1;
}

/* Writes the row as its file has it, where it was and what is wrong with it. */
static int
write_failed(struct writer *w, const PGresult *row, struct text_slice *texts, struct cell *cells,
    struct error *err)
{
	size_t own = w->ncolumns - 2, n = job_failed_cells(row, 0, FAILED_CELLS, texts, own);
	char number[24];

	for (size_t i = 0; i < own; i++)
		cells[i] = i < n && texts[i].text
			       ? (struct cell){CELL_STRING, texts[i].text, texts[i].n}
			       : (struct cell){CELL_STRING, "", 0};
	int digits = db_is_null(row, 0, FAILED_ROW) ? 0
						    : snprintf(number, sizeof number, "%" PRId64,
							  db_get_int(row, 0, FAILED_ROW));
	cells[own] = (struct cell){CELL_NUMBER, number, (size_t)digits};
	cells[own + 1] = (struct cell){
	    CELL_STRING, db_get_text(row, 0, FAILED_ERRORS), db_get_size(row, 0, FAILED_ERRORS)};
	return writer_row(w, cells, err);
}

/* Writes the rows below the header, which has the texts of the columns. */
static int
write_failed_rows(struct request *r, const char *model, struct text_slice *texts, size_t n, int fd,
    struct error *err)
{
	const char **names = calloc(n + 2, sizeof *names);
	struct cell *cells = calloc(n + 2, sizeof *cells);
	struct buf copied = {0};
	struct writer *w = NULL;
	int done = -1;

	for (size_t i = 0; i < n; i++) {
		buf_add(&copied, texts[i].text, texts[i].n);
		buf_add_char(&copied, '\0');
	}
	if (!names || !cells || copied.failed) {
		error_set(err, ERROR_SYSTEM, "out of memory");
		goto out;
	}
	for (size_t i = 0, at = 0; i < n; at += texts[i++].n + 1)
		names[i] = copied.data + at;
	names[n] = MODEL_ADDED_ROW;
	names[n + 1] = MODEL_ADDED_ERRORS;
	w = writer_open(&writer_csv, fd, config_text(SETTING_SPOOL_DIR), names, n + 2, err);
	if (!w || job_failed_stream(r->db, r->id, model, err) < 0)
		goto out;
	done = 0;
	for (PGresult *row; done == 0 && (row = db_next(r->db, err)); PQclear(row))
		done = write_failed(w, row, texts, cells, err);
	if (done < 0)
		db_abandon(r->db);
	if (err->code || writer_finish(w, err) < 0)
		done = -1;
out:
	writer_close(w);
	buf_free(&copied);
	free(names);
	free(cells);
	return done;
}

/*
 * Spools the rows of the i-th model found, and sends them under the filename to upload them with.
 */
static void
send_rows(struct request *r, const PGresult *found, int i)
{
	const char *model = db_get_text(found, i, FAILED_MODEL_NAME);
	size_t n = job_failed_cells(found, i, FAILED_MODEL_HEADER, NULL, 0);
	struct text_slice *texts = calloc(n + 1, sizeof *texts);
	struct buf filename = {0};
	struct error err = {0};
	int fd = -1, done = -1;

	buf_printf(&filename, "%s.csv", model);
	if (!texts) {
		error_set(&err, ERROR_SYSTEM, "out of memory");
	} else if ((fd = spool_open(&err)) >= 0) {
		job_failed_cells(found, i, FAILED_MODEL_HEADER, texts, n);
		done = write_failed_rows(r, model, texts, n, fd, &err);
	}
	if (done < 0)
		http_reply_error(r->http, &err);
	else
		download_spooled(r->http, fd, writer_csv.media_type, buf_text(&filename));
	if (fd >= 0)
		close(fd);
	buf_free(&filename);
	free(texts);
}

void
failed_rows_send(struct request *r)
{
	struct error err = {0};
	PGresult *found = job_failed_models(r->db, r->id, &err);

	if (!found) {
		http_reply_error(r->http, &err);
		return;
	}
	int i = choose_model(r, found);
	if (i >= 0)
		send_rows(r, found, i);
	PQclear(found);
}
