/* Open sessions: see open_session.h. */
#include "people/open_session.h"

#include "database/member.h"

enum column { COL_ID, COL_CREATED, COL_SEEN, COL_EXPIRES, COL_ADDRESS, COL_AGENT, COL_CURRENT };

#define OPEN                                                                              \
	" FROM credential WHERE account_id = $1 AND kind = 'session' AND expires > now()" \
	" AND NOT pending ORDER BY id DESC"

static const struct statement list = {"session_list",
    "SELECT id, created, seen, expires, host(address), agent, hash = sha256($2)" OPEN, 2, true};

static const struct statement table = {NULL,
    "SELECT id, created, seen AS last_used, expires, host(address) AS address, agent AS "
    "browser" OPEN,
    1, true};

static const struct statement end = {
    "session_end", "SELECT session_end($1, $2, $3) FROM request_context($4, $5)", 5, false};

PGresult *
open_session_list(struct db *db, const char *account, const char *key, struct error *err)
{
	return db_query(db, &list, (const char *const[]){account, key}, err);
}

PGresult *
open_session_table(struct db *db, const char *account, struct error *err)
{
	return db_query(db, &table, (const char *const[]){account}, err);
}

void
open_session_json(struct json *json, const PGresult *res, int row)
{
	static const struct db_member members[] = {{"id", COL_ID, DB_INT},
	    {"created", COL_CREATED, DB_TIME}, {"last_used", COL_SEEN, DB_TIME},
	    {"expires", COL_EXPIRES, DB_TIME}, {"address", COL_ADDRESS, DB_TEXT},
	    {"agent", COL_AGENT, DB_TEXT}, {"current", COL_CURRENT, DB_BOOL}, {0}};

	json_begin_object(json);
	db_members(json, res, row, members);
	json_end_object(json);
}

int64_t
open_session_end(
    struct db *db, const struct actor *by, const char *whose, const char *id, struct error *err)
{
	PGresult *res = db_query(
	    db, &end, (const char *const[]){by->key, whose, id, by->address, by->request}, err);
	int64_t ended = res ? db_get_int(res, 0, 0) : -1;

	PQclear(res);
	return ended;
}
