/* Security events, for administrators. */
#include "people/security_event.h"

#include "handlers/handlers.h"
#include "http/choice.h"
#include "http/page.h"

#include <string.h>

static const char *
given(struct request *r, const char *parameter)
{
	const char *value = query_get(&r->http->query, parameter);

	return value && *value ? value : NULL;
}

/* Is there such a kind? If not, the reply has been made. */
static bool
is_kind(struct request *r, const char *kind)
{
	struct error err = {0};
	PGresult *res = event_kinds(r->db, &err);
	bool found = false;

	for (int i = 0; res && i < PQntuples(res); i++)
		found = found || strcmp(db_get_text(res, i, 0), kind) == 0;
	if (!res)
		http_reply_error(r->http, &err);
	else if (!found)
		choice_refuse(r->http, "kind", kind, strlen(kind));
	PQclear(res);
	return found;
}

static void
write_row(void *ctx, struct json *json, const PGresult *row)
{
	(void)ctx;
	event_json(json, row);
}

void
events_list(struct request *r)
{
	const struct event_filter filter = {.kind = given(r, "kind"),
	    .account = given(r, "account"),
	    .address = given(r, "address")};
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	struct page page;
	int64_t n = 0;

	if (filter.address && !event_is_address(filter.address)) {
		http_reply_field(r->http, "address", "Enter a valid IPv4 or IPv6 address.");
		return;
	}
	if ((filter.kind && !is_kind(r, filter.kind)) || !page_read(r, &page))
		return;
	if (page.paged && (n = event_count(r->db, &filter, &err)) < 0) {
		http_reply_error(r->http, &err);
	} else if (page_begin(r, &page, n, &json)) {
		if (event_stream(r->db, &filter, page.size, page_offset(&page), &err) < 0)
			http_reply_error(r->http, &err);
		else
			page_stream(r, &json, write_row, NULL);
	}
	buf_free(&body);
}
