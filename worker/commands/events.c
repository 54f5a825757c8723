/* accession events: what happened to accounts and credentials, for people or (--json) for programs
 * that gather such things. */
#include "base/buf.h"
#include "base/text.h"
#include "commands/action.h"
#include "commands/command.h"
#include "commands/table.h"
#include "commands/user_named.h"
#include "people/security_event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN     50
#define LIMIT_MAX 1000000000
#define DAYS_MAX  36500

enum { OPTION_ACCOUNT, OPTION_KIND, OPTION_ADDRESS, OPTION_SINCE, OPTION_LIMIT, OPTION_JSON };

/* Reads the number of an option, which keeps its value if it was not given. */
static int
read_number(const char *option, const char *text, int64_t most, int64_t *number, struct error *err)
{
	char *end = NULL;

	if (!text)
		return 0;
	errno = 0;
	*number = strtoll(text, &end, 10);
	if (errno || end == text || *end || *number < 0 || *number > most)
		return error_set(err, ERROR_USAGE,
		    "%s takes a whole number from 0 to %lld, not \"%s\".", option, (long long)most,
		    text);
	return 0;
}

static int
check_kind(struct db *db, const char *kind, struct error *err)
{
	struct buf kinds = {0};
	PGresult *res = event_kinds(db, err);
	bool found = false;

	for (int i = 0; res && i < PQntuples(res); i++) {
		found = found || strcmp(db_get_text(res, i, 0), kind) == 0;
		buf_printf(&kinds, "%s%s", i ? ", " : "", db_get_text(res, i, 0));
	}
	if (res && !found)
		error_set(err, ERROR_USAGE, "\"%s\" is no kind of event. There are: %s.", kind,
		    buf_text(&kinds));
	buf_free(&kinds);
	PQclear(res);
	return found ? 0 : -1;
}

/* Checks what the filter names: nothing found is to mean that nothing happened. */
static int
check_filter(struct db *db, const struct event_filter *f, struct error *err)
{
	char id[USER_ID_SIZE];

	if (f->address && !event_is_address(f->address))
		return error_set(err, ERROR_USAGE,
		    "\"%s\" is no address: it takes 192.0.2.7, 2001:db8::7, or a network such as "
		    "192.0.2.0/24.",
		    f->address);
	if (f->kind && check_kind(db, f->kind, err) < 0)
		return -1;
	PGresult *user = f->account ? user_named(db, f->account, id, err) : NULL;
	PQclear(user);
	return f->account && !user ? -1 : 0;
}

/* Prints an object a line. Returns how many, or -1. */
static int64_t
print_json(struct db *db, const struct event_filter *f, int64_t limit, struct error *err)
{
	struct buf line = {0};
	int64_t n = 0;
	PGresult *row = NULL;

	if (event_stream(db, f, limit, 0, err) < 0)
		return -1;
	while ((row = db_next(db, err))) {
		struct json json = {.out = &line};
		buf_clear(&line);
		event_json(&json, row);
		PQclear(row);
		if (line.failed) {
			db_abandon(db);
			buf_free(&line);
			return error_set(err, ERROR_SYSTEM, "out of memory");
		}
		puts(buf_text(&line));
		n++;
	}
	buf_free(&line);
	return err->code ? -1 : n;
}

static int64_t
print_table(struct db *db, const struct event_filter *f, int64_t limit, struct error *err)
{
	PGresult *res = event_table(db, f, limit, err);

	if (!res)
		return -1;
	int64_t n = table_print(stdout, res, err) < 0 ? -1 : PQntuples(res);
	PQclear(res);
	return n;
}

static int
events_run(struct db *db, const struct action_args *args, struct error *err)
{
	const char *const *options = args->options;
	char days[24];
	int64_t limit = SHOWN, since = 0;
	struct event_filter filter = {.kind = options[OPTION_KIND],
	    .account = options[OPTION_ACCOUNT],
	    .address = options[OPTION_ADDRESS]};

	if (read_number("--limit", options[OPTION_LIMIT], LIMIT_MAX, &limit, err) < 0 ||
	    read_number("--since", options[OPTION_SINCE], DAYS_MAX, &since, err) < 0 ||
	    check_filter(db, &filter, err) < 0)
		return -1;
	snprintf(days, sizeof days, "%lld", (long long)since);
	filter.days = options[OPTION_SINCE] ? days : NULL;
	int64_t shown = options[OPTION_JSON] ? print_json(db, &filter, limit, err)
					     : print_table(db, &filter, limit, err);
	int64_t all = shown >= 0 && shown == limit ? event_count(db, &filter, err) : shown;
	if (shown < 0 || all < 0)
		return -1;
	if (all > shown)
		fprintf(stderr, "There are %lld more: --limit 0 shows all of them.\n",
		    (long long)(all - shown));
	return 0;
}

int
command_events(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {
	    {.name = "",
		.options = {[OPTION_ACCOUNT] = {"--account", "EMAIL"},
		    [OPTION_KIND] = {"--kind", "KIND"},
		    [OPTION_ADDRESS] = {"--address", "ADDRESS"},
		    [OPTION_SINCE] = {"--since", "DAYS"},
		    [OPTION_LIMIT] = {"--limit", "N"},
		    [OPTION_JSON] = {"--json", NULL}},
		.run = events_run},
	    {0}};

	return action_run(actions, nargs, args, err);
}
