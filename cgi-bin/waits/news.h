/*
 * News of jobs: a database connection that LISTENs for their changes of status and is queried for
 * what it may have missed. Nothing here blocks except opening the connection, for at most libpq's
 * connect_timeout. A connection that breaks or does not answer is reopened, after growing pauses.
 */
#ifndef ACCESSION_NEWS_H
#define ACCESSION_NEWS_H

#include "base/clock.h"
#include "base/log.h"
#include "database/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Called with the status that a job has, or had a moment ago. */
typedef void news_fn(void *ctx, int64_t job, const char *status);

struct news {
	struct db db;
	bool listens;    /* if not, it is only queried */
	bool is_new;     /* the connection is new: earlier changes were not heard */
	bool is_asking;  /* a statement is under way */
	int64_t used_at; /* when the last statement was sent */
	int64_t retry_at;
	struct backoff backoff;
	struct log_repeated failed;
	news_fn *hear;
	void *ctx;
};

/*
 * Sets it up without opening the connection. `listens` must be false where a pooler may give each
 * transaction another server connection.
 */
void news_init(struct news *n, bool listens, news_fn *hear, void *ctx);
void news_close(struct news *n);

/*
 * For poll: the socket (-1: none), the events to wait for, and when to call news_serve even without
 * any.
 */
int news_fd(const struct news *n);
short news_events(const struct news *n);
int64_t news_due(const struct news *n);

/* Does whatever can be done without waiting; calls `hear` for each piece of news. */
void news_serve(struct news *n);

/* May news_ask be called now? */
bool news_can_ask(const struct news *n);

/*
 * Asks for the statuses of the jobs, a PostgreSQL array of ids. The answers come later, through
 * `hear`.
 */
void news_ask(struct news *n, const char *jobs);

#endif
