/* The work connection: see work.h. */
#include "daemon/work.h"

#include "base/log.h"
#include "base/testpoint.h"
#include "daemon/direct.h"
#include "database/connection.h"
#include "database/schema.h"
#include "database/transaction.h"
#include "database/tuple.h"

#include <poll.h>
#include <stdlib.h>

#define TICK_MS    100  /* how often a reason to stop is looked for while the server is silent */
#define GIVE_UP_MS 2000 /* a statement not interrupted by then costs the connection */

static const struct db_setting settings[] = {CONTROL_WATCHED, {NULL, NULL}};

static const struct statement discard_statement = {NULL, "DISCARD TEMP", 0, false};

void
work_init(struct work *w, struct loop *loop, const char *role)
{
	*w = (struct work){.loop = loop};
	db_init(&w->db, role, "accession worker", settings);
	w->db.accept = &schema_check;
	w->db.pooled = false; /* see direct.h */
}

int
work_open(struct work *w, struct error *err)
{
	const PGconn *before = w->db.conn;

	if (db_connect(&w->db, err) < 0)
		return -1;
	if (w->db.conn == before)
		return 0;
	if (direct_check(&w->db, err) < 0 || control_identify(&w->db, &w->backend, err) < 0 ||
	    PQsetnonblocking(w->db.conn, 1) < 0) {
		work_close(w);
		return -1;
	}
	return 0;
}

void
work_close(struct work *w)
{
	db_close(&w->db);
}

bool
work_is_up(const struct work *w)
{
	return w->db.conn && PQstatus(w->db.conn) == CONNECTION_OK;
}

static int
stopped(const struct work *w, struct error *err)
{
	if (loop_stop(w->loop) == LOOP_GO_ON)
		return 0;
	return error_set(err, ERROR_DB_CANCELED, "there is reason to stop");
}

static int
broken(struct work *w, struct error *err)
{
	if (!w->db.conn)
		return error_set(err, ERROR_DB_DOWN, "the work connection is closed");
	db_error(w->db.conn, NULL, err);
	err->code = ERROR_DB_DOWN;
	return -1;
}

/*
 * Whether the connection is silently dead, after we have waited for it since `begun`. While there
 * is a job, heartbeats tell what its backend does: if it waits for us while we wait for it, the
 * connection is dead. Without a job there are only short statements, except for those that give way
 * to a job.
 */
static bool
is_dead(const struct work *w, int64_t begun)
{
	const struct lease *l = &w->loop->control.lease;

	if (w->loop->alone || w->loop->spare_time)
		return false;
	if (!l->run.job)
		return clock_ms() > begun + control_patience();
	return l->idle_seen > (l->idle_since > begun ? l->idle_since : begun) + control_patience();
}

/*
 * When a statement has ended, no interrupt meant for it may still be on its way: it would hit the
 * next one. If that is a COMMIT waiting for a standby, the interrupt ends the wait, and the commit
 * is reported as done before the standby has it.
 *
 * An interrupt is a signal, which pg_cancel_backend has sent by the time it answers. So it arrives
 * before the backend reads what this worker sends after that answer, and a backend that reads its
 * next command forgets earlier interrupts. An interrupt that is never answered may arrive at any
 * time, so then the connection is given up.
 */
static int
await_interrupt(struct work *w, struct error *err)
{
	struct control *c = &w->loop->control;

	while (c->task == CONTROL_INTERRUPT)
		loop_wait(w->loop, -1, 0, TICK_MS);
	if (!c->stray)
		return 0;
	c->stray = false;
	work_close(w);
	return error_set(err, ERROR_DB_CANCELED, "an interrupt of the statement may come yet");
}

/*
 * Sends what is unsent, then, if `answer`, waits until PQgetResult does not block. A reason to stop
 * interrupts the server, and if that does not help soon, closes the connection; with `patient` it
 * is ignored.
 */
static int
await(struct work *w, bool answer, bool patient, struct error *err)
{
	struct control *c = &w->loop->control;
	PGconn *conn = w->db.conn;
	int64_t begun = clock_ms(), stopped_at = 0;
	bool dead = false;
	int unsent = 0;

	while ((unsent = PQflush(conn)) == 1 || (answer && PQisBusy(conn))) {
		if ((dead = is_dead(w, begun)))
			break;
		if (!patient && loop_stop(w->loop) != LOOP_GO_ON) {
			c->interrupt = w->backend.pid;
			if (!stopped_at)
				stopped_at = clock_ms();
			else if (clock_ms() > stopped_at + GIVE_UP_MS)
				break;
		}
		loop_wait(w->loop, PQsocket(conn), unsent ? POLLIN | POLLOUT : POLLIN, TICK_MS);
		if (!PQconsumeInput(conn))
			break;
	}
	c->interrupt = NULL;
	if (unsent == 0 && !(answer && PQisBusy(conn)))
		return stopped_at ? await_interrupt(w, err) : 0;
	broken(w, err);
	if (dead)
		error_set(err, ERROR_DB_DOWN, "the server does not answer");
	if (stopped_at)
		log_warning("the server does not let go of a statement; closing the connection");
	if (dead || stopped_at)
		work_close(w);
	return -1;
}

/*
 * Returns a statement's last result, or NULL with the error of the first that failed. A COPY stays
 * under way.
 */
static PGresult *
outcome(struct work *w, bool patient, struct error *err)
{
	PGresult *last = NULL;

	while (true) {
		if (await(w, true, patient, err) < 0) {
			PQclear(last);
			return NULL;
		}
		PGresult *res = PQgetResult(w->db.conn);
		if (!res)
			break;
		if (last && !db_succeeded(last)) {
			PQclear(res);
			continue;
		}
		PQclear(last);
		last = res;
		if (PQresultStatus(res) == PGRES_COPY_IN)
			break;
	}
	if (last && db_succeeded(last))
		return last;
	db_error(w->db.conn, last, err);
	PQclear(last);
	return NULL;
}

static int
send_statement(
    struct work *w, const struct statement *st, const char *const *params, struct error *err)
{
	if (!work_is_up(w))
		return broken(w, err);
	if (!PQsendQueryParams(w->db.conn, st->sql, st->nparams, NULL, params, NULL, NULL, 1))
		return broken(w, err);
	return 0;
}

PGresult *
work_query(struct work *w, const struct statement *st, const char *const *params, struct error *err)
{
	if (stopped(w, err) < 0 || send_statement(w, st, params, err) < 0)
		return NULL;
	return outcome(w, false, err);
}

int64_t
work_run(struct work *w, const struct statement *st, const char *const *params, struct error *err)
{
	PGresult *res = work_query(w, st, params, err);

	if (!res)
		return -1;
	int64_t rows = strtoll(PQcmdTuples(res), NULL, 10);
	PQclear(res);
	return rows;
}

int
work_stream(
    struct work *w, const struct statement *st, const char *const *params, struct error *err)
{
	if (stopped(w, err) < 0 || send_statement(w, st, params, err) < 0)
		return -1;
	return PQsetSingleRowMode(w->db.conn) ? 0 : broken(w, err);
}

PGresult *
work_next(struct work *w, struct error *err)
{
	*err = (struct error){0};
	if (stopped(w, err) < 0 || await(w, true, false, err) < 0)
		return NULL;
	PGresult *res = PQgetResult(w->db.conn);
	if (res && PQresultStatus(res) == PGRES_SINGLE_TUPLE)
		return res;
	if (!res || PQresultStatus(res) != PGRES_TUPLES_OK)
		db_error(w->db.conn, res, err);
	while (res) {
		PQclear(res);
		if (await(w, true, false, err) < 0)
			return NULL;
		res = PQgetResult(w->db.conn);
	}
	return NULL;
}

int
work_copy_begin(struct work *w, const struct statement *st, struct error *err)
{
	if (work_run(w, st, NULL, err) < 0)
		return -1;
	return work_copy_data(w, tuple_header, sizeof tuple_header, err);
}

int
work_copy_data(struct work *w, const void *bytes, size_t n, struct error *err)
{
	if (stopped(w, err) < 0)
		return -1;
	if (PQputCopyData(w->db.conn, bytes, (int)n) != 1)
		return broken(w, err);
	if (await(w, false, false, err) < 0)
		return -1;
	test_point(TEST_COPYING);
	return 0;
}

int
work_copy_end(struct work *w, struct error *err)
{
	if (work_copy_data(w, tuple_trailer, sizeof tuple_trailer, err) < 0)
		return -1;
	if (PQputCopyEnd(w->db.conn, NULL) != 1)
		return broken(w, err);
	PGresult *res = outcome(w, false, err);
	PQclear(res);
	return res ? 0 : -1;
}

int
work_begin(struct work *w, struct error *err)
{
	return work_run(w, &transaction_begin, NULL, err) < 0 ? -1 : 0;
}

/* Runs a statement even if there is a reason to stop. */
static PGresult *
finish(struct work *w, const struct statement *st, struct error *err)
{
	return send_statement(w, st, NULL, err) < 0 ? NULL : outcome(w, true, err);
}

int
work_commit(struct work *w, struct error *err)
{
	test_point(TEST_COMMITTING);
	PGresult *res = finish(w, &transaction_commit, err);
	int done = res ? transaction_committed(res, err) : -1;
	PQclear(res);
	test_point(TEST_COMMITTED);
	return done;
}

/*
 * Ends a COPY that was begun. False if rows are still on their way: they are not worth waiting for.
 */
static bool
leave_statement(struct work *w)
{
	struct error ignored = {0};

	if (PQtransactionStatus(w->db.conn) != PQTRANS_ACTIVE)
		return true;
	if (PQputCopyEnd(w->db.conn, "given up") != 1)
		return false;
	PQclear(outcome(w, true, &ignored));
	return work_is_up(w) && PQtransactionStatus(w->db.conn) != PQTRANS_ACTIVE;
}

void
work_rollback(struct work *w)
{
	struct error err = {0};

	if (!work_is_up(w) || !leave_statement(w)) {
		work_close(w);
		return;
	}
	if (PQtransactionStatus(w->db.conn) == PQTRANS_IDLE)
		return;
	/* Without this, staged rows would stay in their table's file. */
	PGresult *over = finish(w, &transaction_rollback, &err);
	PGresult *gone = over ? finish(w, &discard_statement, &err) : NULL;
	if (!gone) {
		log_warning("closing the work connection: %s", err.message);
		work_close(w);
	}
	PQclear(over);
	PQclear(gone);
}
