/* accession, the operator's command: finds the subcommand, runs it, says what went wrong. */
#include "commands/command.h"

#include "base/config.h"
#include "base/exit.h"
#include "base/inherited.h"
#include "base/log.h"
#include "base/version.h"
#include "database/migrations.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Advice for database errors that only a change to the installation can cure. */
static const struct {
	const char *sqlstate;
	const char *hint;
} hints[] = {
    {"42P01", "The schema is missing or older than this program: run \"accession migrate\"."},
    {"42703", "The schema is older than this program: run \"accession migrate\"."},
    {"42883", "The schema is older than this program: run \"accession migrate\"."},
    {"42501", "The operator's commands need PGUSER=accession_owner, the owner of the database."},
    {"42704", "If roles are missing: run roles.sql once as PostgreSQL's superuser."},
    {"55P03", "Something else holds a lock for long: \"accession status\" may show it. Try again."},
};

static const struct command *
find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static void
print_overview(void)
{
	puts("Usage: accession COMMAND [ARGUMENT...]\n"
	     "\n"
	     "Accession takes files into a content library after a person has seen what they\n"
	     "would change. This is its operator's command.\n");
	for (const struct command *c = commands; c->name; c++)
		if (c->summary)
			printf("  %-8s  %s\n", c->name, c->summary);
	puts("\n"
	     "\"accession help COMMAND\" says more. The database is found by PGHOST, PGPORT,\n"
	     "PGDATABASE and PGUSER, settings by ACCESSION_...: see \"accession config\".\n"
	     "\n"
	     "Example, a new installation:\n"
	     "  accession migrate\n"
	     "  accession user add ada@example.org --role admin\n"
	     "  accession token create ada@example.org");
}

static void
print_version(void)
{
	const char *schema = "none";

	for (const struct migration *m = migrations; m->name; m++)
		schema = m->name;
	printf("accession %s, for schema %s\n", ACCESSION_VERSION, schema);
}

static int
unknown_command(const char *name, struct error *err)
{
	char names[256] = "";
	size_t used = 0;

	for (const struct command *c = commands; c->name && used < sizeof names; c++)
		if (c->summary)
			used += (size_t)snprintf(
			    names + used, sizeof names - used, "%s%s", used ? ", " : "", c->name);
	return error_set(err, ERROR_USAGE,
	    "There is no command \"%s\". There are: %s. See \"accession help\".", name, names);
}

static int
help(const char *name, struct error *err)
{
	const struct command *c = name ? find_command(name) : NULL;

	if (name && (!c || !c->summary))
		return unknown_command(name, err);
	if (c)
		fputs(c->help, stdout);
	else
		print_overview();
	return 0;
}

static bool
is_help_option(const char *arg)
{
	return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

static bool
asks_for_help(int nargs, char **args)
{
	for (int i = 0; i < nargs && strcmp(args[i], "--") != 0; i++)
		if (is_help_option(args[i]))
			return true;
	return false;
}

static int
load_settings(const struct command *c, struct error *err)
{
	if (c->run == command_config) /* it reports what is wrong with them and goes on */
		return 0;
	if (config_load(err) < 0)
		return -1;
	log_open("accession", config_text(SETTING_LOG_LEVEL));
	if (c->summary) /* the parser would repeat it for every file */
		config_warn();
	return 0;
}

static int
run(int argc, char **argv, struct error *err)
{
	const char *name = argc > 1 ? argv[1] : "help";

	if (strcmp(name, "help") == 0 || is_help_option(name))
		return help(argc > 2 ? argv[2] : NULL, err);
	if (strcmp(name, "--version") == 0) {
		print_version();
		return 0;
	}

	const struct command *c = find_command(name);
	if (!c)
		return unknown_command(name, err);
	if (c->summary && asks_for_help(argc - 2, argv + 2))
		return help(name, err);
	if (load_settings(c, err) < 0)
		return -1;
	return c->run(argc - 1, argv + 1, err);
}

static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "(not set)";
}

static void
print_error(const struct error *err)
{
	const char *mark = log_mark(LOG_LEVEL_ERROR);

	fprintf(stderr, "%saccession: %s\n", mark, err->message);
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
		if (strcmp(hints[i].sqlstate, err->sqlstate) == 0)
			fprintf(stderr, "%saccession: %s\n", mark, hints[i].hint);
	if (err->code == ERROR_DB_DOWN)
		fprintf(stderr,
		    "%saccession: The database was looked for with PGHOST=%s PGPORT=%s "
		    "PGDATABASE=%s PGUSER=%s. Set these to where PostgreSQL runs.\n",
		    mark, variable("PGHOST"), variable("PGPORT"), variable("PGDATABASE"),
		    variable("PGUSER"));
}

int
main(int argc, char **argv)
{
	struct error err = {0};

	inherited_reset();
	int done = run(argc, argv, &err);

	if (done == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		done = error_errno(&err, "cannot write to standard output");
	if (done == 0)
		return EXIT_SUCCESS;
	fflush(stdout);
	print_error(&err);
	switch (err.code) {
	case ERROR_USAGE: return EXIT_USAGE;
	case ERROR_LIMIT: return EXIT_LIMIT;
	default: return EXIT_FAILURE;
	}
}
