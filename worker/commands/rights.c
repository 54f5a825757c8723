/* What each role may do in the database: see rights.h. */
#include "commands/rights.h"

#include "database/connection.h"

#include <stdio.h>

static const struct statement statement_known = {
    NULL, "SELECT to_regclass('public.right_given') IS NOT NULL", 0, true};

static const struct statement statement_none = {NULL, "SELECT '[]'", 0, true};

static const struct statement statement_look = {
    NULL, "SELECT coalesce(json_agg(r), '[]')::text FROM right_given r", 0, true};

static const struct statement statement_keep = {NULL,
    "WITH was AS ("
    "     SELECT * FROM json_to_recordset($1) AS r (subject text, grantee text, privilege text)),"
    " gone AS ("
    "     DELETE FROM schema_right s"
    "      USING (TABLE was EXCEPT TABLE right_given) g"
    "      WHERE (s.subject, s.grantee, s.privilege) = (g.subject, g.grantee, g.privilege))"
    " INSERT INTO schema_right"
    " TABLE right_given EXCEPT TABLE was"
    " ON CONFLICT DO NOTHING",
    1, false};

static const struct statement statement_wrong = {
    NULL, "SELECT subject, problem, cure FROM database_right_wrong ORDER BY cure", 0, true};

/* Whether the tables and views for rights exist yet: the first migrations make them. */
static int
are_known(struct db *db, struct error *err)
{
	PGresult *res = db_query(db, &statement_known, NULL, err);
	int known = res ? db_get_bool(res, 0, 0) : -1;

	PQclear(res);
	return known;
}

static PGresult *
wrong_of_database(struct db *db, struct error *err)
{
	return db_query(db, &statement_wrong, NULL, err);
}

/* Reports what could not be changed: only the database's owner or a superuser can. */
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
		/* If the role lacks the right to do it, the server does not fail but only warns. */
		done = db_run(db, &st, NULL, err);
		if (done == 0)
			printf("Renewed: %s.\n", st.sql);
	}
	PQclear(res);
	if (done >= 0 && n > 0)
		done = tell_what_is_left(db, err);
	return done < 0 ? -1 : n;
}

PGresult *
rights_look(struct db *db, struct error *err)
{
	int known = are_known(db, err);

	return known < 0 ? NULL
			 : db_query(db, known ? &statement_look : &statement_none, NULL, err);
}

int
rights_keep(struct db *db, const PGresult *before, struct error *err)
{
	int known = are_known(db, err);

	if (known <= 0)
		return known;
	return db_run(db, &statement_keep, (const char *const[]){db_get_text(before, 0, 0)}, err);
}
