/* A supervisor: see supervise.h. */
#include "base/supervise.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MS      200
#define QUICK_END_MS 1000
#define PAUSE_MIN_MS 100
#define PAUSE_MAX_MS 5000
#define END_UNSEEN   (-1) /* in place of a wait status */

struct process {
	const struct supervised *kind;
	pid_t pid; /* 0: not running */
	int64_t started, next_start, pause;
};

struct supervisor {
	struct process *children;
	size_t nchildren;
	int signals; /* signalfd */
	sigset_t mask_before;
	int64_t stop_ms, stopping_since; /* 0: not stopping */
	bool killing;
};

/* Runs in the child. Checks getppid because the parent may have died before PDEATHSIG was set. */
static void
run_child(struct supervisor *s, const struct supervised *kind, pid_t parent)
{
	close(s->signals);
	free(s->children);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigprocmask(SIG_SETMASK, &s->mask_before, NULL);
	if (getppid() != parent)
		exit(EXIT_FAILURE);
	exit(kind->run(kind->arg));
}

static void
start_child(struct supervisor *s, struct process *c)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0)
		run_child(s, c->kind, parent);
	c->started = clock_ms();
	if (pid < 0) {
		log_error("cannot start a %s: %s", c->kind->name, strerror(errno));
		c->next_start = c->started + PAUSE_MAX_MS;
		return;
	}
	c->pid = pid;
}

static void
tell_end(const struct process *c, int status)
{
	const char *name = c->kind->name;

	if (status == END_UNSEEN)
		log_warning("%s is gone; starting another", name);
	else if (WIFSIGNALED(status))
		log_warning("%s was killed by signal %d; starting another", name, WTERMSIG(status));
	else if (WEXITSTATUS(status))
		log_warning("%s ended with code %d; starting another", name, WEXITSTATUS(status));
}

static void
child_ended(struct supervisor *s, struct process *c, int status)
{
	int64_t now = clock_ms();

	c->pid = 0;
	if (s->stopping_since)
		return;
	tell_end(c, status);
	bool killed = status != END_UNSEEN && WIFSIGNALED(status) &&
		      WTERMSIG(status) == SIGKILL; /* not by us */
	if (killed || now - c->started >= QUICK_END_MS)
		c->pause = 0;
	else if (c->pause == 0)
		c->pause = PAUSE_MIN_MS;
	else
		c->pause = c->pause * 2 < PAUSE_MAX_MS ? c->pause * 2 : PAUSE_MAX_MS;
	c->next_start = c->pause == PAUSE_MIN_MS ? now : now + c->pause;
}

/* Whether it is no longer our child because its end was already waited for elsewhere. */
static bool
is_gone(pid_t pid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD;
}

/* Waits for any process: as a container's first process, this one also inherits orphans. */
static void
reap(struct supervisor *s)
{
	int status = 0;

	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		for (size_t i = 0; i < s->nchildren; i++)
			if (s->children[i].pid == pid)
				child_ended(s, &s->children[i], status);
	for (size_t i = 0; i < s->nchildren; i++)
		if (s->children[i].pid && is_gone(s->children[i].pid))
			child_ended(s, &s->children[i], END_UNSEEN);
}

static void
signal_children(const struct supervisor *s, int number)
{
	for (size_t i = 0; i < s->nchildren; i++)
		if (s->children[i].pid)
			kill(s->children[i].pid, number);
}

static void
read_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		if (!s->stopping_since)
			s->stopping_since = clock_ms();
		signal_children(s, SIGTERM);
	}
}

static size_t
running(const struct supervisor *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nchildren; i++)
		n += s->children[i].pid != 0;
	return n;
}

static void
start_due(struct supervisor *s)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < s->nchildren; i++)
		if (!s->children[i].pid && s->children[i].next_start <= now)
			start_child(s, &s->children[i]);
}

static void
kill_children(struct supervisor *s)
{
	if (!s->killing && running(s))
		log_warning("%zu processes did not end in time; killing them", running(s));
	s->killing = true;
	signal_children(s, SIGKILL);
}

static void
watch(struct supervisor *s)
{
	struct pollfd p = {.fd = s->signals, .events = POLLIN};

	while (!s->stopping_since || running(s)) {
		if (!s->stopping_since)
			start_due(s);
		poll(&p, 1, TICK_MS);
		read_signals(s);
		reap(s);
		if (s->stopping_since && clock_ms() - s->stopping_since > s->stop_ms)
			kill_children(s);
	}
}

int
supervise(const struct supervised *kinds, size_t nkinds, int64_t stop_ms, struct error *err)
{
	struct supervisor s = {.stop_ms = stop_ms};
	sigset_t mask;

	for (size_t k = 0; k < nkinds; k++)
		s.nchildren += (size_t)kinds[k].processes;
	if (!s.nchildren)
		return error_set(err, ERROR_USAGE, "there are no processes to keep");
	s.children = calloc(s.nchildren, sizeof *s.children);
	if (!s.children)
		return error_errno(err, "cannot keep %zu children", s.nchildren);
	for (size_t k = 0, i = 0; k < nkinds; k++)
		for (int64_t j = 0; j < kinds[k].processes; j++)
			s.children[i++].kind = &kinds[k];

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, &s.mask_before);
	s.signals = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s.signals < 0) {
		free(s.children);
		return error_errno(err, "signalfd");
	}
	watch(&s);
	close(s.signals);
	free(s.children);
	return 0;
}
