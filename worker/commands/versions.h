/*
 * The database's record of its migrations: schema_version has a row for each that was applied, and
 * schema_running for one that is run in steps and was begun but not finished.
 */
#ifndef ACCESSION_VERSIONS_H
#define ACCESSION_VERSIONS_H

#include "base/error.h"
#include "database/db.h"
#include "database/migrations.h"

#include <stdbool.h>
#include <stdint.h>

enum version_state {
	VERSION_PENDING,
	VERSION_BEGUN,
	VERSION_APPLIED,
	VERSION_CHANGED, /* applied, but with a text other than this program's */
};

struct version {
	enum version_state state;
	int64_t when;       /* begun or applied, in µs */
	int64_t statements; /* how many are done, if begun */
};

/* Creates the tables unless they exist. */
int versions_make(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* Finds whether the tables exist. */
int
versions_exist(struct db *db, bool *exist, struct error *err) __attribute__((warn_unused_result));

int versions_look(struct db *db, const struct migration *m, struct version *v, struct error *err)
    __attribute__((warn_unused_result));

/* The migrations that a newer program applied, in the columns name and applied. */
PGresult *versions_newer(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* The name of the newest applied migration, or no row. */
PGresult *versions_newest(struct db *db, struct error *err) __attribute__((warn_unused_result));

/*
 * For a migration that is run in steps. versions_begin records its start and sets *statements to
 * how many are done already (0 if its text has changed since); versions_step records how many are
 * done now.
 */
int versions_begin(struct db *db, const struct migration *m, int64_t *statements, struct error *err)
    __attribute__((warn_unused_result));
int versions_step(struct db *db, const struct migration *m, int64_t statements, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Records that the migration is applied: call it first in the transaction that applies it, or after
 * the last step.
 */
int versions_applied(struct db *db, const struct migration *m, struct error *err)
    __attribute__((warn_unused_result));

#endif
