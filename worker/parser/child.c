/* The parser child: see child.h. */
#include "parser/child.h"

#include "base/config.h"
#include "base/exit.h"
#include "base/spool.h"
#include "formats/charset.h"
#include "parser/order.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIPE_SIZE (1024 * 1024)
#define READ_SIZE (256 * 1024)
#define CAPACITY  (FRAME_HEADER + FRAME_MAX + READ_SIZE)
#define TICK_MS   100
#define END_MS    5000 /* how long it may take to end after its output ended */
#define ENV_MAX   64

#define SAVE_AGAIN \
	"It may be damaged: save it again with the program that it comes from, and upload that."

/* The child inherits only the environment variables whose names begin like this. */
static const char *const env_passed[] = {
    "ACCESSION_MAX_",
    "ACCESSION_PARSER_",
    "ACCESSION_XLSX_",
    "ACCESSION_ERRORS_KEPT=",
    "ACCESSION_LOG_LEVEL=",
    "JOURNAL_STREAM=",
    "ASAN_OPTIONS=",
    "LSAN_OPTIONS=",
    "UBSAN_OPTIONS=",
};

extern char **environ;

static void
clean_environment(char *env[ENV_MAX])
{
	static char utc[] = "TZ=UTC0";
	size_t n = 0;

	env[n++] = utc;
	for (char **var = environ; *var; var++)
		for (size_t i = 0; i < sizeof env_passed / sizeof env_passed[0]; i++)
			if (n < ENV_MAX - 1 &&
			    strncmp(*var, env_passed[i], strlen(env_passed[i])) == 0)
				env[n++] = *var;
	env[n] = NULL;
}

/*
 * Runs in the new process between fork and exec, so does only what is safe there. SIGINT from a
 * terminal is left to the worker.
 */
_Noreturn static void
become_parser(int file, int output, int order, char *const *args, char *const *env)
{
	sigset_t none;

	/* First move them out of each other's way. */
	file = fcntl(file, F_DUPFD, CHILD_ORDER_FD + 1);
	output = fcntl(output, F_DUPFD, CHILD_ORDER_FD + 1);
	order = fcntl(order, F_DUPFD, CHILD_ORDER_FD + 1);
	if (file < 0 || output < 0 || order < 0 || dup2(file, STDIN_FILENO) < 0 ||
	    dup2(output, STDOUT_FILENO) < 0 || dup2(order, CHILD_ORDER_FD) < 0 ||
	    close_range(CHILD_ORDER_FD + 1, ~0U, 0) < 0)
		_exit(EXIT_FAILURE);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve("/proc/self/exe", args, env);
	_exit(EXIT_FAILURE);
}

/* To be called before the child hides itself, as /proc may then show it to nobody. */
static void
open_statm(struct child *c)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d/statm", (int)c->pid);
	c->statm = open(path, O_RDONLY | O_CLOEXEC);
}

/* Forks the child, which gets the other ends of both pipes; closes them here. */
static int
launch(struct child *c, int output, int order, struct error *err)
{
	char *env[ENV_MAX];
	char *charset = c->charset ? (char *)c->charset->name : NULL;
	char *args[] = {"accession", "parse", charset, NULL};

	clean_environment(env);
	c->pid = fork();
	if (c->pid == 0)
		become_parser(c->file, output, order, args, env);
	close(output);
	close(order);
	if (c->pid < 0)
		return error_errno(err, "the parser cannot be started");
	c->pidfd = pidfd_open(c->pid, 0);
	open_statm(c);
	return c->pidfd < 0 ? error_errno(err, "the parser cannot be watched") : 0;
}

int
child_start(struct child *c, int file, const char *charset, struct error *err)
{
	int frames[2], order[2];

	*c = CHILD_NONE;
	c->file = file;
	if (charset && !(c->charset = charset_find(charset, strlen(charset)))) {
		child_free(c);
		return error_set(err, ERROR_INPUT,
		    "The charset \"%s\" is not known here. Save the file as UTF-8 and upload it "
		    "again.",
		    charset);
	}
	c->bytes = malloc(CAPACITY);
	if (!c->bytes || pipe2(frames, O_CLOEXEC) < 0)
		goto failed;
	c->pipe = frames[0];
	if (pipe2(order, O_CLOEXEC) < 0) {
		close(frames[1]);
		goto failed;
	}
	c->order = order[1];
	fcntl(c->pipe, F_SETPIPE_SZ, PIPE_SIZE); /* a smaller one is slower, but works */
	fcntl(c->pipe, F_SETFL, O_NONBLOCK);
	if (launch(c, frames[1], order[0], err) == 0)
		return 0;
	child_free(c);
	return -1;

failed:
	error_errno(err, "no pipe for the parser");
	child_free(c);
	return -1;
}

bool
child_is_up(const struct child *c, const char *charset)
{
	struct pollfd ended = {.fd = c->pidfd, .events = POLLIN};
	const struct charset *wanted = charset ? charset_find(charset, strlen(charset)) : NULL;

	return c->pid > 0 && c->charset == wanted && poll(&ended, 1, 0) == 0;
}

int
child_order(struct child *c, const struct model *m, const char *format, struct error *err)
{
	return child_order_rows(c, m, format, NULL, 0, err);
}

/*
 * The child reads the whole order before anything else, so writing cannot block for long. If it has
 * died, it does not read it: that shows when its frames are wanted.
 */
int
child_order_rows(struct child *c, const struct model *m, const char *format, const int64_t *entries,
    size_t n, struct error *err)
{
	struct buf order = {0};
	struct error unread = {0};

	if (lseek(c->file, 0, SEEK_SET) < 0)
		return error_errno(err, "the parser's file");
	order_write(&order, m, format, entries, n);
	if (!order.failed)
		spool_write(c->order, order.data, order.len, &unread);
	int done = order.failed ? error_set(err, ERROR_SYSTEM, "out of memory") : 0;
	buf_free(&order);
	close(c->order);
	c->order = -1;
	return done;
}

/*
 * Kills the child if it uses more memory than it may, not counting what it shares with other
 * processes. Its own limit mostly comes first, but does not count everything, and sanitizers have
 * none.
 */
static void
watch_memory(struct child *c)
{
	int64_t now = clock_ms(), resident = 0, shared = 0;
	char line[128] = "";

	if (now < c->watch_at)
		return;
	c->watch_at = now + TICK_MS;
	if (pread(c->statm, line, sizeof line - 1, 0) <= 0 ||
	    sscanf(line, "%*s %" SCNd64 " %" SCNd64, &resident, &shared) != 2 ||
	    (resident - shared) * sysconf(_SC_PAGESIZE) <= config_int(SETTING_PARSER_MEMORY_BYTES))
		return;
	c->too_large = true;
	kill(c->pid, SIGKILL);
}

/* Always returns -1. */
static int
left_alone(struct error *err)
{
	return error_set(err, ERROR_DB_CANCELED, "the job is to be left alone");
}

/* Returns 1 if something was read, 0 at the end, -1 as child_next. */
static int
read_more(struct child *c, struct loop *loop, struct error *err)
{
	if (CAPACITY - c->to < READ_SIZE) { /* less than a frame is left over */
		memmove(c->bytes, c->bytes + c->from, c->to - c->from);
		c->to -= c->from;
		c->from = 0;
	}
	while (true) {
		short ready = loop_wait(loop, c->pipe, POLLIN, TICK_MS);
		if (loop_stop(loop) != LOOP_GO_ON)
			return left_alone(err);
		watch_memory(c);
		if (!ready)
			continue;
		ssize_t n = read(c->pipe, c->bytes + c->to, READ_SIZE);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0)
			return error_errno(err, "reading from the parser");
		c->to += (size_t)n;
		return n > 0;
	}
}

int
child_next(struct child *c, struct loop *loop, struct frame *f, struct error *err)
{
	int parsed = 0;

	if (c->fault || c->too_large)
		return 0;
	while ((parsed = frame_parse(c->bytes + c->from, c->to - c->from, f)) == 0) {
		int more = read_more(c, loop, err);
		if (more < 0)
			return -1;
		if (more == 0)
			return 0;
	}
	if (parsed < 0) {
		child_blame(c, "sent what it should not");
		return 0;
	}
	c->from += FRAME_HEADER + f->n;
	return 1;
}

void
child_blame(struct child *c, const char *fault)
{
	if (!c->fault)
		c->fault = fault;
}

static void
tell_limit(struct child_failure *failure, enum setting s)
{
	const bool memory = s == SETTING_PARSER_MEMORY_BYTES;

	snprintf(failure->what, sizeof failure->what,
	    "Reading this file took more than %" PRId64 " %s (setting %s)",
	    memory ? config_int(s) / (1024 * 1024) : config_int(s),
	    memory ? "MiB of memory" : "s of processor time",
	    memory ? "ACCESSION_PARSER_MEMORY_BYTES" : "ACCESSION_PARSER_CPU_SECONDS");
	failure->remedy = "Split the file, or have that setting raised.";
}

static void
tell_signal(struct child_failure *failure, int signal)
{
	switch (signal) {
	case SIGXCPU: tell_limit(failure, SETTING_PARSER_CPU_SECONDS); return;
	case SIGSYS:
		snprintf(failure->what, sizeof failure->what,
		    "Reading this file made the parser try what it must not do, so it was stopped");
		failure->remedy = SAVE_AGAIN;
		return;
	case SIGKILL:
		snprintf(failure->what, sizeof failure->what,
		    "The parser was killed, perhaps because the server ran out of memory,");
		failure->remedy = "Try again later.";
		return;
	default:
		snprintf(failure->what, sizeof failure->what,
		    "Reading this file made the parser crash (signal %d)", signal);
		failure->remedy = SAVE_AGAIN;
	}
}

/* Tells how it ended: by its wait status, or by what was done to it. */
static void
tell_end(const struct child *c, int status, struct child_failure *failure)
{
	failure->remedy = SAVE_AGAIN;
	if (c->too_large || (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_LIMIT))
		tell_limit(failure, SETTING_PARSER_MEMORY_BYTES);
	else if (c->fault)
		snprintf(failure->what, sizeof failure->what, "The parser %s", c->fault);
	else if (WIFSIGNALED(status))
		tell_signal(failure, WTERMSIG(status));
	else
		snprintf(failure->what, sizeof failure->what,
		    "The parser could not go on (exit code %d; the server's log may say more)",
		    WEXITSTATUS(status));
}

int
child_end(struct child *c, struct loop *loop, struct child_failure *failure, struct error *err)
{
	int64_t until = clock_ms() + END_MS;
	int status = 0;

	while (!c->fault && clock_ms() < until && loop_stop(loop) == LOOP_GO_ON &&
	       !loop_wait(loop, c->pidfd, POLLIN, TICK_MS))
		continue;
	if (waitpid(c->pid, &status, WNOHANG) == 0) {
		child_blame(c, "did not end");
		kill(c->pid, SIGKILL);
		waitpid(c->pid, &status, 0);
	}
	c->pid = 0;
	if (loop_stop(loop) != LOOP_GO_ON)
		return left_alone(err);
	if (!c->fault && !c->too_large && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 1;
	tell_end(c, status, failure);
	return 0;
}

void
child_free(struct child *c)
{
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
	}
	const int descriptors[] = {c->pidfd, c->file, c->order, c->pipe, c->statm};
	for (size_t i = 0; i < sizeof descriptors / sizeof descriptors[0]; i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
	free(c->bytes);
	*c = CHILD_NONE;
}
