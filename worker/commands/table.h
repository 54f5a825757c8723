/* Query results as people read them on a terminal. */
#ifndef ACCESSION_TABLE_H
#define ACCESSION_TABLE_H

#include "base/error.h"

#include <libpq-fe.h>
#include <stdio.h>

#define TABLE_MAX_COLUMNS 16

/*
 * Prints a binary result in aligned columns under its column names. Numbers go to the right, times
 * are to the second, booleans are yes and no, other types must be text or json. Control characters
 * are shown as "?": what users typed may not command the operator's terminal.
 * -1 with ERROR_SYSTEM without memory.
 */
int table_print(FILE *out, const PGresult *res, struct error *err);

#endif
