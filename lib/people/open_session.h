/*
 * The sessions that an account has open, to look at and to end: people their own, administrators
 * and the operator anybody's. How a browser comes by one is in cgi-bin/store.
 */
#ifndef ACCESSION_OPEN_SESSION_H
#define ACCESSION_OPEN_SESSION_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "people/account.h"

#include <stdint.h>

/*
 * The account's sessions, newest first: a result for open_session_json, which says which of them
 * has that key; NULL with the error set.
 */
PGresult *open_session_list(struct db *db, const char *account, const char *key, struct error *err);
void open_session_json(struct json *json, const PGresult *res, int row);

/* The same as a table for the operator. */
PGresult *open_session_table(struct db *db, const char *account, struct error *err);

/*
 * Ends the session with that id, or without one all but the caller's own, of the account `whose`
 * (NULL: the caller's; else the caller must be an administrator, or the operator). Returns how many
 * ended, or -1 with the error set.
 */
int64_t open_session_end(
    struct db *db, const struct actor *by, const char *whose, const char *id, struct error *err);

#endif
