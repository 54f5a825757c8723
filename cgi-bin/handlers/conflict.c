/* 409: the present state forbids the request: see conflict.h. */
#include "handlers/conflict.h"

#include "base/json_writer.h"

#include <string.h>

/* Every 409 begins with these. */
static void
begin(struct json *json, const char *detail, const char *code)
{
	json_begin_object(json);
	json_key(json, "detail");
	json_text(json, detail);
	json_key(json, "code");
	json_text(json, code);
}

static void
reply(struct http *http, struct json *json)
{
	json_end_object(json);
	http_reply(http, 409, json->out);
	buf_free(json->out);
}

void
conflict_in_progress(struct http *http, int64_t job)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	begin(&json, "A library import job is already in progress. Accept or cancel it first.",
	    "job_in_progress");
	json_key(&json, "job");
	if (job)
		json_int(&json, job);
	else
		json_null(&json);
	reply(http, &json);
}

void
conflict_status(struct http *http, const char *detail, const char *code, const char *status)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	begin(&json, detail, code);
	json_key(&json, "status");
	json_text(&json, status);
	reply(http, &json);
}

bool
conflict_raised(struct http *http, const struct error *err)
{
	static const struct {
		const char *sqlstate, *code;
	} refusals[] = {{"AC001", "model_changed"}};
	struct buf body = {0};
	struct json json = {.out = &body};

	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		if (strcmp(refusals[i].sqlstate, err->sqlstate) != 0)
			continue;
		begin(&json, err->message, refusals[i].code);
		reply(http, &json);
		return true;
	}
	return false;
}

void
conflict_unknown(struct http *http)
{
	http_reply_detail(http, 503,
	    "The database was lost, and it is not known whether this took effect. Look at the jobs "
	    "before you try again.");
}
