/*
 * What each role may do in the database, kept as sql/007_rights.sql says.
 */
#ifndef ACCESSION_RIGHTS_H
#define ACCESSION_RIGHTS_H

#include "base/error.h"
#include "database/db.h"

/* Makes the rights on the database and its schema what they must be, and says what it did. How many
 * it had to change, or -1. What only a superuser may do is told on standard error. */
int rights_renew(struct db *db, struct error *err) __attribute__((warn_unused_result));

/*
 * Around what gives and takes rights rightly, in its transaction: rights_look remembers how they
 * are, as a result to be cleared by the caller (NULL: failed); rights_keep writes down what has
 * changed since.
 */
PGresult *rights_look(struct db *db, struct error *err) __attribute__((warn_unused_result));
int rights_keep(struct db *db, const PGresult *before, struct error *err)
    __attribute__((warn_unused_result));

#endif
