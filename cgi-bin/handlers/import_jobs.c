/* Import jobs: the list, a single job, the job under way. Deciding about one: import_decision.c. */
#include "handlers/handlers.h"
#include "handlers/job_reply.h"
#include "http/choice.h"
#include "http/page.h"
#include "store/job.h"
#include "waits/waits.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define WAIT_MAX_S     60
#define WAIT_DEFAULT_S 30
#define ANY_STATUS     UINT_MAX

/* ---------------------------------------------------------------- the list */

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
	if (!job_reply_know_statuses(r))
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

void
import_jobs_current(struct request *r)
{
	unsigned includes = job_includes(query_get(&r->http->query, "include"));
	struct error err = {0};

	job_reply(r, job_get_current(r->db, includes, &err), includes, &err);
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
	if (!job_reply_know_statuses(r))
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
		if (ms > 0 && !(job_reply_status(job) & awaited)) {
			PQclear(job);
			job_reply_later(r, awaited, ms);
			return;
		}
		if (job_needs_extras(includes)) {
			PQclear(job);
			job = job_get(r->db, r->id, includes, &err);
		}
	}
	job_reply(r, job, includes, &err);
}
