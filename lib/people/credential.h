/* API tokens: see token.h for the secrets themselves. */
#ifndef ACCESSION_CREDENTIAL_H
#define ACCESSION_CREDENTIAL_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "people/token.h"

#include <stdint.h>

/*
 * The tokens of the owner, an account's id (NULL: everybody's), the oldest first: how many (-1 with
 * the error set), and rows by db_next. limit 0: no limit.
 */
int64_t credential_count(struct db *db, const char *owner, struct error *err);
int credential_stream(
    struct db *db, const char *owner, int64_t limit, int64_t offset, struct error *err);

/* The tokens of who has that email (NULL: everybody's): a table for the operator. */
PGresult *credential_table(struct db *db, const char *email, struct error *err);

/*
 * Makes a token of that name, which is left in `token` and nowhere else; or revokes the owner's
 * (NULL: anybody's) token of that id. A result with its row (none: there is no such token), or
 * NULL.
 */
PGresult *credential_create(
    struct db *db, const char *owner, const char *name, char token[TOKEN_SIZE], struct error *err);
PGresult *credential_revoke(struct db *db, const char *owner, const char *id, struct error *err);

/* Whose token it was that the result of credential_revoke is about. */
const char *credential_email(const PGresult *revoked);

/* Members of a token's object, from the first row: what it is, and "user", whose it is. */
void credential_members(struct json *json, const PGresult *res);
void credential_owner(struct json *json, const PGresult *res);

#endif
