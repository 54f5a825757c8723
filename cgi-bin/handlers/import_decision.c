/* PATCH of a job: somebody accepts, cancels or retries it. */
#include "base/config.h"
#include "base/testpoint.h"
#include "database/transaction.h"
#include "handlers/change.h"
#include "handlers/conflict.h"
#include "handlers/handlers.h"
#include "handlers/job_reply.h"
#include "http/input.h"
#include "http/precondition.h"
#include "store/job.h"
#include "store/job_outcome.h"

#include <stdio.h>
#include <string.h>

enum { PATCH_STATUS, PATCH_WAIT, PATCH_REVIEW, PATCH_EXPECT, PATCH_NOTE, PATCH_FIELDS };

static const struct input patch_inputs[PATCH_FIELDS] = {
    [PATCH_STATUS] = {.name = "status",
	.kind = INPUT_CHOICE,
	.required = true,
	.choices = job_change_names},
    [PATCH_WAIT] = {.name = "wait_for_task", .kind = INPUT_BOOLEAN},
    [PATCH_REVIEW] = {.name = "review", .kind = INPUT_TEXT, .max = 64},
    [PATCH_EXPECT] = {.name = "expect", .kind = INPUT_JSON},
    [PATCH_NOTE] = {.name = "note", .kind = INPUT_LINES, .blank = true, .max = 10000},
};

static const char *const expected_kinds[] = {"add", "update", "delete", NULL};

/* Is it a number of changes, or (at the top) such numbers for a content model? */
static bool
is_expected(const char *key, json_object *value, bool top)
{
	if (top && json_object_is_type(value, json_type_object)) {
		if (!model_find(key, strlen(key)))
			return false;
		json_object_object_foreach(value, kind, number)
		{
			if (!is_expected(kind, number, false))
				return false;
		}
		return true;
	}
	for (const char *const *kind = expected_kinds; *kind; kind++)
		if (strcmp(*kind, key) == 0)
			return json_object_is_type(value, json_type_int) &&
			       json_object_get_int64(value) >= 0;
	return false;
}

/* Checks what an accept is expected to do. Returns false if the reply has been made. */
static bool
check_expect(struct request *r, const char *text)
{
	if (!text)
		return true;
	if (!request_knows_models(r))
		return false;
	json_object *expect = json_tokener_parse(text);
	bool good = json_object_is_type(expect, json_type_object);
	if (good) {
		json_object_object_foreach(expect, key, value)
		{
			good = good && is_expected(key, value, true);
		}
	}
	json_object_put(expect);
	if (!good)
		http_reply_field(r->http, "expect",
		    "Send how many changes are expected, as {\"add\":1,\"update\":2,\"delete\":0}, "
		    "or one such object for each content model.");
	return good;
}

static enum job_change
change_named(const char *name)
{
	int i = 0;

	while (i < JOB_CHANGES - 1 && strcmp(job_change_names[i], name) != 0)
		i++;
	return (enum job_change)i;
}

/*
 * If-Match names the version, or the job's present ETag, which stands for the version that it was
 * read with ("": there was none yet). Returns whether it is met, and that version or what it named
 * instead: the database checks it again under the job's lock. Returns -1 with the error set.
 */
static int
read_precondition(struct request *r, struct buf *version, struct error *err)
{
	const char *header = http_param(r->http, "HTTP_IF_MATCH");
	unsigned includes = job_includes(query_get(&r->http->query, "include"));
	struct buf body = {0};
	struct json json = {.out = &body};
	char tag[HTTP_TAG_SIZE];
	bool met = false;

	PGresult *job = job_get(r->db, r->id, includes, err);
	if (!job)
		return -1;
	if (PQntuples(job)) {
		const char *review = job_review(job, 0);
		job_json(&json, job, 0, includes);
		http_tag(tag, &body, review);
		const struct text_slice known[] = {
		    {tag + 1, strlen(tag) - 2}, {review, review ? strlen(review) : 0}};
		struct text_slice first = {0};
		met = precondition_met(header, known, 2, &first);
		if (!met)
			buf_add(version, first.text, first.n);
		else if (review)
			buf_add_text(version, review);
	}
	PQclear(job);
	buf_free(&body);
	return met;
}

/* A decision on its way. */
struct deciding {
	struct change change;
	struct job_decision decision;
	bool wait; /* for a cancel to take effect */
};

/* Writes the job as it is after the decision. Returns 0, or -1 with the error set. */
static int
write_job(struct deciding *d, PGresult **job, struct error *err)
{
	struct request *r = d->change.r;
	const unsigned includes = job_includes(query_get(&r->http->query, "include"));

	if (includes) {
		PQclear(*job);
		*job = job_get(r->db, r->id, includes, err);
	}
	if (!*job)
		return -1;
	job_json(&d->change.json, *job, 0, includes);
	return 0;
}

/* Replies with the job, or has the waiter do it once a cancel has taken effect. */
static void
reply_decided(struct deciding *d, const PGresult *job)
{
	struct request *r = d->change.r;
	const char *review = job_review(job, 0);

	if (d->decision.change == JOB_CANCEL && d->wait &&
	    !(job_reply_status(job) & job_statuses_ended())) {
		job_reply_later(r, job_statuses_ended(), config_int(SETTING_CANCEL_WAIT_MS));
		return;
	}
	if (review)
		http_header(r->http, JOB_REVIEW_HEADER, review);
	http_reply(r->http, 200, &d->change.body);
}

/*
 * Finds out about a COMMIT without an answer, and replies. `decided`: the result of the decision.
 */
static void
find_out(struct deciding *d, const PGresult *decided, const char *xid)
{
	struct request *r = d->change.r;
	char id[24];
	const struct job_transition t = {
	    .job = id,
	    .account = r->caller.account_text,
	    .status = job_status(decided, 0),
	    .xid = xid,
	};

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	switch (job_outcome(r->db, &t)) {
	case JOB_CHANGED:
		r->http->changed = true;
		reply_decided(d, decided);
		break;
	case JOB_NOT_CHANGED: http_reply_detail(r->http, 503, NULL); break;
	case JOB_UNKNOWN: conflict_unknown(r->http); break;
	}
}

/* Commits the decision, and replies. */
static void
commit(struct deciding *d, PGresult **job)
{
	struct http *http = d->change.r->http;
	struct error err = {0};
	char xid[24];

	snprintf(xid, sizeof xid, "%s", job_decided_xid(*job));
	if (write_job(d, job, &err) == 0 &&
	    change_commit(&d->change, 200, TEST_PATCH_COMMITTING, &err) == 0) {
		http->changed = true;
		test_point(TEST_PATCH_COMMITTED);
		reply_decided(d, *job);
	} else if (*job && err.code == ERROR_DB_DOWN) {
		find_out(d, *job, xid);
	} else {
		http_reply_error(http, &err);
	}
}

/* Carries it out in a transaction that is open. */
static void
decide(struct deciding *d)
{
	struct request *r = d->change.r;
	struct error err = {0};
	PGresult *job = job_decide(r->db, r->id, &d->decision, &err);

	if (!job)
		conflict_failed(r, &err);
	else if (change_made(&d->change, job, job_refused, &err))
		commit(d, &job);
	PQclear(job);
}

/* Reads the version that the decision is bound to, and goes on. Both ways of naming it must hold.
 */
static void
bind_and_decide(struct deciding *d)
{
	struct request *r = d->change.r;
	struct buf version = {0};
	struct error err = {0};

	const bool given = precondition_given(http_param(r->http, "HTTP_IF_MATCH"));
	const int met = given ? read_precondition(r, &version, &err) : false;

	/* If it is met, what the body names is left to check. */
	d->change.by_match = given && !(met > 0 && d->decision.review);
	if (d->change.by_match)
		d->decision.review = buf_text(&version);
	if (met < 0)
		http_reply_error(r->http, &err);
	else if (change_open(&d->change))
		decide(d);
	buf_free(&version);
}

static void
patch_job(struct deciding *d)
{
	struct request *r = d->change.r;
	struct given given[PATCH_FIELDS] = {0};
	json_object *form = input_read(r, patch_inputs, PATCH_FIELDS, given);

	if (!form)
		return;
	d->decision = (struct job_decision){.change = change_named(given[PATCH_STATUS].text),
	    .key = r->caller.key.text,
	    .review = given[PATCH_REVIEW].text,
	    .expect = given[PATCH_EXPECT].text,
	    .note = given[PATCH_NOTE].n ? given[PATCH_NOTE].text : NULL};
	d->wait = !given[PATCH_WAIT].text || strcmp(given[PATCH_WAIT].text, "true") == 0;
	if (check_expect(r, d->decision.expect))
		bind_and_decide(d);
	json_object_put(form);
}

void
import_job_patch(struct request *r)
{
	struct deciding d = {0};

	if (change_begin(&d.change, r) && request_has_job(r) && job_reply_know_statuses(r))
		patch_job(&d);
	change_free(&d.change);
}
