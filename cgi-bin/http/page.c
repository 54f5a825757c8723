/* Lists in pages: see page.h. */
#include "http/page.h"

#include "base/log.h"
#include "http/origin.h"

#include <stdio.h>
#include <string.h>

/* Returns the page size, or 0 if there is none or the framework would ignore it. */
static int64_t
asked_size(const struct query *q)
{
	int64_t size = 0;

	if (query_int(q, "page_size", 1, INT64_MAX, &size) != QUERY_VALID)
		return 0;
	return size < PAGE_MAX_SIZE ? size : PAGE_MAX_SIZE;
}

bool
page_is_short(const struct query *q)
{
	int64_t size = asked_size(q), number = 1;
	const char *page = query_get(q, "page");

	if (size == 0 || size > PAGE_SHORT || (page && strcmp(page, "last") == 0))
		return false;
	query_int(q, "page", 1, INT64_MAX, &number);
	return number <= PAGE_NEAR / size;
}

bool
page_read(struct request *r, struct page *page)
{
	const struct query *q = &r->http->query;
	const char *number = query_get(q, "page");

	*page = (struct page){.number = 1};
	page->size = asked_size(q);
	page->paged = page->size > 0;
	if (!page->paged)
		return true;
	page->last = number && strcmp(number, "last") == 0;
	if (!page->last &&
	    query_int(q, "page", 1, INT64_MAX / PAGE_MAX_SIZE, &page->number) == QUERY_INVALID) {
		http_reply_detail(r->http, 404, "Invalid page.");
		return false;
	}
	return true;
}

int64_t
page_offset(const struct page *page)
{
	return (page->number - 1) * page->size;
}

/* Writes the link to another page. The link to the first has no number. */
static void
write_link(struct request *r, struct json *json, const char *key, int64_t number)
{
	char text[24];
	struct buf url = {0};

	snprintf(text, sizeof text, "%lld", (long long)number);
	origin_add(r->http, &url);
	buf_add_text(&url, r->http->path);
	query_replaced(&url, &r->http->query, "page", number > 1 ? text : NULL);
	json_key(json, key);
	json_text(json, buf_text(&url));
	buf_free(&url);
}

bool
page_begin(struct request *r, struct page *page, int64_t count, struct json *json)
{
	json_begin_object(json);
	if (page->paged) {
		int64_t pages = count ? (count + page->size - 1) / page->size : 1;
		if (page->last)
			page->number = pages;
		if (page->number > pages) {
			http_reply_detail(r->http, 404, "Invalid page.");
			return false;
		}
		json_key(json, "count");
		json_int(json, count);
		if (page->number < pages) {
			write_link(r, json, "next", page->number + 1);
		} else {
			json_key(json, "next");
			json_null(json);
		}
		if (page->number > 1) {
			write_link(r, json, "previous", page->number - 1);
		} else {
			json_key(json, "previous");
			json_null(json);
		}
	}
	json_key(json, "results");
	json_begin_array(json);
	return true;
}

void
page_stream(struct request *r, struct json *json, page_row_fn *write_row, void *ctx)
{
	struct error err = {0};
	PGresult *row = NULL;

	while (!r->http->broken && (row = db_next(r->db, &err))) {
		write_row(ctx, json, row);
		PQclear(row);
		http_stream(r->http, json->out);
	}
	if (r->http->broken) {
		db_abandon(r->db);
		return;
	}
	if (err.code && !r->http->status) {
		http_reply_error(r->http, &err);
		return;
	}
	if (err.code) { /* too late for an error status: the body stays unfinished */
		log_error("%s: the rows broke off: %s", r->http->path, err.message);
		return;
	}
	json_end_array(json);
	json_end_object(json);
	if (r->http->status)
		http_put(r->http, json->out->data, json->out->len);
	else
		http_reply(r->http, 200, json->out);
}
