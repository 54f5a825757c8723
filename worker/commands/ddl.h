/*
 * Statements that change tables, run so that the service goes on. A table is changed under a lock
 * that nobody else may share, and whoever comes after that lock is asked for waits behind it, be it
 * to read: so it is asked for briefly, and again after a pause in which the others get their turn.
 * What is waited for is said on standard error.
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
	struct db watch;  /* looks at what stands in the way */
	const char *name; /* of the migration, for messages */
	int tries;        /* that failed since something went well */
	struct backoff pause;
	char who[DDL_WHO_SIZE]; /* what was in the way last; "" if nothing was */
};

void ddl_init(struct ddl *d, struct db *db);
void ddl_free(struct ddl *d);

/*
 * For db->opened: statements wait but briefly for locks, and there is no other "accession migrate"
 * as long as this connection lasts. Another one is waited for with nothing open that it in turn
 * might wait for, as it would for the snapshot of a statement.
 */
int ddl_lock(struct db *db, struct error *err);

/* How long the statements to come may wait for locks: briefly, or (patient) as long as it takes. */
int
ddl_patience(struct ddl *d, bool patient, struct error *err) __attribute__((warn_unused_result));

/*
 * Runs the statements of a text that begins in that line of the migration's file. How many rows the
 * last of them touched, or -1, with the file and the line in the error.
 */
int64_t ddl_run(struct ddl *d, const char *text, int line, struct error *err)
    __attribute__((warn_unused_result));

/* After a failure: pauses and returns true if it was for a lock and worth another try. */
bool ddl_again(struct ddl *d, struct error *err);

/* What comes next has its own tries. */
void ddl_succeeded(struct ddl *d);

/* Sleeps. */
void ddl_pause(int64_t ms);

#endif
