/*
 * Checks that a database of Accession is consistent. Each check is a query that finds what does not
 * agree. Those of content models are in sql/models/statements/verify.sql, all others in sql/checks.
 * The programs cannot cause anything that the checks find; disks, restores and manual changes can.
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
	struct text_slice sql; /* returns a row per disagreement: subject and problem, as text */
	struct text_slice
	    look; /* a query that shows more of it, with … for the subject's number or id */
};

/* The position of the next check; {0} is the first. */
struct check_place {
	size_t file; /* counts the models' files first, then check_files */
	const char *at;
};

/* Reads the next check; false if there is none. */
bool check_next(struct check_place *place, struct check *c);

#endif
