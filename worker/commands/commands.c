/* The table of subcommands and what `accession help` says of each: see command.h. */
#include "commands/command.h"

#include "parser/parse.h"

#include <stddef.h>

/* clang-format off */
const struct command commands[] = {
	{"worker", command_worker, "the daemon that makes diffs and applies them",
	    "Usage: accession worker\n"
	    "\n"
	    "Waits for import jobs, makes their diffs and applies those that were accepted.\n"
	    "Runs in the foreground and logs to standard error, as a service manager wants\n"
	    "it. Start it on as many hosts as you like: one works, the others stand by.\n"
	    "Connects as accession_worker unless PGUSER is set.\n"
	    "\n"
	    "SIGTERM  takes no new job, finishes or gives back the one at hand, and ends\n"
	    "         within ACCESSION_WORKER_STOP_MS; a second SIGTERM ends it at once.\n"
	    "\n"
	    "Example: ACCESSION_WORKER_PROCESSES=2 accession worker\n"},
	{"migrate", command_migrate, "make or update the tables in the database",
	    "Usage: accession migrate [--status]\n"
	    "\n"
	    "Brings the database to the schema this program was made for, and renews rights\n"
	    "on the database, which no dump has. What fails is named; run again, it does\n"
	    "what is left to do. Programs of the version before go on working, so migrate\n"
	    "first, then restart. It never keeps others waiting for long; if it cannot have a\n"
	    "table, as while pg_dump runs, it gives up after some minutes. Connects as\n"
	    "accession_owner unless PGUSER is set. The roles and the database must be there:\n"
	    "roles.sql tells how to make them.\n"
	    "\n"
	    "  --status  only show which migrations are applied\n"
	    "\n"
	    "Example: PGHOST=db.example.org PGDATABASE=accession accession migrate\n"},
	{"load", command_load, "put a file into the library without a review",
	    "Usage: accession load [--model NAME] FILE...\n"
	    "\n"
	    "Puts the items of files into the library, as for a first filling: built-in\n"
	    "items (T1) too, which no import can add. The extension tells the format: .csv,\n"
	    ".json, .yaml or .xlsx. All of it is loaded, or nothing.\n"
	    "\n"
	    "  --model NAME  the content model of the items; without it standard\n"
	    "\n"
	    "Example: accession load /usr/local/share/accession/sample/library.csv\n"},
	{"user", command_user, "add, list and change users",
	    "Usage: accession user add EMAIL [--first-name NAME] [--last-name NAME]\n"
	    "                          [--role ROLE] [--password-stdin]\n"
	    "       accession user list\n"
	    "       accession user link EMAIL\n"
	    "       accession user passwd EMAIL [--password-stdin]\n"
	    "       accession user factor EMAIL [--remove]\n"
	    "       accession user sessions EMAIL [--end]\n"
	    "       accession user role EMAIL ROLE\n"
	    "       accession user disable|enable EMAIL\n"
	    "\n"
	    "A ROLE is viewer (reads; what a new user is unless told), editor (imports too)\n"
	    "or admin (manages users, tokens and flags too). link ends password, sessions\n"
	    "and tokens, and prints a link by which the person alone sets a new password.\n"
	    "factor removes the second factor of who has lost it. A disabled user is refused\n"
	    "at once; users are never deleted, as the history names them.\n"
	    "\n"
	    "  --password-stdin  read the password from the first line of standard input;\n"
	    "                    else passwd asks for it twice, and add sets none\n"
	    "\n"
	    "Example: accession user add ada@example.org --first-name Ada --role editor\n"
	    "         accession user link ada@example.org\n"},
	{"token", command_token, "create, list and revoke API tokens",
	    "Usage: accession token create EMAIL [--name NAME] [--days N]\n"
	    "       accession token list [EMAIL]\n"
	    "       accession token revoke ID\n"
	    "\n"
	    "A token lets a script do what its user may do. create prints it, and nothing\n"
	    "else, on standard output: this once, as only its hash is kept. list shows the\n"
	    "IDs, and when each was used last; revoke works at once.\n"
	    "\n"
	    "  --name  a note on what it is for\n"
	    "  --days  how long it lasts: 365 unless told, 3650 at most, 0 for ever\n"
	    "\n"
	    "Example: token=$(accession token create ada@example.org --name backup)\n"
	    "         curl -H \"Authorization: Token $token\" \\\n"
	    "              https://accession.example.org/api/v2/library/import/\n"},
	{"events", command_events, "show who signed in, was refused, and changed what",
	    "Usage: accession events [--account EMAIL] [--kind KIND] [--address ADDRESS]\n"
	    "                        [--since DAYS] [--limit N] [--json]\n"
	    "\n"
	    "Shows what happened to accounts, passwords, sessions, tokens and features,\n"
	    "newest first: who signed in, who was refused and why, who changed what, from\n"
	    "where. Like refusals within a minute are one event, and TIMES counts them.\n"
	    "REQUEST is the id in nginx's access log. Kept for ACCESSION_EVENT_DAYS.\n"
	    "\n"
	    "  --account  of whose account it was, or who did it\n"
	    "  --kind     such as sign_in, sign_in_refused, token_made, account_changed; a\n"
	    "             word that is none is answered with the list of them\n"
	    "  --address  of the client, or a network such as 192.0.2.0/24\n"
	    "  --since    none older than so many days\n"
	    "  --limit    at most so many; 50 unless told, 0 for all\n"
	    "  --json     one JSON object a line, as GET /api/v2/events/ has them\n"
	    "\n"
	    "Example: accession events --kind sign_in_refused --since 7\n"
	    "         accession events --since 1 --limit 0 --json >> security.log\n"},
	{"flag", command_flag, "switch features on and off",
	    "Usage: accession flag [NAME [on|off]]\n"
	    "\n"
	    "Shows all feature flags or one, or sets one. While import_export_v2 is off, the\n"
	    "routes of the import answer 404; a job under way goes on.\n"
	    "\n"
	    "Example: accession flag import_export_v2 off\n"},
	{"status", command_status, "show jobs, workers and the library in short",
	    "Usage: accession status [--json]\n"
	    "\n"
	    "Shows what somebody should see to (no worker, an old schema), the features, how\n"
	    "much is in the library, the job under way with its worker and progress, the last\n"
	    "five that ended, and which programs are connected to the database.\n"
	    "\n"
	    "  --json  as one JSON object, for monitoring\n"
	    "\n"
	    "Example: accession status --json | jq .current_job\n"},
	{"verify", command_verify, "check that everything in the database agrees",
	    "Usage: accession verify\n"
	    "\n"
	    "Looks whether the library is the sum of what was applied and loaded, whether\n"
	    "every job came to its state by legal steps, and whether history, audit trail,\n"
	    "summaries, uploaded files and copied rights agree; whether roles may do in the\n"
	    "database what migrations let them, and nothing else. All of it is one snapshot,\n"
	    "so the service may go on working; nothing is changed. For each check that finds\n"
	    "something the first ten are shown, and a query to look further.\n"
	    "\n"
	    "Exit code 0: everything agrees. 1: something does not, or it could not look.\n"
	    "On a standby: PGTARGETSESSIONATTRS=any accession verify\n"
	    "\n"
	    "Example: accession verify || logger -p daemon.err 'accession verify failed'\n"},
	{"model", command_model, "add, change and show content models",
	    "Usage: accession model list\n"
	    "       accession model show NAME\n"
	    "       accession model add FILE\n"
	    "       accession model change FILE [--check]\n"
	    "       accession model sql NAME\n"
	    "\n"
	    "A content model is a kind of item, declared in a YAML file: sql/models/README.md\n"
	    "explains its keys. add makes the tables of a new one; change adds, retires and\n"
	    "widens fields of one that is there. Both work while the service goes on, which\n"
	    "knows the model from its next request on. FILE may be - for standard input.\n"
	    "show prints a declaration to edit; sql every statement about the tables as\n"
	    "PostgreSQL gets it, ready to be pasted into psql and explained.\n"
	    "\n"
	    "  --check  only print what would happen, and what stands in its way\n"
	    "\n"
	    "Example: accession model add /usr/local/share/accession/models/threat.yaml\n"
	    "         accession model show threat > threat.yaml\n"
	    "         accession model change threat.yaml --check\n"},
	{"config", command_config, "show the settings in force",
	    "Usage: accession config [--check]\n"
	    "\n"
	    "Prints every setting with its value, unit and meaning. To change one, set the\n"
	    "environment variable of that name for the program, and restart it. The database\n"
	    "is found by libpq's own variables; see the PostgreSQL manual for all of them.\n"
	    "\n"
	    "  --check  print nothing but what is wrong: values that a setting does not take,\n"
	    "           variables ACCESSION_... that are no setting, and a dictionary that\n"
	    "           cannot be used. Exit code 1 if anything is. Look before you restart:\n"
	    "           the daemons only warn of names.\n"
	    "\n"
	    "Example: ACCESSION_LOG_LEVEL=debug accession config | grep LOG\n"},
	{"parse", command_parse, NULL, NULL},
	{NULL, NULL, NULL, NULL},
};
/* clang-format on */
