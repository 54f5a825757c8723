/* accession status: shows the state of the service, for people or (--json) for monitoring. */
#include "base/buf.h"
#include "base/version.h"
#include "catalog/catalog.h"
#include "commands/action.h"
#include "commands/command.h"
#include "commands/table.h"
#include "database/connection.h"
#include "database/migrations.h"
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_JSON };

struct section {
	const char *key;
	const char *title;
	const char *none;  /* printed instead of an empty table */
	const char *shown; /* the columns that people are shown; JSON has all */
	const char *query; /* NULL: that of the library, which depends on the models */
};

/*
 * What needs somebody's attention, a sentence each. $1 is the version this program was made for, $2
 * the host of the database if it is reached unencrypted over a network.
 */
static const char warnings[] =
    "SELECT 'no worker is connected' AS warning WHERE NOT EXISTS (SELECT FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'accession worker control')"
    " UNION ALL SELECT concat('the schema is version ', version, ', and this program needs ', "
    "$1::integer,"
    " ': run \"accession migrate\"') FROM (SELECT coalesce(max(version), 0) AS version"
    " FROM schema_version) newest WHERE version < $1::integer"
    " UNION ALL SELECT concat('the migration ', name, ' was begun and has not ended: run"
    " \"accession migrate\"') FROM schema_running"
    " UNION ALL SELECT concat('the connection to the database at ', $2::text,"
    " ' goes over the network unencrypted') WHERE $2 IS NOT NULL";

#define AGE(since) "date_trunc('second', clock_timestamp() - " since ")::text"

/* clang-format off */
static const struct section sections[] = {
	{"schema", "Schema", "No migration was applied: run \"accession migrate\".", "*",
	    "SELECT version, name, applied, version < $1::integer AS behind FROM schema_version"
	    " ORDER BY version DESC LIMIT 1"},
	{"features", "Features", "There are none.", "*",
	    "SELECT name, enabled, changed FROM feature ORDER BY name"},
	{"library", "Library", "", "*", NULL},
	{"current_job", "Current job", "There is none.", "*",
	    "SELECT j.id, j.status, j.attempt, j.triggered_by_doc ->> 'email' AS triggered_by,"
	    " " AGE("j.triggered") " AS age, l.worker, " AGE("l.heartbeat") " AS heartbeat_age,"
	    " j.cancel_requested IS NOT NULL AS cancelling, l.progress"
	    " FROM import_job j LEFT JOIN lease l ON l.job_id = j.id"
	    " WHERE j.active"},
	{"last_jobs", "Last jobs", "There are none.", "*",
	    "SELECT j.id, j.status, j.attempt, j.triggered_by_doc ->> 'email' AS triggered_by,"
	    " j.completed, s.adds, s.updates, s.deletes, json_array_length(j.errors) AS errors"
	    " FROM import_job j LEFT JOIN (SELECT job_id, attempt, sum(adds)::bigint AS adds,"
	    " sum(updates)::bigint AS updates, sum(deletes)::bigint AS deletes"
	    " FROM import_summary GROUP BY job_id, attempt) s ON s.job_id = j.id AND s.attempt = j.attempt"
	    " WHERE j.completed IS NOT NULL ORDER BY j.id DESC LIMIT 5"},
	{"weeks", "Files, diffs and errors kept", "There are none.", "week, jobs, size",
	    "SELECT week, (SELECT count(*) FROM import_job WHERE purged IS NULL"
	    " AND import_job.week::text = kept.week) AS jobs, pg_size_pretty(sum(size)) AS size,"
	    " sum(size)::bigint AS bytes"
	    " FROM (SELECT substring(tree.relid::text FROM '[0-9a-z]+$') AS week,"
	    " pg_total_relation_size(tree.relid) AS size"
	    " FROM weekly_tables() parent CROSS JOIN pg_partition_tree(parent) tree"
	    " WHERE tree.isleaf AND pg_relation_size(tree.relid) > 0) kept"
	    " GROUP BY week ORDER BY week"},
	{"connections", "Connections", "There is none but this.", "*",
	    "SELECT application_name AS program, usename::text AS role, count(*) AS connections"
	    " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	    " AND application_name LIKE 'accession%' GROUP BY 1, 2 ORDER BY 1, 2"},
};
/* clang-format on */

#define NSECTIONS (sizeof sections / sizeof sections[0])

static const char *
newest_migration(void)
{
	const char *name = "";

	for (const struct migration *m = migrations; m->name; m++)
		name = m->name;
	return name;
}

/* Items by model: how many there are, how many are people's own, and how many they have changed. */
static void
add_library(struct buf *sql)
{
	for (const struct model *m = models; m->name; m++)
		buf_printf(sql,
		    "%sSELECT '%s' AS content_model, count(*) AS items,"
		    " count(*) FILTER (WHERE left(id, 1) = 'C') AS custom,"
		    " count(*) FILTER (WHERE modified) AS modified,"
		    " max(last_updated_date) AS last_change FROM %s",
		    m > models ? " UNION ALL " : "", m->name, m->name);
	if (!models->name)
		buf_add_text(sql, "SELECT WHERE false");
}

/* Runs a query that may take parameters: see warnings. */
static PGresult *
run_query(struct db *db, const struct buf *sql, struct error *err)
{
	char version[24];
	const char *params[] = {version, db_is_exposed(db) ? PQhost(db->conn) : NULL};
	const int nparams = strstr(buf_text(sql), "$2") ? 2 : strstr(buf_text(sql), "$1") ? 1 : 0;
	const struct statement st = {NULL, buf_text(sql), nparams, true};

	snprintf(version, sizeof version, "%lld", strtoll(newest_migration(), NULL, 10));
	if (!sql->failed)
		return db_query(db, &st, params, err);
	error_set(err, ERROR_SYSTEM, "out of memory");
	return NULL;
}

/* The section as a table, or as one JSON array of its rows. */
static PGresult *
run_section(struct db *db, const struct section *s, bool json, struct error *err)
{
	struct buf sql = {0};

	if (json)
		buf_add_text(&sql, "SELECT coalesce(json_agg(row), '[]') FROM (");
	else
		buf_printf(&sql, "SELECT %s FROM (", s->shown);
	if (s->query)
		buf_add_text(&sql, s->query);
	else
		add_library(&sql);
	buf_add_text(&sql, ") row");
	PGresult *res = run_query(db, &sql, err);
	buf_free(&sql);
	return res;
}

static PGresult *
run_warnings(struct db *db, bool json, struct error *err)
{
	struct buf sql = {0};

	buf_printf(
	    &sql, json ? "SELECT coalesce(json_agg(warning), '[]') FROM (%s) row" : "%s", warnings);
	PGresult *res = run_query(db, &sql, err);
	buf_free(&sql);
	return res;
}

static int
print_text(struct db *db, struct error *err)
{
	PGresult *res = run_warnings(db, false, err);

	if (!res)
		return -1;
	printf("accession %s, for schema %s\n", ACCESSION_VERSION, newest_migration());
	for (int i = 0; i < PQntuples(res); i++)
		printf("WARNING: %s\n", db_get_text(res, i, 0));
	PQclear(res);
	for (size_t i = 0; i < NSECTIONS; i++) {
		const struct section *s = &sections[i];
		res = run_section(db, s, false, err);
		int done = res ? 0 : -1;
		if (done == 0)
			printf("\n%s\n", s->title);
		if (done == 0 && PQntuples(res) == 0)
			puts(s->none);
		else if (done == 0)
			done = table_print(stdout, res, err);
		PQclear(res);
		if (done < 0)
			return -1;
	}
	return 0;
}

/* Appends a member; clears the result. */
static int
add_member(struct buf *json, const char *key, PGresult *res)
{
	if (!res)
		return -1;
	buf_printf(json, ",\n\"%s\":%s", key, db_get_text(res, 0, 0));
	PQclear(res);
	return 0;
}

/* Gathers everything before it prints: half an object would not be JSON. */
static int
print_json(struct db *db, struct error *err)
{
	struct buf json = {0};
	int done = -1;

	buf_printf(&json, "{\"version\":\"%s\",\"made_for\":\"%s\"", ACCESSION_VERSION,
	    newest_migration());
	if (add_member(&json, "warnings", run_warnings(db, true, err)) < 0)
		goto out;
	for (size_t i = 0; i < NSECTIONS; i++)
		if (add_member(&json, sections[i].key, run_section(db, &sections[i], true, err)) <
		    0)
			goto out;
	if (json.failed) {
		error_set(err, ERROR_SYSTEM, "out of memory");
		goto out;
	}
	printf("%s}\n", buf_text(&json));
	done = 0;
out:
	buf_free(&json);
	return done;
}

static int
status_run(struct db *db, const struct action_args *args, struct error *err)
{
	struct error unknown = {0}; /* an older schema has none: that is a warning */

	db->accept = NULL;
	if (db_connect(db, err) < 0)
		return -1;
	(void)!catalog_load(db, 0, &unknown);
	return args->options[OPTION_JSON] ? print_json(db, err) : print_text(db, err);
}

int
command_status(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {
	    {.name = "", .options = {[OPTION_JSON] = {"--json", NULL}}, .run = status_run}, {0}};

	return action_run(actions, nargs, args, err);
}
