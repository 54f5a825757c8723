/* A request on its way through a handler: see request.h. */
#include "http/request.h"

#include "people/account.h"
#include "store/job_records.h"

PGresult *
request_found(struct request *r)
{
	PGresult *found = r->along.found;

	r->along.found = NULL;
	return found;
}

int
request_act(struct request *r, struct error *err)
{
	const struct caller *c = &r->caller;

	return account_act(
	    r->db, c->account_text, c->has_session ? c->session.hash.text : NULL, err);
}

bool
request_has_job(struct request *r)
{
	struct error err = {0};
	PGresult *found = request_found(r);
	int there = found ? PQntuples(found) : job_exists(r->db, r->id, &err);

	if (there < 0)
		http_reply_error(r->http, &err);
	else if (there == 0)
		http_reply_detail(r->http, 404, NULL);
	PQclear(found);
	return there > 0;
}
