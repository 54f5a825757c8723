/*
 * Files of SQL statements that the build embeds in the programs. Each statement has a name and a
 * comment that says what it does, and ends with a semicolon at the end of a line. Text that several
 * statements share can be a part, with "-- part:" instead of "-- name:" and no semicolon:
 *
 *	-- name: verify_library
 *	-- means: every item is what its history made of it
 *	SELECT ...;
 *
 * Everything before the first name is ignored.
 */
#ifndef ACCESSION_SQL_FILE_H
#define ACCESSION_SQL_FILE_H

#include "base/text.h"

#include <stdbool.h>

struct sql_file {
	const char *name; /* without ".sql" */
	const char *text;
};

/* A statement or a part. Points into the file's text. */
struct sql_text {
	bool is_part;
	struct text_slice name;
	struct text_slice comment; /* the "--" lines that follow the name */
	struct text_slice sql;     /* without the semicolon */
};

/*
 * Reads the next statement of a file's text, starting at `at`. Returns where to continue, or NULL
 * if there is none.
 */
const char *sql_file_next(const char *at, struct sql_text *st);

/* Finds a statement or part in the files (ended by a NULL name). False if it is in none of them. */
bool
sql_file_find(const struct sql_file *files, bool is_part, const char *name, struct sql_text *st);

/* The text after "-- KEY: " in the statement's comment; NULL text if there is no such line. */
struct text_slice sql_text_note(const struct sql_text *st, const char *key);

#endif
