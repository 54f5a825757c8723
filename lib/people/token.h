/* API tokens: see secret.h for the secrets themselves. */
#ifndef ACCESSION_TOKEN_H
#define ACCESSION_TOKEN_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "people/secret.h"

#include <stdint.h>

/*
 * The tokens of the owner, an account's id (NULL: everybody's), the oldest first: how many (-1 with
 * the error set), and rows by db_next. limit 0: no limit.
 */
int64_t token_count(struct db *db, const char *owner, struct error *err);
int
token_stream(struct db *db, const char *owner, int64_t limit, int64_t offset, struct error *err);

/* The tokens of who has that email (NULL: everybody's): a table for the operator. */
PGresult *credential_table(struct db *db, const char *email, struct error *err);

/*
 * Makes a token of that name, which is left in `token` and nowhere else; or revokes the owner's
 * (NULL: anybody's) token of that id. A result with its row (none: there is no such token), or
 * NULL.
 */
PGresult *token_create(
    struct db *db, const char *owner, const char *name, char token[SECRET_SIZE], struct error *err);
PGresult *token_revoke(struct db *db, const char *owner, const char *id, struct error *err);

/* Whose token it was that the result of token_revoke is about. */
const char *credential_email(const PGresult *revoked);

/* Members of a token's object, from the first row: what it is, and "user", whose it is. */
void token_members(struct json *json, const PGresult *res);
void token_owner(struct json *json, const PGresult *res);

#endif
