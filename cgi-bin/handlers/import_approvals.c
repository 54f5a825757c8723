/* Approvals of a review. */
#include "base/config.h"
#include "handlers/conflict.h"
#include "handlers/handlers.h"
#include "http/input.h"
#include "store/approval.h"

static const struct input approve_inputs[] = {
    {.name = "review", .kind = INPUT_TEXT, .required = true, .max = 64},
};

/* Replies with all approvals, how many are needed, and how many count. */
static void
reply_approvals(struct request *r)
{
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	int counting = 0;
	PGresult *res = approval_list(r->db, r->id, &err);

	if (!res) {
		http_reply_error(r->http, &err);
		return;
	}
	for (int i = 0; i < PQntuples(res); i++)
		counting += approval_counts(res, i);
	json_begin_object(&json);
	json_key(&json, "needed");
	json_int(&json, config_int(SETTING_APPROVALS));
	json_key(&json, "given");
	json_int(&json, counting);
	json_key(&json, "results");
	json_begin_array(&json);
	for (int i = 0; i < PQntuples(res); i++)
		approval_json(&json, res, i);
	json_end_array(&json);
	json_end_object(&json);
	http_reply(r->http, 200, &body);
	PQclear(res);
	buf_free(&body);
}

/* Replies to what was done about an approval, and clears the result. */
static void
reply_done(struct request *r, PGresult *res, const struct error *err)
{
	struct refusal refusal;

	if (!res) {
		http_reply_error(r->http, err);
	} else if (PQntuples(res) == 0) {
		http_reply_detail(r->http, 404, NULL);
	} else if (approval_refused(res, &refusal)) {
		conflict_refused(r->http, &refusal, false);
	} else {
		r->http->changed = true;
		reply_approvals(r);
	}
	PQclear(res);
}

void
import_approvals_list(struct request *r)
{
	if (request_has_job(r))
		reply_approvals(r);
}

void
import_approvals_post(struct request *r)
{
	struct given review = {0};
	struct error err = {0};

	if (!request_has_job(r))
		return;
	json_object *form = input_read(r, approve_inputs, 1, &review);
	if (!form)
		return;
	reply_done(r, approval_add(r->db, r->caller.key.text, r->id, review.text, &err), &err);
	json_object_put(form);
}

void
import_approvals_delete(struct request *r)
{
	struct error err = {0};

	reply_done(r, approval_withdraw(r->db, r->caller.key.text, r->id, &err), &err);
}
