/*
 * The subcommands of `accession`. Each is a row of the table in commands.c; its function parses its
 * own arguments (args[0] is the subcommand's name) and returns 0, or -1 with the error set: main
 * prints it and exits with EXIT_USAGE for ERROR_USAGE, EXIT_LIMIT for ERROR_LIMIT, 1 for all else.
 * main answers --help itself.
 */
#ifndef ACCESSION_COMMAND_H
#define ACCESSION_COMMAND_H

#include "base/error.h"

struct command {
	const char *name;
	int (*run)(int nargs, char **args, struct error *err);
	const char *summary; /* one line; NULL: internal, shown nowhere */
	const char *help;    /* usage, meaning, example; fits a screen of 24 lines by 80 */
};

/* All subcommands; ends with a NULL name. */
extern const struct command commands[];

int command_worker(int nargs, char **args, struct error *err);
int command_load(int nargs, char **args, struct error *err);
int command_migrate(int nargs, char **args, struct error *err);
int command_user(int nargs, char **args, struct error *err);
int command_token(int nargs, char **args, struct error *err);
int command_events(int nargs, char **args, struct error *err);
int command_flag(int nargs, char **args, struct error *err);
int command_model(int nargs, char **args, struct error *err);
int command_config(int nargs, char **args, struct error *err);
int command_verify(int nargs, char **args, struct error *err);
int command_status(int nargs, char **args, struct error *err);

#endif
