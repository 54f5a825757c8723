/* A request that changes something: see change.h. */
#include "handlers/change.h"

#include "database/transaction.h"
#include "handlers/conflict.h"

bool
change_begin(struct change *c, struct request *r)
{
	*c = (struct change){.r = r};
	c->json.out = &c->body;
	if (!repeat_read(&c->repeat, r))
		return false;
	repeat_hear_body(&c->repeat);
	return true;
}

bool
change_open(struct change *c)
{
	struct error err = {0};

	if (db_begin(c->r->db, &err) == 0)
		return repeat_is_new(&c->repeat);
	http_reply_error(c->r->http, &err);
	return false;
}

int
change_commit(struct change *c, int status, enum test_point before, struct error *err)
{
	if (repeat_keep(&c->repeat, status, &c->body, err) < 0)
		return -1;
	(void)before; /* release builds have no points */
	test_point(before);
	return db_commit(c->r->db, err);
}

/* Replies that it cannot be done. What may pass by itself, or is nobody's business, is not kept. */
static void
refuse(struct change *c, const struct refusal *refusal)
{
	const int status = conflict_status(refusal, c->by_match);
	struct error err = {0};

	buf_add(&c->body, refusal->body, refusal->n);
	if (status == 403 || change_commit(c, status, TEST_REVIEW_COMMITTING, &err) == 0)
		http_reply(c->r->http, status, &c->body);
	else
		http_reply_error(c->r->http, &err);
}

bool
change_made(struct change *c, const PGresult *res, refused_fn *refused, const struct error *err)
{
	struct refusal refusal;

	if (!res)
		http_reply_error(c->r->http, err);
	else if (PQntuples(res) == 0)
		http_reply_detail(c->r->http, 404, NULL);
	else if (refused && refused(res, &refusal))
		refuse(c, &refusal);
	else
		return true;
	return false;
}

void
change_reply(struct change *c, int status)
{
	struct http *http = c->r->http;
	struct error err = {0};

	if (change_commit(c, status, TEST_REVIEW_COMMITTING, &err) == 0) {
		http->changed = true;
		test_point(TEST_REVIEW_COMMITTED);
		http_reply(http, status, &c->body);
	} else if (err.code == ERROR_DB_DOWN) {
		conflict_unknown(http);
	} else {
		http_reply_error(http, &err);
	}
}

void
change_free(struct change *c)
{
	db_rollback(c->r->db);
	repeat_free(&c->repeat);
	buf_free(&c->body);
}
