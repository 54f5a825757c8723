/*
 * Columns of a result as members of a JSON object: what a row looks like in an answer is a table.
 *
 *	static const struct db_member members[] = {
 *		{"id", COL_ID, DB_INT}, {"created", COL_CREATED, DB_TIME}, {0}};
 */
#ifndef ACCESSION_MEMBER_H
#define ACCESSION_MEMBER_H

#include "base/json_writer.h"
#include "database/result.h"

enum db_kind {
	DB_INT,  /* int2, int4, int8 */
	DB_BOOL, /* boolean */
	DB_TEXT, /* text, "char" */
	DB_TIME, /* timestamptz; written as timestamp_format does */
	DB_JSON, /* json, made by the database: copied as it is */
};

struct db_member {
	const char *key; /* NULL ends a table */
	int col;
	enum db_kind kind;
};

/* Writes the members of a row into the object that is open; a column that is NULL is null. */
void db_members(struct json *j, const PGresult *res, int row, const struct db_member *members);

/* Writes one column as a value. */
void db_value(struct json *j, const PGresult *res, int row, int col, enum db_kind kind);

#endif
