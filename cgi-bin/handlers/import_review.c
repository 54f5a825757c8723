/* What a reviewer does with a diff: holds changes back, and marks what they have looked at. */
#include "handlers/changes_input.h"
#include "handlers/conflict.h"
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

/* Replies with the numbers of what is held now, and clears the result. */
static void
reply_held(struct request *r, PGresult *res, const struct error *err)
{
	struct refusal refusal;
	struct buf body = {0};
	struct json json = {.out = &body};

	if (!res) {
		http_reply_error(r->http, err);
	} else if (PQntuples(res) == 0) {
		http_reply_detail(r->http, 404, NULL);
	} else if (review_refused(res, &refusal)) {
		conflict_refused(r->http, &refusal, false);
	} else {
		http_header(r->http, JOB_REVIEW_HEADER, review_held_version(res));
		review_held_json(&json, res, 0);
		http_reply(r->http, 200, &body);
	}
	PQclear(res);
	buf_free(&body);
}

static void
hold_or_release(struct request *r, const struct given *given, struct diff_place place)
{
	const bool hold = given[HOLD_HOLD].text != NULL;
	const struct given *changes = &given[hold ? HOLD_HOLD : HOLD_RELEASE];
	const struct review_holding how = {
	    .key = r->caller.key.text,
	    .version = given[HOLD_REVIEW].text,
	    .note = given[HOLD_NOTE].text,
	    .hold = hold,
	};
	struct changes_input in = {0};
	struct error err = {0};

	if (changes_input_read(
		r, hold_inputs[hold ? HOLD_HOLD : HOLD_RELEASE].name, changes->text, place, &in))
		reply_held(r, review_hold(r->db, &in.which, &how, &err), &err);
	changes_input_free(&in);
}

void
import_diff_patch(struct request *r)
{
	struct given given[HOLD_FIELDS] = {0};
	struct diff_visible diff;

	if (!diff_visible(r, &diff))
		return;
	json_object *form = input_read(r, hold_inputs, HOLD_FIELDS, given);
	if (!form)
		return;
	if (!given[HOLD_HOLD].text == !given[HOLD_RELEASE].text)
		http_reply_field(
		    r->http, "hold", "Send either \"hold\" or \"release\": entries, or a filter.");
	else
		hold_or_release(r, given, diff.place);
	json_object_put(form);
}

/* -------------------------------------------------------------------- looking */

enum { LOOKED_ADD, LOOKED_REMOVE, LOOKED_FIELDS };

static const struct input looked_inputs[LOOKED_FIELDS] = {
    [LOOKED_ADD] = {.name = "add", .kind = INPUT_JSON},
    [LOOKED_REMOVE] = {.name = "remove", .kind = INPUT_JSON},
};

static void
reply_looked(struct request *r, struct diff_place place)
{
	const struct review_changes which = {
	    .model = r->model, .job = r->id, .filter = {.place = place}};
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	PGresult *res = review_looked(r->db, &which, r->caller.account_text, &err);

	if (res) {
		review_looked_json(&json, res);
		http_reply(r->http, 200, &body);
	} else {
		http_reply_error(r->http, &err);
	}
	PQclear(res);
	buf_free(&body);
}

/* Adds or removes marks. Returns false if the reply has been made. */
static bool
mark(struct request *r, int which, const char *text, struct diff_place place)
{
	struct changes_input in = {0};
	struct error err = {0};
	bool done = false;

	if (changes_input_read(r, looked_inputs[which].name, text, place, &in)) {
		PGresult *res =
		    review_look(r->db, &in.which, r->caller.key.text, which == LOOKED_ADD, &err);
		done = res && PQntuples(res) > 0;
		if (!res)
			http_reply_error(r->http, &err);
		else if (!done)
			http_reply_detail(r->http, 404, NULL);
		PQclear(res);
	}
	changes_input_free(&in);
	return done;
}

void
import_looked_get(struct request *r)
{
	struct diff_visible diff;

	if (diff_visible(r, &diff))
		reply_looked(r, diff.place);
}

/* Removes after it has added. */
void
import_looked_patch(struct request *r)
{
	struct given given[LOOKED_FIELDS] = {0};
	struct diff_visible diff;
	bool going = true;

	if (!diff_visible(r, &diff))
		return;
	json_object *form = input_read(r, looked_inputs, LOOKED_FIELDS, given);
	if (!form)
		return;
	for (int i = 0; i < LOOKED_FIELDS && going; i++)
		if (given[i].text)
			going = mark(r, i, given[i].text, diff.place);
	if (going)
		reply_looked(r, diff.place);
	json_object_put(form);
}
