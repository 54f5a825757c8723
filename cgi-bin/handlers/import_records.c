/* The records of a job: its errors, its audit trail, its uploaded files. */
#include "base/log.h"
#include "handlers/failed_rows.h"
#include "handlers/handlers.h"
#include "http/choice.h"
#include "http/download.h"
#include "http/page.h"
#include "store/job.h"
#include "store/job_records.h"

#include <string.h>

static void
write_error(void *ctx, struct json *json, const PGresult *row)
{
	(void)ctx;
	job_error_json(json, row, 0);
}

static void
write_event(void *ctx, struct json *json, const PGresult *row)
{
	(void)ctx;
	job_event_json(json, row, 0);
}

/* Reads format=csv. Returns false if it is wrong; the reply has been made. */
static bool
read_format(struct request *r, bool *csv)
{
	const char *format = query_get(&r->http->query, "format");

	*csv = format && strcmp(format, "csv") == 0;
	if (*csv || !format || !*format || strcmp(format, "json") == 0)
		return true;
	choice_refuse(r->http, "format", format, strlen(format));
	return false;
}

/* Whether ?include= names warnings. */
static bool
wants_warnings(struct request *r)
{
	return job_includes(query_get(&r->http->query, "include")) & JOB_WARNINGS;
}

void
import_errors(struct request *r)
{
	const bool warnings = wants_warnings(r);
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	struct page page;
	int64_t count = 0;
	bool csv = false;

	if (!request_has_job(r) || !page_read(r, &page) || !read_format(r, &csv))
		return;
	if (csv) {
		failed_rows_send(r);
		return;
	}
	if (page.paged && (count = job_errors_count(r->db, r->id, warnings, &err)) < 0) {
		http_reply_error(r->http, &err);
	} else if (page_begin(r, &page, count, &json)) {
		if (job_errors_stream(r->db, r->id, warnings, page.size, page_offset(&page), &err) <
		    0)
			http_reply_error(r->http, &err);
		else
			page_stream(r, &json, write_error, NULL);
	}
	buf_free(&body);
}

void
import_events(struct request *r)
{
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	struct page page = {.number = 1};

	if (!request_has_job(r))
		return;
	if (job_events_stream(r->db, r->id, &err) < 0)
		http_reply_error(r->http, &err);
	else if (page_begin(r, &page, 0, &json))
		page_stream(r, &json, write_event, NULL);
	buf_free(&body);
}

/* Sends the original bytes of an uploaded file. */
void
import_file(struct request *r)
{
	struct error err = {0};
	PGresult *file = job_file(r->db, r->id, r->name, &err);

	if (!file) {
		http_reply_error(r->http, &err);
	} else if (PQntuples(file) == 0) {
		http_reply_detail(r->http, 404, NULL);
	} else if (job_file_stream(r->db, file, &err) < 0) {
		http_reply_error(r->http, &err);
	} else {
		PGresult *row = NULL;

		download_begin(r->http, db_get_int(file, 0, JOB_FILE_BYTES),
		    "application/octet-stream", db_get_text(file, 0, JOB_FILE_NAME));
		while (!r->http->broken && (row = db_next(r->db, &err))) {
			http_put(r->http, db_get_text(row, 0, 0), db_get_size(row, 0, 0));
			PQclear(row);
		}
		if (r->http->broken)
			db_abandon(r->db);
		if (err.code)
			log_warning("%s: the file broke off: %s", r->http->path, err.message);
	}
	PQclear(file);
}
