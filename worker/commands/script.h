/*
 * The text of a migration: how to run it, and its statements.
 *
 * Most migrations run as a whole, in one transaction. One that cannot says so in a comment line
 * before its first statement:
 *
 *   -- migrate: no-transaction   one statement after the other, each on its own (CREATE INDEX
 *                                CONCURRENTLY, VALIDATE CONSTRAINT). A statement that was
 *                                interrupted is run again, so it must be repeatable.
 *   -- migrate: batches          one statement, run again and again, each time in a transaction of
 *                                its own, until it touches no row (to fill new columns).
 */
#ifndef ACCESSION_SCRIPT_H
#define ACCESSION_SCRIPT_H

#include "base/error.h"
#include "database/migrations.h"

#include <stdbool.h>
#include <stddef.h>

enum script_mode { SCRIPT_WHOLE, SCRIPT_STATEMENTS, SCRIPT_BATCHES };

#define SCRIPT_NAME_SIZE 160 /* of an index with its schema, quoted, and a NUL */

/* A statement of a script, borrowed from its text: from its first word up to its semicolon. */
struct script_statement {
	const char *text;
	size_t n;
	int line; /* of its first word, from 1 */
};

/* The position of a reader of statements. Begin with {.at = text, .line = 1}. */
struct script {
	const char *at;
	int line;
};

/*
 * Finds how the migration is to be run. Returns 0, or -1 with ERROR_INPUT if it asks for an unknown
 * mode.
 */
int script_mode(const struct migration *m, enum script_mode *mode, struct error *err);

/*
 * Reads the next statement; false if there are no more. It understands quotes, dollar quotes and
 * comments, but not bodies in BEGIN ATOMIC ... END.
 */
bool script_next(struct script *script, struct script_statement *s);

/* Whether it is CREATE INDEX, DROP INDEX or REINDEX CONCURRENTLY: nobody waits for these. */
bool script_is_concurrent(const struct script_statement *s);

/*
 * Whether it is CREATE INDEX CONCURRENTLY with a name that fits. If so, `name` is the index's name
 * as written there, with its quotes.
 */
bool script_makes_index(const struct script_statement *s, char name[SCRIPT_NAME_SIZE]);

#endif
