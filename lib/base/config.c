/* Settings: see config.h. */
#include "base/config.h"

#include "base/log.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/web_origin.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX        "ACCESSION_"
#define NAME_SIZE     64
#define NAME_SHOWN    100 /* most bytes of an unknown variable's name that a message shows */
#define SENTENCE_SIZE 256
#define KIB           INT64_C(1024)
#define MIB           (1024 * KIB)

enum setting_type { TYPE_INTEGER, TYPE_TEXT };

struct setting_row {
	const char *name; /* without ACCESSION_, lower case */
	enum setting_type type;
	int64_t value; /* the default, until the environment overrides it within min..max */
	int64_t min, max;
	const char *text;
	bool (*is_valid)(const char *text); /* NULL: any text is */
	const char *unit;
	const char *meaning;
};

/* Variables that are not settings but may be set: a client's (as in run.env), and those of tests.
 */
static const char *const no_settings[] = {
    PREFIX "URL",
    PREFIX "TOKEN",
    PREFIX "EMAIL",
    PREFIX "PASSWORD",
#ifdef ACCESSION_TEST_POINTS
    PREFIX "TEST_POINTS",
#endif
};

extern char **environ;

static bool
is_switch(const char *text)
{
	return strcmp(text, "on") == 0 || strcmp(text, "off") == 0;
}

static bool
is_one_of(const char *text, const char *const choices[])
{
	for (; *choices; choices++)
		if (strcmp(text, *choices) == 0)
			return true;
	return false;
}

static bool
is_factor(const char *text)
{
	return is_one_of(text, (const char *const[]){"off", "offered", "admins", "all", NULL});
}

/* Whether browsers can be sent there: to a path of this host, or to a page elsewhere. */
static bool
is_address(const char *text)
{
	const bool is_path = text[0] == '/' && text[1] != '/';

	for (const char *c = text; *c; c++)
		if (*c <= ' ' || *c > '~' || *c == '\\')
			return false;
	return is_path || strncmp(text, "https://", 8) == 0;
}

static bool
is_front(const char *text)
{
	return is_one_of(text, (const char *const[]){"off", "on", "only", NULL});
}

static bool
is_accept(const char *text)
{
	return is_one_of(text, (const char *const[]){"any", "bound", NULL});
}

static bool
is_guard(const char *text)
{
	return is_one_of(text, (const char *const[]){"pages", "all", NULL});
}

static bool
is_comments(const char *text)
{
	return is_one_of(text, (const char *const[]){"free", "block", NULL});
}

/* Whether the text is a positive number with a unit, as in PostgreSQL's settings. */
static bool
is_memory(const char *text)
{
	static const char *const units[] = {"kB", "MB", "GB"};
	size_t digits = strspn(text, "0123456789");

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strcmp(text + digits, units[i]) == 0)
			return digits > 0 && digits <= 7 && strspn(text, "0") < digits;
	return false;
}

#define INTEGER(name, value, min, max, unit, meaning)                          \
	{                                                                      \
		name, TYPE_INTEGER, value, min, max, NULL, NULL, unit, meaning \
	}
#define TEXT(name, value, is_valid, unit, meaning)                       \
	{                                                                \
		name, TYPE_TEXT, 0, 0, 0, value, is_valid, unit, meaning \
	}

/* clang-format off */
static struct setting_row settings[SETTING_COUNT] = {
	[SETTING_FAST_SOCKET] = TEXT("fast_socket", "/run/accession/fast.sock", NULL, "path",
	    "socket of the handlers for short requests"),
	[SETTING_SLOW_SOCKET] = TEXT("slow_socket", "/run/accession/slow.sock", NULL, "path",
	    "socket of the handlers for what may last: uploads, exports, whole lists and diffs"),
	[SETTING_WAIT_SOCKET] = TEXT("wait_socket", "/run/accession/wait.sock", NULL, "path",
	    "socket of the process that holds all waits for a job's status"),
	[SETTING_SIGN_IN_SOCKET] = TEXT("sign_in_socket", "/run/accession-sign-in/sign-in.sock", NULL, "path",
	    "socket of the handlers for what carries a password"),
	[SETTING_FAST_PROCESSES] = INTEGER("fast_processes", 6, 1, 256, "processes",
	    "handlers for short requests"),
	[SETTING_SLOW_PROCESSES] = INTEGER("slow_processes", 24, 1, 256, "processes",
	    "handlers for what may last: uploads, exports, whole lists and diffs"),
	[SETTING_SIGN_IN_PROCESSES] = INTEGER("sign_in_processes", 6, 1, 256, "processes",
	    "handlers for what carries a password"),
	[SETTING_WAITS] = INTEGER("waits", 1000, 1, 10000, "waits",
	    "waits for a job's status at the same time; more are answered after a second"),
	[SETTING_WAITS_PER_ACCOUNT] = INTEGER("waits_per_account", 32, 1, 10000, "waits",
	    "the same for one account"),
	[SETTING_WAIT_LISTEN] = INTEGER("wait_listen", 1, 0, 1, "0 or 1",
	    "0: do not LISTEN, learn of a job's status by polling alone"),
	[SETTING_WAIT_POLL_MS] = INTEGER("wait_poll_ms", 1000, 10, 3600000, "ms",
	    "how often jobs that are waited for are looked at without being told"),
	[SETTING_REQUESTS_PER_PROCESS] = INTEGER("requests_per_process", 100000, 0, 1000000000, "requests",
	    "a handler is replaced after so many; 0: never"),
	[SETTING_PUBLIC_URL] = TEXT("public_url", "", web_origin_is,
	    "an address such as https://accession.example.org, without a path",
	    "where clients reach the service: in links, for cookies and at sign-in; empty: where the request came to"),
	[SETTING_PASSWORD_CHECKS] = INTEGER("password_checks", 2, 1, 64, "checks",
	    "passwords checked at the same time (19 MiB of memory each)"),
	[SETTING_PASSWORD_DICTIONARY] = TEXT("password_dictionary", "/var/cache/cracklib/cracklib_dict", NULL, "path",
	    "words that are no passwords, as update-cracklib makes them; without its files no new password is accepted"),
	[SETTING_SESSION_HOURS] = INTEGER("session_hours", 12, 1, 8760, "hours",
	    "a browser must sign in again after so long"),
	[SETTING_SESSION_IDLE_MINUTES] = INTEGER("session_idle_minutes", 120, 2, 525600, "minutes",
	    "a session that is not used for so long ends"),
	[SETTING_SECOND_FACTOR] = TEXT("second_factor", "offered", is_factor, "off, offered, admins or all",
	    "whether people may, or who must, sign in with a code besides the password"),
	[SETTING_TRUSTED_FRONT] = TEXT("trusted_front", "off", is_front, "off, on or only",
	    "whether nginx's ACCESSION_REMOTE_USER signs people in; only: and passwords open nothing"),
	[SETTING_TRUSTED_FRONT_URL] = TEXT("trusted_front_url", "", is_address,
	    "a path such as /oauth2/start?rd=/sign-in/?front=1, or an address that begins with https://",
	    "where browsers sign in at a trusted front that does not know them yet; empty: nowhere"),
	[SETTING_LINK_HOURS] = INTEGER("link_hours", 24, 1, 720, "hours",
	    "how long a one-time link for setting a password is good for"),
	[SETTING_ACCEPT] = TEXT("accept", "any", is_accept, "any or bound",
	    "bound: whoever accepts must say which review they have seen"),
	[SETTING_GUARD] = TEXT("guard", "pages", is_guard, "pages or all",
	    "who must say how many items are deleted, if it is a large part of the library"),
	[SETTING_COMMENTS] = TEXT("comments", "free", is_comments, "free or block",
	    "block: open comments stop an accept"),
	[SETTING_APPROVALS] = INTEGER("approvals", 0, 0, 9, "people",
	    "how many others must have approved a review before it can be accepted"),
	[SETTING_CANCEL_WAIT_MS] = INTEGER("cancel_wait_ms", 10000, 0, 60000, "ms",
	    "how long a cancel with wait_for_task waits for the worker"),
	[SETTING_TIME_ZONE] = TEXT("time_zone", "UTC", timestamp_is_zone,
	    "a zone of /usr/share/zoneinfo", "zone of the times in answers, e.g. America/Toronto"),
	[SETTING_STATEMENT_TIMEOUT_MS] = INTEGER("statement_timeout_ms", 30000, 100, 3600000, "ms",
	    "longest statement of a handler"),
	[SETTING_PREPARED] = TEXT("prepared", "on", is_switch, "on or off",
	    "off: nothing is kept on a connection, for a PgBouncer with pool_mode=transaction"),
	[SETTING_UPLOAD_MAX_BYTES] = INTEGER("upload_max_bytes", 512 * MIB, 1, 16384 * MIB, "bytes",
	    "largest upload; nginx's client_max_body_size goes with it"),
	[SETTING_MAX_RECORDS] = INTEGER("max_records", 2000000, 1, 100000000, "records",
	    "most records in a file"),
	[SETTING_MAX_FIELD_BYTES] = INTEGER("max_field_bytes", MIB, 1, 64 * MIB, "bytes",
	    "longest value of a field"),
	[SETTING_MAX_COLUMNS] = INTEGER("max_columns", 64, 1, 16384, "columns",
	    "most columns or keys of a record"),
	[SETTING_MAX_RECORD_BYTES] = INTEGER("max_record_bytes", 16 * MIB, 1, 1024 * MIB, "bytes",
	    "longest record, all its fields together"),
	[SETTING_MAX_DEPTH] = INTEGER("max_depth", 8, 2, 64, "levels",
	    "deepest nesting in a json or yaml file"),
	[SETTING_XLSX_MAX_INFLATED_BYTES] = INTEGER("xlsx_max_inflated_bytes", 2048 * MIB, MIB, 65536 * MIB, "bytes",
	    "most an xlsx file may unpack to"),
	[SETTING_XLSX_MAX_RATIO] = INTEGER("xlsx_max_ratio", 200, 1, 2000, "times",
	    "most an xlsx file may unpack to, as a multiple of its size"),
	[SETTING_XLSX_MAX_SHARED_BYTES] = INTEGER("xlsx_max_shared_bytes", 256 * MIB, MIB, 4096 * MIB, "bytes",
	    "largest table of shared strings in an xlsx file"),
	/* 64 MiB plus twice xlsx_max_shared_bytes, because the table grows by doubling. */
	[SETTING_PARSER_MEMORY_BYTES] = INTEGER("parser_memory_bytes", 576 * MIB, 16 * MIB, 65536 * MIB, "bytes",
	    "most memory that reading a file may take"),
	[SETTING_PARSER_CPU_SECONDS] = INTEGER("parser_cpu_seconds", 60, 1, 86400, "seconds",
	    "most processor time that reading a file may take"),
	[SETTING_ERRORS_KEPT] = INTEGER("errors_kept", 100000, 1, 10000000, "errors",
	    "most errors of a file that are kept"),
	[SETTING_ERRORS_SHOWN] = INTEGER("errors_shown", 1000, 1, 100000, "errors",
	    "most errors shown in the job itself"),
	[SETTING_WORKER_PROCESSES] = INTEGER("worker_processes", 1, 1, 64, "processes",
	    "workers started by \"accession worker\"; one works, the others stand by"),
	[SETTING_WORKER_LISTEN] = INTEGER("worker_listen", 1, 0, 1, "0 or 1",
	    "0: do not LISTEN, find jobs by polling alone"),
	[SETTING_WORKER_POLL_MS] = INTEGER("worker_poll_ms", 5000, 10, 3600000, "ms",
	    "how often the worker looks for jobs without being told"),
	[SETTING_WORKER_HEARTBEAT_MS] = INTEGER("worker_heartbeat_ms", 2000, 10, 600000, "ms",
	    "how often a busy worker says that it lives"),
	[SETTING_WORKER_LOST_MS] = INTEGER("worker_lost_ms", 30000, 100, 3600000, "ms",
	    "a worker silent for so long is replaced"),
	[SETTING_WORKER_SILENCE_MS] = INTEGER("worker_silence_ms", 20000, 2000, 600000, "ms",
	    "a connection of the worker that is dead without saying so is given up within so long"),
	[SETTING_WORKER_STOP_MS] = INTEGER("worker_stop_ms", 30000, 0, 3600000, "ms",
	    "how long SIGTERM lets a running phase go on before the job is released"),
	[SETTING_WORKER_ATTEMPTS] = INTEGER("worker_attempts", 3, 1, 100, "attempts",
	    "lost workers after which a job fails"),
	[SETTING_REVIEW_DAYS] = INTEGER("review_days", 14, 0, 36500, "days",
	    "a job that waits so long for its review is cancelled; 0: never"),
	[SETTING_RETENTION_DAYS] = INTEGER("retention_days", 90, 0, 36500, "days",
	    "files, diffs and errors of jobs that ended so long ago are deleted, week by week; 0: never"),
	[SETTING_EVENT_DAYS] = INTEGER("event_days", 400, 0, 36500, "days",
	    "security events that are older are deleted; 0: never"),
	[SETTING_RETENTION_CHECK_MS] = INTEGER("retention_check_ms", 60000, 100, 86400000, "ms",
	    "how often an idle worker looks whether something is too old"),
	[SETTING_DIFF_WORK_MEM] = TEXT("diff_work_mem", "128MB", is_memory, "a number with kB, MB or GB",
	    "PostgreSQL's work_mem while a diff is made"),
	[SETTING_SPOOL_DIR] = TEXT("spool_dir", "/var/tmp", NULL, "path",
	    "folder for the unlinked temporary files of worker and handlers"),
	[SETTING_LOG_LEVEL] = TEXT("log_level", "info", log_is_level, "error, warning, info or debug",
	    "least that is logged"),
};
/* clang-format on */

static void
variable_name(const struct setting_row *s, char name[NAME_SIZE])
{
	size_t n = (size_t)snprintf(name, NAME_SIZE, PREFIX "%s", s->name);

	for (size_t i = 0; i < n; i++)
		name[i] = (char)toupper((unsigned char)name[i]);
}

static int
read_integer(struct setting_row *s, const char *name, const char *text, struct error *err)
{
	char *end = NULL;

	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (errno || end == text || *end || v < s->min || v > s->max)
		return error_set(err, ERROR_USAGE,
		    "%s is \"%s\": it takes a whole number from %lld to %lld (%s).", name, text,
		    (long long)s->min, (long long)s->max, s->unit);
	s->value = v;
	return 0;
}

/* A setting whose variable is unset or empty keeps its value. */
static int
read_setting(struct setting_row *s, struct error *err)
{
	char name[NAME_SIZE];

	variable_name(s, name);
	const char *text = getenv(name);
	if (!text || !*text)
		return 0;
	if (s->type == TYPE_INTEGER)
		return read_integer(s, name, text, err);
	if (s->is_valid && !s->is_valid(text))
		return error_set(
		    err, ERROR_USAGE, "%s is \"%s\": it takes %s.", name, text, s->unit);
	s->text = text;
	return 0;
}

int
config_load(struct error *err)
{
	for (int i = 0; i < SETTING_COUNT; i++)
		if (read_setting(&settings[i], err) < 0)
			return -1;
	timestamp_zone(config_text(SETTING_TIME_ZONE));
	return 0;
}

/* Whether the n bytes name a setting's variable or one of no_settings. */
static bool
is_known(const char *variable, size_t n)
{
	char name[NAME_SIZE];

	for (int i = 0; i < SETTING_COUNT; i++) {
		variable_name(&settings[i], name);
		if (strlen(name) == n && memcmp(name, variable, n) == 0)
			return true;
	}
	for (size_t i = 0; i < sizeof no_settings / sizeof no_settings[0]; i++)
		if (strlen(no_settings[i]) == n && memcmp(no_settings[i], variable, n) == 0)
			return true;
	return false;
}

/* The setting with the most similar name, or NULL if none is similar enough. */
static const struct setting_row *
nearest_setting(const char *variable, size_t n)
{
	const char *said = variable + sizeof PREFIX - 1;
	const size_t length = n - (sizeof PREFIX - 1);
	const struct setting_row *nearest = NULL;
	size_t best = length / 3 + 1;

	for (int i = 0; i < SETTING_COUNT; i++) {
		const char *name = settings[i].name;
		size_t distance = text_distance(name, strlen(name), said, length);
		if (distance < best) {
			best = distance;
			nearest = &settings[i];
		}
	}
	return nearest;
}

static size_t
tell_unknown(config_tell *tell)
{
	size_t count = 0;

	for (char **variable = environ; *variable; variable++) {
		const size_t n = strcspn(*variable, "=");
		char name[NAME_SIZE], sentence[SENTENCE_SIZE];
		if (strncmp(*variable, PREFIX, sizeof PREFIX - 1) != 0 || is_known(*variable, n))
			continue;
		const struct setting_row *meant = nearest_setting(*variable, n);
		if (meant)
			variable_name(meant, name);
		snprintf(sentence, sizeof sentence, "%.*s is no setting%s%s%s",
		    (int)(n < NAME_SHOWN ? n : NAME_SHOWN), *variable,
		    meant ? ": did you mean " : ".", meant ? name : "", meant ? "?" : "");
		tell(sentence);
		count++;
	}
	return count;
}

size_t
config_check(config_tell *tell)
{
	size_t count = 0;

	for (int i = 0; i < SETTING_COUNT; i++) {
		struct setting_row copy = settings[i];
		struct error err = {0};
		if (read_setting(&copy, &err) == 0)
			continue;
		tell(err.message);
		count++;
	}
	return count + tell_unknown(tell);
}

static void
warn(const char *sentence)
{
	log_warning("%s", sentence);
}

void
config_warn(void)
{
	tell_unknown(warn);
}

int64_t
config_int(enum setting s)
{
	return settings[s].value;
}

const char *
config_text(enum setting s)
{
	return settings[s].text;
}

void
config_print(FILE *out)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		const struct setting_row *s = &settings[i];
		char name[NAME_SIZE];

		variable_name(s, name);
		fprintf(out, "# %s (%s)\n", s->meaning, s->unit);
		if (s->type == TYPE_TEXT)
			fprintf(out, "%s%s=%s\n", *s->text ? "" : "#", name, s->text);
		else
			fprintf(out, "%s=%lld\n", name, (long long)s->value);
	}
}
