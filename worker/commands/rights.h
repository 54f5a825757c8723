/*
 * What each role may do in the database, kept as sql/007_rights.sql says.
 */
#ifndef ACCESSION_RIGHTS_H
#define ACCESSION_RIGHTS_H

#include "base/error.h"
#include "database/db.h"

/*
 * Corrects the rights on the database and its schema, and prints what it changed. Returns how many
 * rights it had to change, or -1. What only a superuser may change is reported on standard error.
 */
int rights_renew(struct db *db, struct error *err) __attribute__((warn_unused_result));

/*
 * Call these before and after statements that rightly grant or revoke, in their transaction.
 * rights_look returns the rights as they are, for the caller to PQclear (NULL: failed); rights_keep
 * records what has changed since.
 */
PGresult *rights_look(struct db *db, struct error *err) __attribute__((warn_unused_result));
int rights_keep(struct db *db, const PGresult *before, struct error *err)
    __attribute__((warn_unused_result));

#endif
