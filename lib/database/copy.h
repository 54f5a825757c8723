/*
 * Binary COPY FROM STDIN. db_copy_begin starts "COPY ... FROM STDIN (FORMAT binary)" in a
 * transaction and writes the header. db_copy_data, called any number of times, sends bytes of
 * tuples (tuple.h). db_copy_end sends the trailer, or aborts if it is given a reason.
 */
#ifndef ACCESSION_COPY_H
#define ACCESSION_COPY_H

#include "database/db.h"

#include <stddef.h>

int db_copy_begin(struct db *db, const struct statement *st, struct error *err)
    __attribute__((warn_unused_result));
int db_copy_data(struct db *db, const void *bytes, size_t n, struct error *err)
    __attribute__((warn_unused_result));
int db_copy_end(struct db *db, const char *abort_reason, struct error *err)
    __attribute__((warn_unused_result));

#endif
