/*
 * The version of the database's schema: the number of its newest migration. Migrations expand first
 * and contract later, so a program works with every schema that is not older than the one it was
 * made for, up to the migration that takes away what it needs (see migrate.c).
 */
#ifndef ACCESSION_SCHEMA_H
#define ACCESSION_SCHEMA_H

#include "base/error.h"
#include "database/db.h"

/* For db->accept: ERROR_DB and what to do, unless this program can work with the schema. */
extern const struct db_check schema_check;

/*
 * The same at the start of a program, which else would find out with the first request. A database
 * that cannot be reached is no reason not to start: it is looked at when it is there.
 */
int schema_check_at_start(const char *role, const char *application, struct error *err);

#endif
