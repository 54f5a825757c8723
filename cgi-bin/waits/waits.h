/*
 * The waits for a job's status. What one is for goes from a handler to the waiter as a query of
 * nginx's /internal/wait, whose both sides stand here (wait_url, wait_read); and the list of those
 * that are under way, with the places that there are for them.
 */
#ifndef ACCESSION_WAITS_H
#define ACCESSION_WAITS_H

#include "base/buf.h"
#include "http/query.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAIT_MAX_MS      60000 /* nginx's fastcgi_read_timeout of /internal/wait is longer */
#define WAIT_NO_PLACE_MS 1000  /* so long waits who has no place */
#define WAIT_REQUEST_MS  5000  /* so long may a request take to come */
#define WAITS_PER_PLACE  2     /* connections, so that there is room for those without one */

#define WAIT_STATUSES    32
#define WAIT_STATUS_SIZE 32

/* What is waited for. */
struct wait_order {
	int64_t job, account;
	int64_t ms;          /* at most */
	const char *awaited; /* a comma list of statuses: any of them will do */
	unsigned includes;   /* of the answer */
};

/* One connection: its request is still coming, or it waits. */
struct wait {
	int fd;
	bool is_waiting;
	bool has_place;
	bool was_looked_at; /* since it began to wait, or the news began anew */
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
	size_t taken;                      /* places */
	/* The statuses that were ever waited for: number i is bit i of a set. */
	char statuses[WAIT_STATUSES][WAIT_STATUS_SIZE];
	size_t nstatuses;
};

/* Appends the address that nginx is to go to. */
void wait_url(const struct wait_order *order, struct buf *url);

/*
 * Reads an order from the n bytes of such an address's query; *parsed is what it points to, an
 * empty one to be freed in any case. False if it is none.
 */
bool wait_read(const char *query, size_t n, struct query *parsed, struct wait_order *order);

/* Makes room for all that there can be. False if there is no memory. */
bool waits_init(struct waits *w, size_t places, size_t places_per_account);
void waits_free(struct waits *w);

bool waits_are_full(const struct waits *w);

/* Adds a connection whose request is still to come; the list must not be full. */
struct wait *waits_add(struct waits *w, int fd, int64_t now);

/*
 * It begins to wait. If all places are taken, of the account or at all, only for a moment.
 */
void waits_begin(struct waits *w, struct wait *one, const struct wait_order *order, int64_t now);

/* Removes number i and frees its place; the last one is number i then. Closes nothing. */
void waits_remove(struct waits *w, size_t i);

/* When the first of them is over; INT64_MAX if there are none. */
int64_t waits_first_end(const struct waits *w);

/*
 * Makes a PostgreSQL array of the jobs that are waited for, of those only that were not looked at
 * yet (or of all), and notes that they were. False if there are none.
 */
bool waits_jobs(struct waits *w, bool all, struct buf *array);

/* All must be looked at again: something may have happened unheard. */
void waits_forget(struct waits *w);

/* The set of one status; the empty one if nobody ever waited for it. */
uint32_t waits_status(const struct waits *w, const char *name, size_t n);

/* Is this what it waits for? */
bool wait_is_over(const struct wait *one, int64_t job, uint32_t status);

#endif
