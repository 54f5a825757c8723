/* What each role may do in the database: see rights.h. */
#include "commands/rights.h"

#include <stdio.h>

/*
 * On the database and on the schema public. Temporary tables are the worker's, for staging: in the
 * handlers they could stand in for real ones. What is not in the list is left to the operator.
 */
#define WANTED                                                                                  \
	"(VALUES ('database', 'CONNECT', 'PUBLIC', false), ('database', 'TEMPORARY', 'PUBLIC'," \
	" false), ('database', 'CREATE', 'PUBLIC', false), ('schema', 'CREATE', 'PUBLIC',"      \
	" false), ('database', 'CONNECT', 'accession_api', true), ('database', 'TEMPORARY',"    \
	" 'accession_api', false), ('database', 'CREATE', 'accession_api', false), ('schema',"  \
	" 'USAGE', 'accession_api', true), ('schema', 'CREATE', 'accession_api', false),"       \
	" ('database', 'CONNECT', 'accession_worker', true), ('database', 'TEMPORARY',"         \
	" 'accession_worker', true), ('database', 'CREATE', 'accession_worker', false),"        \
	" ('schema', 'USAGE', 'accession_worker', true), ('schema', 'CREATE',"                  \
	" 'accession_worker', false)) wanted (kind, privilege, grantee, given)"

/* What was given on both: no ACL means the server's default. */
#define GIVEN_ON(kind, name, class, acl, default, owner)                                        \
	"SELECT '" kind "' AS kind, " name "::text AS name, (a).privilege_type AS privilege, (" \
	"a).grantee AS role FROM (SELECT *, aclexplode(coalesce(" acl                           \
	", acldefault('" default "', " owner "))) AS a FROM " class ") " kind

/*
 * The checks are templates: see model_sql.h for the characters that mean something there, and which
 * therefore are not here.
 */
const char rights_of_database[] =
    "SELECT grantee AS subject, concat(CASE WHEN given THEN 'has not ' ELSE 'has ' END, privilege,"
    " ' on the ', kind) AS problem,"
    " concat(CASE WHEN given THEN 'GRANT ' ELSE 'REVOKE ' END, privilege, ' ON ', upper(kind), ' ',"
    " quote_ident(name), CASE WHEN given THEN ' TO ' ELSE ' FROM ' END, grantee) AS cure"
    " FROM " WANTED " JOIN (VALUES ('database', current_database()::text), ('schema', 'public'))"
    " place (kind, name) USING (kind) WHERE given <> EXISTS (SELECT FROM (" GIVEN_ON("database",
	"datname", "pg_database", "datacl", "d",
	"datdba") " UNION ALL " GIVEN_ON("schema", "nspname", "pg_namespace", "nspacl", "n",
	"nspowner") ") has LEFT JOIN pg_roles r ON r.oid = has.role WHERE has.kind = wanted.kind"
		    " AND has.name = place.name AND has.privilege = wanted.privilege"
		    " AND coalesce(r.rolname, 'PUBLIC') = wanted.grantee)";

/*
 * What roles other than the owner were given on all there is. Extensions see to their own; the
 * parts of weekly tables come and go, and to read one is nothing more than to read the whole.
 */
#define RIGHTS                                                                                     \
	"SELECT subject, coalesce(rolname, 'PUBLIC')::text AS grantee,"                            \
	" concat((a).privilege_type, CASE WHEN (a).is_grantable THEN ' WITH GRANT OPTION' END)"    \
	" AS privilege FROM (SELECT subject, owner, part, aclexplode(acl) AS a FROM"               \
	" (SELECT 'pg_class'::regclass AS class, oid, concat(CASE relkind WHEN 'S' THEN 'sequence" \
	" ' ELSE 'table ' END, relname) AS subject, relowner AS owner, relispartition AS part,"    \
	" relacl AS acl FROM pg_class WHERE relnamespace = 'public'::regnamespace"                 \
	" UNION ALL SELECT 'pg_class'::regclass, c.oid, concat('column ', relname, '.', attname)," \
	" relowner, relispartition, attacl FROM pg_class c JOIN pg_attribute ON attrelid = c.oid"  \
	" WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped"                        \
	" UNION ALL SELECT 'pg_proc'::regclass, oid, concat('function ', proname, '(',"            \
	" pg_get_function_identity_arguments(oid), ')'), proowner, false,"                         \
	" coalesce(proacl, acldefault('f', proowner)) FROM pg_proc"                                \
	" WHERE pronamespace = 'public'::regnamespace) object"                                     \
	" WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = object.class"                \
	" AND d.objid = object.oid AND d.deptype = 'e')) given"                                    \
	" LEFT JOIN pg_roles ON pg_roles.oid = (a).grantee WHERE (a).grantee <> owner"             \
	" AND NOT (part AND (a).privilege_type = 'SELECT')"

/* Other roles that are let read, say for reports, are the operator's affair. */
const char rights_of_objects[] =
    "SELECT coalesce(h.grantee, g.grantee) AS subject, CASE WHEN g.subject IS NULL"
    " THEN concat('has ', h.privilege, ' on ', h.subject, ', which no migration gave')"
    " ELSE concat('has not ', g.privilege, ' on ', g.subject, ', which a migration gave') END"
    " AS problem"
    " FROM (" RIGHTS ") h FULL JOIN schema_right g USING (subject, grantee, privilege)"
    " WHERE h.subject IS NULL OR g.subject IS NULL AND (h.privilege <> 'SELECT'"
    " OR h.grantee = 'PUBLIC' OR starts_with(h.grantee, 'accession_'))";

static const struct statement statement_table_exists = {
    NULL, "SELECT to_regclass('schema_right') IS NOT NULL", 0, true};

static const struct statement statement_make_table = {NULL,
    "CREATE TABLE schema_right ("
    " subject text, grantee text, privilege text, PRIMARY KEY (subject, grantee, privilege))",
    0, false};

static const struct statement statement_fill_table = {
    NULL, "INSERT INTO schema_right " RIGHTS, 0, false};

static const struct statement statement_look = {
    NULL, "SELECT coalesce(json_agg(r), '[]')::text FROM (" RIGHTS ") r", 0, true};

static const struct statement statement_keep = {NULL,
    "WITH was AS (SELECT * FROM json_to_recordset($1) AS r (subject text, grantee text, privilege"
    " text)), is_now AS (" RIGHTS "), gone AS (DELETE FROM schema_right s USING (TABLE was EXCEPT"
    " TABLE is_now) g WHERE (s.subject, s.grantee, s.privilege) = (g.subject, g.grantee,"
    " g.privilege)) INSERT INTO schema_right TABLE is_now EXCEPT TABLE was ON CONFLICT DO NOTHING",
    1, false};

static PGresult *
wrong_of_database(struct db *db, struct error *err)
{
	char sql[sizeof rights_of_database + 64];
	const struct statement st = {NULL, sql, 0, true};

	snprintf(sql, sizeof sql, "SELECT subject, problem, cure FROM (%s) wrong ORDER BY cure",
	    rights_of_database);
	return db_query(db, &st, NULL, err);
}

/* What could not be cured: only the owner of a database or a superuser can. */
static int
tell_what_is_left(struct db *db, struct error *err)
{
	PGresult *res = wrong_of_database(db, err);

	if (!res)
		return -1;
	for (int i = 0; i < PQntuples(res); i++)
		fprintf(stderr,
		    "accession: %s %s. Only its owner or a superuser can mend that: %s;\n",
		    db_get_text(res, i, 0), db_get_text(res, i, 1), db_get_text(res, i, 2));
	PQclear(res);
	return 0;
}

int
rights_renew(struct db *db, struct error *err)
{
	PGresult *res = wrong_of_database(db, err);
	int n = res ? PQntuples(res) : -1, done = n;

	for (int i = 0; i < n && done >= 0; i++) {
		const struct statement st = {NULL, db_get_text(res, i, 2), 0, false};
		/* Without the right to it the server does not fail, but warn. */
		done = db_run(db, &st, NULL, err);
		if (done == 0)
			printf("Renewed: %s.\n", st.sql);
	}
	PQclear(res);
	if (done >= 0 && n > 0)
		done = tell_what_is_left(db, err);
	return done < 0 ? -1 : n;
}

int
rights_make_table(struct db *db, struct error *err)
{
	PGresult *res = db_query(db, &statement_table_exists, NULL, err);
	bool exists = res && db_get_bool(res, 0, 0);

	PQclear(res);
	if (!res)
		return -1;
	if (exists)
		return 0;
	if (db_run(db, &statement_make_table, NULL, err) < 0)
		return -1;
	return db_run(db, &statement_fill_table, NULL, err);
}

PGresult *
rights_look(struct db *db, struct error *err)
{
	return db_query(db, &statement_look, NULL, err);
}

int
rights_keep(struct db *db, const PGresult *before, struct error *err)
{
	return db_run(db, &statement_keep, (const char *const[]){db_get_text(before, 0, 0)}, err);
}
