/* Phase two of a job: its diff goes into the library, all of it or nothing. */
#ifndef ACCESSION_APPLY_H
#define ACCESSION_APPLY_H

#include "changes/phase.h"
#include "changes/stage.h"
#include "daemon/claim.h"

/*
 * Applies the accepted diff of a job in one transaction. PHASE_FAILED: the library has changed
 * since the diff was made; the report names the items. The caller rolls back.
 */
enum phase_outcome
apply_changes(struct work *w, const struct claim *job, struct report *r, struct error *err);

/*
 * Applies a model's diff table, with history, in the current transaction. `params` are those of
 * MODEL_SQL_APPLY_HISTORY: job, attempt, week ("0": the operator's), whether something is held
 * back, account. Returns 1; 0 if an item is no longer what the diff was made from; -1.
 */
int apply_model(struct work *w, const struct model *m, const char *const params[5],
    const struct stage_counts *counts, struct error *err) __attribute__((warn_unused_result));

#endif
