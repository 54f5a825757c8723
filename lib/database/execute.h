/*
 * What db_query and transactions are made of: one statement, run as it is.
 */
#ifndef ACCESSION_EXECUTE_H
#define ACCESSION_EXECUTE_H

#include "database/db.h"

/* As db_query, but on a pooled connection too without a transaction around it. */
PGresult *db_execute(struct db *db, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

/* Sends a statement whose rows are read one by one, on a connection that is opened if need be. */
int db_send(struct db *db, const struct statement *st, const char *const *params, struct error *err)
    __attribute__((warn_unused_result));

/* As db_error for a statement of the connection, with more to say where more is known. */
int db_failed(struct db *db, const PGresult *res, struct error *err);

#endif
