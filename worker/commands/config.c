/* accession config: the settings in force. */
#include "base/config.h"

#include "base/log.h"
#include "commands/action.h"
#include "commands/command.h"
#include "people/dictionary.h"

#include <stdio.h>
#include <stdlib.h>

/* The variables of libpq that matter most; never the password. */
static const struct {
	const char *name;
	const char *meaning;
} database_variables[] = {
    {"PGHOST", "host of PostgreSQL, or folder of its socket"},
    {"PGPORT", "its port"},
    {"PGDATABASE", "database; without it accession"},
    {"PGUSER", "role; without it each program's own"},
};

static void
print_problem(const char *sentence)
{
	fprintf(stderr, "accession: %s\n", sentence);
}

static int
check(struct error *err)
{
	size_t problems = config_check(print_problem);
	struct error unusable = {0};

	if (!problems && (config_load(&unusable) < 0 || dictionary_check(&unusable) < 0)) {
		print_problem(unusable.message);
		problems = 1;
	}

	if (!problems)
		return 0;
	return error_set(
	    err, ERROR_INPUT, "%zu setting%s wrong.", problems, problems == 1 ? " is" : "s are");
}

static void
print_all(void)
{
	config_print(stdout);
	for (size_t i = 0; i < sizeof database_variables / sizeof database_variables[0]; i++) {
		const char *value = getenv(database_variables[i].name);
		printf("# libpq: %s\n%s%s=%s\n", database_variables[i].meaning, value ? "" : "#",
		    database_variables[i].name, value ? value : "");
	}
}

static int
config_run(struct db *db, const struct action_args *args, struct error *err)
{
	(void)db;
	if (args->options[0])
		return check(err);
	if (config_load(err) < 0)
		return -1;
	log_open("accession", config_text(SETTING_LOG_LEVEL));
	config_warn();
	print_all();
	return 0;
}

int
command_config(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {
	    {.name = "", .options = {{"--check", NULL}}, .run = config_run}, {0}};

	return action_run(actions, nargs, args, err);
}
