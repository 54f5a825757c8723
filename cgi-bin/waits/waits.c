/* The waits for a job's status: see waits.h. */
#include "waits/waits.h"

#include "store/job.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LOCATION       "/internal/wait"
#define MAX_PARAMETERS 8

void
wait_url(const struct wait_order *order, struct buf *url)
{
	buf_printf(url,
	    LOCATION "?job=%" PRId64 "&account=%" PRId64 "&ms=%" PRId64 "&awaited=%s&include=",
	    order->job, order->account, order->ms, order->awaited);
	job_includes_text(order->includes, url);
}

bool
wait_read(const char *query, size_t n, struct query *parsed, struct wait_order *order)
{
	const struct query *q = parsed;

	*order = (struct wait_order){0};
	if (query_parse(parsed, query, n, MAX_PARAMETERS, NULL) < 0 ||
	    query_int(q, "job", 0, INT64_MAX, &order->job) != QUERY_VALID ||
	    query_int(q, "account", 0, INT64_MAX, &order->account) != QUERY_VALID ||
	    query_int(q, "ms", 0, WAIT_MAX_MS, &order->ms) != QUERY_VALID)
		return false;
	order->awaited = query_get(q, "awaited");
	order->includes = job_includes(query_get(q, "include"));
	return order->awaited != NULL;
}

bool
waits_init(struct waits *w, size_t places, size_t places_per_account)
{
	*w = (struct waits){
	    .cap = places * WAITS_PER_PLACE,
	    .places = places,
	    .places_per_account = places_per_account,
	};
	w->all = calloc(w->cap, sizeof *w->all);
	return w->all != NULL;
}

void
waits_free(struct waits *w)
{
	while (w->n)
		waits_remove(w, w->n - 1);
	free(w->all);
	*w = (struct waits){0};
}

bool
waits_are_full(const struct waits *w)
{
	return w->n == w->cap;
}

struct wait *
waits_add(struct waits *w, int fd, int64_t now)
{
	struct wait *one = &w->all[w->n++];

	*one = (struct wait){.fd = fd, .until = now + WAIT_REQUEST_MS};
	return one;
}

static size_t
taken_by(const struct waits *w, int64_t account)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += w->all[i].has_place && w->all[i].account == account;
	return n;
}

uint32_t
waits_status(const struct waits *w, const char *name, size_t n)
{
	for (size_t i = 0; i < w->nstatuses; i++)
		if (strlen(w->statuses[i]) == n && memcmp(w->statuses[i], name, n) == 0)
			return UINT32_C(1) << i;
	return 0;
}

/* Like waits_status, but remembers a new status. */
static uint32_t
awaited_status(struct waits *w, const char *name, size_t n)
{
	uint32_t known = waits_status(w, name, n);

	if (known || n == 0 || n >= WAIT_STATUS_SIZE || w->nstatuses == WAIT_STATUSES)
		return known;
	memcpy(w->statuses[w->nstatuses], name, n); /* the rest is zero, and stays so */
	return UINT32_C(1) << w->nstatuses++;
}

static uint32_t
read_statuses(struct waits *w, const char *list)
{
	uint32_t set = 0;

	for (size_t n; *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		set |= awaited_status(w, list, n);
	}
	return set;
}

void
waits_begin(struct waits *w, struct wait *one, const struct wait_order *order, int64_t now)
{
	int64_t ms = order->ms;

	one->has_place =
	    w->taken < w->places && taken_by(w, order->account) < w->places_per_account;
	if (one->has_place)
		w->taken++;
	else if (ms > WAIT_NO_PLACE_MS)
		ms = WAIT_NO_PLACE_MS;
	one->is_waiting = true;
	one->until = now + ms;
	one->job = order->job;
	one->account = order->account;
	one->awaited = read_statuses(w, order->awaited);
	one->includes = order->includes;
	buf_free(&one->input);
}

void
waits_remove(struct waits *w, size_t i)
{
	w->taken -= w->all[i].has_place;
	buf_free(&w->all[i].input);
	w->all[i] = w->all[--w->n];
}

int64_t
waits_first_end(const struct waits *w)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < w->n; i++)
		if (w->all[i].until < first)
			first = w->all[i].until;
	return first;
}

/* Nearly all wait for the same job, the one under way, so an id is skipped if it was just added. */
bool
waits_jobs(struct waits *w, bool all, struct buf *array)
{
	int64_t last = -1;

	buf_add_char(array, '{');
	for (size_t i = 0; i < w->n; i++) {
		struct wait *one = &w->all[i];
		if (!one->is_waiting || (one->was_looked_at && !all))
			continue;
		one->was_looked_at = true;
		if (one->job == last)
			continue;
		buf_printf(array, "%s%" PRId64, last < 0 ? "" : ",", one->job);
		last = one->job;
	}
	buf_add_char(array, '}');
	return last >= 0;
}

void
waits_forget(struct waits *w)
{
	for (size_t i = 0; i < w->n; i++)
		w->all[i].was_looked_at = false;
}

bool
wait_is_over(const struct wait *one, int64_t job, uint32_t status)
{
	return one->is_waiting && one->job == job && (status & one->awaited);
}
