/*
 * A PostgreSQL connection and the closed list of statements that go over it. A statement is a
 * constant with parameters; it is prepared the first time a connection runs it. Results come in
 * binary format and are read by the db_get_* functions.
 *
 * Parameters are given as text, NULL for SQL NULL.
 */
#ifndef ACCESSION_DB_H
#define ACCESSION_DB_H

#include "base/buf.h"
#include "base/error.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#define DB_MAX_PARAMS 16

struct statement {
	const char *name; /* unique within the program; NULL: not worth preparing */
	const char *sql;
	int nparams;
	bool reads_only; /* may be run again if the connection broke under it */
};

struct db {
	PGconn *conn;                      /* NULL until the first use */
	const char *role;                  /* role to connect as where PGUSER does not say */
	const char *application;           /* application_name */
	const char *options;               /* server settings: "-c name=value ..." */
	const struct statement **prepared; /* what this connection has prepared */
	size_t nprepared;
	bool in_transaction; /* between db_begin and db_commit/db_rollback: never reconnect */
	bool doubtful;       /* the server said it cannot work now: look for another one */
	/* Looks at each new connection; -1 with the error set refuses it. NULL: all are good. */
	int (*accept)(struct db *db, struct error *err);
};

/* Sets up a connection without opening it. The strings are kept, not copied. */
void db_init(struct db *db, const char *role, const char *application, const char *options);

/*
 * Opens the connection if it is not open, or broken. Of several servers (PGHOST=a,b) it takes the
 * one that can be written to. -1 with ERROR_DB_DOWN, or what db->accept says.
 */
int db_connect(struct db *db, struct error *err);

void db_close(struct db *db);

/*
 * Runs a statement. The result is the caller's to PQclear; NULL with the error set: ERROR_DB_DOWN,
 * ERROR_CONFLICT (a constraint forbids it: err->sqlstate says which), ERROR_DB_CANCELED, ERROR_DB.
 * A connection found broken is opened anew once, if nothing was sent or the statement only reads.
 */
PGresult *db_query(struct db *db, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

/* As db_query for statements whose result does not matter. 0 or -1. */
int db_run(struct db *db, const struct statement *st, const char *const *params, struct error *err)
    __attribute__((warn_unused_result));

/* Whether the database answers: 0 or -1. */
int db_ping(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* BEGIN, COMMIT, ROLLBACK. A failed COMMIT is -1; whether it took effect is then unknown. */
int db_begin(struct db *db, struct error *err) __attribute__((warn_unused_result));
int db_commit(struct db *db, struct error *err) __attribute__((warn_unused_result));
void db_rollback(struct db *db);

/*
 * Sends a statement whose rows are read one by one; then db_next gives them until NULL: *err is
 * clear at the end, set if the rows broke off. Each row is the caller's to PQclear. Before anything
 * else is run on the connection, read to the end or call db_abandon.
 */
int db_stream(struct db *db, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));
PGresult *db_next(struct db *db, struct error *err);
void db_abandon(struct db *db);

/*
 * COPY FROM STDIN, binary. db_copy_begin starts "COPY ... FROM STDIN (FORMAT binary)" and writes
 * the header; db_copy_data sends bytes of tuples; db_copy_end the trailer, or aborts with a reason.
 */
int db_copy_begin(struct db *db, const struct statement *st, struct error *err)
    __attribute__((warn_unused_result));
int db_copy_data(struct db *db, const void *bytes, size_t n, struct error *err)
    __attribute__((warn_unused_result));
int db_copy_end(struct db *db, const char *abort_reason, struct error *err)
    __attribute__((warn_unused_result));

/* Fills *err from a failed result (or, NULL, from the connection). Always -1. */
int db_error(PGconn *conn, const PGresult *res, struct error *err);

/* Columns of a binary result. NULL reads as 0, false, "" of length 0. */
bool db_is_null(const PGresult *res, int row, int col);
int64_t db_get_int(const PGresult *res, int row, int col); /* int2, int4, int8 */
bool db_get_bool(const PGresult *res, int row, int col);
const char *db_get_text(const PGresult *res, int row, int col); /* text, json, "char"; NUL ended */
size_t db_get_size(const PGresult *res, int row, int col);      /* bytes of the value */
int64_t db_get_time(const PGresult *res, int row, int col);     /* timestamptz: µs since 1970 */

#endif
