/* The diff of a job: its summary, and every change with both sides. */
#include "base/log.h"
#include "handlers/diff_query.h"
#include "handlers/diff_visible.h"
#include "handlers/handlers.h"
#include "handlers/job_reply.h"
#include "http/choice.h"
#include "http/row.h"
#include "store/diff.h"
#include "store/diff_fields.h"

#include <string.h>

void
import_diff_summary(struct request *r)
{
	PGresult *res = diff_visible_summary(r);

	if (!res)
		return;
	http_header(r->http, JOB_REVIEW_HEADER, diff_summary_review(res));
	row_reply_all(r, res, diff_summary_json, NULL);
}

/*
 * Reads which changes are asked for: those that an accept would apply, or with held=true the
 * others, or with held=all both; the latter two say of each whether it is held. Returns false if
 * the reply has been made.
 */
static bool
read_held(struct request *r, bool holds, struct diff_filter *filter)
{
	const char *held = query_get(&r->http->query, "held");
	const bool asked = held && *held;

	if (asked && strcmp(held, "true") != 0 && strcmp(held, "all") != 0 &&
	    strcmp(held, "false") != 0) {
		choice_refuse(r->http, "held", held, strlen(held));
		return false;
	}
	filter->holds = asked && strcmp(held, "false") != 0;
	if (filter->holds)
		filter->held = strcmp(held, "true") == 0 ? "true" : NULL;
	else
		filter->held = holds ? "false" : NULL;
	return true;
}

/*
 * Sends a page of changes, divided into the three arrays. Rows of all operations come in the order
 * of the file. There are few of them, so the three arrays are built at the same time.
 */
static void
send_page(
    struct request *r, const struct model *m, enum diff_op wanted, const struct diff_filter *filter)
{
	struct buf parts[DIFF_OPS] = {0}, body = {0};
	struct json arrays[DIFF_OPS], json = {.out = &body};
	struct error err = {0};

	for (int op = 0; op < DIFF_OPS; op++) {
		arrays[op] = (struct json){.out = &parts[op]};
		json_begin_array(&arrays[op]);
	}
	if (diff_stream(r->db, m, r->id, wanted, filter, &err) == 0)
		for (PGresult *row; (row = db_next(r->db, &err)); PQclear(row))
			diff_change_json(&arrays[diff_change_op(row, 0)], m, filter->holds, row, 0);
	json_begin_object(&json);
	json_key(&json, "content_model");
	json_text(&json, m->name);
	for (int op = 0; op < DIFF_OPS; op++) {
		json_end_array(&arrays[op]);
		json_key(&json, diff_op_names[op]);
		json_raw(&json, buf_text(&parts[op]), parts[op].len);
		buf_free(&parts[op]);
	}
	json_end_object(&json);
	if (err.code)
		http_reply_error(r->http, &err);
	else
		http_reply(r->http, 200, &body);
	buf_free(&body);
}

/* Sends the changes of one kind. Returns false if they broke off. */
static bool
stream_op(struct request *r, const struct model *m, enum diff_op op,
    const struct diff_filter *filter, struct json *json, struct error *err)
{
	PGresult *row = NULL;

	if (diff_stream(r->db, m, r->id, op, filter, err) < 0)
		return false;
	while (!r->http->broken && (row = db_next(r->db, err))) {
		diff_change_json(json, m, filter->holds, row, 0);
		PQclear(row);
		http_stream(r->http, json->out);
	}
	if (r->http->broken)
		db_abandon(r->db);
	return !r->http->broken && !err->code;
}

/* Streams the whole diff from the database, so that memory use does not grow with it. */
static void
send_all(
    struct request *r, const struct model *m, enum diff_op wanted, const struct diff_filter *filter)
{
	struct buf body = {0};
	struct json json = {.out = &body};
	struct error err = {0};
	bool going = true;

	json_begin_object(&json);
	json_key(&json, "content_model");
	json_text(&json, m->name);
	for (int op = 0; op < DIFF_OPS && going; op++) {
		json_key(&json, diff_op_names[op]);
		json_begin_array(&json);
		if (wanted == DIFF_OPS || wanted == (enum diff_op)op)
			going = stream_op(r, m, (enum diff_op)op, filter, &json, &err);
		json_end_array(&json);
	}
	json_end_object(&json);
	if (!going && !r->http->status && err.code)
		http_reply_error(r->http, &err);
	else if (err.code)
		log_warning("%s: the diff broke off: %s", r->http->path, err.message);
	else if (going && r->http->status)
		http_put(r->http, body.data, body.len);
	else if (going)
		http_reply(r->http, 200, &body);
	buf_free(&body);
}

void
import_diff_detail(struct request *r)
{
	struct diff_visible diff;
	struct diff_filter filter;
	enum diff_op wanted;

	if (!diff_visible(r, &diff) ||
	    !diff_query_read(r->http, &r->http->query, r->model, &wanted, &filter) ||
	    !read_held(r, diff.holds, &filter))
		return;
	filter.place = diff.place;
	http_header(r->http, JOB_REVIEW_HEADER, diff.review);
	if (filter.limit)
		send_page(r, r->model, wanted, &filter);
	else
		send_all(r, r->model, wanted, &filter);
}

/*
 * Replies with what the updates change, field by field, among the changes that fit the filter. This
 * reads the whole diff.
 */
void
import_diff_fields(struct request *r)
{
	const unsigned includes = diff_fields_includes(query_get(&r->http->query, "include"));
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	struct diff_visible diff;
	struct diff_filter filter;

	if (!diff_visible(r, &diff) ||
	    !diff_query_filter(r->http, &r->http->query, r->model, &filter) ||
	    !read_held(r, diff.holds, &filter))
		return;
	filter.place = diff.place;
	PGresult *res = diff_fields(r->db, r->model, r->id, &filter, includes, &err);
	if (!res) {
		http_reply_error(r->http, &err);
		return;
	}
	diff_fields_json(&json, r->model, res, includes);
	http_reply(r->http, 200, &body);
	buf_free(&body);
	PQclear(res);
}
