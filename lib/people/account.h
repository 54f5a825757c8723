/*
 * Accounts as the API and the operator's command show and change them. The API's changes of
 * accounts, tokens and features are made between account_act and account_commit, so that the audit
 * knows who made them.
 */
#ifndef ACCESSION_ACCOUNT_H
#define ACCESSION_ACCOUNT_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"

#include <stdbool.h>
#include <stdint.h>

/* The sqlstate (restrict_violation) of a change that would leave nobody to administer. */
#define ACCOUNT_LAST_ADMIN "23001"

/* What to change, as statement parameters. NULL: nothing (of a new account: the default). */
struct account_change {
	const char *email, *first_name, *last_name, *role;
	const char *active; /* "true" or "false" */
	const char *password_hash;
};

/*
 * Begins a transaction in which the account of that id acts, signed in by the session whose hash
 * that is (NULL: by none); see db_begin.
 */
int account_act(struct db *db, const char *actor, const char *session, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Commits the transaction that gave the result, and returns it; NULL, with all rolled back, if it
 * is NULL or that fails.
 */
PGresult *account_commit(struct db *db, PGresult *res, struct error *err);

/*
 * One account by its id or email, made or changed; a result for account_json, without a row if
 * there is no such account. NULL with the error set: ERROR_CONFLICT with the sqlstate 23505 if the
 * email is another's, 23514 if it is no email address, ACCOUNT_LAST_ADMIN.
 */
PGresult *account_get(struct db *db, const char *id, struct error *err);
PGresult *account_find(struct db *db, const char *email, struct error *err); /* in any case */
PGresult *account_create(struct db *db, const struct account_change *new, struct error *err);
PGresult *account_update(
    struct db *db, const char *id, const struct account_change *change, struct error *err);

/*
 * Replaces a password's hash by another. 0; 1 if the account has not that old one (any more);
 * -1 with the error set.
 */
int account_set_password(
    struct db *db, const char *id, const char *old, const char *new, struct error *err);

/* All accounts, in the order of their emails: how many, and rows by db_next. limit 0: no limit. */
int64_t account_count(struct db *db, struct error *err);
int account_stream(struct db *db, int64_t limit, int64_t offset, struct error *err);

/* All accounts, the oldest first, with how they can sign in: a table for the operator. */
PGresult *account_table(struct db *db, struct error *err);

/* Of the account in a result's first row. */
int64_t account_id(const PGresult *res);
const char *account_email(const PGresult *res);
const char *account_role(const PGresult *res);
bool account_is_active(const PGresult *res);

/* The members of an account's object: who it is. */
void account_members(struct json *json, const PGresult *res, int row);

/* The whole account as an object, for administrators. */
void account_json(struct json *json, const PGresult *res, int row);

#endif
