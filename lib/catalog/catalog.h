/*
 * The content models as the database has them. Programs load them when they start, and again when
 * content_version has changed: handlers learn that at every sign-in, the worker at every claim, in
 * a statement that they run anyway. A notification could come later than the request or the job
 * that needs it.
 */
#ifndef ACCESSION_CATALOG_H
#define ACCESSION_CATALOG_H

#include "base/error.h"
#include "database/db.h"

#include <stdint.h>

/* Reads all models, for catalog_take. */
extern const struct statement catalog_statement;

/*
 * Makes these rows the `models` of this program. The result belongs to the catalog from then on,
 * and the models before it are gone. Returns 0, or -1 with the error set and the models as they
 * were: ERROR_DB_SCHEMA if this program cannot work with one of them.
 */
int catalog_take(PGresult *res, struct error *err) __attribute__((warn_unused_result));

/* Loads the models unless those of that version are loaded. 0: none is known, load them anyway. */
int
catalog_load(struct db *db, int64_t version, struct error *err) __attribute__((warn_unused_result));

/* The version of the models in `models`; 0: none were loaded yet. */
int64_t catalog_version(void);

#endif
