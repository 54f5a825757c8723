/*
 * Transactions: several statements that take effect together or not at all. The statements
 * themselves are for those who send them in their own way.
 */
#ifndef ACCESSION_TRANSACTION_H
#define ACCESSION_TRANSACTION_H

#include "database/db.h"

extern const struct statement transaction_begin, transaction_commit, transaction_rollback;

/*
 * Whether a COMMIT that was answered took effect: in a transaction in which a statement had failed
 * the answer is ROLLBACK. 0, or -1 with ERROR_DB.
 */
int transaction_committed(const PGresult *res, struct error *err);

/* From here on the connection is not opened anew, and all statements belong together. */
int db_begin(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* The same for reading alone: all statements see one moment. */
int db_begin_snapshot(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* -1 with ERROR_DB_DOWN: it is unknown whether it took effect; with another error it did not. */
int db_commit(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* Nothing if no transaction is under way. */
void db_rollback(struct db *db);

#endif
