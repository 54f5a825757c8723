/* Query results as people read them on a terminal. */
#ifndef ACCESSION_TABLE_H
#define ACCESSION_TABLE_H

#include "base/error.h"

#include <libpq-fe.h>
#include <stdio.h>

#define TABLE_MAX_COLUMNS 16

/*
 * Prints a binary result in aligned columns under its column names. Numbers are right-aligned,
 * times are shown to the second and booleans as yes and no; other types must be text or json.
 * Control characters are shown as "?", so that what users typed cannot control the operator's
 * terminal. Returns 0, or -1 with ERROR_SYSTEM if out of memory.
 */
int table_print(FILE *out, const PGresult *res, struct error *err);

#endif
