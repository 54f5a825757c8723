/* Answers that are a job: see job_reply.h. */
#include "handlers/job_reply.h"

#include "store/job.h"
#include "waits/waits.h"

#include <string.h>

void
job_reply(struct request *r, PGresult *res, unsigned includes, const struct error *err)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	if (!res) {
		http_reply_error(r->http, err);
	} else if (PQntuples(res) == 0) {
		http_reply_detail(r->http, 404, NULL);
	} else {
		const char *review = job_review(res, 0);
		if (review)
			http_header(r->http, JOB_REVIEW_HEADER, review);
		job_json(&json, res, 0, includes);
		if (strcmp(r->http->method, "GET") == 0)
			http_reply_tagged(r->http, &body, review);
		else
			http_reply(r->http, 200, &body);
	}
	PQclear(res);
	buf_free(&body);
}

bool
job_reply_know_statuses(struct request *r)
{
	struct error err = {0};

	if (job_statuses_load(r->db, &err) == 0)
		return true;
	http_reply_error(r->http, &err);
	return false;
}

unsigned
job_reply_status(const PGresult *job)
{
	const char *status = job_status(job, 0);

	return job_status_bit(status, strlen(status));
}

void
job_reply_later(struct request *r, unsigned awaited, int64_t ms)
{
	struct buf statuses = {0}, address = {0};

	job_statuses_list(awaited, &statuses);
	const struct wait_order order = {
	    .job = r->id,
	    .account = r->caller.account_id,
	    .ms = ms,
	    .awaited = buf_text(&statuses),
	    .includes = job_includes(query_get(&r->http->query, "include")),
	};
	wait_url(&order, &address);
	http_redirect(r->http, &address);
	buf_free(&statuses);
	buf_free(&address);
}
