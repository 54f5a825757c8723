/*
 * Server settings that the programs rely on. The programs set them, overriding those of a role, a
 * database or a pooler. They are set for the session, in the first statement of a connection; but
 * if a pooler may give each transaction another server connection (db->pooled), they are set at the
 * start of each transaction, for that transaction only.
 *
 * One setting is respected: a server whose configuration has default_transaction_read_only on takes
 * no writes, for its own reasons. The same setting of a role or a database is overridden.
 */
#ifndef ACCESSION_SETTING_H
#define ACCESSION_SETTING_H

#include "base/error.h"

#include <stdint.h>

struct db;

/* Lists end with a NULL name. The value is text as in SET. */
struct db_setting {
	const char *name, *value;
};

/*
 * Sets up the session of a new connection, or refuses it. Returns 0, or -1 with the error of
 * db->accept, with ERROR_DB_SCHEMA and what to do if the database is not in UTF-8, or with
 * ERROR_DB_DOWN and SQLSTATE 25006 if the server takes no writes.
 */
int db_set_session(struct db *db, struct error *err);

/* Sets them for the current transaction. Returns 0 or -1. */
int db_set_transaction(struct db *db, struct error *err);

/* The value of a setting in db->settings, which is in ms without a unit; 0 if it is not there. */
int64_t db_setting_ms(const struct db *db, const char *name);

#endif
