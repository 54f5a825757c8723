/* Small answers about the service itself. */
#include "handlers/handlers.h"

/* Clients of the API ask for the survey answers when they start. This library has none. */
void
answers_list(struct request *r)
{
	struct buf body = {0};

	buf_add_text(&body, "{\"results\":[]}");
	http_reply(r->http, 200, &body);
	buf_free(&body);
}

/* Replies 200 while the database answers, for load balancers. */
void
healthz(struct request *r)
{
	struct error err = {0};
	struct buf body = {0};

	if (db_ping(r->db, &err) < 0) {
		http_reply_error(r->http, &err);
		return;
	}
	buf_add_text(&body, "{\"status\":\"ok\"}");
	http_reply(r->http, 200, &body);
	buf_free(&body);
}
