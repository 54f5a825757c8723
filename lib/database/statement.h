/*
 * A statement with parameters. Statements are constants, so that the list of those that a program
 * can run is closed. Parameters are given as text, NULL for SQL NULL.
 */
#ifndef ACCESSION_STATEMENT_H
#define ACCESSION_STATEMENT_H

#include <stdbool.h>

struct statement {
	const char *name; /* unique within the program; NULL: not worth preparing */
	const char *sql;
	int nparams;
	bool reads_only; /* may be run again if the connection broke meanwhile */
};

#endif
