/*
 * Runs statements that change tables while the service goes on. Changing a table takes a lock that
 * excludes everybody else, and once it is requested, later users wait behind it, even to read. So
 * each request waits only briefly, and is repeated after a pause in which the others get their
 * turn. What it waits for is printed on standard error.
 */
#ifndef ACCESSION_DDL_H
#define ACCESSION_DDL_H

#include "base/clock.h"
#include "base/error.h"
#include "database/db.h"

#include <stdbool.h>
#include <stdint.h>

#define DDL_WHO_SIZE 256

struct ddl {
	struct db *db;
	struct db watch;           /* a second connection, to see what is in the way */
	const char *name, *suffix; /* what is made, for messages */
	int tries;                 /* failed since the last success */
	struct backoff pause;
	char who[DDL_WHO_SIZE]; /* what was in the way last; "" if nothing was */
};

void ddl_init(struct ddl *d, struct db *db);
void ddl_free(struct ddl *d);

/*
 * For db->opened: keeps out every other "accession migrate" as long as this connection lasts, and
 * lets statements wait only briefly for locks. While it waits for another one, it holds nothing
 * open that the other might wait for in turn, such as the snapshot of a statement.
 */
int ddl_lock(struct db *db, struct error *err);

/* Sets how long later statements may wait for locks: briefly, or (patient) as long as it takes. */
int
ddl_patience(struct ddl *d, bool patient, struct error *err) __attribute__((warn_unused_result));

/*
 * Runs the statements of a text that begins at that line of the migration's file. Returns how many
 * rows the last one touched, or -1 with the file and the line in the error.
 */
int64_t ddl_run(struct ddl *d, const char *text, int line, struct error *err)
    __attribute__((warn_unused_result));

/* After a failure: if it was for a lock and another try makes sense, pauses and returns true. */
bool ddl_again(struct ddl *d, struct error *err);

/* Starts counting tries anew. */
void ddl_succeeded(struct ddl *d);

/* Sleeps. */
void ddl_pause(int64_t ms);

#endif
