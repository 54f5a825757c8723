/* The content models that there are, as they are declared. */
#include "handlers/handlers.h"
#include "store/model_json.h"

void
models_list(struct request *r)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	json_begin_object(&json);
	json_key(&json, "results");
	json_begin_array(&json);
	for (const struct model *m = models; m->name; m++)
		model_json(&json, m);
	json_end_array(&json);
	json_end_object(&json);
	http_reply(r->http, 200, &body);
	buf_free(&body);
}
