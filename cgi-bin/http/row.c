/* Replies made of the rows of a result: see row.h. */
#include "http/row.h"

#include "base/buf.h"

void
row_reply(struct request *r, PGresult *res, row_json_fn *write, const struct error *err)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	if (!res) {
		http_reply_error(r->http, err);
	} else if (PQntuples(res) == 0) {
		http_reply_detail(r->http, 404, NULL);
	} else {
		write(&json, res, 0);
		http_reply(r->http, 200, &body);
	}
	buf_free(&body);
	PQclear(res);
}

void
row_reply_all(struct request *r, PGresult *res, row_json_fn *write, const struct error *err)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	if (!res) {
		http_reply_error(r->http, err);
		return;
	}
	json_begin_object(&json);
	json_key(&json, "results");
	json_begin_array(&json);
	for (int i = 0; i < PQntuples(res); i++)
		write(&json, res, i);
	json_end_array(&json);
	json_end_object(&json);
	http_reply(r->http, 200, &body);
	buf_free(&body);
	PQclear(res);
}
