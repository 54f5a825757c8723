/*
 * The version of the database's schema: the number of its newest migration. Migrations expand first
 * and contract later, so a program works with every schema that is not older than the one it was
 * made for, up to the migration that takes away what it needs (see migrate.c).
 */
#ifndef ACCESSION_SCHEMA_H
#define ACCESSION_SCHEMA_H

#include "base/error.h"
#include "base/log.h"
#include "database/db.h"

/* For db->accept: ERROR_DB_SCHEMA and what to do, unless this program can work with the schema. */
extern const struct db_check schema_check;

/*
 * Warns that db_connect failed, and of what has to be done if that is something. No reason for a
 * daemon to end: it looks again, and works once the database and its schema are there.
 */
void schema_log_unfit(struct log_repeated *last, const struct error *err);

/* The same at the start of a program that would else find out with its first request. */
void schema_look(const char *role, const char *application);

#endif
