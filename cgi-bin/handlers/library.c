/* The library itself: the items of a model, a single item, and an item's history. */
#include "store/library.h"
#include "handlers/handlers.h"
#include "handlers/item_filter.h"
#include "http/choice.h"
#include "http/page.h"

#include <string.h>

#define WALK_DEFAULT 100

static void
write_item(void *ctx, struct json *json, const PGresult *row)
{
	library_item_json(json, ctx, row, 0);
}

static void
write_event(void *ctx, struct json *json, const PGresult *row)
{
	library_event_json(json, ctx, row, 0);
}

/* Is the text an id of the model's items? Nothing else is passed to the database. */
static bool
is_item_id(const struct model *m, const char *text)
{
	return model_is_id(m->fields[0].prefix, text, strlen(text));
}

/* ?after=ID&limit=N walks the library in the order of ids. An empty ID begins at the start. */
static bool
read_walk(struct request *r, const struct model *m, struct library_filter *filter, bool *walks)
{
	const struct query *q = &r->http->query;

	filter->after = query_get(q, "after");
	*walks = filter->after || query_get(q, "limit");
	if (!*walks)
		return true;
	if (filter->after && *filter->after && !is_item_id(m, filter->after)) {
		http_reply_field(r->http, "after", "The id of an item is required.");
		return false;
	}
	filter->limit = WALK_DEFAULT;
	if (query_int(q, "limit", 1, PAGE_MAX_SIZE, &filter->limit) == QUERY_INVALID) {
		http_reply_field(r->http, "limit", "A whole number from 1 to 10000 is required.");
		return false;
	}
	return true;
}

static void
send_items(struct request *r, const struct model *m, struct library_filter *filter, bool walks)
{
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	struct page page = {.number = 1};
	int64_t count = 0;

	if (!walks && !page_read(r, &page))
		return;
	if (page.paged && (count = library_count(r->db, m, filter, &err)) < 0) {
		http_reply_error(r->http, &err);
	} else if (page_begin(r, &page, count, &json)) {
		if (!walks) {
			filter->limit = page.size;
			filter->offset = page_offset(&page);
		}
		if (library_stream(r->db, m, filter, &err) < 0)
			http_reply_error(r->http, &err);
		else
			page_stream(r, &json, write_item, (void *)m);
	}
	buf_free(&body);
}

void
items_list(struct request *r)
{
	const struct model *m = r->model;
	const char *ordering = query_get(&r->http->query, "ordering"), *unknown;
	struct library_filter filter = {0};
	struct buf order = {0};
	bool walks = false;
	size_t n = 0;

	if (!item_filter_read(r, m, &filter) || !read_walk(r, m, &filter, &walks))
		goto out;
	unknown = library_order(m, walks || !ordering ? "" : ordering, &order, &n);
	if (unknown) {
		choice_refuse(r->http, "ordering", unknown, n);
	} else {
		filter.order = buf_text(&order);
		send_items(r, m, &filter, walks);
	}
out:
	buf_free(&order);
	item_filter_free(&filter);
}

void
item_get(struct request *r)
{
	const struct model *m = r->model;
	const struct library_filter filter = {.id = r->name, .limit = 1};
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};

	if (!is_item_id(m, r->name)) {
		http_reply_detail(r->http, 404, NULL);
		return;
	}
	if (library_stream(r->db, m, &filter, &err) == 0)
		for (PGresult *row; (row = db_next(r->db, &err)); PQclear(row))
			library_item_json(&json, m, row, 0);
	if (err.code)
		http_reply_error(r->http, &err);
	else if (!body.len)
		http_reply_detail(r->http, 404, NULL);
	else
		http_reply(r->http, 200, &body);
	buf_free(&body);
}

/*
 * Replies with an item's history. A deleted item still has one; an item that never existed is a
 * 404.
 */
void
item_history(struct request *r)
{
	const struct model *m = r->model;
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	PGresult *first = NULL;

	if (!is_item_id(m, r->name)) {
		http_reply_detail(r->http, 404, NULL);
	} else if (library_history_stream(r->db, m, r->name, &err) < 0) {
		http_reply_error(r->http, &err);
	} else if (!(first = db_next(r->db, &err))) {
		if (err.code)
			http_reply_error(r->http, &err);
		else
			http_reply_detail(r->http, 404, NULL);
	} else {
		json_begin_object(&json);
		json_key(&json, "results");
		json_begin_array(&json);
		library_event_json(&json, m, first, 0);
		PQclear(first);
		page_stream(r, &json, write_event, (void *)m);
	}
	buf_free(&body);
}

static void
of_tasks(struct request *r, handler_fn *handle)
{
	r->model = item_filter_model(r);
	if (r->model)
		handle(r);
	else
		http_reply_detail(r->http, 404, NULL);
}

void
tasks_list(struct request *r)
{
	of_tasks(r, items_list);
}

void
task_get(struct request *r)
{
	of_tasks(r, item_get);
}

void
task_history(struct request *r)
{
	of_tasks(r, item_history);
}
