/* The diff of a job: its summary, and every change with both sides. */
#include "base/log.h"
#include "handlers/handlers.h"
#include "http/choice.h"
#include "http/row.h"
#include "model/sign.h"
#include "store/diff.h"
#include "store/diff_fields.h"

#include <string.h>

#define LIMIT_MAX 1000

/*
 * Returns the summary rows of the job's present attempt, or NULL if there is no diff to see; the
 * reply has then been made. The rows are written in the same transaction as the diff: if they are
 * there, the diff is complete.
 */
static PGresult *
visible_summary(struct request *r)
{
	struct error err = {0};
	PGresult *found = request_found(r);
	PGresult *res = found ? found : diff_summary(r->db, r->id, &err);

	if (!res)
		http_reply_error(r->http, &err);
	else if (PQntuples(res) > 0)
		return res;
	else
		http_reply_detail(r->http, 404, NULL);
	PQclear(res);
	return NULL;
}

void
import_diff_summary(struct request *r)
{
	PGresult *res = visible_summary(r);

	if (res)
		row_reply_all(r, res, diff_summary_json, NULL);
}

/* A parameter that is "true" or not there. Returns false if the reply has been made. */
static bool
read_true(struct request *r, const char *name, bool *is)
{
	const char *value = query_get(&r->http->query, name);

	*is = value && *value;
	if (!*is || strcmp(value, "true") == 0)
		return true;
	choice_refuse(r->http, name, value, strlen(value));
	return false;
}

/* Reads how the field changes. An empty value counts as a value: the field was or is empty. */
static bool
read_kind(struct request *r, struct diff_filter *filter)
{
	const struct query *q = &r->http->query;
	bool whitespace, rewritten;

	filter->original = query_get(q, "original");
	filter->new = query_get(q, "new");
	if (!read_true(r, "whitespace", &whitespace) || !read_true(r, "rewritten", &rewritten))
		return false;
	if (whitespace && rewritten) {
		http_reply_field(
		    r->http, "rewritten", "This is not possible with whitespace=true.");
		return false;
	}
	filter->edit = whitespace ? "whitespace" : rewritten ? "rewritten" : NULL;
	if (!*filter->field && (filter->original || filter->new || filter->edit)) {
		http_reply_field(r->http, "field", "This field is required.");
		return false;
	}
	return true;
}

/* Reads which changes are asked for, of any operation. Returns false if the reply has been made. */
static bool
read_filter(struct request *r, const struct model *m, struct diff_filter *filter)
{
	const struct query *q = &r->http->query;
	const char *search = query_get(q, "search");
	const char *field = query_get(q, "field");
	const char *warning = query_get(q, "warning");

	*filter = (struct diff_filter){.search = search ? search : "",
	    .field = field ? field : "",
	    .warning = warning ? warning : ""};
	bool known = !*filter->field;
	for (size_t i = 0; i < m->nfields; i++)
		if (diff_fields_has(&m->fields[i]) && strcmp(m->fields[i].name, filter->field) == 0)
			known = true;
	if (!known) {
		choice_refuse(r->http, "field", field, strlen(field));
		return false;
	}
	if (*filter->warning && !sign_named(filter->warning)) {
		choice_refuse(r->http, "warning", warning, strlen(warning));
		return false;
	}
	return read_kind(r, filter);
}

/*
 * Reads which operations (DIFF_OPS: all) and which rows are asked for. Returns false if the reply
 * has been made.
 */
static bool
read_options(
    struct request *r, const struct model *m, enum diff_op *wanted, struct diff_filter *filter)
{
	const struct query *q = &r->http->query;
	const char *op = query_get(q, "op");

	*wanted = DIFF_OPS;
	for (int i = 0; op && i < DIFF_OPS; i++)
		if (strcmp(diff_op_names[i], op) == 0)
			*wanted = (enum diff_op)i;
	if (op && *op && *wanted == DIFF_OPS) {
		choice_refuse(r->http, "op", op, strlen(op));
		return false;
	}
	if (!read_filter(r, m, filter))
		return false;
	if (query_int(q, "after", 0, INT64_MAX, &filter->after) == QUERY_INVALID) {
		http_reply_field(r->http, "after", "A valid entry number is required.");
		return false;
	}
	if (query_int(q, "limit", 1, LIMIT_MAX, &filter->limit) == QUERY_INVALID) {
		http_reply_field(r->http, "limit", "A whole number from 1 to 1000 is required.");
		return false;
	}
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
			diff_change_json(&arrays[diff_change_op(row, 0)], m, row, 0);
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
		diff_change_json(json, m, row, 0);
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

/*
 * Finds where the diff of {model} is. Returns NULL if there is none to see; the reply (404) has
 * been made.
 */
static const struct model *
visible_model(struct request *r, struct diff_place *place)
{
	const struct model *m = r->model;
	PGresult *res = visible_summary(r);
	bool uploaded = false;

	if (!res)
		return NULL;
	for (int i = 0; i < PQntuples(res); i++)
		uploaded = uploaded || strcmp(db_get_text(res, i, 0), m->name) == 0;
	*place = diff_summary_place(res);
	PQclear(res);
	if (uploaded)
		return m;
	http_reply_detail(r->http, 404, NULL);
	return NULL;
}

void
import_diff_detail(struct request *r)
{
	struct diff_filter filter;
	enum diff_op wanted;
	struct diff_place place;
	const struct model *m = visible_model(r, &place);

	if (!m || !read_options(r, m, &wanted, &filter))
		return;
	filter.place = place;
	if (filter.limit)
		send_page(r, m, wanted, &filter);
	else
		send_all(r, m, wanted, &filter);
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
	struct diff_filter filter;
	struct diff_place place;
	const struct model *m = visible_model(r, &place);

	if (!m || !read_filter(r, m, &filter))
		return;
	filter.place = place;
	PGresult *res = diff_fields(r->db, m, r->id, &filter, includes, &err);
	if (!res) {
		http_reply_error(r->http, &err);
		return;
	}
	diff_fields_json(&json, m, res, includes);
	http_reply(r->http, 200, &body);
	buf_free(&body);
	PQclear(res);
}
