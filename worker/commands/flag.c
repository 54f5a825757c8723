/* accession flag: switches whole features on and off. */
#include "commands/action.h"
#include "commands/command.h"
#include "commands/table.h"
#include "people/feature.h"

#include <stdio.h>

static int
flag_list(struct db *db, struct error *err)
{
	PGresult *res = feature_list(db, err);

	if (!res)
		return -1;
	int done = table_print(stdout, res, err);
	PQclear(res);
	return done;
}

static int
flag_run(struct db *db, const struct action_args *args, struct error *err)
{
	const char *name = args->operands[0];

	if (!name)
		return flag_list(db, err);
	/* "on" and "off" are booleans to PostgreSQL. */
	PGresult *res = args->operands[1] ? feature_set(db, NULL, name, args->operands[1], err)
					  : feature_get(db, name, err);
	if (!res)
		return -1;
	int done = 0;
	if (PQntuples(res) == 0)
		done = error_set(err, ERROR_NOT_FOUND,
		    "There is no flag \"%s\": \"accession flag\" shows them.", name);
	else
		printf("%s is %s\n", name, feature_is_on(res, 0) ? "on" : "off");
	PQclear(res);
	return done;
}

int
command_flag(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {
	    {.name = "", .operands = {"NAME", "on|off"}, .run = flag_run}, {0}};

	return action_run(actions, nargs, args, err);
}
