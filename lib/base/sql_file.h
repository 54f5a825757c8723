/*
 * Files of SQL statements that the build embeds in the programs. Each statement has a name and says
 * what it does; it ends with a semicolon at the end of a line. What several of them need can be a
 * part, with "-- part:" instead of "-- name:", and without the semicolon:
 *
 *	-- name: verify_library
 *	-- means: every item is what its history made of it
 *	SELECT ...;
 *
 * Of what is before the first name nothing is read.
 */
#ifndef ACCESSION_SQL_FILE_H
#define ACCESSION_SQL_FILE_H

#include "base/text.h"

#include <stdbool.h>

struct sql_file {
	const char *name; /* without ".sql" */
	const char *text;
};

/* A statement, or a part of some; it points into its file. */
struct sql_text {
	bool is_part;
	struct text_slice name;
	struct text_slice comment; /* the lines of "--" that follow the name */
	struct text_slice sql;     /* without the semicolon */
};

/*
 * Reads the next statement of a file's text, from `at` on; what to go on with, or NULL if there is
 * none.
 */
const char *sql_file_next(const char *at, struct sql_text *st);

/* Finds a statement, or a part, in files that end with a NULL name; false if none has it. */
bool
sql_file_find(const struct sql_file *files, bool is_part, const char *name, struct sql_text *st);

/* What a comment line "-- KEY: ..." of the statement says; a NULL text if there is none. */
struct text_slice sql_text_note(const struct sql_text *st, const char *key);

#endif
