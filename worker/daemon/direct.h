/*
 * Checks that a connection has a server session of its own. The worker needs one: it listens, and
 * keeps settings and temporary tables from one transaction to the next; "accession migrate" keeps a
 * lock. A pooler such as PgBouncer provides one with pool_mode=session; otherwise it gives each
 * transaction whichever server connection is free.
 */
#ifndef ACCESSION_DIRECT_H
#define ACCESSION_DIRECT_H

#include "base/error.h"
#include "database/db.h"

/*
 * Checks a new connection. If the server itself is at its other end, nothing is asked; otherwise
 * the check needs a second connection and at most worker_silence_ms / 2. Returns 0, or -1 with
 * ERROR_DB_SCHEMA and what to do, or with what went wrong.
 */
int direct_check(struct db *db, struct error *err);

#endif
