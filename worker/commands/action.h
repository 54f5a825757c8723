/*
 * What an operator types after a subcommand, read by a table: an action with its operands and
 * options. What the table does not allow is refused with the usage, made from the same table.
 */
#ifndef ACCESSION_ACTION_H
#define ACCESSION_ACTION_H

#include "base/error.h"
#include "database/db.h"

#define ACTION_MAX_OPERANDS 4
#define ACTION_MAX_OPTIONS  4

/*
 * Operands and values are named by what they are ("EMAIL") or by their choices ("on|off"). An
 * operand whose name ends in "..." is the last, and may be given more than once ("FILE...").
 */
struct action_option {
	const char *name;  /* with its dashes: "--role" */
	const char *value; /* NULL: it takes none */
};

struct action_args {
	const char *operands[ACTION_MAX_OPERANDS]; /* NULL: not given */
	const char *const *all;                    /* every operand, in order; ends with NULL */
	const char *options[ACTION_MAX_OPTIONS]; /* by place in the table: the value, "" if it takes
						    none; NULL: not given */
};

struct action {
	const char *name; /* the first word; "": the subcommand has but this one action */
	int needed;       /* how many operands must be there; the rest may be */
	const char *operands[ACTION_MAX_OPERANDS];
	struct action_option options[ACTION_MAX_OPTIONS];
	/* db is opened by its first use, as accession_owner unless PGUSER says otherwise; only if
	   the schema is one that this program can work with, unless db->accept is taken off. */
	int (*run)(struct db *db, const struct action_args *args, struct error *err);
};

/*
 * Runs the action that the arguments of a subcommand (args[0]) name. The table ends with a NULL
 * name. 0 or -1: ERROR_USAGE, or what the action says.
 */
int action_run(const struct action *actions, int nargs, char **args, struct error *err);

#endif
