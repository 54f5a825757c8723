/* News of jobs: see news.h. */
#include "waits/news.h"

#include "database/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define CHANNEL     "accession_status" /* sql/002_jobs.sql: "ID STATUS" */
#define PATIENCE_MS 5000
#define PING_MS     10000 /* an idle connection is used this often, to see whether it still works */

static const struct statement listen_statement = {NULL, "LISTEN " CHANNEL, 0, false};
static const struct statement look_statement = {
    NULL, "SELECT id, status FROM public.import_job WHERE id = ANY ($1::bigint[])", 1, true};

enum { LOOK_ID, LOOK_STATUS };

void
news_init(struct news *n, bool listens, news_fn *hear, void *ctx)
{
	*n = (struct news){.hear = hear, .ctx = ctx};
	db_init(&n->db, "accession_api", "accession-api waiter", NULL);
	n->listens = listens && !n->db.pooled;
}

void
news_close(struct news *n)
{
	db_close(&n->db);
}

static bool
is_up(const struct news *n)
{
	return n->db.conn != NULL;
}

static void
give_up(struct news *n, const char *why)
{
	log_repeated(&n->failed, LOG_LEVEL_WARNING, "waiter: connection lost (%.*s); trying again",
	    (int)strcspn(why, "\n"), why);
	db_close(&n->db);
	n->is_asking = false;
	n->retry_at = clock_ms() + backoff_next(&n->backoff);
}

static void
send_statement(struct news *n, const struct statement *st, const char *jobs)
{
	if (!PQsendQueryParams(n->db.conn, st->sql, st->nparams, NULL, &jobs, NULL, NULL, 1)) {
		give_up(n, PQerrorMessage(n->db.conn));
		return;
	}
	n->is_asking = true;
	n->used_at = clock_ms();
}

/*
 * LISTEN is sent before any query, and statements run in that order, so changes in between are
 * heard.
 */
static void
open_connection(struct news *n)
{
	struct error err = {0};

	if (db_connect(&n->db, &err) < 0) {
		give_up(n, err.message);
	} else if (PQsetnonblocking(n->db.conn, 1) < 0) {
		give_up(n, PQerrorMessage(n->db.conn));
	} else {
		n->is_new = true;
		n->used_at = clock_ms();
		if (n->listens)
			send_statement(n, &listen_statement, NULL);
	}
}

static void
hear_rows(struct news *n, const PGresult *res)
{
	for (int i = 0; i < PQntuples(res); i++)
		n->hear(n->ctx, db_get_int(res, i, LOOK_ID), db_get_text(res, i, LOOK_STATUS));
}

/* "ID STATUS" */
static void
hear_notice(struct news *n, const char *payload)
{
	char *end = NULL;

	errno = 0;
	long long job = strtoll(payload, &end, 10);
	if (!errno && end > payload && *end == ' ')
		n->hear(n->ctx, job, end + 1);
}

/* Processes the input that has arrived. Returns false if the connection is unusable. */
static bool
receive(struct news *n)
{
	PGconn *conn = n->db.conn;
	bool good = PQflush(conn) >= 0 && PQconsumeInput(conn);

	while (good && n->is_asking && !PQisBusy(conn)) {
		PGresult *res = PQgetResult(conn);
		ExecStatusType status = PQresultStatus(res);
		if (!res)
			n->is_asking = false;
		else if (status == PGRES_TUPLES_OK)
			hear_rows(n, res);
		else
			good = status == PGRES_COMMAND_OK;
		PQclear(res);
	}
	for (PGnotify *notice; (notice = PQnotifies(conn)); PQfreemem(notice))
		hear_notice(n, notice->extra);
	if (good && !n->is_asking)
		n->backoff = (struct backoff){0};
	return good && PQstatus(conn) == CONNECTION_OK;
}

void
news_serve(struct news *n)
{
	int64_t now = clock_ms();

	if (!is_up(n)) {
		if (now >= n->retry_at)
			open_connection(n);
	} else if (!receive(n)) {
		give_up(n, PQerrorMessage(n->db.conn));
	} else if (n->is_asking && now >= n->used_at + PATIENCE_MS) {
		give_up(n, "the server does not answer");
	} else if (!n->is_asking && now >= n->used_at + PING_MS) {
		news_ask(n, "{}");
	}
}

int
news_fd(const struct news *n)
{
	return is_up(n) ? PQsocket(n->db.conn) : -1;
}

short
news_events(const struct news *n)
{
	return is_up(n) && PQflush(n->db.conn) == 1 ? POLLIN | POLLOUT : POLLIN;
}

int64_t
news_due(const struct news *n)
{
	if (!is_up(n))
		return n->retry_at;
	return n->used_at + (n->is_asking ? PATIENCE_MS : PING_MS);
}

bool
news_can_ask(const struct news *n)
{
	return is_up(n) && !n->is_asking;
}

void
news_ask(struct news *n, const char *jobs)
{
	send_statement(n, &look_statement, jobs);
}
