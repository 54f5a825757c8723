/*
 * Opening and closing a connection. The statements that go over it: db.h. They open it themselves,
 * the first time and when it broke.
 */
#ifndef ACCESSION_CONNECTION_H
#define ACCESSION_CONNECTION_H

#include "database/db.h"

#include <stdbool.h>

/*
 * Sets up a connection without opening it. Strings and settings (NULL: none beside those of all
 * programs) are kept, not copied. It is pooled if ACCESSION_PREPARED is off.
 */
void db_init(
    struct db *db, const char *role, const char *application, const struct db_setting *settings);

/*
 * Opens the connection if it is not open, or broken, and sets it up. Of several servers
 * (PGHOST=a,b) it takes the one that can be written to. Warns, once in a program, if it goes over
 * the network as plain text. -1 with ERROR_DB_DOWN, or as db_set_session.
 */
int db_connect(struct db *db, struct error *err);

void db_close(struct db *db);

/* Whether there is a connection of which nothing bad is known; the server may have closed it. */
bool db_is_open(const struct db *db);

/* Whether what goes over the open connection can be read, and changed, by others on the network. */
bool db_is_exposed(const struct db *db);

#endif
