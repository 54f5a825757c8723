/* accession user: who may use the service, and as what. */
#include "base/config.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "commands/action.h"
#include "commands/command.h"
#include "commands/prompt.h"
#include "commands/table.h"
#include "commands/user_named.h"
#include "people/account.h"
#include "people/email.h"
#include "people/link.h"
#include "people/open_session.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define ROLES           "viewer|editor|admin"
#define PASSWORD_OPTION "--password-stdin"

enum { ADD_FIRST_NAME, ADD_LAST_NAME, ADD_ROLE, ADD_PASSWORD };
enum { PASSWD_STDIN };
enum { FACTOR_REMOVE };
enum { SESSIONS_END };

/* Asks for a new password of that person and hashes it. */
static int
new_password(bool from_stdin, const struct person_words *person, char hash[PASSWORD_HASH_SIZE],
    struct error *err)
{
	struct secret password = {0};
	int done = prompt_password(from_stdin, person, &password, err);

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
	struct buf normal = {0};
	struct error why = {0};

	if (email_normalise(email, &normal, &why) < 0) {
		char shown[TEXT_SHOWN_SIZE];
		return error_set(err, why.code, "\"%s\" is not an email address. %s",
		    text_show(shown, email, strlen(email)), why.message);
	}
	const struct person_words person = {.email = buf_text(&normal),
	    .first_name = args->options[ADD_FIRST_NAME],
	    .last_name = args->options[ADD_LAST_NAME]};
	if (password && new_password(true, &person, hash, err) < 0) {
		buf_free(&normal);
		return -1;
	}
	const struct account_change new = {.email = person.email,
	    .first_name = person.first_name,
	    .last_name = person.last_name,
	    .role = args->options[ADD_ROLE],
	    .password_hash = password ? hash : NULL};
	PGresult *res = account_create(db, NULL, &new, err);
	buf_free(&normal);
	if (!res && strcmp(err->sqlstate, "23505") == 0)
		return error_set(err, ERROR_CONFLICT, "There is a user \"%s\" already.", email);
	if (!res && strcmp(err->sqlstate, "23514") == 0)
		return error_set(err, ERROR_INPUT, "\"%s\" is not an email address.", email);
	if (!res)
		return -1;
	printf("Added %s as %s (user %lld).\n", account_email(res), account_role(res),
	    (long long)account_id(res));
	if (!password)
		printf("Without a password there is no signing in: see \"accession user link\".\n");
	PQclear(res);
	return 0;
}

static int
list(struct db *db, const struct action_args *args, struct error *err)
{
	(void)args;
	PGresult *res = account_table(db, err);

	if (!res)
		return -1;
	int done = table_print(stdout, res, err);
	PQclear(res);
	return done;
}

/* Changes the user of that email, and says what that means. */
static int
change(struct db *db, const char *email, const struct account_change *to, const char *meaning,
    struct error *err)
{
	char id[USER_ID_SIZE];
	PGresult *res = user_named(db, email, id, err);

	if (!res)
		return -1;
	PQclear(res);
	res = account_update(db, NULL, id, to, err);
	if (!res && strcmp(err->sqlstate, ACCOUNT_LAST_ADMIN) == 0)
		return error_set(err, ERROR_CONFLICT,
		    "\"%s\" is the last active administrator: make somebody else one first.",
		    email);
	if (!res)
		return -1;
	printf("%s %s.\n", account_email(res), meaning);
	PQclear(res);
	return 0;
}

static int
passwd(struct db *db, const struct action_args *args, struct error *err)
{
	char hash[PASSWORD_HASH_SIZE], id[USER_ID_SIZE];
	const char *email = args->operands[0];
	PGresult *res = user_named(db, email, id, err);

	if (!res)
		return -1;
	const struct person_words person = account_person(res);
	int done = new_password(args->options[PASSWD_STDIN] != NULL, &person, hash, err);
	PQclear(res);
	if (done < 0)
		return -1;
	return change(db, email, &(struct account_change){.password_hash = hash},
	    "has a new password; sessions and tokens have ended", err);
}

/* Prints a link alone on standard output, and all about it on standard error. */
static void
print_link(const char *secret, int64_t expires, const char *email)
{
	char time[TIMESTAMP_SIZE];
	const char *url = config_text(SETTING_PUBLIC_URL);

	printf("%s" LINK_PATH "%s\n", url, secret);
	fprintf(stderr,
	    "Whoever opens it sets the password of %s: once, until %s.\n"
	    "The password of before, sessions and tokens have ended.\n",
	    email, timestamp_format(expires, time));
	if (!*url)
		fputs("Put the address of the service before it, as https://accession.example.org: "
		      "ACCESSION_PUBLIC_URL is not set.\n",
		    stderr);
}

static int
make_link(struct db *db, const struct action_args *args, struct error *err)
{
	char secret[SECRET_SIZE] = "", id[USER_ID_SIZE];
	int64_t expires = 0;
	PGresult *res = user_named(db, args->operands[0], id, err);

	if (!res)
		return -1;
	int outcome = link_make(db, NULL, id, secret, &expires, err);
	if (outcome == 0)
		print_link(secret, expires, account_email(res));
	else if (outcome > 0)
		outcome = error_set(err, ERROR_CONFLICT,
		    "%s is disabled: see \"accession user enable\".", account_email(res));
	sodium_memzero(secret, sizeof secret);
	PQclear(res);
	return outcome;
}

static int
factor(struct db *db, const struct action_args *args, struct error *err)
{
	char id[USER_ID_SIZE];
	const struct actor the_operator = {0};
	PGresult *res = user_named(db, args->operands[0], id, err);

	if (!res)
		return -1;
	int outcome = 0;
	if (!args->options[FACTOR_REMOVE]) {
		int has = account_has_factor(db, id, err);
		if (has >= 0)
			printf("%s has %s second factor.\n", account_email(res), has ? "a" : "no");
		outcome = has < 0 ? -1 : 0;
	} else {
		outcome = account_reset_factor(db, &the_operator, id, err);
		if (outcome == 0)
			printf("%s has no second factor any more; sessions have ended.\n",
			    account_email(res));
		else if (outcome > 0)
			outcome = error_set(
			    err, ERROR_NOT_FOUND, "%s has no second factor.", account_email(res));
	}
	PQclear(res);
	return outcome;
}

/* Ends all sessions, those too that wait for the second factor. */
static int
end_sessions(struct db *db, const char *id, const char *email, struct error *err)
{
	const struct actor the_operator = {0};
	int64_t ended = open_session_end(db, &the_operator, id, NULL, err);

	if (ended > 0)
		printf("%s is signed out: %lld session%s ended. Tokens go on.\n", email,
		    (long long)ended, ended == 1 ? "" : "s");
	else if (ended == 0)
		printf("%s has no sessions. Tokens go on.\n", email);
	return ended < 0 ? -1 : 0;
}

static int
sessions(struct db *db, const struct action_args *args, struct error *err)
{
	char id[USER_ID_SIZE];
	PGresult *user = user_named(db, args->operands[0], id, err), *res = NULL;
	int done = user ? 0 : -1;

	if (done == 0 && args->options[SESSIONS_END])
		done = end_sessions(db, id, account_email(user), err);
	else if (done == 0 && !(res = open_session_table(db, id, err)))
		done = -1;
	if (done == 0 && res)
		done = table_print(stdout, res, err);
	PQclear(res);
	PQclear(user);
	return done;
}

static int
set_role(struct db *db, const struct action_args *args, struct error *err)
{
	const char *role = args->operands[1];
	char meaning[64];

	snprintf(meaning, sizeof meaning, "is %s %s now", strcmp(role, "viewer") == 0 ? "a" : "an",
	    role);
	return change(db, args->operands[0], &(struct account_change){.role = role}, meaning, err);
}

static int
disable(struct db *db, const struct action_args *args, struct error *err)
{
	return change(db, args->operands[0], &(struct account_change){.active = "false"},
	    "is signed out and disabled, and the tokens are gone", err);
}

static int
enable(struct db *db, const struct action_args *args, struct error *err)
{
	return change(db, args->operands[0], &(struct account_change){.active = "true"},
	    "is enabled: the password works again", err);
}

/* clang-format off */
static const struct action actions[] = {
	{"add", 1, {"EMAIL"}, {[ADD_FIRST_NAME] = {"--first-name", "NAME"},
	                       [ADD_LAST_NAME] = {"--last-name", "NAME"},
	                       [ADD_ROLE] = {"--role", ROLES},
	                       [ADD_PASSWORD] = {PASSWORD_OPTION, NULL}}, add},
	{"list", 0, {NULL}, {{NULL, NULL}}, list},
	{"passwd", 1, {"EMAIL"}, {[PASSWD_STDIN] = {PASSWORD_OPTION, NULL}}, passwd},
	{"link", 1, {"EMAIL"}, {{NULL, NULL}}, make_link},
	{"factor", 1, {"EMAIL"}, {[FACTOR_REMOVE] = {"--remove", NULL}}, factor},
	{"sessions", 1, {"EMAIL"}, {[SESSIONS_END] = {"--end", NULL}}, sessions},
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
