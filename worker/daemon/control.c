/* The control connection: see control.h. */
#include "daemon/control.h"

#include "base/config.h"
#include "base/log.h"
#include "daemon/direct.h"
#include "database/connection.h"
#include "database/schema.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define INTERRUPT_MS 100 /* until a cancel is repeated: it may have hit between two statements */

static const struct statement listen_statement = {NULL, "LISTEN accession_job", 0, false};
static const struct statement ping_statement = {NULL, "SELECT 1", 0, true};
static const struct statement interrupt_statement = {
    NULL, "SELECT pg_cancel_backend($1)", 1, false};
static const struct statement identify_statement = {NULL,
    "SELECT pid::text, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()", 0,
    true};
/*
 * If the phase's last transaction holds the lease, this skips the heartbeat but still reads the
 * row.
 *
 * The work backend is idle if it waits for this worker or is gone. Its state would not tell: with
 * track_activities off the server shows none. A start that is not shown counts as the same one.
 */
static const struct statement beat_statement = {NULL,
    "WITH beat AS (UPDATE lease SET heartbeat = clock_timestamp(), progress = $3"
    " WHERE job_id = (SELECT job_id FROM lease WHERE job_id = $1 AND run_token = $2"
    " FOR NO KEY UPDATE SKIP LOCKED))"
    " SELECT (SELECT cancel_requested IS NOT NULL FROM import_job WHERE id = job_id),"
    " NOT EXISTS (SELECT FROM pg_stat_activity a"
    " WHERE a.pid = work_pid AND (a.backend_start = work_start) IS NOT FALSE"
    " AND a.wait_event IS DISTINCT FROM 'ClientRead')"
    " FROM lease WHERE job_id = $1 AND run_token = $2",
    3, false};

enum { BEAT_CANCEL, BEAT_IDLE };

int64_t
control_patience(void)
{
	return config_int(SETTING_WORKER_SILENCE_MS) / 2;
}

/*
 * With lock_timeout, a lock that cannot be had is an answer; no answer would pass for a dead
 * connection.
 */
void
control_init(struct control *c)
{
	*c = (struct control){0};
	snprintf(c->lock_timeout, sizeof c->lock_timeout, "%" PRId64, control_patience() / 4);
	memcpy(c->settings,
	    (const struct db_setting[]){CONTROL_WATCHED, {"lock_timeout", c->lock_timeout}},
	    5 * sizeof c->settings[0]);
	db_init(&c->db, "accession_worker", "accession worker control", c->settings);
	c->db.accept = &schema_check;
	c->db.pooled = false; /* see direct.h */
}

void
control_close(struct control *c)
{
	PQclear(c->result);
	c->result = NULL;
	db_close(&c->db);
}

bool
control_is_up(const struct control *c)
{
	return c->db.conn != NULL;
}

/* Closes the connection, to be reopened after a while. Whoever waits for an answer gets none. */
static void
close_for_now(struct control *c)
{
	if (c->task == CONTROL_INTERRUPT)
		c->stray = true;
	if (c->task != CONTROL_ANSWERED) {
		PQclear(c->result);
		c->result = NULL;
		c->task = c->task == CONTROL_CALL ? CONTROL_ANSWERED : CONTROL_FREE;
	}
	db_close(&c->db);
	c->retry_at = clock_ms() + backoff_next(&c->backoff);
}

/* Gives the connection up, and logs why. */
static void
give_up(struct control *c, const char *why)
{
	log_repeated(&c->failed, LOG_LEVEL_WARNING, "control connection lost (%.*s); trying again",
	    (int)strcspn(why, "\n"), why);
	close_for_now(c);
}

static bool
await_input(PGconn *conn, int64_t until)
{
	struct pollfd p = {.fd = PQsocket(conn), .events = POLLIN};

	while (PQisBusy(conn)) {
		int64_t left = until - clock_ms();
		if (left <= 0)
			return false;
		poll(&p, 1, (int)left);
		if (!PQconsumeInput(conn))
			return false;
	}
	return true;
}

/* As db_query, but for a server that may never answer. */
static PGresult *
ask(struct db *db, const struct statement *st, struct error *err)
{
	int64_t until = clock_ms() + control_patience();
	PGresult *res = NULL;

	if (!PQsendQueryParams(db->conn, st->sql, 0, NULL, NULL, NULL, NULL, 1)) {
		db_error(db->conn, NULL, err);
		return NULL;
	}
	while (await_input(db->conn, until)) {
		PGresult *next = PQgetResult(db->conn);
		if (!next) {
			if (db_succeeded(res))
				return res;
			db_error(db->conn, res, err);
			PQclear(res);
			return NULL;
		}
		PQclear(res);
		res = next;
	}
	PQclear(res);
	error_set(err, ERROR_DB_DOWN, "the server does not answer");
	return NULL;
}

int
control_identify(struct db *db, struct backend *backend, struct error *err)
{
	PGresult *res = ask(db, &identify_statement, err);

	if (!res)
		return -1;
	int found = PQntuples(res);
	if (found) {
		snprintf(backend->pid, sizeof backend->pid, "%s", db_get_text(res, 0, 0));
		snprintf(backend->start, sizeof backend->start, "%s", db_get_text(res, 0, 1));
	}
	PQclear(res);
	return found ? 0 : error_set(err, ERROR_DB, "the server does not show its own backend");
}

static int
start_listening(struct control *c, struct error *err)
{
	if (!config_int(SETTING_WORKER_LISTEN))
		return 0;
	PGresult *res = ask(&c->db, &listen_statement, err);
	PQclear(res);
	return res ? 0 : -1;
}

/* LISTEN precedes the scan that `notified` asks for, so that nothing in between is missed. */
static void
open_connection(struct control *c)
{
	struct error err = {0};

	if (db_connect(&c->db, &err) < 0 || direct_check(&c->db, &err) < 0 ||
	    start_listening(c, &err) < 0 || control_identify(&c->db, &c->backend, &err) < 0 ||
	    PQsetnonblocking(c->db.conn, 1) < 0) {
		if (err.code == ERROR_NONE)
			db_error(c->db.conn, NULL, &err);
		schema_log_unfit(&c->failed, &err);
		close_for_now(c);
		return;
	}
	if (*c->failed.text)
		log_info("the database is there");
	c->failed = (struct log_repeated){0};
	c->notified = true;
	c->lease.beat_at = 0;
	c->used_at = clock_ms();
}

static bool
send_statement(struct control *c, enum control_task task, const struct statement *st,
    const char *const *params)
{
	if (!PQsendQueryParams(c->db.conn, st->sql, st->nparams, NULL, params, NULL, NULL, 1)) {
		give_up(c, PQerrorMessage(c->db.conn));
		return false;
	}
	c->task = task;
	c->used_at = clock_ms();
	return true;
}

static void
send_beat(struct control *c)
{
	struct lease *l = &c->lease;
	char job[24], token[24], progress[256];

	snprintf(job, sizeof job, "%" PRId64, l->run.job);
	snprintf(token, sizeof token, "%" PRId64, l->run.token);
	snprintf(progress, sizeof progress,
	    "{\"phase\":\"%s\",\"bytes\":%" PRId64 ",\"bytes_total\":%" PRId64
	    ",\"records\":%" PRId64 "}",
	    l->progress.phase, l->progress.bytes, l->progress.bytes_total, l->progress.records);
	const char *params[] = {job, token, progress};

	l->beat_at = clock_ms() + config_int(SETTING_WORKER_HEARTBEAT_MS);
	c->asked = l->run;
	send_statement(c, CONTROL_BEAT, &beat_statement, params);
}

/* Sends what is due, if nothing is under way. Interrupting is the most urgent. */
static void
send_due(struct control *c)
{
	int64_t now = clock_ms();

	if (c->task != CONTROL_FREE)
		return;
	if (c->interrupt && now >= c->interrupt_at) {
		c->interrupt_at = now + INTERRUPT_MS;
		send_statement(c, CONTROL_INTERRUPT, &interrupt_statement, &c->interrupt);
	} else if (c->lease.run.job && now >= c->lease.beat_at) {
		send_beat(c);
	} else if (now >= c->used_at + control_patience()) {
		send_statement(c, CONTROL_PING, &ping_statement, NULL);
	}
}

/* Takes in the answer to a heartbeat, unless another run has begun since it was sent. */
static void
hear_beat(struct control *c, const PGresult *res)
{
	struct lease *l = &c->lease;

	if (c->asked.job != l->run.job || c->asked.token != l->run.token)
		return;
	if (PQntuples(res) == 0) {
		l->lost = true;
		return;
	}
	if (db_get_bool(res, 0, BEAT_CANCEL))
		l->cancel = true;
	l->idle_seen = db_get_bool(res, 0, BEAT_IDLE) ? clock_ms() : 0;
	if (!l->idle_seen || !l->idle_since)
		l->idle_since = l->idle_seen;
}

static void
finish_statement(struct control *c)
{
	c->backoff = (struct backoff){0};
	if (c->task == CONTROL_CALL) {
		c->task = CONTROL_ANSWERED;
		return;
	}
	if (!db_succeeded(c->result))
		log_warning("control connection: %s", PQresultErrorMessage(c->result));
	else if (c->task == CONTROL_BEAT)
		hear_beat(c, c->result);
	PQclear(c->result);
	c->result = NULL;
	c->task = CONTROL_FREE;
}

static bool
is_under_way(const struct control *c)
{
	return c->task != CONTROL_FREE && c->task != CONTROL_ANSWERED;
}

/* Processes what was received. False if the connection is dead. */
static bool
receive(struct control *c)
{
	PGconn *conn = c->db.conn;

	if (PQflush(conn) < 0 || !PQconsumeInput(conn))
		return false;
	while (is_under_way(c) && !PQisBusy(conn)) {
		PGresult *res = PQgetResult(conn);
		if (!res) {
			finish_statement(c);
			break;
		}
		PQclear(c->result);
		c->result = res;
	}
	for (PGnotify *n; (n = PQnotifies(conn)); PQfreemem(n)) {
		c->notified = true;
		c->lease.beat_at = 0; /* it may be a cancel */
	}
	return PQstatus(conn) == CONNECTION_OK;
}

void
control_serve(struct control *c)
{
	if (!control_is_up(c)) {
		if (clock_ms() >= c->retry_at)
			open_connection(c);
		return;
	}
	if (!receive(c)) {
		give_up(c, PQerrorMessage(c->db.conn));
		return;
	}
	if (is_under_way(c) && clock_ms() > c->used_at + control_patience()) {
		give_up(c, "the server does not answer");
		return;
	}
	send_due(c);
	if (control_is_up(c) && PQflush(c->db.conn) < 0)
		give_up(c, PQerrorMessage(c->db.conn));
}

int
control_fd(const struct control *c)
{
	return control_is_up(c) ? PQsocket(c->db.conn) : -1;
}

short
control_events(const struct control *c)
{
	return control_is_up(c) && PQflush(c->db.conn) == 1 ? POLLIN | POLLOUT : POLLIN;
}

int64_t
control_due(const struct control *c)
{
	int64_t due = c->used_at + control_patience() + 1;

	if (!control_is_up(c))
		due = c->retry_at;
	else if (c->task == CONTROL_FREE && c->interrupt)
		due = c->interrupt_at;
	else if (c->task == CONTROL_FREE && c->lease.run.job && c->lease.beat_at < due)
		due = c->lease.beat_at;
	int64_t ms = due - clock_ms();
	return ms < 0 ? 0 : ms;
}

bool
control_send(struct control *c, const struct statement *st, const char *const *params)
{
	if (!control_is_up(c) || c->task != CONTROL_FREE)
		return false;
	return send_statement(c, CONTROL_CALL, st, params) && PQflush(c->db.conn) >= 0;
}

int
control_answer(struct control *c, PGresult **result)
{
	if (c->task != CONTROL_ANSWERED)
		return 0;
	c->task = CONTROL_FREE;
	*result = c->result;
	c->result = NULL;
	return *result ? 1 : -1;
}
