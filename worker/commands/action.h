/*
 * Parses the operator's arguments after a subcommand by a table of actions with their operands and
 * options. Whatever the table does not allow is refused with a usage message made from the same
 * table.
 */
#ifndef ACCESSION_ACTION_H
#define ACCESSION_ACTION_H

#include "base/error.h"
#include "database/db.h"

#define ACTION_MAX_OPERANDS 4
#define ACTION_MAX_OPTIONS  6

/*
 * Operands and values are named by what they are ("EMAIL") or by their choices ("on|off"). An
 * operand whose name ends in "..." is the last, and may be given more than once ("FILE...").
 */
struct action_option {
	const char *name;  /* with its dashes: "--role" */
	const char *value; /* NULL: takes no value */
};

struct action_args {
	const char *operands[ACTION_MAX_OPERANDS]; /* NULL: not given */
	const char *const *all;                    /* every operand, in order; ends with NULL */
	const char *options[ACTION_MAX_OPTIONS]; /* by place in the table: the value, "" if it takes
						    none; NULL: not given */
};

struct action {
	const char *name; /* the first word; "" for the only action of its subcommand */
	int needed;       /* how many operands are required; the others are optional */
	const char *operands[ACTION_MAX_OPERANDS];
	struct action_option options[ACTION_MAX_OPTIONS];
	/*
	 * The first use of db opens it, as accession_owner unless PGUSER is set. That fails if this
	 * program cannot work with the schema, unless db->accept was set to NULL.
	 */
	int (*run)(struct db *db, const struct action_args *args, struct error *err);
};

/*
 * Runs the action that the arguments of the subcommand args[0] name. The table ends with a NULL
 * name. Returns 0, or -1 with ERROR_USAGE or the action's own error.
 */
int action_run(const struct action *actions, int nargs, char **args, struct error *err);

#endif
