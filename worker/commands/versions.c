/* The database's record of its migrations: see versions.h. */
#include "commands/versions.h"

#include "database/transaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A version is the number that the name begins with. */
#define VERSION_OF_NAME "substring($1 from '^[0-9]+')::integer"
#define CHECKSUM        "sha256(convert_to($2, 'UTF8'))"

static const struct statement statement_exist = {NULL,
    "SELECT to_regclass('schema_version') IS NOT NULL AND to_regclass('schema_running') IS NOT "
    "NULL",
    0, true};

/*
 * oldest: programs made for a schema older than this cannot work with this one. A migration that
 * takes away what they need says so: UPDATE schema_version SET oldest = <version> WHERE version =
 * <its own>.
 */
static const struct statement statement_make_table = {NULL,
    "CREATE TABLE IF NOT EXISTS schema_version ("
    " version integer PRIMARY KEY,"
    " name text NOT NULL,"
    " applied timestamptz NOT NULL DEFAULT now(),"
    " checksum bytea NOT NULL,"
    " oldest integer NOT NULL DEFAULT 0)",
    0, false};

static const struct statement statement_make_running = {NULL,
    "CREATE TABLE IF NOT EXISTS schema_running ("
    " version integer PRIMARY KEY,"
    " name text NOT NULL,"
    " begun timestamptz NOT NULL DEFAULT now(),"
    " checksum bytea NOT NULL,"
    " statements bigint NOT NULL DEFAULT 0)",
    0, false};

/* At its start every program checks that the schema is new enough for it. */
static const struct statement statement_grant_table = {
    NULL, "GRANT SELECT ON schema_version TO accession_api, accession_worker", 0, false};

static const struct statement statement_look = {NULL,
    "SELECT NULL, checksum = " CHECKSUM ", applied FROM schema_version"
    " WHERE version = " VERSION_OF_NAME
    " UNION ALL SELECT statements, true, begun FROM schema_running"
    " WHERE version = " VERSION_OF_NAME,
    2, false};

static const struct statement statement_newest = {
    NULL, "SELECT name FROM schema_version ORDER BY version DESC LIMIT 1", 0, false};

static const struct statement statement_newer = {NULL,
    "SELECT name, applied FROM schema_version WHERE version > " VERSION_OF_NAME " ORDER BY version",
    1, false};

static const struct statement statement_begin = {NULL,
    "INSERT INTO schema_running AS r (version, name, checksum)"
    " VALUES (" VERSION_OF_NAME ", $1, " CHECKSUM ")"
    " ON CONFLICT (version) DO UPDATE SET name = excluded.name, checksum = excluded.checksum,"
    " statements = CASE WHEN r.checksum = excluded.checksum THEN r.statements ELSE 0 END"
    " RETURNING statements",
    2, false};

static const struct statement statement_step = {
    NULL, "UPDATE schema_running SET statements = $2 WHERE version = " VERSION_OF_NAME, 2, false};

static const struct statement statement_applied = {NULL,
    "WITH ended AS (DELETE FROM schema_running WHERE version = " VERSION_OF_NAME ")"
    " INSERT INTO schema_version (version, name, checksum)"
    " VALUES (" VERSION_OF_NAME ", $1, " CHECKSUM ")",
    2, false};

int
versions_exist(struct db *db, bool *exist, struct error *err)
{
	PGresult *res = db_query(db, &statement_exist, NULL, err);

	if (!res)
		return -1;
	*exist = db_get_bool(res, 0, 0);
	PQclear(res);
	return 0;
}

int
versions_make(struct db *db, struct error *err)
{
	bool exist = false;

	if (versions_exist(db, &exist, err) < 0)
		return -1;
	if (exist)
		return 0;
	if (db_begin(db, err) < 0)
		return -1;
	if (db_run(db, &statement_make_table, NULL, err) < 0 ||
	    db_run(db, &statement_make_running, NULL, err) < 0 ||
	    db_run(db, &statement_grant_table, NULL, err) < 0)
		goto failed;
	return db_commit(db, err);
failed:
	db_rollback(db);
	return -1;
}

int
versions_look(struct db *db, const struct migration *m, struct version *v, struct error *err)
{
	const char *const params[] = {m->name, m->sql};
	PGresult *res = db_query(db, &statement_look, params, err);

	if (!res)
		return -1;
	*v = (struct version){.state = VERSION_PENDING};
	if (PQntuples(res) > 0) {
		v->state = !db_is_null(res, 0, 0)   ? VERSION_BEGUN
			   : db_get_bool(res, 0, 1) ? VERSION_APPLIED
						    : VERSION_CHANGED;
		v->when = db_get_time(res, 0, 2);
		v->statements = db_get_int(res, 0, 0);
	}
	PQclear(res);
	return 0;
}

PGresult *
versions_newer(struct db *db, struct error *err)
{
	const char *ours = "0";

	for (const struct migration *m = migrations; m->name; m++)
		ours = m->name;
	return db_query(db, &statement_newer, &ours, err);
}

PGresult *
versions_newest(struct db *db, struct error *err)
{
	return db_query(db, &statement_newest, NULL, err);
}

int
versions_begin(struct db *db, const struct migration *m, int64_t *statements, struct error *err)
{
	const char *const params[] = {m->name, m->sql};
	PGresult *res = db_query(db, &statement_begin, params, err);

	if (!res)
		return -1;
	*statements = db_get_int(res, 0, 0);
	PQclear(res);
	return 0;
}

int
versions_step(struct db *db, const struct migration *m, int64_t statements, struct error *err)
{
	char number[24];

	snprintf(number, sizeof number, "%" PRId64, statements);
	return db_run(db, &statement_step, (const char *const[]){m->name, number}, err);
}

int
versions_applied(struct db *db, const struct migration *m, struct error *err)
{
	const char *const params[] = {m->name, m->sql};

	return db_run(db, &statement_applied, params, err);
}
