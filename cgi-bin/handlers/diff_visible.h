/* The diff that a request is about, if there is one to see. */
#ifndef ACCESSION_DIFF_VISIBLE_H
#define ACCESSION_DIFF_VISIBLE_H

#include "http/request.h"
#include "store/diff.h"

#include <stdbool.h>

struct diff_visible {
	struct diff_place place;
	bool holds;      /* something of the request's model is held back */
	char review[65]; /* the version */
};

/*
 * Returns the summary rows of the job's present attempt, or NULL if there is no diff to see; the
 * reply has then been made. The rows are written in the same transaction as the diff: if they are
 * there, the diff is complete.
 */
PGresult *diff_visible_summary(struct request *r);

/* Finds the diff of the route's {model}. Returns false if there is none; the reply has been made.
 */
bool diff_visible(struct request *r, struct diff_visible *diff);

#endif
