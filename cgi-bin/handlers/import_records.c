/* The records of a job: its errors, its audit trail, its uploaded files. */
#include "base/log.h"
#include "handlers/failed_rows.h"
#include "handlers/handlers.h"
#include "http/choice.h"
#include "http/download.h"
#include "http/page.h"
#include "model/sign.h"
#include "store/job.h"
#include "store/job_records.h"

#include <string.h>

#define ENTRY_MAX_DIGITS 15

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

/* Are these numbers of entries, with commas between them? */
static bool
are_entries(const char *list)
{
	for (size_t n;; list += n + 1) {
		n = strspn(list, "0123456789");
		if (n == 0 || n > ENTRY_MAX_DIGITS)
			return false;
		if (list[n] != ',')
			return list[n] == '\0';
	}
}

/* Reads which errors are asked for. Returns false if the reply has been made. */
static bool
read_filter(struct request *r, struct finding_filter *filter, struct buf *entries)
{
	const struct query *q = &r->http->query;
	const char *kind = query_get(q, "kind");
	const char *model = query_get(q, "content_model");
	const char *list = query_get(q, "entry__in");

	*filter = (struct finding_filter){
	    .kind = kind && *kind ? kind : NULL, .model = model && *model ? model : NULL};
	filter->warnings = filter->kind || job_includes(query_get(q, "include")) & JOB_WARNINGS;
	if (filter->kind && !sign_named(kind)) {
		choice_refuse(r->http, "kind", kind, strlen(kind));
		return false;
	}
	if (!list || !*list)
		return true;
	if (!are_entries(list)) {
		http_reply_field(
		    r->http, "entry__in", "Write entry numbers with commas between them.");
		return false;
	}
	buf_printf(entries, "{%s}", list);
	filter->entries = buf_text(entries);
	return true;
}

void
import_errors(struct request *r)
{
	struct finding_filter filter;
	struct error err = {0};
	struct buf body = {0}, entries = {0};
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
	if (!read_filter(r, &filter, &entries)) {
		/* answered */
	} else if (page.paged && (count = job_errors_count(r->db, r->id, &filter, &err)) < 0) {
		http_reply_error(r->http, &err);
	} else if (page_begin(r, &page, count, &json)) {
		if (job_errors_stream(r->db, r->id, &filter, page.size, page_offset(&page), &err) <
		    0)
			http_reply_error(r->http, &err);
		else
			page_stream(r, &json, write_error, NULL);
	}
	buf_free(&body);
	buf_free(&entries);
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
