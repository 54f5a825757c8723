/*
 * What must agree in a database of Accession: checks, each a query that finds what does not. They
 * are files: of content models sql/models/statements/verify.sql, all others sql/checks. Nothing of
 * what they find can be brought about by the programs; disks, restores and hands can.
 */
#ifndef ACCESSION_CHECKS_H
#define ACCESSION_CHECKS_H

#include "base/sql_file.h"

#include <stdbool.h>

/* The files of sql/checks; ends with a NULL name. */
extern const struct sql_file check_files[];

struct check {
	struct text_slice name;  /* a word */
	struct text_slice means; /* what holds if it finds nothing */
	bool of_model;         /* about a content model: sql and look are templates (model_sql.h) */
	struct text_slice sql; /* a row for each that does not agree: subject and problem, texts */
	struct text_slice
	    look; /* a query that shows more of it, with … for the subject's number or id */
};

/* Where the next check is; {0}: the first. */
struct check_place {
	size_t file; /* of models' files first, then of check_files */
	const char *at;
};

/* Reads the next check; false if there is none. */
bool check_next(struct check_place *place, struct check *c);

#endif
