/* API tokens: see secret.h for the secrets themselves. */
#ifndef ACCESSION_TOKEN_H
#define ACCESSION_TOKEN_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "people/secret.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The tokens of the account with the id `owner` (NULL: of all accounts), oldest first: their number
 * (-1 with the error set), and a stream of rows for db_next. limit 0: no limit.
 */
int64_t token_count(struct db *db, const char *owner, struct error *err);
int
token_stream(struct db *db, const char *owner, int64_t limit, int64_t offset, struct error *err);

/* The tokens of the account with that email (NULL: of all): a table for the operator. */
PGresult *credential_table(struct db *db, const char *email, struct error *err);

/* The sqlstate of token_create if the account has as many tokens as it may. */
#define TOKEN_TOO_MANY "AC002"
#define TOKEN_DAYS     365 /* how long one lasts unless its maker says otherwise */
#define TOKEN_DAYS_MAX 3650

/* A token to be made: of the caller whose credential has this key, or by the operator (NULL). */
struct token_order {
	const char *key;
	const char *owner; /* the account's id; of no meaning with a key */
	const char *name;
	int64_t days; /* 0: it does not expire */
};

/*
 * Create a token, stored in `token` and nowhere else; or revoke the token with that id if it is the
 * caller's (with `anybodys`, as an administrator, anybody's). Return a result with the token's row
 * (no row: there is no such token), or NULL with the error set.
 */
PGresult *token_create(
    struct db *db, const struct token_order *order, char token[SECRET_SIZE], struct error *err);
PGresult *
token_revoke(struct db *db, const char *key, bool anybodys, const char *id, struct error *err);

/* The owner's email in the result of token_revoke. */
const char *credential_email(const PGresult *revoked);

/* Write members of a token's object from the first row: its own, and "user", the owner. */
void token_members(struct json *json, const PGresult *res);
void token_owner(struct json *json, const PGresult *res);

#endif
