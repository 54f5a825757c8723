/* Accounts: see account.h. */
#include "people/account.h"

#include "database/member.h"
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
	COL_LAST_SIGN_IN,
	COL_FACTOR
};

#define COLUMNS                                                                   \
	"id, email, first_name, last_name, role, active, created, last_sign_in, " \
	"EXISTS (SELECT FROM second_factor f WHERE f.account_id = id AND f.confirmed)"

static const struct statement context = {
    "request_context", "SELECT request_context($1, $2)", 2, true};

static const struct statement get = {
    "account_get", "SELECT " COLUMNS " FROM account WHERE id = $1", 1, true};

static const struct statement find = {"account_find",
    "SELECT " COLUMNS " FROM account WHERE email_key(email) = email_key($1)", 1, true};

static const struct statement create = {"account_create",
    "SELECT " COLUMNS " FROM account_create($1, $2, $3, $4, $5, $6, $7)", 7, false};

static const struct statement update = {"account_update",
    "SELECT " COLUMNS " FROM account_update($1, $2, $3, $4, $5, $6, $7, $8)", 8, false};

/* $1 to $4; NULL: no such filter. */
#define FILTER                                                        \
	" WHERE ($1::boolean IS NULL OR active = $1)"                 \
	" AND ($2::text IS NULL OR email_key(email) = email_key($2))" \
	" AND ($3::text IS NULL OR role = $3)"                        \
	" AND ($4::text IS NULL"                                      \
	"      OR strpos(lower(concat_ws(' ', first_name, last_name, email)), lower($4)) > 0)"
#define FILTER_PARAMS 4

static const struct statement count = {
    "account_count", "SELECT count(*) FROM account" FILTER, FILTER_PARAMS, true};

static const struct statement stream = {"account_stream",
    "SELECT " COLUMNS " FROM account" FILTER " ORDER BY lower(email) LIMIT $5 OFFSET $6",
    FILTER_PARAMS + 2, true};

static const struct statement has_factor = {"account_has_factor",
    "SELECT EXISTS (SELECT FROM second_factor WHERE account_id = $1 AND confirmed)", 1, true};

static const struct statement reset_factor = {
    "factor_reset", "SELECT factor_reset($1, $2) FROM request_context($3, $4)", 4, false};

static const struct statement table = {NULL,
    "SELECT id, email, concat_ws(' ', nullif(first_name, ''), nullif(last_name, '')) AS name,"
    " role, active, password_hash IS NOT NULL AS password,"
    " EXISTS (SELECT FROM second_factor f WHERE f.account_id = a.id AND f.confirmed)"
    "   AS second_factor,"
    " (SELECT count(*) FROM credential c"
    "   WHERE c.account_id = a.id AND c.kind = 'token') AS tokens, last_sign_in, created"
    " FROM account a ORDER BY id",
    0, true};

int
account_act(struct db *db, const struct actor *by, struct error *err)
{
	if (db_begin(db, err) < 0)
		return -1;
	if (db_run(db, &context, (const char *const[]){by->address, by->request}, err) == 0)
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
account_create(struct db *db, const char *key, const struct account_change *new, struct error *err)
{
	const char *const params[] = {key, new->email, new->first_name, new->last_name, new->role,
	    new->active, new->password_hash};

	return db_query(db, &create, params, err);
}

PGresult *
account_update(struct db *db, const char *key, const char *id, const struct account_change *change,
    struct error *err)
{
	const char *const params[] = {key, id, change->email, change->first_name, change->last_name,
	    change->role, change->active, change->password_hash};

	return db_query(db, &update, params, err);
}

/* Fills in the parameters of FILTER. */
static void
filter_params(const struct account_filter *f, const char *params[FILTER_PARAMS])
{
	params[0] = f->active;
	params[1] = f->email;
	params[2] = f->role;
	params[3] = f->search;
}

int64_t
account_count(struct db *db, const struct account_filter *filter, struct error *err)
{
	const char *params[FILTER_PARAMS];

	filter_params(filter, params);
	PGresult *res = db_query(db, &count, params, err);
	int64_t n = res ? db_get_int(res, 0, 0) : -1;
	PQclear(res);
	return n;
}

int
account_stream(struct db *db, const struct account_filter *filter, int64_t limit, int64_t offset,
    struct error *err)
{
	const char *params[FILTER_PARAMS + 2];
	char most[24], first[24];

	snprintf(most, sizeof most, "%lld", (long long)limit);
	snprintf(first, sizeof first, "%lld", (long long)offset);
	filter_params(filter, params);
	params[FILTER_PARAMS] = limit ? most : NULL;
	params[FILTER_PARAMS + 1] = first;
	return db_stream(db, &stream, params, err);
}

int
account_has_factor(struct db *db, const char *id, struct error *err)
{
	PGresult *res = db_query(db, &has_factor, (const char *const[]){id}, err);
	int has = res ? db_get_bool(res, 0, 0) : -1;

	PQclear(res);
	return has;
}

int
account_reset_factor(struct db *db, const struct actor *by, const char *id, struct error *err)
{
	const char *const params[] = {by->key, id, by->address, by->request};
	PGresult *res = db_query(db, &reset_factor, params, err);
	int outcome = !res ? -1 : !db_get_bool(res, 0, 0);

	PQclear(res);
	return outcome;
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

static const struct db_member person_members[] = {{"id", COL_ID, DB_INT},
    {"email", COL_EMAIL, DB_TEXT}, {"first_name", COL_FIRST_NAME, DB_TEXT},
    {"last_name", COL_LAST_NAME, DB_TEXT}, {"role", COL_ROLE, DB_TEXT}, {0}};

static const struct db_member state_members[] = {{"active", COL_ACTIVE, DB_BOOL},
    {"created", COL_CREATED, DB_TIME}, {"last_sign_in", COL_LAST_SIGN_IN, DB_TIME},
    {"second_factor", COL_FACTOR, DB_BOOL}, {0}};

void
account_members(struct json *json, const PGresult *res, int row)
{
	db_members(json, res, row, person_members);
}

void
account_json_members(struct json *json, const PGresult *res, int row)
{
	db_members(json, res, row, person_members);
	db_members(json, res, row, state_members);
}

void
account_json(struct json *json, const PGresult *res, int row)
{
	json_begin_object(json);
	account_json_members(json, res, row);
	json_end_object(json);
}
