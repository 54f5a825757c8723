/*
 * A PostgreSQL connection and the closed list of statements that go over it. A statement is
 * prepared the first time a connection runs it, unless the connection is shared by a pooler:
 * ACCESSION_PREPARED=off. Results come in binary format and are read by the functions of result.h.
 *
 * Opening and closing: connection.h. More than one statement that belong together: transaction.h.
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

/* What a program looks at with each new connection, in the statement that sets it up. */
struct db_check {
	const char *columns; /* what that has to select for it */
	/* -1 with the error set refuses the connection. The columns are those of `res` from `first`
	   on; NULL: the statement failed with *err, which can be told better here. */
	int (*accept)(const PGresult *res, int first, struct error *err);
};

struct db {
	PGconn *conn;                      /* NULL until the first use */
	const char *role;                  /* role to connect as where PGUSER does not say */
	const char *application;           /* application_name */
	const struct db_setting *settings; /* beside those of all programs; NULL: none */
	const struct db_check *accept;     /* NULL: every connection is good */
	/* Does more with each new connection that is good; -1 closes it. NULL: nothing. */
	int (*opened)(struct db *db, struct error *err);
	bool pooled;        /* each transaction may get another server connection: see setting.h */
	bool behind_pooler; /* who answers is not the server itself */
	bool read_write;    /* transactions have to say that they write: see setting.h */
	const struct statement **prepared; /* what this connection has prepared */
	size_t nprepared;
	int64_t sent_at;     /* clock_ms of the last statement */
	bool in_transaction; /* between db_begin and db_commit/db_rollback: never reconnect */
	bool streams_alone;  /* that transaction was begun for the statement of a db_stream */
	bool doubtful;       /* the server said it cannot work now: look for another one */
};

/*
 * Runs a statement. The result is the caller's to PQclear; NULL with the error set, as by db_error.
 * A connection found broken is opened anew once, if nothing was sent or the statement only reads.
 */
PGresult *db_query(struct db *db, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

/* As db_query for statements whose result does not matter. 0 or -1. */
int db_run(struct db *db, const struct statement *st, const char *const *params, struct error *err)
    __attribute__((warn_unused_result));

/* Whether the database answers: 0 or -1. */
int db_ping(struct db *db, struct error *err) __attribute__((warn_unused_result));

/*
 * Sends a statement whose rows are read one by one; then db_next gives them until NULL: *err is
 * clear at the end, set if the rows broke off. Each row is the caller's to PQclear. Before anything
 * else is run on the connection, read to the end or call db_abandon.
 */
int db_stream(struct db *db, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));
PGresult *db_next(struct db *db, struct error *err);
void db_abandon(struct db *db);

#endif
