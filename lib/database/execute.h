/* Running a single statement: the basis of db_query and transactions. */
#ifndef ACCESSION_EXECUTE_H
#define ACCESSION_EXECUTE_H

#include "database/db.h"

/* Like db_query, but never wraps the statement in a transaction, not even if pooled. */
PGresult *db_execute(struct db *db, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

/* Sends a statement whose rows are read one by one; opens the connection if necessary. */
int db_send(struct db *db, const struct statement *st, const char *const *params, struct error *err)
    __attribute__((warn_unused_result));

/* Like db_error for a statement on this connection, with a better explanation where possible. */
int db_failed(struct db *db, const PGresult *res, struct error *err);

#endif
