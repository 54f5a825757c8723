/*
 * What must agree in a database of Accession: a table of checks, each a query that finds what does
 * not. Nothing of it can be brought about by the programs; disks, restores and hands can.
 */
#ifndef ACCESSION_CHECKS_H
#define ACCESSION_CHECKS_H

#include <stdbool.h>

struct check {
	const char *name;  /* a word */
	const char *means; /* what holds if it finds nothing */
	bool of_model;     /* about a content model: sql and look are templates (model_sql.h) */
	const char *sql;   /* a row for each that does not agree: subject and problem, texts */
	const char *look; /* a query that shows more of it, with … for the subject's number or id */
};

/* Ends with a NULL name. */
extern const struct check checks[];

#endif
