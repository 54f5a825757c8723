/* Phase one of a job: what its files would change in the library. */
#ifndef ACCESSION_MAKE_DIFF_H
#define ACCESSION_MAKE_DIFF_H

#include "changes/phase.h"
#include "daemon/claim.h"
#include "parser/child.h"

/*
 * Starts a parser child for the next file, if there is none: before there is a job, so that no job
 * has to wait for it. -1 with the error set.
 */
int diff_prepare(struct child *spare, struct error *err);

/*
 * Makes the diff of a job and hands it over for review, in one transaction; uses the child up.
 * PHASE_FAILED: the report says what is wrong with the files. Rolling back what was not committed
 * is the caller's to do, and leaves nothing behind.
 */
enum phase_outcome diff_make(struct work *w, const struct claim *job, struct report *r,
    struct child *spare, struct error *err);

#endif
