/* Server settings: see setting.h. */
#include "database/setting.h"

#include "base/buf.h"
#include "database/db.h"

#include <stdlib.h>
#include <string.h>

#define ENCODING "UTF8"
#define MAX      40 /* most settings of a connection */

/* The settings of all programs. There are no time limits but those that a program sets itself. */
static const struct db_setting common[] = {
    /* What statements mean. */
    {"search_path", "public"},
    {"client_encoding", ENCODING},
    {"standard_conforming_strings", "on"},
    {"quote_all_identifiers", "off"},
    {"default_transaction_isolation", "read committed"},
    {"default_transaction_deferrable", "off"},
    /* How values are written where a result is text. */
    {"DateStyle", "ISO, MDY"},
    {"IntervalStyle", "postgres"},
    {"TimeZone", "UTC"},
    {"bytea_output", "hex"},
    {"extra_float_digits", "1"},
    /* How long things may take. */
    {"statement_timeout", "0"},
    {"lock_timeout", "0"},
    {"transaction_timeout", "0"},
    {"idle_in_transaction_session_timeout", "0"},
    {"idle_session_timeout", "0"},
    {"client_connection_check_interval", "0"},
    /* Notices may be meant for the log. */
    {"client_min_messages", "notice"},
    /* Compiling a long statement costs more than it saves. */
    {"jit", "off"},
    {NULL, NULL},
};

/* The columns of the statement that sets up a session; those of db->accept follow. */
enum column { COL_PID, COL_ENCODING, COL_READ_ONLY, COL_ACCEPT };

#define COLUMNS                                                                              \
	"SELECT pg_catalog.pg_backend_pid(), pg_catalog.current_setting('server_encoding')," \
	" pg_catalog.current_setting('default_transaction_read_only')"

/* Allows writes if it is a role or a database that forbids them. */
static const char allow_writes[] =
    "SELECT pg_catalog.set_config(name, 'off', $1) FROM pg_catalog.pg_settings"
    " WHERE name = 'default_transaction_read_only'"
    " AND source IN ('global', 'database', 'user', 'database user')";

/* A statement that sets settings, and its parameters. */
struct set {
	struct buf sql;
	const char *params[2 * MAX];
	int nparams;
};

/* Skips settings that this server does not have: transaction_timeout is new in 17. */
static void
add_settings(struct set *s, const struct db_setting *list, bool local)
{
	for (; list && list->name && s->nparams + 2 <= 2 * MAX; list++) {
		s->params[s->nparams++] = list->name;
		s->params[s->nparams++] = list->value;
		buf_printf(&s->sql,
		    ", CASE WHEN pg_catalog.current_setting($%d, true) IS NOT NULL"
		    " THEN pg_catalog.set_config($%d, $%d, %s) END",
		    s->nparams - 1, s->nparams - 1, s->nparams, local ? "true" : "false");
	}
}

/* Selects the columns and makes the settings. Returns the result, or NULL with the error set. */
static PGresult *
run(struct db *db, const char *columns, const char *more, struct error *err)
{
	struct set s = {0};
	PGresult *res = NULL;

	buf_add_text(&s.sql, columns);
	buf_add_text(&s.sql, more);
	add_settings(&s, common, db->pooled);
	add_settings(&s, db->settings, db->pooled);
	if (s.sql.failed)
		error_set(err, ERROR_SYSTEM, "out of memory");
	else
		res = PQexecParams(
		    db->conn, buf_text(&s.sql), s.nparams, NULL, s.params, NULL, NULL, 1);
	buf_free(&s.sql);
	if (!res || PQresultStatus(res) == PGRES_TUPLES_OK)
		return res;
	db_error(db->conn, res, err);
	PQclear(res);
	return NULL;
}

int
db_set_transaction(struct db *db, struct error *err)
{
	PGresult *res = run(db, "SELECT NULL", "", err);

	PQclear(res);
	return res ? 0 : -1;
}

static int
refuse_encoding(const struct db *db, const char *encoding, struct error *err)
{
	return error_set(err, ERROR_DB_SCHEMA,
	    "The database is in the encoding %s, and must be in " ENCODING ". Make it anew "
	    "(createdb -E UTF8 -T template0 --locale=C.UTF-8 -O accession_owner %s), then run "
	    "\"accession migrate\".",
	    encoding, PQdb(db->conn));
}

/* A statement of its own, as it is rarely needed. */
static int
set_writable(struct db *db, struct error *err)
{
	const char *params[] = {
	    db->pooled ? "true" : "false"}; /* whether for this statement alone */
	PGresult *res = PQexecParams(db->conn, allow_writes, 1, NULL, params, NULL, NULL, 1);
	int done = PQresultStatus(res) == PGRES_TUPLES_OK ? 0 : db_error(db->conn, res, err);

	if (done == 0 && PQntuples(res) == 0) {
		done = error_set(err, ERROR_DB_DOWN,
		    "the server takes no writes: default_transaction_read_only is on");
		strcpy(err->sqlstate, SQLSTATE_READ_ONLY);
	}
	PQclear(res);
	db->read_write = true;
	return done;
}

static int
accept(struct db *db, const PGresult *res, struct error *err)
{
	const char *encoding = db_get_text(res, 0, COL_ENCODING);

	db->behind_pooler = db_get_int(res, 0, COL_PID) != PQbackendPID(db->conn);
	if (strcmp(encoding, ENCODING) != 0)
		return refuse_encoding(db, encoding, err);
	if (db->accept && db->accept->accept(res, COL_ACCEPT, err) < 0)
		return -1;
	if (strcmp(db_get_text(res, 0, COL_READ_ONLY), "off") != 0 && set_writable(db, err) < 0)
		return -1;
	return db->opened ? db->opened(db, err) : 0;
}

/* The statement failed, perhaps for lack of something that the encoding did not allow to create. */
static int
explain_failure(const struct db *db, struct error *err)
{
	const char *encoding = PQparameterStatus(db->conn, "server_encoding");

	if (err->code != ERROR_DB)
		return -1;
	if (encoding && strcmp(encoding, ENCODING) != 0)
		return refuse_encoding(db, encoding, err);
	if (db->accept)
		db->accept->accept(NULL, 0, err);
	return -1;
}

/* The role's own statement_timeout may be too short even for this. */
static PGresult *
run_unlimited(struct db *db, const char *more, struct error *err)
{
	PGresult *res = run(db, COLUMNS, more, err);

	if (res || err->code != ERROR_DB_CANCELED || db->pooled)
		return res;
	PQclear(PQexec(db->conn, "SET statement_timeout = 0"));
	return run(db, COLUMNS, more, err);
}

int
db_set_session(struct db *db, struct error *err)
{
	db->read_write = false;
	PGresult *res = run_unlimited(db, db->accept ? db->accept->columns : "", err);
	if (!res)
		return explain_failure(db, err);
	int done = accept(db, res, err);
	PQclear(res);
	return done;
}

int64_t
db_setting_ms(const struct db *db, const char *name)
{
	for (const struct db_setting *s = db->settings; s && s->name; s++)
		if (strcmp(s->name, name) == 0)
			return strtoll(s->value, NULL, 10);
	return 0;
}
