/* Switches for whole features, for administrators. */
#include "people/feature.h"

#include "handlers/handlers.h"
#include "http/input.h"
#include "http/row.h"
#include "people/account.h"

static const struct input fields[] = {{"enabled", INPUT_BOOLEAN, .required = true}};

void
features_list(struct request *r)
{
	struct error err = {0};
	PGresult *res = feature_list(r->db, &err);

	row_reply_all(r, res, feature_json, &err);
}

void
features_get(struct request *r)
{
	struct error err = {0};
	PGresult *res = feature_get(r->db, r->name, &err);

	row_reply(r, res, feature_json, &err);
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
		res = account_commit(r->db,
		    feature_set(r->db, r->caller.key.text, r->name, enabled.text, &err), &err);
	row_reply(r, res, feature_json, &err);
	json_object_put(form);
}
