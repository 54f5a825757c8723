/*
 * The version of the database's schema: the number of its newest migration. Migrations expand first
 * and contract later, so a program works with the schema it was made for and with every later one,
 * up to the migration that removes something it needs (see migrate.c).
 */
#ifndef ACCESSION_SCHEMA_H
#define ACCESSION_SCHEMA_H

#include "base/error.h"
#include "base/log.h"
#include "database/db.h"

/* For db->accept: fails with ERROR_DB_SCHEMA and what to do if the schema does not fit. */
extern const struct db_check schema_check;

/*
 * Logs a warning that db_connect failed, with what has to be done, if anything. A daemon need not
 * end: it tries again, and works once the database and its schema are there.
 */
void schema_log_unfit(struct log_repeated *last, const struct error *err);

/* Connects once and logs that warning, for a program that would otherwise notice only at its first
 * request. */
void schema_look(const char *role, const char *application);

#endif
