/* Content models are added to a database and changed in it, by their declarations. */
#ifndef ACCESSION_DECLARE_H
#define ACCESSION_DECLARE_H

#include "database/db.h"

#include <stdbool.h>
#include <stddef.h>

/* A declaration and the name of its file, for messages. */
struct declared {
	const char *name;
	const char *text;
	size_t n;
};

/* Adds the declared model and makes its tables. Prints what it did. Returns 0 or -1. */
int declare_add(struct db *db, const struct declared *file, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Changes the model as declared. Prints what changes, or if `only_look` what would, and refuses
 * what would lose or break stored values. Returns 0 or -1.
 */
int declare_change(struct db *db, const struct declared *file, bool only_look, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Adds the model that comes with every database, standard, unless it is there. Returns how many
 * were added, or -1.
 */
int declare_built_in(struct db *db, struct error *err) __attribute__((warn_unused_result));

#endif
