/* Phase one of a job: finds what its files would change in the library. */
#ifndef ACCESSION_MAKE_DIFF_H
#define ACCESSION_MAKE_DIFF_H

#include "changes/phase.h"
#include "daemon/claim.h"
#include "parser/child.h"

/*
 * Starts a parser child for the next file unless there is one. Done before there is a job, so that
 * no job has to wait for it. Returns 0, or -1 with the error set.
 */
int diff_prepare(struct child *spare, struct error *err);

/*
 * Makes the diff of a job and hands it over for review, in one transaction; uses up the child.
 * PHASE_FAILED: the report says what is wrong with the files. The caller rolls back what was not
 * committed; that leaves nothing behind.
 */
enum phase_outcome diff_make(struct work *w, const struct claim *job, struct report *r,
    struct child *spare, struct error *err);

#endif
