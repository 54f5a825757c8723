/*
 * Accounts, as the API and the operator's command show and change them. Changes of accounts, tokens
 * and features are functions of the database, which find the caller by the key of their credential
 * (secret.h; NULL: the operator) and check that they may. The API makes them between account_act
 * and account_commit, so that the events say in which request it was.
 */
#ifndef ACCESSION_ACCOUNT_H
#define ACCESSION_ACCOUNT_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "people/person_words.h"

#include <stdbool.h>
#include <stdint.h>

/* The sqlstate (restrict_violation) of a change that would leave no administrator. */
#define ACCOUNT_LAST_ADMIN "23001"

/* The request in which something is changed. */
struct actor {
	const char *key;     /* of the caller's credential; NULL: the operator */
	const char *address; /* the client's; NULL: none */
	const char *request; /* its id in the access log; NULL: none */
};

/* What to change, as statement parameters. NULL: no change (for a new account: the default). */
struct account_change {
	const char *email, *first_name, *last_name, *role;
	const char *active; /* "true" or "false" */
	const char *password_hash;
};

/* Begins a transaction (see db_begin) of that request. Returns 0, or -1 with the error set. */
int account_act(struct db *db, const struct actor *by, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Commits the transaction that produced res, and returns res. If res is NULL or the commit fails,
 * rolls back and returns NULL.
 */
PGresult *account_commit(struct db *db, PGresult *res, struct error *err);

/*
 * Find an account by its id or email, create one or change one. They return a result for
 * account_json, without a row if there is no such account; or NULL with the error set, where
 * ERROR_CONFLICT has the sqlstate 23505 if the email is already taken, 23514 if it is not an email
 * address, or ACCOUNT_LAST_ADMIN; ERROR_FORBIDDEN if the credential does not allow it (any more).
 */
PGresult *account_get(struct db *db, const char *id, struct error *err);
PGresult *
account_find(struct db *db, const char *email, struct error *err); /* ignores case and the like */
PGresult *
account_create(struct db *db, const char *key, const struct account_change *new, struct error *err);
PGresult *account_update(struct db *db, const char *key, const char *id,
    const struct account_change *change, struct error *err);

/* Which accounts; NULL: all. */
struct account_filter {
	const char *active; /* "true" or "false" */
	const char *email;  /* that one, however it was typed */
	const char *role;
	const char *search; /* a text in the name or the email, in any case */
};

/* The accounts by email: their number, and a stream of rows for db_next. limit 0: no limit. */
int64_t account_count(struct db *db, const struct account_filter *filter, struct error *err);
int account_stream(struct db *db, const struct account_filter *filter, int64_t limit,
    int64_t offset, struct error *err);

/* Has the account a second factor? Returns 1, 0, or -1 with the error set. */
int account_has_factor(struct db *db, const char *id, struct error *err);

/*
 * Takes away the second factor of somebody who has lost it, and ends their sessions; the caller
 * must be an administrator, or the operator. Returns 0; 1 if there is none; -1 with the error set.
 */
int account_reset_factor(struct db *db, const struct actor *by, const char *id, struct error *err);

/* All accounts, oldest first, and how each can sign in: a table for the operator. */
PGresult *account_table(struct db *db, struct error *err);

/* The account in a result's first row. */
int64_t account_id(const PGresult *res);
const char *account_email(const PGresult *res);
const char *account_role(const PGresult *res);
bool account_is_active(const PGresult *res);
struct person_words account_person(const PGresult *res); /* owned by res */

/* Writes the members of an account's object that say who it is. */
void account_members(struct json *json, const PGresult *res, int row);

/* Write the whole account, for administrators: its members, or as an object. */
void account_json_members(struct json *json, const PGresult *res, int row);
void account_json(struct json *json, const PGresult *res, int row);

#endif
