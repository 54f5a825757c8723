/*
 * accession-api: the request handlers behind nginx.
 *
 * The program listens on two unix sockets and keeps a pool of handler processes for each: the fast
 * one replies to short requests; the slow one takes uploads, waits and whole diffs, so that these
 * can never stop the others. A handler replies to one request at a time, never parses an imported
 * file, and its database role cannot change the library.
 */
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
#include "model/model_check.h"
#include "people/password.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG          64 /* requests that wait for a handler; more get 503 from nginx */
#define STOP_MS          35000
#define PASSWORD_WAIT_MS 5000
#define SOCKET_MODE      0660

static const char usage[] =
    "Usage: accession-api [--help | --version]\n"
    "\n"
    "Answers the requests that nginx passes on by FastCGI, over the sockets ACCESSION_FAST_SOCKET\n"
    "and ACCESSION_SLOW_SOCKET, until SIGTERM. Runs in the foreground and logs to standard error.\n"
    "\n"
    "The database is found by libpq's PG* variables (role accession_api unless PGUSER says\n"
    "otherwise). \"accession config\" prints all settings.\n";

static char short_limit[24];
static const struct db_setting short_requests[] = {
    {"statement_timeout", short_limit},
    {"lock_timeout", "5000"},
    {"idle_in_transaction_session_timeout", "60000"},
    {NULL, NULL},
};

/* A whole diff may take its time, a lock never. Uploads have no limit of their own. */
static const struct db_setting long_requests[] = {
    {"statement_timeout", "600000"},
    {"lock_timeout", "5000"},
    {"idle_in_transaction_session_timeout", "60000"},
    {"client_connection_check_interval", "10000"},
    {NULL, NULL},
};

/* One pool: a listening socket and what its handlers need. */
struct pool {
	const char *path;
	bool slow;
	int listening;
	const struct db_setting *settings;
};

/* All of them. */
static struct pool fast, slow;
static struct pool *const pools[] = {&fast, &slow};

/* A pool whose handlers are gone shall refuse, whatever those of the others are still at. */
static void
close_others(const struct pool *own)
{
	for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++)
		if (pools[i] != own)
			close(pools[i]->listening);
}

static void
on_terminate(int number)
{
	(void)number;
	http_shutdown();
}

/* The main of a handler process. */
static int
handle_requests(void *arg)
{
	const struct pool *pool = arg;
	const struct sigaction terminate = {.sa_handler = on_terminate, .sa_flags = SA_RESTART};
	int64_t most = config_int(SETTING_REQUESTS_PER_PROCESS);
	struct error err = {0};
	struct http http;
	struct db db;
	int outcome = 0;

	sigaction(SIGTERM, &terminate, NULL);
	sigaction(SIGINT, &terminate, NULL);
	close_others(pool);
	db_init(&db, "accession_api", "accession-api", pool->settings);
	db.accept = &schema_check;
	outcome = http_init(&http, pool->listening, &err);
	http.slow = pool->slow;
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

/* Whether somebody listens there: the file of a socket stays when its program is killed. */
static bool
is_served(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool served =
	    fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ||
			   errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return served;
}

/* Makes the socket anew; nginx, of the same group, may connect. */
static int
pool_listen(struct pool *pool, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(pool->path) >= sizeof address.sun_path)
		return error_set(err, ERROR_USAGE, "The socket path is too long: %s", pool->path);
	strcpy(address.sun_path, pool->path);
	if (is_served(&address))
		return error_set(err, ERROR_CONFLICT,
		    "Another program already listens on %s: end it first, or give this one other "
		    "sockets (ACCESSION_FAST_SOCKET, ACCESSION_SLOW_SOCKET).",
		    pool->path);
	unlink(pool->path);
	pool->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pool->listening < 0)
		return error_errno(err, "socket");
	mode_t old = umask(0777 & ~SOCKET_MODE);
	int bound = bind(pool->listening, (struct sockaddr *)&address, sizeof address);
	umask(old);
	if (bound < 0 || listen(pool->listening, BACKLOG) < 0)
		return error_errno(err, "cannot listen on %s", pool->path);
	return 0;
}

static int
serve(struct error *err)
{
	fast = (struct pool){.path = config_text(SETTING_FAST_SOCKET), .settings = short_requests};
	slow = (struct pool){
	    .path = config_text(SETTING_SLOW_SOCKET), .slow = true, .settings = long_requests};
	const struct supervised kinds[] = {
	    {"fast handler", handle_requests, &fast, config_int(SETTING_FAST_PROCESSES)},
	    {"slow handler", handle_requests, &slow, config_int(SETTING_SLOW_PROCESSES)},
	};

	snprintf(short_limit, sizeof short_limit, "%lld",
	    (long long)config_int(SETTING_STATEMENT_TIMEOUT_MS));
	if (sodium_init() < 0)
		return error_set(err, ERROR_SYSTEM, "libsodium did not start");
	schema_look("accession_api", "accession-api");
	if (pool_listen(&fast, err) < 0 || pool_listen(&slow, err) < 0 ||
	    password_pool(config_int(SETTING_PASSWORD_CHECKS), PASSWORD_WAIT_MS, err) < 0)
		return -1;
	log_info("serving %s and %s", fast.path, slow.path);
	int done = supervise(kinds, sizeof kinds / sizeof kinds[0], STOP_MS, err);
	unlink(fast.path);
	unlink(slow.path);
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
	if (nargs > 1) {
		fprintf(stderr, "accession-api: it does not take \"%s\".\n%s", args[1], usage);
		return EXIT_USAGE;
	}
	log_open("accession-api", "info");
	if (model_check_all(&err) == 0 && config_load(&err) == 0) {
		log_open("accession-api", config_text(SETTING_LOG_LEVEL));
		log_info("accession-api " ACCESSION_VERSION " starts");
		config_warn();
		if (serve(&err) == 0)
			return EXIT_SUCCESS;
	}
	log_error("%s", err.message);
	return err.code == ERROR_USAGE ? EXIT_USAGE : EXIT_FAILURE;
}
