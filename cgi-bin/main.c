/*
 * accession-api: the request handlers behind nginx.
 *
 * The program listens on Unix sockets and keeps a pool of processes for each. The fast pool
 * answers short requests. The slow pool takes requests that may run long (uploads, exports, whole
 * lists and diffs), so that they never hold up the others. The waiter holds requests that wait for
 * a job's status (waits/waiter.h). The sign-in pool takes what carries a password; it is served by
 * a program of its own, with a database role that nobody else has. A handler serves one request at
 * a time and never parses an imported file, and its database role cannot change the library.
 */
#include "base/buf.h"
#include "base/config.h"
#include "base/exit.h"
#include "base/inherited.h"
#include "base/log.h"
#include "base/supervise.h"
#include "base/version.h"
#include "database/connection.h"
#include "database/schema.h"
#include "http/http.h"
#include "http/route.h"
#include "people/dictionary.h"
#include "people/password.h"
#include "waits/waiter.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG          64
#define STOP_MS          35000
#define PASSWORD_WAIT_MS 500
#define SOCKET_MODE      0660

static const char usage[] =
    "Usage: accession-api [--sign-in | --help | --version]\n"
    "\n"
    "Answers the requests that nginx passes on by FastCGI, over the sockets "
    "ACCESSION_FAST_SOCKET,\n"
    "ACCESSION_SLOW_SOCKET and ACCESSION_WAIT_SOCKET, until SIGTERM. With --sign-in it answers\n"
    "those that carry a password, over ACCESSION_SIGN_IN_SOCKET; both are needed. Runs in the\n"
    "foreground and logs to standard error.\n"
    "\n"
    "The database is found by libpq's PG* variables (role accession_api, or with --sign-in\n"
    "accession_sign_in, unless PGUSER says otherwise). \"accession config\" prints all settings.\n";

static char short_limit[24];
static const struct db_setting short_requests[] = {
    {"statement_timeout", short_limit},
    {"lock_timeout", "5000"},
    {"idle_in_transaction_session_timeout", "60000"},
    {NULL, NULL},
};

/*
 * Reading a whole diff may take minutes; waiting for a lock may not. Uploads run without a
 * statement timeout (store/upload.c).
 */
static const struct db_setting long_requests[] = {
    {"statement_timeout", "600000"},
    {"lock_timeout", "5000"},
    {"idle_in_transaction_session_timeout", "60000"},
    {"client_connection_check_interval", "10000"},
    {NULL, NULL},
};

/* One pool: a listening socket, and the processes that serve it. */
struct served {
	const char *name; /* of each process */
	int (*run)(const struct served *pool);
	int64_t processes;
	const char *path;
	int backlog; /* connections that may wait for a process; nginx answers the rest with 503 */
	enum pool kind;
	int listening;
	const struct db_setting *settings;
};

enum { FAST, SLOW, WAIT, SIGN_IN, POOLS_MAX };
static struct served pools[POOLS_MAX];
static int npools;

/* What the program is, with and without --sign-in. */
static const struct part {
	const char *name; /* in the database and in the log */
	const char *role;
} api = {"accession-api", "accession_api"}, sign_in = {"accession-sign-in", "accession_sign_in"};
static const struct part *part = &api;

static void
on_terminate(int number)
{
	(void)number;
	http_shutdown();
}

/* The main function of a handler process. */
static int
handle_requests(const struct served *pool)
{
	const struct sigaction terminate = {.sa_handler = on_terminate, .sa_flags = SA_RESTART};
	int64_t most = config_int(SETTING_REQUESTS_PER_PROCESS);
	struct error err = {0};
	struct http http;
	struct db db;
	int outcome = 0;

	sigaction(SIGTERM, &terminate, NULL);
	sigaction(SIGINT, &terminate, NULL);
	db_init(&db, part->role, part->name, pool->settings);
	db.accept = &schema_check;
	outcome = http_init(&http, pool->listening, &err);
	http.pool = pool->kind;
	for (int64_t done = 0; outcome == 0 && (most == 0 || done < most); done++) {
		err = (struct error){0};
		outcome = http_accept(&http, &err);
		if (outcome == 0)
			route_request(&http, &db);
		else if (outcome < 0 && err.code == ERROR_INPUT)
			http_reply_error(&http, &err);
		if (outcome == 0 || err.code == ERROR_INPUT) {
			http_finish(&http);
			outcome = 0;
		}
	}
	db_close(&db);
	if (outcome < 0)
		log_error("%s", err.message);
	return outcome < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The main function of the waiter. */
static int
hold_waits(const struct served *pool)
{
	struct error err = {0};

	if (waiter_run(pool->listening, &err) == 0)
		return EXIT_SUCCESS;
	log_error("%s", err.message);
	return EXIT_FAILURE;
}

/*
 * Closes the other pools' sockets. Otherwise a pool whose processes are gone would not refuse
 * connections while processes of other pools still run.
 */
static void
close_others(const struct served *own)
{
	for (int i = 0; i < npools; i++)
		if (&pools[i] != own)
			close(pools[i].listening);
}

/* Runs in each child of the supervisor. ps and top show the pool's name. */
static int
run_pool(void *arg)
{
	const struct served *pool = arg;

	prctl(PR_SET_NAME, pool->name);
	close_others(pool);
	return pool->run(pool);
}

/* Is a program listening there? A killed program leaves its socket file behind. One that we may not
 * use is another user's, and not ours to take. */
static bool
is_served(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool served =
	    fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ||
			   errno == EAGAIN || errno == EACCES);

	if (fd >= 0)
		close(fd);
	return served;
}

/* Recreates the socket. nginx, which is in the same group, may connect. */
static int
pool_listen(struct served *pool, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(pool->path) >= sizeof address.sun_path)
		return error_set(err, ERROR_USAGE, "The socket path is too long: %s", pool->path);
	strcpy(address.sun_path, pool->path);
	if (is_served(&address))
		return error_set(err, ERROR_CONFLICT,
		    "Another program already listens on %s: end it first, or give this one other "
		    "sockets (ACCESSION_FAST_SOCKET, ACCESSION_SLOW_SOCKET, "
		    "ACCESSION_WAIT_SOCKET, ACCESSION_SIGN_IN_SOCKET).",
		    pool->path);
	unlink(pool->path);
	pool->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pool->listening < 0)
		return error_errno(err, "socket");
	mode_t old = umask(0777 & ~SOCKET_MODE);
	int bound = bind(pool->listening, (struct sockaddr *)&address, sizeof address);
	umask(old);
	if (bound < 0 || listen(pool->listening, pool->backlog) < 0)
		return error_errno(err, "cannot listen on %s", pool->path);
	return 0;
}

static struct served
sign_in_pool(void)
{
	return (struct served){
	    .name = "sign-in handler",
	    .run = handle_requests,
	    .processes = config_int(SETTING_SIGN_IN_PROCESSES),
	    .path = config_text(SETTING_SIGN_IN_SOCKET),
	    .backlog = BACKLOG,
	    .kind = POOL_SIGN_IN,
	    .settings = short_requests,
	};
}

/* All waits may end at once and then become short requests, so two backlogs have room for them. */
static void
set_up_pools(void)
{
	int waits = (int)config_int(SETTING_WAITS);

	snprintf(short_limit, sizeof short_limit, "%lld",
	    (long long)config_int(SETTING_STATEMENT_TIMEOUT_MS));
	npools = part == &sign_in ? 1 : SIGN_IN;
	if (part == &sign_in) {
		pools[0] = sign_in_pool();
		return;
	}
	pools[FAST] = (struct served){
	    .name = "fast handler",
	    .run = handle_requests,
	    .processes = config_int(SETTING_FAST_PROCESSES),
	    .path = config_text(SETTING_FAST_SOCKET),
	    .backlog = BACKLOG + waits,
	    .settings = short_requests,
	};
	pools[SLOW] = (struct served){
	    .name = "slow handler",
	    .run = handle_requests,
	    .processes = config_int(SETTING_SLOW_PROCESSES),
	    .path = config_text(SETTING_SLOW_SOCKET),
	    .backlog = BACKLOG,
	    .kind = POOL_SLOW,
	    .settings = long_requests,
	};
	pools[WAIT] = (struct served){
	    .name = "waiter",
	    .run = hold_waits,
	    .processes = 1,
	    .path = config_text(SETTING_WAIT_SOCKET),
	    .backlog = BACKLOG + waits,
	};
}

/* Everything but setting a password goes on without it, so this is no reason not to start. */
static void
look_for_dictionary(void)
{
	struct error err = {0};

	if (dictionary_check(&err) < 0)
		log_warning("no new password will be accepted: %s", err.message);
}

static int
serve(struct error *err)
{
	struct supervised kinds[POOLS_MAX];
	struct buf paths = {0};

	if (sodium_init() < 0)
		return error_set(err, ERROR_SYSTEM, "libsodium did not start");
	schema_look(part->role, part->name);
	look_for_dictionary();
	set_up_pools();
	for (int i = 0; i < npools; i++) {
		kinds[i] =
		    (struct supervised){pools[i].name, run_pool, &pools[i], pools[i].processes};
		if (pool_listen(&pools[i], err) < 0)
			return -1;
		buf_printf(&paths, "%s%s", i ? ", " : "", pools[i].path);
	}
	if (password_pool(config_int(SETTING_PASSWORD_CHECKS), PASSWORD_WAIT_MS, err) < 0)
		return -1;
	log_info("serving %s", buf_text(&paths));
	buf_free(&paths);
	int done = supervise(kinds, (size_t)npools, STOP_MS, err);
	for (int i = 0; i < npools; i++)
		unlink(pools[i].path);
	return done;
}

int
main(int nargs, char **args)
{
	struct error err = {0};

	inherited_reset_daemon();
	if (nargs == 2 && (strcmp(args[1], "--help") == 0 || strcmp(args[1], "-h") == 0)) {
		fputs(usage, stdout);
		return EXIT_SUCCESS;
	}
	if (nargs == 2 && strcmp(args[1], "--version") == 0) {
		puts("accession-api " ACCESSION_VERSION);
		return EXIT_SUCCESS;
	}
	if (nargs == 2 && strcmp(args[1], "--sign-in") == 0) {
		part = &sign_in;
	} else if (nargs > 1) {
		fprintf(stderr, "accession-api: it does not take \"%s\".\n%s", args[1], usage);
		return EXIT_USAGE;
	}
	log_open(part->name, "info");
	if (config_load(&err) == 0) {
		log_open(part->name, config_text(SETTING_LOG_LEVEL));
		log_info("%s " ACCESSION_VERSION " starts", part->name);
		config_warn();
		if (serve(&err) == 0)
			return EXIT_SUCCESS;
	}
	log_error("%s", err.message);
	return err.code == ERROR_USAGE ? EXIT_USAGE : EXIT_FAILURE;
}
