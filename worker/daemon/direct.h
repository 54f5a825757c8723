/*
 * Whether a connection is a session of its own. The worker needs one: it listens, and keeps
 * settings and temporary tables from one transaction to the next; "accession migrate" keeps a lock.
 * A pooler such as PgBouncer gives it one with pool_mode=session, and else gives each transaction
 * whichever server connection is free.
 */
#ifndef ACCESSION_DIRECT_H
#define ACCESSION_DIRECT_H

#include "base/error.h"
#include "database/db.h"

/*
 * For a new connection. Nothing is asked if the server itself is at its other end; else it takes a
 * second connection to tell, and at most worker_silence_ms / 2. -1 with ERROR_DB_SCHEMA and what to
 * do, or with what went wrong.
 */
int direct_check(struct db *db, struct error *err);

#endif
