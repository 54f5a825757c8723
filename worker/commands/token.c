/* accession token: API tokens. The database knows their hashes alone. */
#include "people/token.h"
#include "commands/action.h"
#include "commands/command.h"
#include "commands/table.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CREATE_NAME };

static const struct statement statement_create = {NULL,
    "INSERT INTO credential (hash, account_id, name)"
    " SELECT $2, id, coalesce($3, '') FROM account WHERE lower(email) = lower($1) AND active"
    " RETURNING id",
    3, false};

static const struct statement statement_list = {NULL,
    "SELECT c.id, c.name, a.email, c.role, c.active, c.created"
    " FROM credential c JOIN account a ON a.id = c.account_id"
    " WHERE c.kind = 'token' AND ($1::text IS NULL OR lower(a.email) = lower($1)) ORDER BY c.id",
    1, true};

static const struct statement statement_revoke = {NULL,
    "DELETE FROM credential c USING account a"
    " WHERE c.id = $1 AND c.kind = 'token' AND a.id = c.account_id RETURNING c.name, a.email",
    1, false};

static int
create_token(struct db *db, const struct action_args *args, struct error *err)
{
	char token[TOKEN_SIZE];
	const char *email = args->operands[0];
	int done = token_make(token, err);

	if (done < 0)
		return -1;
	struct token_hash hash = token_hash(token, strlen(token));
	const char *params[] = {email, hash.text, args->options[CREATE_NAME]};
	PGresult *res = db_query(db, &statement_create, params, err);
	if (!res)
		done = -1;
	else if (PQntuples(res) == 0)
		done = error_set(err, ERROR_NOT_FOUND,
		    "There is no active user \"%s\": \"accession user list\" shows who there is.",
		    email);
	else
		puts(token);
	if (done == 0 && isatty(STDOUT_FILENO))
		fputs("Keep it well: it is shown this once.\n", stderr);
	PQclear(res);
	sodium_memzero(token, sizeof token);
	return done;
}

static int
list_tokens(struct db *db, const struct action_args *args, struct error *err)
{
	PGresult *res = db_query(db, &statement_list, args->operands, err);

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
	PGresult *res = db_query(db, &statement_revoke, args->operands, err);
	if (!res)
		return -1;
	int done = 0;
	if (PQntuples(res) == 0)
		done = error_set(err, ERROR_NOT_FOUND,
		    "There is no token %s: \"accession token list\" shows them.", id);
	else
		printf("Token %s of %s is revoked.\n", id, db_get_text(res, 0, 1));
	PQclear(res);
	return done;
}

/* clang-format off */
static const struct action actions[] = {
	{"create", 1, {"EMAIL"}, {[CREATE_NAME] = {"--name", "NAME"}}, create_token},
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
