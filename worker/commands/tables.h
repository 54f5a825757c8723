/*
 * Content models in the database: their tables, and the rows that tell programs of them. Both are
 * made and changed in one transaction of the caller's. It takes locks that others wait for, so it
 * must be short and may fail with ERROR_BUSY, to be tried again (ddl.h).
 */
#ifndef ACCESSION_TABLES_H
#define ACCESSION_TABLES_H

#include "commands/ddl.h"
#include "declaration/plan.h"

/*
 * Keeps out what applies, loads, and changes models until the transaction ends, and loads the
 * models as they are then.
 */
int tables_lock(struct ddl *d, struct error *err) __attribute__((warn_unused_result));

/*
 * Makes a model. Its tables are made too, unless they are there already and `adopt`. Returns 0, or
 * -1 with the error set: ERROR_CONFLICT if there is such a model or table, or if another model has
 * its prefix.
 */
int tables_make(struct ddl *d, const struct model *m, bool adopt, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Looks whether every stored value fits what the plan makes of its field. Returns 0, or -1 with
 * ERROR_CONFLICT and the items that do not.
 */
int tables_fit(struct ddl *d, const struct plan *p, struct error *err)
    __attribute__((warn_unused_result));

/* Carries out the plan, after tables_fit. Returns 0 or -1. */
int tables_change(struct ddl *d, const struct plan *p, struct error *err)
    __attribute__((warn_unused_result));

#endif
