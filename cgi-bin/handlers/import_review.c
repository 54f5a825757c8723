/* What a reviewer does with a diff: holds changes back, and marks what they have looked at. */
#include "handlers/change.h"
#include "handlers/changes_input.h"
#include "handlers/diff_visible.h"
#include "handlers/handlers.h"
#include "handlers/job_reply.h"
#include "http/input.h"
#include "store/review.h"

/* --------------------------------------------------------------- holding back */

enum { HOLD_HOLD, HOLD_RELEASE, HOLD_NOTE, HOLD_REVIEW, HOLD_FIELDS };

static const struct input hold_inputs[HOLD_FIELDS] = {
    [HOLD_HOLD] = {.name = "hold", .kind = INPUT_JSON},
    [HOLD_RELEASE] = {.name = "release", .kind = INPUT_JSON},
    [HOLD_NOTE] = {.name = "note", .kind = INPUT_LINES, .blank = true, .max = 1000},
    [HOLD_REVIEW] = {.name = "review", .kind = INPUT_TEXT, .max = 64},
};

static void
hold_or_release(struct change *c, const struct given *given, struct diff_place place)
{
	struct request *r = c->r;
	const int which = given[HOLD_HOLD].text ? HOLD_HOLD : HOLD_RELEASE;
	const struct review_holding how = {
	    .key = r->caller.key.text,
	    .version = given[HOLD_REVIEW].text,
	    .note = given[HOLD_NOTE].text,
	    .hold = which == HOLD_HOLD,
	};
	struct changes_input in = {0};
	struct error err = {0};

	if (changes_input_read(r, hold_inputs[which].name, given[which].text, place, &in) &&
	    change_open(c)) {
		PGresult *res = review_hold(r->db, &in.which, &how, &err);
		if (change_made(c, res, review_refused, &err)) {
			http_header(r->http, JOB_REVIEW_HEADER, review_held_version(res));
			review_held_json(&c->json, res, 0);
			change_reply(c, 200);
		}
		PQclear(res);
	}
	changes_input_free(&in);
}

static void
patch_diff(struct change *c)
{
	struct given given[HOLD_FIELDS] = {0};
	struct diff_visible diff;

	if (!diff_visible(c->r, &diff))
		return;
	json_object *form = input_read(c->r, hold_inputs, HOLD_FIELDS, given);
	if (!form)
		return;
	if (!given[HOLD_HOLD].text == !given[HOLD_RELEASE].text)
		http_reply_field(c->r->http, "hold",
		    "Send either \"hold\" or \"release\": entries, or a filter.");
	else
		hold_or_release(c, given, diff.place);
	json_object_put(form);
}

void
import_diff_patch(struct request *r)
{
	struct change c;

	if (change_begin(&c, r))
		patch_diff(&c);
	change_free(&c);
}

/* -------------------------------------------------------------------- looking */

enum { LOOKED_ADD, LOOKED_REMOVE, LOOKED_FIELDS };

static const struct input looked_inputs[LOOKED_FIELDS] = {
    [LOOKED_ADD] = {.name = "add", .kind = INPUT_JSON},
    [LOOKED_REMOVE] = {.name = "remove", .kind = INPUT_JSON},
};

/* Writes everybody's marks. Returns false if the reply has been made. */
static bool
write_looked(struct request *r, struct diff_place place, struct json *json)
{
	const struct review_changes which = {
	    .model = r->model, .job = r->id, .filter = {.place = place}};
	struct error err = {0};
	PGresult *res = review_looked(r->db, &which, r->caller.account_text, &err);
	const bool read = res != NULL;

	if (read)
		review_looked_json(json, res);
	else
		http_reply_error(r->http, &err);
	PQclear(res);
	return read;
}

void
import_looked_get(struct request *r)
{
	struct buf body = {0};
	struct json json = {.out = &body};
	struct diff_visible diff;

	if (diff_visible(r, &diff) && write_looked(r, diff.place, &json))
		http_reply(r->http, 200, &body);
	buf_free(&body);
}

/* Adds marks or takes them away. Returns false if the reply has been made. */
static bool
mark(struct change *c, const struct changes_input *in, bool add)
{
	struct error err = {0};
	PGresult *res = review_look(c->r->db, &in->which, c->r->caller.key.text, add, &err);
	bool done = change_made(c, res, NULL, &err);

	PQclear(res);
	return done;
}

/* Takes marks away after it has added some. */
static void
patch_looked(struct change *c, const struct given *given, struct diff_place place)
{
	struct changes_input in[LOOKED_FIELDS] = {0};
	bool going = true;

	for (int i = 0; i < LOOKED_FIELDS && going; i++)
		going = !given[i].text || changes_input_read(c->r, looked_inputs[i].name,
					      given[i].text, place, &in[i]);
	going = going && change_open(c);
	for (int i = 0; i < LOOKED_FIELDS && going; i++)
		going = !given[i].text || mark(c, &in[i], i == LOOKED_ADD);
	if (going && write_looked(c->r, place, &c->json))
		change_reply(c, 200);
	for (int i = 0; i < LOOKED_FIELDS; i++)
		changes_input_free(&in[i]);
}

void
import_looked_patch(struct request *r)
{
	struct given given[LOOKED_FIELDS] = {0};
	struct diff_visible diff;
	json_object *form = NULL;
	struct change c;

	if (change_begin(&c, r) && diff_visible(r, &diff) &&
	    (form = input_read(r, looked_inputs, LOOKED_FIELDS, given)))
		patch_looked(&c, given, diff.place);
	json_object_put(form);
	change_free(&c);
}
