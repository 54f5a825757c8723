/* accession user: who may use the service, and as what. */
#include "commands/action.h"
#include "commands/command.h"
#include "commands/prompt.h"
#include "commands/table.h"
#include "people/account.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define ROLES           "viewer|editor|admin"
#define PASSWORD_OPTION "--password-stdin"

enum { ADD_FIRST_NAME, ADD_LAST_NAME, ADD_ROLE, ADD_PASSWORD };
enum { PASSWD_STDIN };

static const struct statement statement_add = {NULL,
    "INSERT INTO account (email, first_name, last_name, role, password_hash)"
    " VALUES ($1, coalesce($2, ''), coalesce($3, ''), coalesce($4, 'viewer'), $5)"
    " RETURNING id, email, role",
    5, false};

static const struct statement statement_list = {NULL,
    "SELECT id, email, concat_ws(' ', nullif(first_name, ''), nullif(last_name, '')) AS name,"
    " role, active, password_hash IS NOT NULL AS password,"
    " (SELECT count(*) FROM credential c"
    "   WHERE c.account_id = a.id AND c.kind = 'token') AS tokens, last_sign_in, created"
    " FROM account a ORDER BY id",
    0, true};

static const struct statement statement_passwd = {NULL,
    "UPDATE account SET password_hash = $2 WHERE lower(email) = lower($1) RETURNING email", 2,
    false};

static const struct statement statement_role = {
    NULL, "UPDATE account SET role = $2 WHERE lower(email) = lower($1) RETURNING email", 2, false};

static const struct statement statement_active = {NULL,
    "UPDATE account SET active = $2 WHERE lower(email) = lower($1) RETURNING email", 2, false};

/* Asks for a new password and hashes it. */
static int
new_password(bool from_stdin, char hash[PASSWORD_HASH_SIZE], struct error *err)
{
	struct secret password = {0};
	int done = prompt_password(from_stdin, &password, err);

	if (done == 0)
		done = password_hash(password.bytes, password.n, hash, err);
	sodium_memzero(&password, sizeof password);
	return done;
}

static int
add(struct db *db, const struct action_args *args, struct error *err)
{
	char hash[PASSWORD_HASH_SIZE];
	const char *email = args->operands[0];
	bool password = args->options[ADD_PASSWORD] != NULL;

	if (password && new_password(true, hash, err) < 0)
		return -1;
	const char *params[] = {email, args->options[ADD_FIRST_NAME], args->options[ADD_LAST_NAME],
	    args->options[ADD_ROLE], password ? hash : NULL};
	PGresult *res = db_query(db, &statement_add, params, err);
	if (!res && strcmp(err->sqlstate, "23505") == 0)
		return error_set(err, ERROR_CONFLICT, "There is a user \"%s\" already.", email);
	if (!res && strcmp(err->sqlstate, "23514") == 0)
		return error_set(err, ERROR_INPUT, "\"%s\" is not an email address.", email);
	if (!res)
		return -1;
	printf("Added %s as %s (user %lld).\n", db_get_text(res, 0, 1), db_get_text(res, 0, 2),
	    (long long)db_get_int(res, 0, 0));
	if (!password)
		printf(
		    "Without a password there is no signing in: see \"accession user passwd\".\n");
	PQclear(res);
	return 0;
}

static int
list(struct db *db, const struct action_args *args, struct error *err)
{
	(void)args;
	PGresult *res = db_query(db, &statement_list, NULL, err);

	if (!res)
		return -1;
	int done = table_print(stdout, res, err);
	PQclear(res);
	return done;
}

/* Changes one column of one user and says what that means. */
static int
change(struct db *db, const struct statement *st, const char *email, const char *value,
    const char *meaning, struct error *err)
{
	const char *params[] = {email, value};
	PGresult *res = db_query(db, st, params, err);
	int done = 0;

	if (!res && strcmp(err->sqlstate, ACCOUNT_LAST_ADMIN) == 0)
		return error_set(err, ERROR_CONFLICT,
		    "\"%s\" is the last active administrator: make somebody else one first.",
		    email);
	if (!res)
		return -1;
	if (PQntuples(res) == 0)
		done = error_set(err, ERROR_NOT_FOUND,
		    "There is no user \"%s\": \"accession user list\" shows who there is.", email);
	else
		printf("%s %s.\n", db_get_text(res, 0, 0), meaning);
	PQclear(res);
	return done;
}

static int
passwd(struct db *db, const struct action_args *args, struct error *err)
{
	char hash[PASSWORD_HASH_SIZE];

	if (new_password(args->options[PASSWD_STDIN] != NULL, hash, err) < 0)
		return -1;
	return change(db, &statement_passwd, args->operands[0], hash,
	    "has a new password and is signed out everywhere", err);
}

static int
set_role(struct db *db, const struct action_args *args, struct error *err)
{
	const char *role = args->operands[1];
	char meaning[64];

	snprintf(meaning, sizeof meaning, "is %s %s now", strcmp(role, "viewer") == 0 ? "a" : "an",
	    role);
	return change(db, &statement_role, args->operands[0], role, meaning, err);
}

static int
disable(struct db *db, const struct action_args *args, struct error *err)
{
	return change(db, &statement_active, args->operands[0], "false",
	    "is signed out and disabled: passwords and tokens are refused from now on", err);
}

static int
enable(struct db *db, const struct action_args *args, struct error *err)
{
	return change(db, &statement_active, args->operands[0], "true",
	    "is enabled: passwords and tokens work again", err);
}

/* clang-format off */
static const struct action actions[] = {
	{"add", 1, {"EMAIL"}, {[ADD_FIRST_NAME] = {"--first-name", "NAME"},
	                       [ADD_LAST_NAME] = {"--last-name", "NAME"},
	                       [ADD_ROLE] = {"--role", ROLES},
	                       [ADD_PASSWORD] = {PASSWORD_OPTION, NULL}}, add},
	{"list", 0, {NULL}, {{NULL, NULL}}, list},
	{"passwd", 1, {"EMAIL"}, {[PASSWD_STDIN] = {PASSWORD_OPTION, NULL}}, passwd},
	{"role", 2, {"EMAIL", ROLES}, {{NULL, NULL}}, set_role},
	{"disable", 1, {"EMAIL"}, {{NULL, NULL}}, disable},
	{"enable", 1, {"EMAIL"}, {{NULL, NULL}}, enable},
	{0},
};
/* clang-format on */

int
command_user(int nargs, char **args, struct error *err)
{
	return action_run(actions, nargs, args, err);
}
