/* accession token: API tokens. The database knows only their hashes. */
#include "people/token.h"
#include "commands/action.h"
#include "commands/command.h"
#include "commands/table.h"
#include "people/account.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CREATE_NAME, CREATE_DAYS };

/* Reads how many days a token lasts, if that was given; 0: for ever. */
static int
read_days(const char *text, int64_t *days, struct error *err)
{
	char *end = NULL;

	if (!text)
		return 0;
	errno = 0;
	*days = strtoll(text, &end, 10);
	if (errno || end == text || *end || *days < 0 || *days > TOKEN_DAYS_MAX)
		return error_set(err, ERROR_USAGE,
		    "\"%s\" is not a number of days from 1 to %d, nor 0 for a token that does not "
		    "expire.",
		    text, TOKEN_DAYS_MAX);
	return 0;
}

static int
create_token(struct db *db, const struct action_args *args, struct error *err)
{
	char token[SECRET_SIZE], owner[24];
	const char *email = args->operands[0], *name = args->options[CREATE_NAME];
	int64_t days = TOKEN_DAYS;
	if (read_days(args->options[CREATE_DAYS], &days, err) < 0)
		return -1;
	PGresult *res = account_find(db, email, err);

	if (!res)
		return -1;
	const bool active = PQntuples(res) > 0 && account_is_active(res);
	if (active)
		snprintf(owner, sizeof owner, "%lld", (long long)account_id(res));
	PQclear(res);
	if (!active)
		return error_set(err, ERROR_NOT_FOUND,
		    "There is no active user \"%s\": \"accession user list\" shows who there is.",
		    email);
	const struct token_order order = {.owner = owner, .name = name ? name : "", .days = days};
	res = token_create(db, &order, token, err);
	const int done = res ? 0 : -1;
	if (done == 0)
		puts(token);
	if (done == 0 && isatty(STDOUT_FILENO))
		fputs("Keep it well: it is shown this once.\n", stderr);
	sodium_memzero(token, sizeof token);
	PQclear(res);
	return done;
}

static int
list_tokens(struct db *db, const struct action_args *args, struct error *err)
{
	PGresult *res = credential_table(db, args->operands[0], err);

	if (!res)
		return -1;
	int done = table_print(stdout, res, err);
	PQclear(res);
	return done;
}

static int
revoke_token(struct db *db, const struct action_args *args, struct error *err)
{
	const char *id = args->operands[0];
	char *end = NULL;

	errno = 0;
	if (strtoll(id, &end, 10) <= 0 || errno || *end)
		return error_set(err, ERROR_USAGE,
		    "\"%s\" is not the number of a token: \"accession token list\" shows them.",
		    id);
	PGresult *res = token_revoke(db, NULL, true, id, err);
	if (!res)
		return -1;
	int done = 0;
	if (PQntuples(res) == 0)
		done = error_set(err, ERROR_NOT_FOUND,
		    "There is no token %s: \"accession token list\" shows them.", id);
	else
		printf("Token %s of %s is revoked.\n", id, credential_email(res));
	PQclear(res);
	return done;
}

/* clang-format off */
static const struct action actions[] = {
	{"create", 1, {"EMAIL"}, {[CREATE_NAME] = {"--name", "NAME"}, [CREATE_DAYS] = {"--days", "N"}}, create_token},
	{"list", 0, {"EMAIL"}, {{NULL, NULL}}, list_tokens},
	{"revoke", 1, {"ID"}, {{NULL, NULL}}, revoke_token},
	{0},
};
/* clang-format on */

int
command_token(int nargs, char **args, struct error *err)
{
	return action_run(actions, nargs, args, err);
}
