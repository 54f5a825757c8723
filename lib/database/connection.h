/*
 * Opening and closing a connection. The functions of db.h, which run statements, open it themselves
 * when it is first used and after it broke.
 */
#ifndef ACCESSION_CONNECTION_H
#define ACCESSION_CONNECTION_H

#include "database/db.h"

#include <stdbool.h>

/*
 * Prepares *db without opening the connection. The strings and settings (NULL: only those that all
 * programs share) are kept, not copied. The connection is pooled if ACCESSION_PREPARED is off.
 */
void db_init(
    struct db *db, const char *role, const char *application, const struct db_setting *settings);

/*
 * Opens and sets up the connection unless it is open and working. With several servers (PGHOST=a,b)
 * it chooses the one that accepts writes. Logs a warning, once per program, if the connection goes
 * over the network unencrypted. Returns 0, or -1 with ERROR_DB_DOWN or an error of db_set_session.
 */
int db_connect(struct db *db, struct error *err);

void db_close(struct db *db);

/* Whether the connection is open, as far as is known; the server may have closed it meanwhile. */
bool db_is_open(const struct db *db);

/* Whether others on the network could read and change the open connection's traffic. */
bool db_is_exposed(const struct db *db);

#endif
