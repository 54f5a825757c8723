/*
 * What is heard of jobs: a database connection that LISTENs for their changes of status, and is
 * asked for what it may have missed. Nothing here waits, but for opening the connection, which
 * takes at most libpq's connect_timeout. A connection that broke, or does not answer, is opened
 * anew, with growing pauses.
 */
#ifndef ACCESSION_NEWS_H
#define ACCESSION_NEWS_H

#include "base/clock.h"
#include "base/log.h"
#include "database/db.h"

#include <stdbool.h>
#include <stdint.h>

/* A job has, or had a moment ago, this status. */
typedef void news_fn(void *ctx, int64_t job, const char *status);

struct news {
	struct db db;
	bool listens;    /* if not, it is only asked */
	bool is_new;     /* the connection is: what happened before it was not heard */
	bool is_asking;  /* a statement is under way */
	int64_t used_at; /* when the last one was sent */
	int64_t retry_at;
	struct backoff backoff;
	struct log_repeated failed;
	news_fn *hear;
	void *ctx;
};

/*
 * Sets it up without opening the connection. It cannot LISTEN where a pooler may give each
 * transaction another server connection.
 */
void news_init(struct news *n, bool listens, news_fn *hear, void *ctx);
void news_close(struct news *n);

/* For poll: the socket (-1: none), what to wait for, and when news_serve is due by itself. */
int news_fd(const struct news *n);
short news_events(const struct news *n);
int64_t news_due(const struct news *n);

/* Does whatever can be done now; calls hear for each piece of news. */
void news_serve(struct news *n);

/* Whether news_ask can be called. */
bool news_can_ask(const struct news *n);

/* Asks for the statuses of jobs, a PostgreSQL array of ids; the answers are heard later. */
void news_ask(struct news *n, const char *jobs);

#endif
