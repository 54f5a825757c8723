/*
 * A function of the database that says no does it by two columns: a code, and the answer to the
 * client, {"detail":...,"code":...} and more that belongs to it (refusal_json in 014_review).
 */
#ifndef ACCESSION_REFUSAL_H
#define ACCESSION_REFUSAL_H

#include "database/result.h"

#include <stdbool.h>
#include <stddef.h>

/* Points into the result. */
struct refusal {
	const char *code;
	const char *body;
	size_t n;
};

/* Is there a refusal in the first row, in column `code` and the one after it? */
bool refusal_read(const PGresult *res, int code, struct refusal *refusal);

#endif
