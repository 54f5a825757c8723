/*
 * Results from the server: whether a statement succeeded, the error if not, and the columns, which
 * are in binary format.
 */
#ifndef ACCESSION_RESULT_H
#define ACCESSION_RESULT_H

#include "base/error.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SQLSTATE_READ_ONLY "25006" /* nothing can be written now */

/* Whether res is a success; the start of a COPY is one too, NULL is not. */
bool db_succeeded(const PGresult *res);

/*
 * Fills *err from a failed result, or from the connection if res is NULL: ERROR_DB_DOWN,
 * ERROR_CONFLICT (a constraint forbids it; err->sqlstate says of which kind), ERROR_FORBIDDEN,
 * ERROR_BUSY, ERROR_DB_CANCELED, or else ERROR_DB. Always returns -1.
 */
int db_error(PGconn *conn, const PGresult *res, struct error *err);

/* Whether the server has closed the connection since it was last used. */
bool db_hung_up(PGconn *conn);

/* Columns. NULL reads as 0, false or "" of length 0. */
bool db_is_null(const PGresult *res, int row, int col);
int64_t db_get_int(const PGresult *res, int row, int col); /* int2, int4, int8 */
bool db_get_bool(const PGresult *res, int row, int col);
const char *db_get_text(const PGresult *res, int row, int col); /* text, json, "char"; NUL ended */
size_t db_get_size(const PGresult *res, int row, int col);      /* bytes of the value */
int64_t db_get_time(const PGresult *res, int row, int col);     /* timestamptz: µs since 1970 */

#endif
