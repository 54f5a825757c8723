/* Runs statements that change tables while the service goes on: see ddl.h. */
#include "commands/ddl.h"

#include "database/connection.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Shorter than requests themselves wait for a lock: see accession-api's lock_timeout. */
#define LOCK_TIMEOUT "2s"
#define TRIES        30

#define LOOK_MS  1000 /* before looking who is in the way */
#define OTHER_MS 500  /* between two checks whether another "accession migrate" has ended */

#define LOCK_KEY "hashtext('accession migrate')::bigint"
#define PROGRAMS                                                                             \
	"string_agg(concat(coalesce(nullif(application_name, ''), 'a program'), ' (role ', " \
	"usename, ', process ', pid, ')'), ', ') FROM pg_stat_activity"

static const char brief[] = "SET lock_timeout = '" LOCK_TIMEOUT "'";
static const char try_lock[] =
    "SELECT CASE WHEN NOT pg_try_advisory_lock(" LOCK_KEY ") THEN coalesce((SELECT " PROGRAMS
    " WHERE pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND objsubid = 1 AND classid::bigint << 32 | objid::bigint = " LOCK_KEY
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))), '')"
    " END";

static const struct statement statement_in_the_way = {
    NULL, "SELECT " PROGRAMS " WHERE pid = ANY (pg_blocking_pids($1))", 1, true};

static const struct statement statement_brief = {NULL, brief, 0, false};

static const struct statement statement_patient = {NULL, "SET lock_timeout = 0", 0, false};

void
ddl_init(struct ddl *d, struct db *db)
{
	*d = (struct ddl){.db = db};
	db_init(&d->watch, db->role, db->application, NULL);
}

void
ddl_free(struct ddl *d)
{
	db_close(&d->watch);
}

void
ddl_pause(int64_t ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (nanosleep(&t, &t) < 0)
		continue;
}

/* Not db_query, which would connect. */
static PGresult *
ask(struct db *db, const char *sql, struct error *err)
{
	PGresult *res = PQexecParams(db->conn, sql, 0, NULL, NULL, NULL, NULL, 1);

	if (db_succeeded(res))
		return res;
	db_error(db->conn, res, err);
	PQclear(res);
	return NULL;
}

int
ddl_lock(struct db *db, struct error *err)
{
	PGresult *set = ask(db, brief, err);

	if (!set)
		return -1;
	PQclear(set);
	for (bool told = false;; ddl_pause(clock_jitter(OTHER_MS))) {
		PGresult *res = ask(db, try_lock, err);
		if (!res)
			return -1;
		const bool ours = db_is_null(res, 0, 0);
		if (!ours && !told)
			fprintf(stderr,
			    "accession: Waiting for another \"accession migrate\": %s.\n",
			    db_get_text(res, 0, 0));
		told = true;
		PQclear(res);
		if (ours)
			return 0;
	}
}

int
ddl_patience(struct ddl *d, bool patient, struct error *err)
{
	return db_run(d->db, patient ? &statement_patient : &statement_brief, NULL, err);
}

/* Says who keeps our connection waiting, unless that was said already. */
static void
tell_who(struct ddl *d)
{
	struct error ignored = {0};
	char pid[24];

	snprintf(pid, sizeof pid, "%d", PQbackendPID(d->db->conn));
	PGresult *res =
	    db_query(&d->watch, &statement_in_the_way, (const char *const[]){pid}, &ignored);
	if (res && !db_is_null(res, 0, 0) && strcmp(db_get_text(res, 0, 0), d->who) != 0) {
		snprintf(d->who, sizeof d->who, "%s", db_get_text(res, 0, 0));
		fprintf(stderr, "accession: %s%s waits for %s.\n", d->name, d->suffix, d->who);
	}
	PQclear(res);
}

/* Returns the next result. While there is none, tells who keeps us waiting. */
static PGresult *
next_result(struct ddl *d)
{
	PGconn *conn = d->db->conn;
	struct pollfd p = {.fd = PQsocket(conn), .events = POLLIN};

	while (PQisBusy(conn)) {
		int ready = poll(&p, 1, LOOK_MS);
		if (ready == 0)
			tell_who(d);
		else if (ready > 0 && !PQconsumeInput(conn))
			break; /* PQgetResult tells */
	}
	return PQgetResult(conn);
}

/* The line of a text that holds its n-th character (from 1, as PostgreSQL counts). */
static int
line_at(const char *text, long n)
{
	int line = 1;

	for (; *text && n > 0; text++) {
		bool starts_character = ((unsigned char)*text & 0xc0) != 0x80;
		n -= starts_character;
		line += *text == '\n' && n > 0;
	}
	return line;
}

static void
name_line(struct ddl *d, const PGresult *res, const char *text, int line, struct error *err)
{
	const char *at = res ? PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION) : NULL;
	struct error cause = {0};

	db_error(d->db->conn, res, &cause);
	if (at)
		line += line_at(text, strtol(at, NULL, 10)) - 1;
	/* Without a position, it is not known which of many statements failed. */
	if (at || line > 1)
		error_set(err, cause.code, "%s%s line %d: %.900s", d->name, d->suffix, line,
		    cause.message);
	else
		error_set(err, cause.code, "%s%s: %.900s", d->name, d->suffix, cause.message);
	memcpy(err->sqlstate, cause.sqlstate, sizeof err->sqlstate);
}

int64_t
ddl_run(struct ddl *d, const char *text, int line, struct error *err)
{
	int64_t rows = 0;

	if (!d->db->in_transaction && db_connect(d->db, err) < 0)
		return -1;
	/* Only the simple protocol takes many statements at once. */
	if (!PQsendQuery(d->db->conn, text))
		return db_error(d->db->conn, NULL, err);
	for (PGresult *res; (res = next_result(d)); PQclear(res)) {
		ExecStatusType status = PQresultStatus(res);
		if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
			rows = rows < 0 ? -1 : strtoll(PQcmdTuples(res), NULL, 10);
		else if (status != PGRES_EMPTY_QUERY) {
			name_line(d, res, text, line, err);
			rows = -1;
			if (status == PGRES_COPY_IN)
				PQputCopyEnd(d->db->conn, "no migration brings data along");
		}
	}
	return rows;
}

void
ddl_succeeded(struct ddl *d)
{
	d->tries = 0;
	d->pause = (struct backoff){0};
	d->who[0] = '\0';
}

bool
ddl_again(struct ddl *d, struct error *err)
{
	if (err->code != ERROR_BUSY)
		return false;
	if (++d->tries < TRIES) {
		ddl_pause(backoff_next(&d->pause));
		return true;
	}
	const struct error cause = *err;
	error_set(err, ERROR_BUSY, "%.700s (%d times; in the way: %s)", cause.message, d->tries,
	    *d->who ? d->who : "nobody for long");
	memcpy(err->sqlstate, cause.sqlstate, sizeof err->sqlstate);
	return false;
}
