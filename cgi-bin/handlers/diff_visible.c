/* The diff that a request is about: see diff_visible.h. */
#include "handlers/diff_visible.h"

#include <stdio.h>
#include <string.h>

PGresult *
diff_visible_summary(struct request *r)
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

bool
diff_visible(struct request *r, struct diff_visible *diff)
{
	PGresult *res = diff_visible_summary(r);
	bool uploaded = false;

	if (!res)
		return false;
	for (int i = 0; i < PQntuples(res); i++) {
		if (strcmp(diff_summary_model(res, i), r->model->name) != 0)
			continue;
		uploaded = true;
		diff->holds = diff_summary_holds(res, i);
	}
	diff->place = diff_summary_place(res);
	snprintf(diff->review, sizeof diff->review, "%s", diff_summary_review(res));
	PQclear(res);
	if (!uploaded)
		http_reply_detail(r->http, 404, NULL);
	return uploaded;
}
