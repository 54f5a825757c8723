/* Comments on an import, and answers to them. */
#include "handlers/conflict.h"
#include "handlers/handlers.h"
#include "http/input.h"
#include "http/row.h"
#include "store/comment.h"

#include <string.h>

#define TEXT_MAX 10000

enum { ADD_MODEL, ADD_ITEM, ADD_FIELD, ADD_TEXT, ADD_REPLY_TO, ADD_FIELDS };

static const struct input add_inputs[ADD_FIELDS] = {
    [ADD_MODEL] = {.name = "content_model", .kind = INPUT_TEXT, .max = 64},
    [ADD_ITEM] = {.name = "item", .kind = INPUT_TEXT, .max = 64},
    [ADD_FIELD] = {.name = "field", .kind = INPUT_TEXT, .max = 64},
    [ADD_TEXT] = {.name = "text", .kind = INPUT_LINES, .required = true, .max = TEXT_MAX},
    [ADD_REPLY_TO] = {.name = "reply_to", .kind = INPUT_NUMBER, .max = 999999999},
};

enum { CHANGE_TEXT, CHANGE_RESOLVED, CHANGE_FIELDS };

static const struct input change_inputs[CHANGE_FIELDS] = {
    [CHANGE_TEXT] = {.name = "text", .kind = INPUT_LINES, .max = TEXT_MAX},
    [CHANGE_RESOLVED] = {.name = "resolved", .kind = INPUT_BOOLEAN},
};

/*
 * Looks at what became of a change of a comment. Returns its id, or 0 if the reply has been made;
 * clears the result.
 */
static int64_t
take_made(struct request *r, PGresult *res, const struct error *err)
{
	struct refusal refusal;
	int64_t id = 0;

	if (!res)
		http_reply_error(r->http, err);
	else if (PQntuples(res) == 0)
		http_reply_detail(r->http, 404, NULL);
	else if (comment_refused(res, &refusal))
		conflict_refused(r->http, &refusal, false);
	else
		id = comment_made(res);
	r->http->changed = id > 0;
	PQclear(res);
	return id;
}

static void
reply_comment(struct request *r, int64_t id)
{
	struct error err = {0};

	row_reply(r, comment_list(r->db, r->id, id, &err), comment_json, &err);
}

void
import_comments_list(struct request *r)
{
	struct error err = {0};

	if (request_has_job(r))
		row_reply_all(r, comment_list(r->db, r->id, 0, &err), comment_json, &err);
}

/* An answer is about what the comment is about, and says nothing of its own. */
static bool
is_placed(struct request *r, const struct given *given)
{
	const char *wrong = NULL;

	if (given[ADD_REPLY_TO].text && given[ADD_MODEL].text)
		wrong = "An answer is about what the comment is about.";
	else if (given[ADD_ITEM].text && !given[ADD_MODEL].text)
		wrong = "This field is required to name an item.";
	if (wrong)
		http_reply_field(r->http, "content_model", wrong);
	else if (given[ADD_FIELD].text && !given[ADD_ITEM].text)
		http_reply_field(
		    r->http, "item", wrong = "This field is required to name a field of it.");
	return !wrong;
}

void
import_comments_post(struct request *r)
{
	struct given given[ADD_FIELDS] = {0};
	struct error err = {0};

	if (!request_has_job(r))
		return;
	json_object *form = input_read(r, add_inputs, ADD_FIELDS, given);
	if (!form)
		return;
	if (is_placed(r, given)) {
		const struct comment c = {.model = given[ADD_MODEL].text,
		    .item = given[ADD_ITEM].text,
		    .field = given[ADD_FIELD].text,
		    .text = given[ADD_TEXT].text,
		    .reply_to = given[ADD_REPLY_TO].text};
		PGresult *res = comment_add(r->db, r->caller.key.text, r->id, &c, &err);
		int64_t id = take_made(r, res, &err);
		if (id)
			reply_comment(r, id);
	}
	json_object_put(form);
}

void
import_comment_patch(struct request *r)
{
	struct given given[CHANGE_FIELDS] = {0};
	struct error err = {0};

	json_object *form = input_read_some(r, change_inputs, CHANGE_FIELDS, given);
	if (!form)
		return;
	PGresult *res = comment_change(r->db, r->caller.key.text, r->id, r->part_id,
	    given[CHANGE_TEXT].text, given[CHANGE_RESOLVED].text, &err);
	int64_t id = take_made(r, res, &err);
	if (id)
		reply_comment(r, id);
	json_object_put(form);
}

void
import_comment_delete(struct request *r)
{
	struct error err = {0};
	PGresult *res = comment_delete(r->db, r->caller.key.text, r->id, r->part_id, &err);

	if (take_made(r, res, &err)) {
		struct buf nothing = {0};
		http_reply(r->http, 204, &nothing);
	}
}
