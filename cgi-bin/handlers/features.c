/* Switches for whole features, for administrators. */
#include "people/feature.h"

#include "handlers/handlers.h"
#include "http/input.h"
#include "people/account.h"

static const struct input fields[] = {{"enabled", INPUT_BOOLEAN, .required = true}};

void
features_list(struct request *r)
{
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	PGresult *res = feature_list(r->db, &err);

	if (!res) {
		http_reply_error(r->http, &err);
		return;
	}
	json_begin_object(&json);
	json_key(&json, "results");
	json_begin_array(&json);
	for (int i = 0; i < PQntuples(res); i++)
		feature_json(&json, res, i);
	json_end_array(&json);
	json_end_object(&json);
	http_reply(r->http, 200, &body);
	buf_free(&body);
	PQclear(res);
}

/* Replies with the feature in the result (404 if it has no row), and clears the result. */
static void
reply_feature(struct request *r, PGresult *res, const struct error *err)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	if (!res) {
		http_reply_error(r->http, err);
	} else if (PQntuples(res) == 0) {
		http_reply_detail(r->http, 404, NULL);
	} else {
		feature_json(&json, res, 0);
		http_reply(r->http, 200, &body);
	}
	buf_free(&body);
	PQclear(res);
}

void
features_get(struct request *r)
{
	struct error err = {0};
	PGresult *res = feature_get(r->db, r->name, &err);

	reply_feature(r, res, &err);
}

void
features_patch(struct request *r)
{
	struct given enabled;
	struct error err = {0};
	PGresult *res = NULL;
	json_object *form = input_read(r, fields, 1, &enabled);

	if (!form)
		return;
	if (request_act(r, &err) == 0)
		res = account_commit(r->db, feature_set(r->db, r->name, enabled.text, &err), &err);
	reply_feature(r, res, &err);
	json_object_put(form);
}
