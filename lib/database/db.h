/*
 * A PostgreSQL connection and the closed list of statements that run on it. A statement is prepared
 * the first time a connection runs it, unless a pooler shares the connection
 * (ACCESSION_PREPARED=off). Results are in binary format and are read with the functions of
 * result.h.
 *
 * See connection.h for opening and closing, and transaction.h for statements that belong together.
 */
#ifndef ACCESSION_DB_H
#define ACCESSION_DB_H

#include "base/error.h"
#include "database/result.h"
#include "database/setting.h"
#include "database/statement.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A program's check of each new connection, made in the statement that sets it up. */
struct db_check {
	const char *columns; /* added to the statement's select list */
	/* Returns 0, or -1 with the error set to refuse the connection. The columns are in `res`
	   from `first` on. If res is NULL, the statement failed: improve *err if possible. */
	int (*accept)(const PGresult *res, int first, struct error *err);
};

struct db {
	PGconn *conn;                      /* NULL until the first use */
	const char *role;                  /* role to connect as if PGUSER is not set */
	const char *application;           /* application_name */
	const struct db_setting *settings; /* besides those of all programs; NULL: none */
	const struct db_check *accept;     /* NULL: every connection is accepted */
	/* Further set-up of each accepted connection; -1 closes it. NULL: none. */
	int (*opened)(struct db *db, struct error *err);
	bool pooled;        /* each transaction may get another server connection: see setting.h */
	bool behind_pooler; /* a pooler answers, not the server itself */
	bool read_write;    /* BEGIN must say READ WRITE: see setting.h */
	const struct statement **prepared; /* statements prepared on this connection */
	size_t nprepared;
	int64_t sent_at;     /* clock_ms of the last statement */
	bool in_transaction; /* between db_begin and db_commit/db_rollback: never reconnect */
	bool streams_alone;  /* that transaction was begun by db_stream for its statement */
	bool doubtful;       /* the server said it cannot work now: reconnect, maybe elsewhere */
};

/*
 * Runs a statement. Returns the result, which the caller must PQclear, or NULL with the error set
 * as by db_error. If the connection turns out to be broken, it is reopened once, provided that
 * nothing was sent or the statement only reads.
 */
PGresult *db_query(struct db *db, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

/* Like db_query, for statements whose result does not matter. Returns 0 or -1. */
int db_run(struct db *db, const struct statement *st, const char *const *params, struct error *err)
    __attribute__((warn_unused_result));

/* Whether the database answers: 0 or -1. */
int db_ping(struct db *db, struct error *err) __attribute__((warn_unused_result));

/*
 * Sends a statement whose rows are read one by one. db_next returns the next row, which the caller
 * must PQclear, then NULL: with *err clear at the end, or set if the rows broke off. Before running
 * anything else on the connection, read to the end or call db_abandon.
 */
int db_stream(struct db *db, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));
PGresult *db_next(struct db *db, struct error *err);
void db_abandon(struct db *db);

#endif
