/* A request on its way through a handler: see request.h. */
#include "http/request.h"

#include "catalog/catalog.h"
#include "store/job_records.h"

PGresult *
request_found(struct request *r)
{
	PGresult *found = r->along.found;

	r->along.found = NULL;
	return found;
}

struct actor
request_actor(const struct request *r)
{
	return (struct actor){
	    .key = r->caller.account_id ? r->caller.key.text : NULL,
	    .address = http_param(r->http, "REMOTE_ADDR"),
	    .request = http_param(r->http, "REQUEST_ID"),
	};
}

int
request_act(struct request *r, struct error *err)
{
	const struct actor by = request_actor(r);

	return account_act(r->db, &by, err);
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

bool
request_knows_models(struct request *r)
{
	struct error err = {0};

	if (r->caller.models || catalog_load(r->db, 0, &err) == 0)
		return true;
	http_reply_error(r->http, &err);
	return false;
}
