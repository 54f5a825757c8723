/* Comments on an import, and answers to them. */
#include "handlers/change.h"
#include "handlers/changes_input.h"
#include "handlers/handlers.h"
#include "http/choice.h"
#include "http/input.h"
#include "http/row.h"
#include "store/comment.h"

#include <string.h>

#define TEXT_MAX   10000
#define FILTER_MAX 4000 /* bytes of JSON: it is to be a query of a page, too */

enum { ADD_MODEL, ADD_ITEM, ADD_FIELD, ADD_CHANGES, ADD_TEXT, ADD_REPLY_TO, ADD_FIELDS };

static const struct input add_inputs[ADD_FIELDS] = {
    [ADD_MODEL] = {.name = "content_model", .kind = INPUT_TEXT, .max = 64},
    [ADD_ITEM] = {.name = "item", .kind = INPUT_TEXT, .max = 64},
    [ADD_FIELD] = {.name = "field", .kind = INPUT_TEXT, .max = 64},
    [ADD_CHANGES] = {.name = "changes", .kind = INPUT_JSON},
    [ADD_TEXT] = {.name = "text", .kind = INPUT_LINES, .required = true, .max = TEXT_MAX},
    [ADD_REPLY_TO] = {.name = "reply_to", .kind = INPUT_NUMBER, .max = 999999999},
};

enum { CHANGE_TEXT, CHANGE_RESOLVED, CHANGE_FIELDS };

static const struct input change_inputs[CHANGE_FIELDS] = {
    [CHANGE_TEXT] = {.name = "text", .kind = INPUT_LINES, .max = TEXT_MAX},
    [CHANGE_RESOLVED] = {.name = "resolved", .kind = INPUT_BOOLEAN},
};

/*
 * Replies with the comment that a function of the database has made or changed, and clears the
 * result.
 */
static void
reply_made(struct change *c, PGresult *res, const struct error *failed)
{
	struct error err = {0};

	if (change_made(c, res, comment_refused, failed)) {
		PGresult *comment = comment_list(c->r->db, c->r->id, comment_made(res), &err);
		if (comment) {
			comment_json(&c->json, comment, 0);
			change_reply(c, 200);
		} else {
			http_reply_error(c->r->http, &err);
		}
		PQclear(comment);
	}
	PQclear(res);
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
	else if (given[ADD_CHANGES].text && !given[ADD_MODEL].text)
		wrong = "This field is required to name changes.";
	if (wrong)
		http_reply_field(r->http, "content_model", wrong);
	else if (given[ADD_CHANGES].text && given[ADD_ITEM].text)
		http_reply_field(r->http, "changes",
		    wrong = "A comment is about an item or about changes, not both.");
	else if (given[ADD_FIELD].text && !given[ADD_ITEM].text)
		http_reply_field(
		    r->http, "item", wrong = "This field is required to name a field of it.");
	return !wrong;
}

/* Writes the parameters of a filter, of which each name is there once. */
static void
write_filter(struct buf *out, const struct query *filter)
{
	struct json json = {.out = out};

	json_begin_object(&json);
	for (size_t i = 0; i < filter->n; i++) {
		json_key(&json, filter->pairs[i].name);
		json_text(&json, filter->pairs[i].value);
	}
	json_end_object(&json);
}

/*
 * Reads which changes the comment is about, as the diff's parameters; nothing if it is not about
 * such. Entries do not do, since a comment is to outlive the diff. Returns false if the reply has
 * been made.
 */
static bool
read_changes(struct request *r, const struct given *given, struct buf *out)
{
	const struct given *model = &given[ADD_MODEL];
	struct changes_input in = {0};
	const char *wrong = NULL;
	bool is_read = false;

	if (!given[ADD_CHANGES].text)
		return true;
	r->model = model_find(model->text, model->n);
	if (!r->model) {
		choice_refuse(r->http, "content_model", model->text, model->n);
		return false;
	}
	is_read =
	    changes_input_read(r, "changes", given[ADD_CHANGES].text, (struct diff_place){0}, &in);
	if (is_read) {
		write_filter(out, &in.filter);
		if (in.which.entries)
			wrong = "Send a filter, with the parameters that the diff takes.";
		else if (out->len > FILTER_MAX)
			wrong = "The filter is too long.";
		if (wrong)
			http_reply_field(r->http, "changes", wrong);
	}
	changes_input_free(&in);
	return is_read && !wrong;
}

void
import_comments_post(struct request *r)
{
	struct given given[ADD_FIELDS] = {0};
	struct error err = {0};
	struct buf changes = {0};
	json_object *form = NULL;
	struct change c;

	if (change_begin(&c, r) && request_has_job(r) &&
	    (form = input_read(r, add_inputs, ADD_FIELDS, given)) && is_placed(r, given) &&
	    read_changes(r, given, &changes) && change_open(&c)) {
		const struct comment made = {.model = given[ADD_MODEL].text,
		    .item = given[ADD_ITEM].text,
		    .field = given[ADD_FIELD].text,
		    .changes = changes.len ? buf_text(&changes) : NULL,
		    .text = given[ADD_TEXT].text,
		    .reply_to = given[ADD_REPLY_TO].text};
		reply_made(&c, comment_add(r->db, r->caller.key.text, r->id, &made, &err), &err);
	}
	json_object_put(form);
	buf_free(&changes);
	change_free(&c);
}

void
import_comment_patch(struct request *r)
{
	struct given given[CHANGE_FIELDS] = {0};
	struct error err = {0};
	json_object *form = NULL;
	struct change c;

	if (change_begin(&c, r) &&
	    (form = input_read_some(r, change_inputs, CHANGE_FIELDS, given)) && change_open(&c))
		reply_made(&c,
		    comment_change(r->db, r->caller.key.text, r->id, r->part_id,
			given[CHANGE_TEXT].text, given[CHANGE_RESOLVED].text, &err),
		    &err);
	json_object_put(form);
	change_free(&c);
}

void
import_comment_delete(struct request *r)
{
	struct error err = {0};
	struct change c;

	if (change_begin(&c, r) && change_open(&c)) {
		PGresult *res = comment_delete(r->db, r->caller.key.text, r->id, r->part_id, &err);
		if (change_made(&c, res, comment_refused, &err))
			change_reply(&c, 204);
		PQclear(res);
	}
	change_free(&c);
}
