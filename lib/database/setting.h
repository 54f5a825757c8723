/*
 * Settings of the server that the programs rely on. They are set by the programs themselves,
 * whatever a role, a database or a pooler has them at: for the session, in the one statement with
 * which a connection begins; or, where a pooler may give each transaction another server
 * connection (db->pooled), at the beginning of each transaction for that alone.
 *
 * One is left as it is found: a server that takes no writes (default_transaction_read_only in its
 * configuration) has its reasons. A role or a database that is set so has none that counts here.
 */
#ifndef ACCESSION_SETTING_H
#define ACCESSION_SETTING_H

#include "base/error.h"

#include <stdint.h>

struct db;

/* A list of them ends with a NULL name. The text is as SET takes it. */
struct db_setting {
	const char *name, *value;
};

/*
 * Sets up the session of a new connection, or refuses it: 0, or -1 with what db->accept says,
 * ERROR_DB_SCHEMA and what to do if the database is not in UTF-8, or ERROR_DB_DOWN and SQLSTATE
 * 25006 if the server takes no writes.
 */
int db_set_session(struct db *db, struct error *err);

/* Sets them for the transaction under way. 0 or -1. */
int db_set_transaction(struct db *db, struct error *err);

/* What the program itself has given a setting, in ms without a unit; 0 if nothing. */
int64_t db_setting_ms(const struct db *db, const char *name);

#endif
