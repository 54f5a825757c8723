/* Import jobs: the list, a single job, the job under way, and changing a job's state. */
#include "base/config.h"
#include "base/testpoint.h"
#include "database/transaction.h"
#include "handlers/conflict.h"
#include "handlers/handlers.h"
#include "http/choice.h"
#include "http/input.h"
#include "http/page.h"
#include "store/job.h"
#include "store/job_outcome.h"
#include "waits/waits.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define WAIT_MAX_S     60
#define WAIT_DEFAULT_S 30
#define ANY_STATUS     UINT_MAX

/* ---------------------------------------------------------------- the list */

/* Loads the statuses. Returns false if they could not be read; the reply has been made. */
static bool
know_statuses(struct request *r)
{
	struct error err = {0};

	if (job_statuses_load(r->db, &err) == 0)
		return true;
	http_reply_error(r->http, &err);
	return false;
}

/*
 * Reads a comma-separated list of statuses. Returns false if one is not a status; the reply has
 * been made.
 */
static bool
read_set(struct request *r, const char *parameter, const char *list, unsigned *set)
{
	*set = 0;
	for (size_t n; *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		unsigned status = job_status_bit(list, n);
		if (n > 0 && !status) {
			choice_refuse(r->http, parameter, list, n);
			return false;
		}
		*set |= status;
	}
	return true;
}

/* If both filters are given, a job must pass both. One set can express that too. */
static bool
read_statuses(struct request *r, struct buf *array, const char **statuses)
{
	const char *one = query_get(&r->http->query, "status");
	const char *in = query_get(&r->http->query, "status__in");
	bool has_one = one && *one;

	*statuses = NULL;
	if (!has_one && !(in && *in))
		return true;
	if (!know_statuses(r))
		return false;
	unsigned status = has_one ? job_status_bit(one, strlen(one)) : ANY_STATUS, listed = 0;
	if (!status) {
		choice_refuse(r->http, "status", one, strlen(one));
		return false;
	}
	if (in && !read_set(r, "status__in", in, &listed))
		return false;
	if (has_one || listed) {
		buf_add_char(array, '{');
		job_statuses_list(status & (listed ? listed : ANY_STATUS), array);
		buf_add_char(array, '}');
		*statuses = buf_text(array);
	}
	return true;
}

static void
write_job(void *ctx, struct json *json, const PGresult *row)
{
	job_json(json, row, 0, *(unsigned *)ctx);
}

static void
send_list(struct request *r, struct job_filter *filter)
{
	unsigned includes = job_includes(query_get(&r->http->query, "include"));
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	struct page page;
	int64_t count = 0;

	if (!page_read(r, &page))
		return;
	if (page.paged && (count = job_count(r->db, filter, &err)) < 0) {
		http_reply_error(r->http, &err);
	} else if (page_begin(r, &page, count, &json)) {
		filter->limit = page.size;
		filter->offset = page_offset(&page);
		if (job_stream(r->db, filter, includes, &err) < 0)
			http_reply_error(r->http, &err);
		else
			page_stream(r, &json, write_job, &includes);
	}
	buf_free(&body);
}

void
import_jobs_list(struct request *r)
{
	const char *ordering = query_get(&r->http->query, "ordering");
	struct job_filter filter = {0};
	struct buf order = {0}, statuses = {0};
	size_t n = 0;
	const char *unknown = job_order(ordering ? ordering : "", &order, &n);

	if (unknown) {
		choice_refuse(r->http, "ordering", unknown, n);
	} else if (read_statuses(r, &statuses, &filter.statuses)) {
		filter.order = buf_text(&order);
		send_list(r, &filter);
	}
	buf_free(&order);
	buf_free(&statuses);
}

/* ----------------------------------------------------------------- one job */

/* Replies with the job in the result (404 if it has no row), and clears the result. */
static void
reply_job(struct request *r, PGresult *res, unsigned includes, const struct error *err)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	if (!res) {
		http_reply_error(r->http, err);
	} else if (PQntuples(res) == 0) {
		http_reply_detail(r->http, 404, NULL);
	} else {
		job_json(&json, res, 0, includes);
		if (strcmp(r->http->method, "GET") == 0)
			http_reply_tagged(r->http, &body);
		else
			http_reply(r->http, 200, &body);
	}
	PQclear(res);
	buf_free(&body);
}

void
import_jobs_current(struct request *r)
{
	unsigned includes = job_includes(query_get(&r->http->query, "include"));
	struct error err = {0};

	reply_job(r, job_get_current(r->db, includes, &err), includes, &err);
}

static unsigned
status_of(const PGresult *job)
{
	const char *status = job_status(job, 0);

	return job_status_bit(status, strlen(status));
}

/*
 * Returns the job as found at the sign-in, if its plain row is enough and has not been used;
 * otherwise reads it.
 */
static PGresult *
read_job(struct request *r, unsigned includes, struct error *err)
{
	PGresult *found = job_needs_extras(includes) ? NULL : request_found(r);

	return found ? found : job_get(r->db, r->id, includes, err);
}

/* Tells nginx to go to the waiter, which waits for one of the statuses. */
static void
hand_over_wait(struct request *r, unsigned awaited, int64_t ms)
{
	struct buf statuses = {0}, address = {0};

	job_statuses_list(awaited, &statuses);
	const struct wait_order order = {
	    .job = r->id,
	    .account = r->caller.account_id,
	    .ms = ms,
	    .awaited = buf_text(&statuses),
	    .includes = job_includes(query_get(&r->http->query, "include")),
	};
	wait_url(&order, &address);
	http_redirect(r->http, &address);
	buf_free(&statuses);
	buf_free(&address);
}

/*
 * Reads wait and timeout. Sets *awaited to the statuses in wait and those of ended jobs, or to the
 * empty set if there is nothing to wait for. Returns false if the reply has been made.
 */
static bool
read_wait(struct request *r, unsigned *awaited, int64_t *ms)
{
	const char *wait = query_get(&r->http->query, "wait");
	int64_t seconds = WAIT_DEFAULT_S;

	*awaited = 0;
	if (!wait || !*wait)
		return true;
	if (!know_statuses(r))
		return false;
	if (query_int(&r->http->query, "timeout", 0, WAIT_MAX_S, &seconds) == QUERY_INVALID) {
		http_reply_field(
		    r->http, "timeout", "A whole number of seconds from 0 to 60 is required.");
		return false;
	}
	*ms = seconds * 1000;
	if (!read_set(r, "wait", wait, awaited))
		return false;
	if (*awaited)
		*awaited |= job_statuses_ended();
	return true;
}

/*
 * With ?wait=STATUS[,STATUS]&timeout=SECONDS, replies once the job has one of the statuses, or
 * after that time with the job as it is.
 */
void
import_job_get(struct request *r)
{
	unsigned includes = job_includes(query_get(&r->http->query, "include")), awaited = 0;
	struct error err = {0};
	int64_t ms = 0;

	if (!read_wait(r, &awaited, &ms))
		return;
	PGresult *job = read_job(r, awaited ? 0 : includes, &err);
	if (job && awaited && PQntuples(job)) {
		if (ms > 0 && !(status_of(job) & awaited)) {
			PQclear(job);
			hand_over_wait(r, awaited, ms);
			return;
		}
		if (job_needs_extras(includes)) {
			PQclear(job);
			job = job_get(r->db, r->id, includes, &err);
		}
	}
	reply_job(r, job, includes, &err);
}

/* -------------------------------------------------------- changing its state */

/* The texts before and after the statuses that allow the change, for when the job's does not. */
static const struct refusal {
	const char *before, *after;
} refusals[JOB_CHANGES] = {
    [JOB_ACCEPT] = {"Only jobs which are ", " can be accepted."},
    [JOB_CANCEL] = {"Only jobs which are ", " can be cancelled."},
    [JOB_RETRY] = {"Only jobs which have a status of ", " can be retried."},
};

enum { PATCH_STATUS, PATCH_WAIT, PATCH_FIELDS };

static const struct input patch_inputs[PATCH_FIELDS] = {
    [PATCH_STATUS] = {.name = "status",
	.kind = INPUT_CHOICE,
	.required = true,
	.choices = job_change_names},
    [PATCH_WAIT] = {.name = "wait_for_task", .kind = INPUT_BOOLEAN},
};

/*
 * Reads which change to make, and whether to wait for it, which is the default. Returns false if
 * the reply has been made.
 */
static bool
read_patch(struct request *r, enum job_change *change, bool *wait)
{
	struct given given[PATCH_FIELDS] = {0};
	json_object *form = input_read(r, patch_inputs, PATCH_FIELDS, given);

	if (!form)
		return false;
	for (int i = 0; i < JOB_CHANGES; i++)
		if (strcmp(job_change_names[i], given[PATCH_STATUS].text) == 0)
			*change = (enum job_change)i;
	*wait = !given[PATCH_WAIT].text || strcmp(given[PATCH_WAIT].text, "true") == 0;
	json_object_put(form);
	return true;
}

static void
refuse_status(struct http *http, enum job_change change, const char *status)
{
	struct buf detail = {0};

	buf_add_text(&detail, refusals[change].before);
	job_status_list_allowing(change, &detail);
	buf_add_text(&detail, refusals[change].after);
	conflict_status(http, buf_text(&detail), "wrong_status", status);
	buf_free(&detail);
}

/* Replies why the change was not made: there is no such job, or its state forbids it. */
static void
explain_refusal(struct request *r, enum job_change change)
{
	struct error err = {0};
	PGresult *res = job_get(r->db, r->id, 0, &err);
	int purged = 0;

	if (res && PQntuples(res) && change == JOB_RETRY)
		purged = job_files_purged(r->db, r->id, &err);
	if (!res || purged < 0)
		http_reply_error(r->http, &err);
	else if (PQntuples(res) == 0)
		http_reply_detail(r->http, 404, NULL);
	else if (purged)
		conflict_status(r->http,
		    "The files of this job have been deleted. Upload them again.", "files_purged",
		    job_status(res, 0));
	else if (know_statuses(r))
		refuse_status(r->http, change, job_status(res, 0));
	PQclear(res);
}

/*
 * Finds out about a COMMIT without an answer. Returns the job as it is now if the change took
 * effect, or else NULL.
 */
static PGresult *
find_out(struct request *r, const PGresult *changed, bool *unknown, struct error *err)
{
	char id[24];
	const struct job_transition t = {
	    .job = id,
	    .account = r->caller.account_text,
	    .status = job_status(changed, 0),
	    .xid = job_change_xid(changed),
	};

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	enum job_outcome outcome = job_outcome(r->db, &t);
	*unknown = outcome == JOB_UNKNOWN;
	r->http->changed = outcome == JOB_CHANGED;
	return outcome == JOB_CHANGED ? job_get(r->db, r->id, 0, err) : NULL;
}

/* Like job_change, but commits. If *unknown, NULL does not mean that nothing was changed. */
static PGresult *
make_change(struct request *r, enum job_change change, bool *unknown, struct error *err)
{
	if (db_begin(r->db, err) < 0)
		return NULL;
	PGresult *res = job_change(r->db, change, r->id, r->caller.account_text, err);
	if (!res || PQntuples(res) == 0) {
		db_rollback(r->db);
		return res;
	}
	test_point(TEST_PATCH_COMMITTING);
	if (db_commit(r->db, err) == 0) {
		r->http->changed = true;
		test_point(TEST_PATCH_COMMITTED);
		return res;
	}
	PGresult *now = err->code == ERROR_DB_DOWN ? find_out(r, res, unknown, err) : NULL;
	PQclear(res);
	return now;
}

/* Replies with the changed job in the result, and clears the result. */
static void
reply_changed(struct request *r, PGresult *res, struct error *err)
{
	unsigned includes = job_includes(query_get(&r->http->query, "include"));

	if (res && includes) {
		PQclear(res);
		res = job_get(r->db, r->id, includes, err);
	}
	reply_job(r, res, includes, err);
}

void
import_job_patch(struct request *r)
{
	enum job_change change = JOB_ACCEPT; /* until read_patch sets it */
	struct error err = {0};
	bool wait = true, unknown = false;

	if (!request_has_job(r) || !read_patch(r, &change, &wait) || !know_statuses(r))
		return;
	PGresult *res = make_change(r, change, &unknown, &err);
	if (unknown) {
		conflict_unknown(r->http);
	} else if (!res && err.code == ERROR_CONFLICT && strcmp(err.sqlstate, "23505") == 0) {
		int64_t current = job_current_id(r->db, &err);
		conflict_in_progress(r->http, current > 0 ? current : 0);
	} else if (!res && conflict_raised(r->http, &err)) {
		return;
	} else if (res && PQntuples(res) == 0) {
		PQclear(res);
		explain_refusal(r, change);
	} else if (res && change == JOB_CANCEL && wait &&
		   !(status_of(res) & job_statuses_ended())) {
		PQclear(res);
		hand_over_wait(r, job_statuses_ended(), config_int(SETTING_CANCEL_WAIT_MS));
	} else {
		reply_changed(r, res, &err);
	}
}
