/* The users that arguments name by email. */
#ifndef ACCESSION_USER_NAMED_H
#define ACCESSION_USER_NAMED_H

#include "base/error.h"
#include "database/db.h"

#define USER_ID_SIZE 24

/*
 * Finds the user of that email: a result with one row, for account_email and the like; or NULL with
 * the error set, which is ERROR_NOT_FOUND if there is none. Fills in the id, as a parameter.
 */
PGresult *user_named(struct db *db, const char *email, char id[USER_ID_SIZE], struct error *err)
    __attribute__((warn_unused_result));

#endif
