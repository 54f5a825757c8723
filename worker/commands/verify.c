/*
 * accession verify: checks that everything in the database agrees. All checks see one snapshot, so
 * it can run while the service works; it writes nothing. The server does the work; only a few rows
 * at a time come here.
 */
#include "base/buf.h"
#include "catalog/catalog.h"
#include "commands/action.h"
#include "commands/checks.h"
#include "commands/command.h"
#include "database/transaction.h"
#include "model/model_sql.h"

#include <inttypes.h>
#include <stdio.h>

#define SHOWN "10" /* how many rows of a check to show */

/* Prints what the check found. */
static int
print_found(const struct check *c, const struct model *m, const PGresult *res, struct error *err)
{
	struct buf look = {0};
	int64_t found = db_get_int(res, 0, 2);

	printf("WRONG  %-12.*s %" PRId64 " against: %.*s\n", (int)c->name.n, c->name.text, found,
	    (int)c->means.n, c->means.text);
	for (int i = 0; i < PQntuples(res); i++)
		printf("         %s: %s\n", db_get_text(res, i, 0), db_get_text(res, i, 1));
	if (found > PQntuples(res))
		printf("         and %" PRId64 " more\n", found - PQntuples(res));
	int done = model_sql_expand(m, c->look, NULL, &look, err);
	printf("         To look: %s\n", buf_text(&look));
	buf_free(&look);
	return done;
}

static PGresult *
find_wrong(struct db *db, const struct check *c, const struct model *m, struct error *err)
{
	struct buf sql = {0};
	PGresult *res = NULL;

	buf_add_text(&sql, "SELECT subject, problem, count(*) OVER () FROM (");
	if (model_sql_expand(m, c->sql, NULL, &sql, err) == 0) {
		buf_add_text(
		    &sql, ") found ORDER BY length(subject), subject, problem LIMIT " SHOWN);
		const struct statement st = {NULL, buf_text(&sql), 0, true};
		res = db_query(db, &st, NULL, err);
	}
	buf_free(&sql);
	return res;
}

/* Returns 1 if it found something, 0 if not, -1 with the error set. */
static int
run_check(struct db *db, const struct check *c, const struct model *m, struct error *err)
{
	PGresult *res = find_wrong(db, c, m, err);

	if (!res)
		return -1;
	int found = PQntuples(res) > 0;
	if (!found)
		printf("ok     %-12.*s %.*s\n", (int)c->name.n, c->name.text, (int)c->means.n,
		    c->means.text);
	else if (print_found(c, m, res, err) < 0)
		found = -1;
	fflush(stdout);
	PQclear(res);
	return found;
}

/*
 * Runs the check for every content model it is about. Returns how many times it found something, or
 * -1.
 */
static int
run_for_models(struct db *db, const struct check *c, int *ran, struct error *err)
{
	int wrong = 0;

	for (const struct model *m = models; m->name; m++) {
		int found = run_check(db, c, m, err);
		if (found < 0)
			return -1;
		wrong += found;
		++*ran;
		if (!c->of_model)
			break;
	}
	return wrong;
}

static int
verify_run(struct db *db, const struct action_args *args, struct error *err)
{
	struct check_place place = {0};
	struct check check;
	int wrong = 0, ran = 0;

	(void)args;
	if (db_begin_snapshot(db, err) < 0)
		return -1;
	if (catalog_load(db, 0, err) < 0)
		goto failed;
	while (check_next(&place, &check)) {
		int found = run_for_models(db, &check, &ran, err);
		if (found < 0)
			goto failed;
		wrong += found;
	}
	db_rollback(db);
	if (wrong)
		return error_set(err, ERROR_CONFLICT,
		    "%d of %d checks found what does not agree. Nothing was changed.", wrong, ran);
	printf("Everything agrees: %d checks.\n", ran);
	return 0;
failed:
	db_rollback(db);
	return -1;
}

int
command_verify(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {{.name = "", .run = verify_run}, {0}};

	return action_run(actions, nargs, args, err);
}
