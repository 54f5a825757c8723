/*
 * The text of a migration: how it wants to be run, and the statements it is made of.
 *
 * Most are run whole, in one transaction. What cannot be says so in a comment line before its first
 * statement:
 *
 *   -- migrate: no-transaction   one statement after the other, each on its own (CREATE INDEX
 *                                CONCURRENTLY, VALIDATE CONSTRAINT). A statement that was broken
 *                                off is run again, so it must be one that can be.
 *   -- migrate: batches          one statement, run again and again, each time in a transaction of
 *                                its own, until it touches no row (fillings of new columns).
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

/* Where a reader of statements is: {.at = text, .line = 1} begins. */
struct script {
	const char *at;
	int line;
};

/* How the migration is to be run. -1 with ERROR_INPUT if it asks for what there is not. */
int script_mode(const struct migration *m, enum script_mode *mode, struct error *err);

/*
 * The next statement; false if there is none any more. Quotes, dollar quotes and comments are
 * known; bodies in BEGIN ATOMIC ... END are not.
 */
bool script_next(struct script *script, struct script_statement *s);

/* Whether it is CREATE INDEX, DROP INDEX or REINDEX CONCURRENTLY: nobody waits for these. */
bool script_is_concurrent(const struct script_statement *s);

/*
 * Whether it is CREATE INDEX CONCURRENTLY, and of which index: its name as it is written there,
 * with its quotes. A longer name than fits is not found.
 */
bool script_makes_index(const struct script_statement *s, char name[SCRIPT_NAME_SIZE]);

#endif
