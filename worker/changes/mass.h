/*
 * Changes that look like an accident because there are so many of them: a column that is emptied,
 * items that come back. They are warnings, never refusals; what is deleted is asked about at the
 * accept (sql/015_decision.sql).
 */
#ifndef ACCESSION_MASS_H
#define ACCESSION_MASS_H

#include "changes/stage.h"

/*
 * Adds such warnings about a file whose diff has been made to the report. Returns 0, or -1 with the
 * error set.
 */
int mass_warn(struct stage_file *f, struct work *w, struct report *r,
    const struct stage_counts *counts, struct error *err) __attribute__((warn_unused_result));

#endif
