/*
 * accession migrate: brings the database to the schema that this program was made for. Each
 * migration is applied in one transaction with its row in schema_version, under a lock that makes
 * a second "accession migrate" wait; what was applied once must never change.
 */
#include "base/timestamp.h"
#include "commands/action.h"
#include "commands/command.h"
#include "database/db.h"
#include "database/migrations.h"
#include "database/transaction.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_STATUS };

enum state { STATE_PENDING, STATE_APPLIED, STATE_CHANGED };

/* The version is the number that the name begins with. */
#define VERSION_OF_NAME "substring($1 from '^[0-9]+')::integer"

static const struct statement statement_table_exists = {
    NULL, "SELECT to_regclass('schema_version') IS NOT NULL", 0, true};

/* Held until the transaction ends. */
static const struct statement statement_lock = {
    NULL, "SELECT pg_advisory_xact_lock(hashtext('accession migrate'))", 0, false};

/*
 * oldest: programs made for an older schema cannot work with this one. A migration that takes away
 * what they need says so: UPDATE schema_version SET oldest = <version> WHERE version = <its own>.
 */
static const struct statement statement_make_table = {NULL,
    "CREATE TABLE schema_version ("
    " version integer PRIMARY KEY,"
    " name text NOT NULL,"
    " applied timestamptz NOT NULL DEFAULT now(),"
    " checksum bytea NOT NULL,"
    " oldest integer NOT NULL DEFAULT 0)",
    0, false};

/* Every program looks at start whether the schema is new enough for it. */
static const struct statement statement_grant_table = {
    NULL, "GRANT SELECT ON schema_version TO accession_api, accession_worker", 0, false};

static const struct statement statement_look = {NULL,
    "SELECT checksum = sha256(convert_to($2, 'UTF8')), applied"
    " FROM schema_version WHERE version = " VERSION_OF_NAME,
    2, false};

static const struct statement statement_record = {NULL,
    "INSERT INTO schema_version (version, name, checksum)"
    " VALUES (" VERSION_OF_NAME ", $1, sha256(convert_to($2, 'UTF8')))",
    2, false};

static const struct statement statement_newest = {
    NULL, "SELECT name FROM schema_version ORDER BY version DESC LIMIT 1", 0, false};

static int
table_exists(struct db *db, bool *exists, struct error *err)
{
	PGresult *res = db_query(db, &statement_table_exists, NULL, err);

	if (!res)
		return -1;
	*exists = db_get_bool(res, 0, 0);
	PQclear(res);
	return 0;
}

/* How a migration stands in the database; when it was applied, in µs, if it was. */
static int
look(struct db *db, const struct migration *m, enum state *state, int64_t *applied,
    struct error *err)
{
	const char *params[] = {m->name, m->sql};
	PGresult *res = db_query(db, &statement_look, params, err);

	if (!res)
		return -1;
	*state = STATE_PENDING;
	if (PQntuples(res) > 0) {
		*state = db_get_bool(res, 0, 0) ? STATE_APPLIED : STATE_CHANGED;
		*applied = db_get_time(res, 0, 1);
	}
	PQclear(res);
	return 0;
}

/* One transaction under the lock: makes the table of versions if it is not there. */
static int
make_table(struct db *db, struct error *err)
{
	bool exists = false;

	if (db_begin(db, err) < 0)
		return -1;
	if (db_run(db, &statement_lock, NULL, err) < 0 || table_exists(db, &exists, err) < 0)
		goto failed;
	if (!exists && (db_run(db, &statement_make_table, NULL, err) < 0 ||
			   db_run(db, &statement_grant_table, NULL, err) < 0))
		goto failed;
	return db_commit(db, err);
failed:
	db_rollback(db);
	return -1;
}

/* The line of a text that its n-th character (from 1, as PostgreSQL counts) is in. */
static int
line_at(const char *text, long n)
{
	int line = 1;

	for (; *text && n > 0; text++) {
		bool starts_character = ((unsigned char)*text & 0xc0) != 0x80;
		n -= starts_character;
		line += *text == '\n' && n > 0;
	}
	return line;
}

/* Runs the statements of a migration: many at once, which only the simple protocol can. */
static int
run_text(struct db *db, const struct migration *m, struct error *err)
{
	PGresult *res = PQexec(db->conn, m->sql);
	ExecStatusType status = PQresultStatus(res);
	int done = 0;

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
	    status != PGRES_EMPTY_QUERY) {
		struct error cause = {0};
		const char *at = res ? PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION) : NULL;
		db_error(db->conn, res, &cause);
		if (at)
			error_set(err, cause.code, "%s.sql line %d: %.900s", m->name,
			    line_at(m->sql, strtol(at, NULL, 10)), cause.message);
		else
			error_set(err, cause.code, "%s.sql: %.900s", m->name, cause.message);
		memcpy(err->sqlstate, cause.sqlstate, sizeof err->sqlstate);
		done = -1;
	}
	PQclear(res);
	return done;
}

static int
refuse_changed(const struct migration *m, int64_t applied, struct error *err)
{
	char when[TIMESTAMP_SIZE];

	return error_set(err, ERROR_CONFLICT,
	    "%s was applied on %.10s with another text than this program has. An applied migration "
	    "never changes: undo the edit, and make a new migration for what it was to do.",
	    m->name, timestamp_format(applied, when));
}

/* Applies a migration unless someone has done it meanwhile. */
static int
apply(struct db *db, const struct migration *m, bool *did, struct error *err)
{
	const char *params[] = {m->name, m->sql};
	enum state state = STATE_PENDING;
	int64_t applied = 0;

	*did = false;
	if (db_begin(db, err) < 0)
		return -1;
	if (db_run(db, &statement_lock, NULL, err) < 0 || look(db, m, &state, &applied, err) < 0)
		goto failed;
	if (state == STATE_CHANGED) {
		refuse_changed(m, applied, err);
		goto failed;
	}
	if (state == STATE_PENDING) {
		if (db_run(db, &statement_record, params, err) < 0 || run_text(db, m, err) < 0)
			goto failed;
		*did = true;
	}
	return db_commit(db, err);
failed:
	db_rollback(db);
	return -1;
}

static int
print_nothing_to_do(struct db *db, struct error *err)
{
	PGresult *res = db_query(db, &statement_newest, NULL, err);

	if (!res)
		return -1;
	printf(
	    "Nothing to do: schema is at %s.\n", PQntuples(res) ? db_get_text(res, 0, 0) : "none");
	PQclear(res);
	return 0;
}

static int
migrate(struct db *db, struct error *err)
{
	int napplied = 0;

	if (make_table(db, err) < 0)
		return -1;
	/* All are looked at before the first is applied: a refusal leaves everything as it was. */
	for (const struct migration *m = migrations; m->name; m++) {
		enum state state = STATE_PENDING;
		int64_t applied = 0;
		if (look(db, m, &state, &applied, err) < 0)
			return -1;
		if (state == STATE_CHANGED)
			return refuse_changed(m, applied, err);
	}
	for (const struct migration *m = migrations; m->name; m++) {
		bool did = false;
		if (apply(db, m, &did, err) < 0)
			return -1;
		if (did)
			printf("Applied %s.\n", m->name);
		fflush(stdout);
		napplied += did;
	}
	return napplied ? 0 : print_nothing_to_do(db, err);
}

static int
print_status(struct db *db, struct error *err)
{
	bool exists = false;

	if (table_exists(db, &exists, err) < 0)
		return -1;
	for (const struct migration *m = migrations; m->name; m++) {
		enum state state = STATE_PENDING;
		int64_t applied = 0;
		char when[TIMESTAMP_SIZE];
		if (exists && look(db, m, &state, &applied, err) < 0)
			return -1;
		if (state == STATE_PENDING)
			printf("%-24s  not applied\n", m->name);
		else
			printf("%-24s  applied %.19s%s\n", m->name, timestamp_format(applied, when),
			    state == STATE_CHANGED ? "  CHANGED SINCE" : "");
	}
	return 0;
}

static int
run(struct db *db, const struct action_args *args, struct error *err)
{
	db->accept = NULL;
	return args->options[OPTION_STATUS] ? print_status(db, err) : migrate(db, err);
}

int
command_migrate(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {
	    {.name = "", .options = {[OPTION_STATUS] = {"--status", NULL}}, .run = run}, {0}};

	return action_run(actions, nargs, args, err);
}
