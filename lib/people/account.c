/* Accounts: see account.h. */
#include "people/account.h"

#include "base/timestamp.h"
#include "database/transaction.h"

#include <stdio.h>

enum column {
	COL_ID,
	COL_EMAIL,
	COL_FIRST_NAME,
	COL_LAST_NAME,
	COL_ROLE,
	COL_ACTIVE,
	COL_CREATED,
	COL_LAST_SIGN_IN
};

#define COLUMNS "id, email, first_name, last_name, role, active, created, last_sign_in"

/* Triggers read these settings, which last until the end of the transaction. */
static const struct statement act = {"account_act",
    "SELECT set_config('accession.actor', $1, true), set_config('accession.session', $2, true)", 2,
    true};

static const struct statement get = {
    "account_get", "SELECT " COLUMNS " FROM account WHERE id = $1", 1, true};

static const struct statement find = {
    "account_find", "SELECT " COLUMNS " FROM account WHERE lower(email) = lower($1)", 1, true};

static const struct statement create = {"account_create",
    "INSERT INTO account (email, first_name, last_name, role, active, password_hash)"
    " VALUES ($1, coalesce($2, ''), coalesce($3, ''), coalesce($4, 'viewer'),"
    "         coalesce($5, true), $6)"
    " RETURNING " COLUMNS,
    6, false};

static const struct statement update = {"account_update",
    "UPDATE account"
    "   SET email = coalesce($2, email), first_name = coalesce($3, first_name),"
    "       last_name = coalesce($4, last_name), role = coalesce($5, role),"
    "       active = coalesce($6, active), password_hash = coalesce($7, password_hash)"
    " WHERE id = $1 RETURNING " COLUMNS,
    7, false};

static const struct statement set_password = {"account_set_password",
    "UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id", 3,
    false};

static const struct statement count = {"account_count", "SELECT count(*) FROM account", 0, true};

static const struct statement stream = {"account_stream",
    "SELECT " COLUMNS " FROM account ORDER BY lower(email) LIMIT $1 OFFSET $2", 2, true};

static const struct statement table = {NULL,
    "SELECT id, email, concat_ws(' ', nullif(first_name, ''), nullif(last_name, '')) AS name,"
    " role, active, password_hash IS NOT NULL AS password,"
    " (SELECT count(*) FROM credential c"
    "   WHERE c.account_id = a.id AND c.kind = 'token') AS tokens, last_sign_in, created"
    " FROM account a ORDER BY id",
    0, true};

int
account_act(struct db *db, const char *actor, const char *session, struct error *err)
{
	if (db_begin(db, err) < 0)
		return -1;
	if (db_run(db, &act, (const char *const[]){actor, session ? session : ""}, err) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

PGresult *
account_commit(struct db *db, PGresult *res, struct error *err)
{
	if (res && db_commit(db, err) == 0)
		return res;
	PQclear(res);
	db_rollback(db);
	return NULL;
}

PGresult *
account_get(struct db *db, const char *id, struct error *err)
{
	return db_query(db, &get, (const char *const[]){id}, err);
}

PGresult *
account_find(struct db *db, const char *email, struct error *err)
{
	return db_query(db, &find, (const char *const[]){email}, err);
}

PGresult *
account_create(struct db *db, const struct account_change *new, struct error *err)
{
	const char *const params[] = {new->email, new->first_name, new->last_name, new->role,
	    new->active, new->password_hash};

	return db_query(db, &create, params, err);
}

PGresult *
account_update(
    struct db *db, const char *id, const struct account_change *change, struct error *err)
{
	const char *const params[] = {id, change->email, change->first_name, change->last_name,
	    change->role, change->active, change->password_hash};

	return db_query(db, &update, params, err);
}

int
account_set_password(
    struct db *db, const char *id, const char *old, const char *new, struct error *err)
{
	PGresult *res = db_query(db, &set_password, (const char *const[]){id, old, new}, err);
	int outcome = !res ? -1 : PQntuples(res) == 0;

	PQclear(res);
	return outcome;
}

int64_t
account_count(struct db *db, struct error *err)
{
	PGresult *res = db_query(db, &count, NULL, err);
	int64_t n = res ? db_get_int(res, 0, 0) : -1;

	PQclear(res);
	return n;
}

int
account_stream(struct db *db, int64_t limit, int64_t offset, struct error *err)
{
	char most[24], first[24];

	snprintf(most, sizeof most, "%lld", (long long)limit);
	snprintf(first, sizeof first, "%lld", (long long)offset);
	return db_stream(db, &stream, (const char *const[]){limit ? most : NULL, first}, err);
}

PGresult *
account_table(struct db *db, struct error *err)
{
	return db_query(db, &table, NULL, err);
}

int64_t
account_id(const PGresult *res)
{
	return db_get_int(res, 0, COL_ID);
}

const char *
account_email(const PGresult *res)
{
	return db_get_text(res, 0, COL_EMAIL);
}

const char *
account_role(const PGresult *res)
{
	return db_get_text(res, 0, COL_ROLE);
}

bool
account_is_active(const PGresult *res)
{
	return db_get_bool(res, 0, COL_ACTIVE);
}

struct person_words
account_person(const PGresult *res)
{
	return (struct person_words){.email = db_get_text(res, 0, COL_EMAIL),
	    .first_name = db_get_text(res, 0, COL_FIRST_NAME),
	    .last_name = db_get_text(res, 0, COL_LAST_NAME)};
}

void
account_members(struct json *json, const PGresult *res, int row)
{
	json_key(json, "id");
	json_int(json, db_get_int(res, row, COL_ID));
	json_key(json, "email");
	json_text(json, db_get_text(res, row, COL_EMAIL));
	json_key(json, "first_name");
	json_text(json, db_get_text(res, row, COL_FIRST_NAME));
	json_key(json, "last_name");
	json_text(json, db_get_text(res, row, COL_LAST_NAME));
	json_key(json, "role");
	json_text(json, db_get_text(res, row, COL_ROLE));
}

void
account_json(struct json *json, const PGresult *res, int row)
{
	char time[TIMESTAMP_SIZE];

	json_begin_object(json);
	account_members(json, res, row);
	json_key(json, "active");
	json_boolean(json, db_get_bool(res, row, COL_ACTIVE));
	json_key(json, "created");
	json_text(json, timestamp_format(db_get_time(res, row, COL_CREATED), time));
	json_key(json, "last_sign_in");
	if (db_is_null(res, row, COL_LAST_SIGN_IN))
		json_null(json);
	else
		json_text(json, timestamp_format(db_get_time(res, row, COL_LAST_SIGN_IN), time));
	json_end_object(json);
}
