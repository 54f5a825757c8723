/*
 * Transactions: several statements that take effect together or not at all. The three statement
 * constants are for callers that send statements in their own way.
 */
#ifndef ACCESSION_TRANSACTION_H
#define ACCESSION_TRANSACTION_H

#include "database/db.h"

extern const struct statement transaction_begin, transaction_commit, transaction_rollback;

/*
 * Checks whether a COMMIT took effect: the server answers ROLLBACK if a statement of the
 * transaction had failed. Returns 0, or -1 with ERROR_DB.
 */
int transaction_committed(const PGresult *res, struct error *err);

/* Begins a transaction, during which the connection is never reopened. */
int db_begin(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* The same, read only: all statements see the same snapshot. */
int db_begin_snapshot(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* -1 with ERROR_DB_DOWN: it may or may not have taken effect; with other errors it did not. */
int db_commit(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* Does nothing if no transaction is open. */
void db_rollback(struct db *db);

#endif
