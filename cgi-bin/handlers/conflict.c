/* The present state forbids the request: see conflict.h. */
#include "handlers/conflict.h"

#include "base/json_writer.h"
#include "database/transaction.h"
#include "store/job.h"

#include <string.h>

#define UNIQUE_VIOLATION "23505"

void
conflict_in_progress(struct http *http, int64_t job)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	json_begin_object(&json);
	json_key(&json, "detail");
	json_text(&json, "A library import job is already in progress. Accept or cancel it first.");
	json_key(&json, "code");
	json_text(&json, "job_in_progress");
	json_key(&json, "job");
	if (job)
		json_int(&json, job);
	else
		json_null(&json);
	json_end_object(&json);
	http_reply(http, 409, &body);
	buf_free(&body);
}

void
conflict_failed(struct request *r, const struct error *err)
{
	struct error unread = {0};

	if (strcmp(err->sqlstate, UNIQUE_VIOLATION) != 0) {
		http_reply_error(r->http, err);
		return;
	}
	db_rollback(r->db);
	int64_t current = job_current_id(r->db, &unread);
	conflict_in_progress(r->http, current > 0 ? current : 0);
}

int
conflict_status(const struct refusal *refusal, bool precondition)
{
	static const struct {
		const char *code;
		int status;
	} others[] = {{"review_required", 428}, {"not_in_diff", 400}, {"no_comment", 400},
	    {"contributor", 403}, {"not_yours", 403}};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(others[i].code, refusal->code) == 0)
			return others[i].status;
	return precondition && strcmp(refusal->code, "review_changed") == 0 ? 412 : 409;
}

void
conflict_unknown(struct http *http)
{
	http_reply_detail(http, 503,
	    "The database was lost, and it is not known whether this took effect. Look at the jobs "
	    "before you try again.");
}
