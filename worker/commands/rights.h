/*
 * What each role may do in the database, and how it is seen to that it stays so.
 *
 * Rights on the database itself are in no dump: a list in rights.c says what they must be, and
 * each `accession migrate` makes them so again. Rights on what is in it are given by migrations;
 * the table schema_right keeps what these gave, so that what was given or taken by hand shows.
 */
#ifndef ACCESSION_RIGHTS_H
#define ACCESSION_RIGHTS_H

#include "base/error.h"
#include "database/db.h"

/*
 * Queries for checks (see checks.h): what rights on the database and its schema, and on tables,
 * columns, sequences and functions, are other than they must be.
 */
extern const char rights_of_database[];
extern const char rights_of_objects[];

/* Makes the rights on the database and its schema what they must be, and says what it did. How many
 * it had to change, or -1. What only a superuser may do is told on standard error. */
int rights_renew(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* Makes schema_right, with the rights as they are, unless it is there. */
int rights_make_table(struct db *db, struct error *err) __attribute__((warn_unused_result));

/*
 * Around what gives and takes rights rightly, in its transaction: rights_look remembers how they
 * are, as a result to be cleared by the caller (NULL: failed); rights_keep writes down what has
 * changed since.
 */
PGresult *rights_look(struct db *db, struct error *err) __attribute__((warn_unused_result));
int rights_keep(struct db *db, const PGresult *before, struct error *err)
    __attribute__((warn_unused_result));

#endif
