/*
 * The waits for a job's status. A handler passes an order to the waiter in the query of nginx's
 * /internal/wait; both sides of that are here (wait_url, wait_read). So is the list of the waits
 * under way, with its limited number of places.
 */
#ifndef ACCESSION_WAITS_H
#define ACCESSION_WAITS_H

#include "base/buf.h"
#include "http/query.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAIT_MAX_MS      60000 /* nginx's fastcgi_read_timeout of /internal/wait is longer */
#define WAIT_NO_PLACE_MS 1000  /* longest wait without a place */
#define WAIT_REQUEST_MS  5000  /* how long a request may take to arrive */
#define WAITS_PER_PLACE  2     /* connections, so that there is room for those without one */

#define WAIT_STATUSES    32
#define WAIT_STATUS_SIZE 32

/* What is waited for. */
struct wait_order {
	int64_t job, account;
	int64_t ms;          /* longest wait */
	const char *awaited; /* a comma-separated list of statuses, any of which will do */
	unsigned includes;   /* for the answer */
};

/* One connection: its request is still coming, or it waits. */
struct wait {
	int fd;
	bool is_waiting;
	bool has_place;
	bool was_looked_at; /* its job was checked since the wait or the news connection began */
	uint16_t request;   /* its id on the connection */
	int64_t until;      /* by clock_ms() */
	int64_t job, account;
	uint32_t awaited; /* a set of statuses */
	unsigned includes;
	struct buf input; /* only while the request is coming */
};

struct waits {
	struct wait *all; /* in no order */
	size_t n, cap;
	size_t places, places_per_account; /* limits */
	size_t taken;                      /* places in use */
	/* All statuses ever waited for: number i is bit i of a set. */
	char statuses[WAIT_STATUSES][WAIT_STATUS_SIZE];
	size_t nstatuses;
};

/* Appends the address to send nginx to. */
void wait_url(const struct wait_order *order, struct buf *url);

/*
 * Reads an order from the n bytes of the query of such an address. The order points into *parsed,
 * which must be empty and be freed in any case. Returns false if the query is not an order.
 */
bool wait_read(const char *query, size_t n, struct query *parsed, struct wait_order *order);

/* Makes room for the greatest possible number of connections. Returns false if out of memory. */
bool waits_init(struct waits *w, size_t places, size_t places_per_account);
void waits_free(struct waits *w);

bool waits_are_full(const struct waits *w);

/* Adds a connection whose request has yet to arrive. The list must not be full. */
struct wait *waits_add(struct waits *w, int fd, int64_t now);

/*
 * Begins a wait. It lasts at most WAIT_NO_PLACE_MS if all places, or all of the account's, are
 * taken.
 */
void waits_begin(struct waits *w, struct wait *one, const struct wait_order *order, int64_t now);

/* Removes number i and frees its place. The last one becomes number i. Closes nothing. */
void waits_remove(struct waits *w, size_t i);

/* Returns when the first wait times out; INT64_MAX if there are none. */
int64_t waits_first_end(const struct waits *w);

/*
 * Writes a PostgreSQL array of the jobs that are waited for, either all of them or only those not
 * checked yet, and marks them as checked. Returns false if there are none.
 */
bool waits_jobs(struct waits *w, bool all, struct buf *array);

/* Marks all jobs as unchecked: a change may have gone unheard. */
void waits_forget(struct waits *w);

/* Returns the set with only that status, or the empty set if nobody ever waited for it. */
uint32_t waits_status(const struct waits *w, const char *name, size_t n);

/* Is this job in this status what the connection waits for? */
bool wait_is_over(const struct wait *one, int64_t job, uint32_t status);

#endif
