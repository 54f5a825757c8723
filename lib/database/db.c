/* A PostgreSQL connection: see db.h. */
#include "database/db.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define BINARY_RESULT 1

/* timestamptz counts from 2000-01-01; everybody else from 1970-01-01. */
#define POSTGRES_EPOCH_US (INT64_C(946684800) * 1000000)

static const struct statement begin_statement = {NULL, "BEGIN", 0, true};
static const struct statement commit_statement = {NULL, "COMMIT", 0, false};
static const struct statement rollback_statement = {NULL, "ROLLBACK", 0, false};
static const struct statement ping_statement = {"ping", "SELECT 1", 0, true};

void
db_init(struct db *db, const char *role, const char *application, const char *options)
{
	*db = (struct db){.role = role, .application = application, .options = options};
}

void
db_close(struct db *db)
{
	PQfinish(db->conn);
	free(db->prepared);
	db->conn = NULL;
	db->prepared = NULL;
	db->nprepared = 0;
	db->in_transaction = db->doubtful = false;
}

/* True if the server has closed the connection while we were not looking. */
static bool
hung_up(PGconn *conn)
{
	struct pollfd p = {.fd = PQsocket(conn), .events = POLLIN};

	if (PQstatus(conn) != CONNECTION_OK)
		return true;
	if (poll(&p, 1, 0) <= 0)
		return false;
	return !PQconsumeInput(conn) || PQstatus(conn) != CONNECTION_OK;
}

int
db_error(PGconn *conn, const PGresult *res, struct error *err)
{
	const char *sqlstate = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *text = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	/* libpq reports a failed write before it has read that the server is gone. */
	bool lost = PQstatus(conn) != CONNECTION_OK || (!sqlstate && hung_up(conn));
	enum error_code code = ERROR_DB;

	if (!text)
		text = PQerrorMessage(conn);
	if (lost)
		code = ERROR_DB_DOWN;
	else if (!sqlstate)
		code = ERROR_DB;
	else if (strcmp(sqlstate, "57014") == 0)
		code = ERROR_DB_CANCELED;
	else if (strncmp(sqlstate, "23", 2) == 0)
		code = ERROR_CONFLICT;
	else if (strcmp(sqlstate, "55P03") == 0 || strncmp(sqlstate, "40", 2) == 0)
		code =
		    ERROR_BUSY; /* a lock was not to be had, a deadlock, a serialization failure */
	else if (strncmp(sqlstate, "57P", 3) == 0 || strncmp(sqlstate, "53", 2) == 0 ||
		 strcmp(sqlstate, "25006") == 0)
		code = ERROR_DB_DOWN; /* shutting down, out of resources, or read-only */

	error_set(err, code, "%.*s", (int)strcspn(text, "\n"), text);
	if (sqlstate)
		strncpy(err->sqlstate, sqlstate, sizeof err->sqlstate - 1);
	return -1;
}

static void
discard_notice(void *arg, const char *message)
{
	(void)arg;
	size_t n = strcspn(message, "\n");
	log_debug("%.*s", (int)n, message);
}

/* Whether there is a connection of which nothing bad is known; the server may have closed it. */
static bool
is_open(const struct db *db)
{
	return db->conn && !db->doubtful;
}

int
db_connect(struct db *db, struct error *err)
{
	if (is_open(db) && !hung_up(db->conn))
		return 0;
	db_close(db);

	const char *names[] = {"user", "dbname", "fallback_application_name", "options",
	    "client_encoding", "connect_timeout", "keepalives_idle", "keepalives_interval",
	    "keepalives_count", "tcp_user_timeout", "target_session_attrs", NULL};
	const char *values[] = {getenv("PGUSER") ? NULL : db->role,
	    getenv("PGDATABASE") ? NULL : "accession", db->application, db->options, "UTF8",
	    getenv("PGCONNECT_TIMEOUT") ? NULL : "5", "30", "10", "3", "30000",
	    getenv("PGTARGETSESSIONATTRS") ? NULL : "read-write", NULL};

	db->conn = PQconnectdbParams(names, values, 0);
	if (PQstatus(db->conn) != CONNECTION_OK) {
		const char *text = PQerrorMessage(db->conn);
		error_set(err, ERROR_DB_DOWN, "%.*s", (int)strcspn(text, "\n"), text);
		db_close(db);
		return -1;
	}
	PQsetNoticeProcessor(db->conn, discard_notice, NULL);
	if (db->accept && db->accept(db, err) < 0) {
		db_close(db);
		return -1;
	}
	return 0;
}

static bool
is_prepared(const struct db *db, const struct statement *st)
{
	for (size_t i = 0; i < db->nprepared; i++)
		if (db->prepared[i] == st)
			return true;
	return false;
}

static int
prepare(struct db *db, const struct statement *st, struct error *err)
{
	if (!st->name || is_prepared(db, st))
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
		db_error(db->conn, res, err);
	PQclear(res);
	return ok ? 0 : -1;
}

static bool
succeeded(const PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
	       status == PGRES_SINGLE_TUPLE || status == PGRES_COPY_IN;
}

static PGresult *
execute(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	PGresult *res = st->name ? PQexecPrepared(db->conn, st->name, st->nparams, params, NULL,
				       NULL, BINARY_RESULT)
				 : PQexecParams(db->conn, st->sql, st->nparams, NULL, params, NULL,
				       NULL, BINARY_RESULT);

	if (succeeded(res))
		return res;
	db_error(db->conn, res, err);
	PQclear(res);
	return NULL;
}

PGresult *
db_query(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	const bool repeatable = st->reads_only && !db->in_transaction;

	for (int tries = repeatable ? 2 : 1; tries > 0; tries--) {
		if (db->in_transaction && PQstatus(db->conn) != CONNECTION_OK) {
			db_error(db->conn, NULL, err);
			return NULL;
		}
		/* What can be repeated needs no look at the connection first. */
		if (!db->in_transaction && !(repeatable && is_open(db)) && db_connect(db, err) < 0)
			return NULL;
		PGresult *res = prepare(db, st, err) < 0 ? NULL : execute(db, st, params, err);
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
db_run(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	PGresult *res = db_query(db, st, params, err);

	if (!res)
		return -1;
	PQclear(res);
	return 0;
}

int
db_ping(struct db *db, struct error *err)
{
	return db_run(db, &ping_statement, NULL, err);
}

int
db_begin(struct db *db, struct error *err)
{
	if (db_run(db, &begin_statement, NULL, err) < 0)
		return -1;
	db->in_transaction = true;
	return 0;
}

int
db_commit(struct db *db, struct error *err)
{
	int done = db_run(db, &commit_statement, NULL, err);

	db->in_transaction = false;
	return done;
}

void
db_rollback(struct db *db)
{
	struct error ignored = {0};

	if (!db->in_transaction)
		return;
	if (db_run(db, &rollback_statement, NULL, &ignored) < 0)
		db_close(db);
	db->in_transaction = false;
}

int
db_stream(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	if (!db->in_transaction && db_connect(db, err) < 0)
		return -1;
	if (prepare(db, st, err) < 0)
		return -1;
	int sent = st->name ? PQsendQueryPrepared(db->conn, st->name, st->nparams, params, NULL,
				  NULL, BINARY_RESULT)
			    : PQsendQueryParams(db->conn, st->sql, st->nparams, NULL, params, NULL,
				  NULL, BINARY_RESULT);
	if (!sent || !PQsetSingleRowMode(db->conn))
		return db_error(db->conn, NULL, err);
	return 0;
}

PGresult *
db_next(struct db *db, struct error *err)
{
	PGresult *res = PQgetResult(db->conn);

	*err = (struct error){0};
	if (res && PQresultStatus(res) == PGRES_SINGLE_TUPLE)
		return res;
	if (!res || PQresultStatus(res) != PGRES_TUPLES_OK)
		db_error(db->conn, res, err);
	while (res) {
		PQclear(res);
		res = PQgetResult(db->conn);
	}
	return NULL;
}

/* Closing is the quick way: reading the rest of a large result to throw it away is not. */
void
db_abandon(struct db *db)
{
	db_close(db);
}

int
db_copy_begin(struct db *db, const struct statement *st, struct error *err)
{
	static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
	PGresult *res = db_query(db, st, NULL, err);

	if (!res)
		return -1;
	PQclear(res);
	return db_copy_data(db, header, sizeof header - 1, err);
}

int
db_copy_data(struct db *db, const void *bytes, size_t n, struct error *err)
{
	if (PQputCopyData(db->conn, bytes, (int)n) != 1)
		return db_error(db->conn, NULL, err);
	return 0;
}

int
db_copy_end(struct db *db, const char *abort_reason, struct error *err)
{
	static const char trailer[] = {'\377', '\377'};

	if (!abort_reason && db_copy_data(db, trailer, sizeof trailer, err) < 0)
		return -1;
	if (PQputCopyEnd(db->conn, abort_reason) != 1)
		return db_error(db->conn, NULL, err);

	int done = 0;
	for (PGresult *res; (res = PQgetResult(db->conn)); PQclear(res))
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			done = db_error(db->conn, res, err);
	return done;
}

bool
db_is_null(const PGresult *res, int row, int col)
{
	return PQgetisnull(res, row, col);
}

int64_t
db_get_int(const PGresult *res, int row, int col)
{
	const char *bytes = PQgetvalue(res, row, col);
	int n = PQgetisnull(res, row, col) ? 0 : PQgetlength(res, row, col);
	uint64_t v = n && bytes[0] & 0x80 ? UINT64_MAX : 0; /* the sign reaches up */

	for (int i = 0; i < n; i++)
		v = v << 8 | (unsigned char)bytes[i];
	return (int64_t)v;
}

bool
db_get_bool(const PGresult *res, int row, int col)
{
	return db_get_int(res, row, col) != 0;
}

const char *
db_get_text(const PGresult *res, int row, int col)
{
	return PQgetvalue(res, row, col);
}

size_t
db_get_size(const PGresult *res, int row, int col)
{
	return (size_t)PQgetlength(res, row, col);
}

int64_t
db_get_time(const PGresult *res, int row, int col)
{
	return db_get_int(res, row, col) + POSTGRES_EPOCH_US;
}
