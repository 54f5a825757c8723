/* An operator's command line, read by a table: see action.h. */
#include "commands/action.h"

#include "base/buf.h"
#include "base/config.h"
#include "base/timestamp.h"
#include "database/connection.h"
#include "database/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OPERATOR_ROLE "accession_owner"

/* Operators soon learn that something is in their way, and are never in the way for long. */
static const struct db_setting operator_settings[] = {{"lock_timeout", "30s"}, {NULL, NULL}};

/* Appends "accession user add EMAIL [--role viewer|editor|admin]". */
static void
add_usage(struct buf *out, const char *command, const struct action *a)
{
	buf_printf(out, "accession %s%s%s", command, *a->name ? " " : "", a->name);
	for (int i = 0; i < ACTION_MAX_OPERANDS && a->operands[i]; i++)
		buf_printf(out, i < a->needed ? " %s" : " [%s]", a->operands[i]);
	for (int i = 0; i < ACTION_MAX_OPTIONS && a->options[i].name; i++) {
		const struct action_option *o = &a->options[i];
		buf_printf(
		    out, " [%s%s%s]", o->name, o->value ? " " : "", o->value ? o->value : "");
	}
}

static int usage_error(struct error *err, const char *command, const struct action *a,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static int
usage_error(struct error *err, const char *command, const struct action *a, const char *format, ...)
{
	struct buf usage = {0};
	char problem[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(problem, sizeof problem, format, ap);
	va_end(ap);
	add_usage(&usage, command, a);
	error_set(err, ERROR_USAGE, "%s. Usage: %s", problem, buf_text(&usage));
	buf_free(&usage);
	return -1;
}

static const struct action *
find_action(const struct action *actions, const char *command, const char *name, struct error *err)
{
	struct buf names = {0};

	for (const struct action *a = actions; a->name; a++) {
		if (!*a->name || (name && strcmp(a->name, name) == 0)) {
			buf_free(&names);
			return a;
		}
		buf_printf(&names, "%s%s", names.len ? ", " : "", a->name);
	}
	if (name)
		error_set(err, ERROR_USAGE, "\"%s\" is not one of: %s. See \"accession help %s\".",
		    name, buf_text(&names), command);
	else
		error_set(err, ERROR_USAGE,
		    "One of these must follow: %s. See \"accession help %s\".", buf_text(&names),
		    command);
	buf_free(&names);
	return NULL;
}

/* True if the value is one of the choices wanted ("on|off"), or there is no list of choices. */
static bool
is_allowed(const char *wanted, const char *value)
{
	size_t n = strlen(value);

	if (!strchr(wanted, '|'))
		return true;
	for (const char *choice = wanted; *choice;) {
		size_t length = strcspn(choice, "|");
		if (length == n && memcmp(choice, value, n) == 0)
			return true;
		choice += length + (choice[length] == '|');
	}
	return false;
}

/* Takes the option at args[*at], and its value, which may be the next argument. */
static int
take_option(const char *command, const struct action *a, int nargs, char **args, int *at,
    struct action_args *out, struct error *err)
{
	const char *arg = args[*at];
	size_t n = strcspn(arg, "=");

	for (int i = 0; i < ACTION_MAX_OPTIONS && a->options[i].name; i++) {
		const struct action_option *o = &a->options[i];
		const char *value = arg[n] ? arg + n + 1 : NULL;
		if (strlen(o->name) != n || memcmp(o->name, arg, n) != 0)
			continue;
		if (!o->value && value)
			return usage_error(err, command, a, "%s takes no value", o->name);
		if (o->value && !value && *at + 1 < nargs)
			value = args[++*at];
		if (o->value && !value)
			return usage_error(err, command, a, "%s needs a value", o->name);
		if (o->value && !is_allowed(o->value, value))
			return usage_error(
			    err, command, a, "%s takes %s, not \"%s\"", o->name, o->value, value);
		out->options[i] = value ? value : "";
		return 0;
	}
	return usage_error(err, command, a, "There is no option %.*s here", (int)n, arg);
}

/* The length of an operand's name, without the dots that mean that it may be repeated. */
static size_t
name_length(const char *operand)
{
	const char *dots = strstr(operand, "...");

	return dots ? (size_t)(dots - operand) : strlen(operand);
}

static bool
is_repeated(const struct action *a, int place)
{
	return place < ACTION_MAX_OPERANDS && a->operands[place] &&
	       a->operands[place][name_length(a->operands[place])] != '\0';
}

static int
take_operand(const char *command, const struct action *a, int place, const char *arg,
    struct action_args *out, struct error *err)
{
	for (int before = 0; before < place && before < ACTION_MAX_OPERANDS; before++)
		if (is_repeated(a, before))
			return 0;
	if (place >= ACTION_MAX_OPERANDS || !a->operands[place])
		return usage_error(err, command, a, "\"%s\" is an argument too many", arg);
	if (!is_allowed(a->operands[place], arg))
		return usage_error(
		    err, command, a, "It must be %s, not \"%s\"", a->operands[place], arg);
	out->operands[place] = arg;
	return 0;
}

/* Parses the arguments. Moves the operands to the front of args, where out->all finds them. */
static int
parse(const char *command, const struct action *a, int nargs, char **args, struct action_args *out,
    struct error *err)
{
	int noperands = 0;
	bool options_ended = false;

	for (int i = 0; i < nargs; i++) {
		bool option = args[i][0] == '-' && args[i][1] && !options_ended;
		if (option && strcmp(args[i], "--") == 0)
			options_ended = true;
		else if (option && take_option(command, a, nargs, args, &i, out, err) < 0)
			return -1;
		else if (!option && take_operand(command, a, noperands, args[i], out, err) < 0)
			return -1;
		else if (!option)
			args[noperands++] = args[i];
	}
	args[noperands] = NULL;
	out->all = (const char *const *)args;
	if (noperands < a->needed)
		return usage_error(err, command, a, "%.*s is missing",
		    (int)name_length(a->operands[noperands]), a->operands[noperands]);
	return 0;
}

int
action_run(const struct action *actions, int nargs, char **args, struct error *err)
{
	struct action_args parsed = {0};
	struct db db;
	const struct action *a = find_action(actions, args[0], nargs > 1 ? args[1] : NULL, err);
	int words = a && *a->name ? 2 : 1;

	if (!a || parse(args[0], a, nargs - words, args + words, &parsed, err) < 0)
		return -1;
	db_init(&db, OPERATOR_ROLE, "accession", operator_settings);
	db.accept = &schema_check;
	int done = a->run(&db, &parsed, err);
	db_close(&db);
	return done;
}
