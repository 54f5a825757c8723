/* The worker's event loop: see loop.h. */
#include "daemon/loop.h"

#include "base/config.h"
#include "base/log.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TICK_MS  100   /* how soon loop_control looks again whether it can send */
#define GRACE_MS 2000  /* for giving the job back once time is up */
#define WAIT_MAX 60000 /* poll takes an int */

int
loop_open(struct loop *loop, struct error *err)
{
	sigset_t mask;

	*loop = (struct loop){.signals = -1};
	control_init(&loop->control);
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	loop->signals = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	return loop->signals < 0 ? error_errno(err, "signalfd") : 0;
}

void
loop_open_alone(struct loop *loop)
{
	*loop = (struct loop){.signals = -1, .alone = true};
	control_init(&loop->control);
	signal(SIGPIPE, SIG_IGN); /* a child that died: its exit status tells more */
}

void
loop_close(struct loop *loop)
{
	control_close(&loop->control);
	if (loop->signals >= 0)
		close(loop->signals);
	loop->signals = -1;
}

/*
 * SIGINT is left to the supervisor: from a terminal both get it, and the supervisor sends SIGTERM.
 */
static void
read_signals(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo != SIGTERM)
			continue;
		int64_t more = loop->stopping ? 0 : config_int(SETTING_WORKER_STOP_MS);
		loop->stopping = true;
		loop->stop_at = clock_ms() + more;
	}
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

short
loop_wait(struct loop *loop, int fd, short events, int64_t ms)
{
	struct control *c = &loop->control;
	struct pollfd fds[] = {
	    {.fd = fd, .events = events},
	    {.fd = loop->signals, .events = POLLIN},
	    {.fd = loop->alone ? -1 : control_fd(c), .events = control_events(c)},
	};

	if (!loop->alone)
		ms = earlier(ms, control_due(c));
	if (poll(fds, sizeof fds / sizeof fds[0], (int)earlier(ms, WAIT_MAX)) < 0)
		return 0;
	if (fds[1].revents)
		read_signals(loop);
	if (!loop->alone)
		control_serve(c);
	return fds[0].revents;
}

void
loop_idle(struct loop *loop, int64_t until)
{
	const struct control *c = &loop->control;

	while (!loop->stopping && !(c->notified && control_is_up(c)) && clock_ms() < until)
		loop_wait(loop, -1, 0, until - clock_ms());
}

void
loop_pause(struct loop *loop, int64_t ms)
{
	int64_t until = clock_ms() + ms;

	while (!loop->stopping && clock_ms() < until)
		loop_wait(loop, -1, 0, until - clock_ms());
}

enum loop_stop
loop_stop(const struct loop *loop)
{
	const struct lease *l = &loop->control.lease;

	if (loop->spare_time)
		return loop->stopping || loop->control.notified ? LOOP_GIVE_WAY : LOOP_GO_ON;
	if (!l->run.job)
		return LOOP_GO_ON;
	if (l->lost)
		return LOOP_LOST;
	if (l->cancel)
		return LOOP_CANCEL;
	return loop->stopping && clock_ms() >= loop->stop_at ? LOOP_RELEASE : LOOP_GO_ON;
}

PGresult *
loop_control(
    struct loop *loop, const struct statement *st, const char *const *params, struct error *err)
{
	struct control *c = &loop->control;
	PGresult *res = NULL;
	bool sent = false;

	while (control_answer(c, &res) == 0) {
		if (!sent)
			sent = control_send(c, st, params);
		if (loop->stopping && clock_ms() > loop->stop_at + GRACE_MS) {
			error_set(err, ERROR_DB_DOWN, "the database does not answer");
			return NULL;
		}
		loop_wait(loop, -1, 0, TICK_MS);
	}
	if (!res) {
		error_set(err, ERROR_DB_DOWN, "the control connection broke");
		return NULL;
	}
	if (db_succeeded(res))
		return res;
	db_error(c->db.conn, res, err);
	PQclear(res);
	return NULL;
}
