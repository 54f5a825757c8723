/* A request on its way through a handler: see request.h. */
#include "request.h"

#include "job_records.h"

PGresult *
request_found(struct request *r)
{
	PGresult *found = r->along.found;

	r->along.found = NULL;
	return found;
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
