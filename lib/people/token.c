/* API tokens: see token.h. */
#include "people/token.h"

#include "database/member.h"

#include <stdio.h>
#include <string.h>

enum column { COL_ID, COL_NAME, COL_CREATED, COL_EXPIRES, COL_SEEN, COL_OWNER, COL_EMAIL };

#define COLUMNS  "id, name, created, nullif(expires, 'infinity'), seen, account_doc(account_id)"
#define OF_OWNER "kind = 'token' AND ($1::bigint IS NULL OR account_id = $1)"

static const struct statement count = {
    "token_count", "SELECT count(*) FROM credential WHERE " OF_OWNER, 1, true};

static const struct statement stream = {"token_stream",
    "SELECT " COLUMNS " FROM credential WHERE " OF_OWNER " ORDER BY id LIMIT $2 OFFSET $3", 3,
    true};

static const struct statement create = {"token_create",
    "SELECT " COLUMNS " FROM token_create($1, $2, $3, $4, now() + $5::interval)", 5, false};

static const struct statement revoke = {"token_revoke",
    "SELECT " COLUMNS ", account_doc(account_id) ->> 'email' FROM token_revoke($1, $2, $3)", 3,
    false};

static const struct statement table = {NULL,
    "SELECT c.id, c.name, a.email, c.role, c.active, c.created, c.seen AS last_used,"
    " nullif(c.expires, 'infinity') AS expires"
    " FROM credential c JOIN account a ON a.id = c.account_id"
    " WHERE c.kind = 'token'"
    "   AND ($1::text IS NULL OR email_key(a.email) = email_key($1)) ORDER BY c.id",
    1, true};

int64_t
token_count(struct db *db, const char *owner, struct error *err)
{
	PGresult *res = db_query(db, &count, (const char *const[]){owner}, err);
	int64_t n = res ? db_get_int(res, 0, 0) : -1;

	PQclear(res);
	return n;
}

int
token_stream(struct db *db, const char *owner, int64_t limit, int64_t offset, struct error *err)
{
	char most[24], skipped[24];

	snprintf(most, sizeof most, "%lld", (long long)limit);
	snprintf(skipped, sizeof skipped, "%lld", (long long)offset);
	return db_stream(
	    db, &stream, (const char *const[]){owner, limit ? most : NULL, skipped}, err);
}

PGresult *
credential_table(struct db *db, const char *email, struct error *err)
{
	return db_query(db, &table, (const char *const[]){email}, err);
}

PGresult *
token_create(
    struct db *db, const struct token_order *order, char token[SECRET_SIZE], struct error *err)
{
	char lasts[32];

	if (secret_make(token, err) < 0)
		return NULL;
	snprintf(lasts, sizeof lasts, "%lld days", (long long)order->days);
	const struct secret_hash hash = secret_hash(token, strlen(token));
	return db_query(db, &create,
	    (const char *const[]){
		order->key, order->owner, hash.text, order->name, order->days ? lasts : NULL},
	    err);
}

PGresult *
token_revoke(struct db *db, const char *key, bool anybodys, const char *id, struct error *err)
{
	return db_query(
	    db, &revoke, (const char *const[]){key, anybodys ? "true" : "false", id}, err);
}

const char *
credential_email(const PGresult *revoked)
{
	return db_get_text(revoked, 0, COL_EMAIL);
}

void
token_owner(struct json *json, const PGresult *res)
{
	json_key(json, "user");
	db_value(json, res, 0, COL_OWNER, DB_JSON);
}

void
token_members(struct json *json, const PGresult *res)
{
	static const struct db_member members[] = {{"id", COL_ID, DB_INT},
	    {"name", COL_NAME, DB_TEXT}, {"created", COL_CREATED, DB_TIME},
	    {"expires", COL_EXPIRES, DB_TIME}, {"last_used", COL_SEEN, DB_TIME}, {0}};

	db_members(json, res, 0, members);
}
