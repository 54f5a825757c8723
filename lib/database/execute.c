/* One statement: see execute.h. */
#include "database/execute.h"

#include "base/clock.h"
#include "base/log.h"
#include "database/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BINARY_RESULT 1

/* SQLSTATEs that say that a prepared statement's name is taken by another, or unknown. */
#define DUPLICATE_STATEMENT "42P05"
#define UNKNOWN_STATEMENT   "26000"

static bool
is_prepared(const struct db *db, const struct statement *st)
{
	for (size_t i = 0; i < db->nprepared; i++)
		if (db->prepared[i] == st)
			return true;
	return false;
}

/* Whether the statement is prepared and run by its name. */
static bool
is_named(const struct db *db, const struct statement *st)
{
	return st->name && !db->pooled;
}

static int
prepare(struct db *db, const struct statement *st, struct error *err)
{
	if (!is_named(db, st) || is_prepared(db, st))
		return 0;

	const struct statement **list =
	    realloc(db->prepared, (db->nprepared + 1) * sizeof *db->prepared);
	if (!list)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	db->prepared = list;

	PGresult *res = PQprepare(db->conn, st->name, st->sql, st->nparams, NULL);
	bool ok = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (ok)
		db->prepared[db->nprepared++] = st;
	else
		db_failed(db, res, err);
	PQclear(res);
	return ok ? 0 : -1;
}

static PGresult *
run_once(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	if (prepare(db, st, err) < 0)
		return NULL;
	db->sent_at = clock_ms();
	PGresult *res = is_named(db, st) ? PQexecPrepared(db->conn, st->name, st->nparams, params,
					       NULL, NULL, BINARY_RESULT)
					 : PQexecParams(db->conn, st->sql, st->nparams, NULL,
					       params, NULL, NULL, BINARY_RESULT);
	if (db_succeeded(res))
		return res;
	db_failed(db, res, err);
	PQclear(res);
	return NULL;
}

PGresult *
db_execute(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	const bool repeatable = st->reads_only && !db->in_transaction;

	for (int tries = repeatable ? 2 : 1; tries > 0; tries--) {
		if (db->in_transaction && PQstatus(db->conn) != CONNECTION_OK) {
			db_error(db->conn, NULL, err);
			return NULL;
		}
		/* A repeatable statement is tried without checking the connection first. */
		if (!db->in_transaction && !(repeatable && db_is_open(db)) &&
		    db_connect(db, err) < 0)
			return NULL;
		PGresult *res = run_once(db, st, params, err);
		if (res) {
			*err = (struct error){0};
			return res;
		}
		if (err->code != ERROR_DB_DOWN)
			return NULL;
		db->doubtful = true;
	}
	return NULL;
}

int
db_send(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	if (!db->in_transaction && db_connect(db, err) < 0)
		return -1;
	if (prepare(db, st, err) < 0)
		return -1;
	db->sent_at = clock_ms();
	int sent = is_named(db, st) ? PQsendQueryPrepared(db->conn, st->name, st->nparams, params,
					  NULL, NULL, BINARY_RESULT)
				    : PQsendQueryParams(db->conn, st->sql, st->nparams, NULL,
					  params, NULL, NULL, BINARY_RESULT);
	if (!sent || !PQsetSingleRowMode(db->conn))
		return db_error(db->conn, NULL, err);
	return 0;
}

/* Logged once per process, as nearly every statement fails in that case. */
static void
tell_shared(const struct error *err)
{
	static bool told;

	if (told)
		return;
	told = true;
	log_error("A pooler such as PgBouncer gives this program another server connection for "
		  "each transaction, and prepared statements are lost (SQLSTATE %s): set "
		  "ACCESSION_PREPARED=off, or give the pooler pool_mode=session.",
	    err->sqlstate);
}

/*
 * Decides by the time taken: the SQLSTATE is the same for a timeout and for pg_cancel_backend, and
 * the message is in the server's language.
 */
static void
tell_who_cancelled(const struct db *db, struct error *err)
{
	const int64_t limit = db_setting_ms(db, "statement_timeout");

	if (limit && clock_ms() >= db->sent_at + limit)
		return;
	snprintf(err->message, sizeof err->message,
	    "an administrator of the database cancelled the statement");
}

int
db_failed(struct db *db, const PGresult *res, struct error *err)
{
	db_error(db->conn, res, err);
	if (err->code == ERROR_DB_CANCELED)
		tell_who_cancelled(db, err);
	else if (strcmp(err->sqlstate, DUPLICATE_STATEMENT) == 0 ||
		 strcmp(err->sqlstate, UNKNOWN_STATEMENT) == 0)
		tell_shared(err);
	return -1;
}
