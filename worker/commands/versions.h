/*
 * What the database knows of its migrations: schema_version has a row for each that was applied,
 * and schema_running for one that was begun, is not run whole, and was broken off.
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
	VERSION_CHANGED, /* applied, but with another text than this program has */
};

struct version {
	enum version_state state;
	int64_t when;       /* begun or applied, in µs */
	int64_t statements; /* done, of one that is begun */
};

/* Makes the tables, unless they are there. */
int versions_make(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* Whether they are. */
int
versions_exist(struct db *db, bool *exist, struct error *err) __attribute__((warn_unused_result));

int versions_look(struct db *db, const struct migration *m, struct version *v, struct error *err)
    __attribute__((warn_unused_result));

/* Those that were applied by a newer program: name, applied. */
PGresult *versions_newer(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* The name of the newest that was applied, or no row. */
PGresult *versions_newest(struct db *db, struct error *err) __attribute__((warn_unused_result));

/*
 * Of a migration that is run in steps: it is begun, and *statements are done already (none, if its
 * text has changed since); so many are done now.
 */
int versions_begin(struct db *db, const struct migration *m, int64_t *statements, struct error *err)
    __attribute__((warn_unused_result));
int versions_step(struct db *db, const struct migration *m, int64_t statements, struct error *err)
    __attribute__((warn_unused_result));

/* It is applied: the first statement of the transaction that applies it, or of the last one. */
int versions_applied(struct db *db, const struct migration *m, struct error *err)
    __attribute__((warn_unused_result));

#endif
