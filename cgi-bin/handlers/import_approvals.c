/* Approvals of a review. */
#include "base/config.h"
#include "handlers/change.h"
#include "handlers/handlers.h"
#include "http/input.h"
#include "store/approval.h"

static const struct input approve_inputs[] = {
    {.name = "review", .kind = INPUT_TEXT, .required = true, .max = 64},
};

/* Writes all approvals, how many are needed, and how many count. False: the reply has been made. */
static bool
write_approvals(struct request *r, struct json *json)
{
	struct error err = {0};
	int counting = 0;
	PGresult *res = approval_list(r->db, r->id, &err);

	if (!res) {
		http_reply_error(r->http, &err);
		return false;
	}
	for (int i = 0; i < PQntuples(res); i++)
		counting += approval_counts(res, i);
	json_begin_object(json);
	json_key(json, "needed");
	json_int(json, config_int(SETTING_APPROVALS));
	json_key(json, "given");
	json_int(json, counting);
	json_key(json, "results");
	json_begin_array(json);
	for (int i = 0; i < PQntuples(res); i++)
		approval_json(json, res, i);
	json_end_array(json);
	json_end_object(json);
	PQclear(res);
	return true;
}

void
import_approvals_list(struct request *r)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	if (request_has_job(r) && write_approvals(r, &json))
		http_reply(r->http, 200, &body);
	buf_free(&body);
}

/* Replies with all approvals after one was given or taken back, and clears the result. */
static void
reply_made(struct change *c, PGresult *res, const struct error *err)
{
	if (change_made(c, res, approval_refused, err) && write_approvals(c->r, &c->json))
		change_reply(c, 200);
	PQclear(res);
}

void
import_approvals_post(struct request *r)
{
	struct given review = {0};
	struct error err = {0};
	json_object *form = NULL;
	struct change c;

	if (change_begin(&c, r) && request_has_job(r) &&
	    (form = input_read(r, approve_inputs, 1, &review)) && change_open(&c))
		reply_made(
		    &c, approval_add(r->db, r->caller.key.text, r->id, review.text, &err), &err);
	json_object_put(form);
	change_free(&c);
}

void
import_approvals_delete(struct request *r)
{
	struct error err = {0};
	struct change c;

	if (change_begin(&c, r) && change_open(&c))
		reply_made(&c, approval_withdraw(r->db, r->caller.key.text, r->id, &err), &err);
	change_free(&c);
}
