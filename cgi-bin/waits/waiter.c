/* The waiter: see waiter.h. */
#include "waits/waiter.h"

#include "base/config.h"
#include "base/log.h"
#include "store/job.h"
#include "waits/fastcgi.h"
#include "waits/news.h"
#include "waits/waits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_LOCATION "/internal/fast"
#define OTHER_FILES     64  /* descriptors other than waits */
#define ACCEPT_PAUSE_MS 100 /* after the system has refused a connection */
#define DEAF_POLL_MS    100 /* without LISTEN, jobs are checked at least this often */

/* Indexes in the array for poll; the connections follow. */
enum { POLL_SIGNALS, POLL_LISTENING, POLL_NEWS, POLL_WAITS };

struct waiter {
	int listening, signals;
	struct waits waits;
	struct news news;
	struct pollfd *polled;
	int64_t look_at;   /* when to check all jobs even without news */
	int64_t accept_at; /* when to accept again */
};

/* Ends number i without a reply, so that nginx gets the job from a handler. */
static void
drop(struct waiter *w, size_t i)
{
	close(w->waits.all[i].fd);
	waits_remove(&w->waits, i);
}

/*
 * Ends number i by sending nginx to the handlers. The reply is small and the first on its
 * connection, so either it fits in the socket's buffer or nobody is there to read it.
 */
static void
answer(struct waiter *w, size_t i)
{
	const struct wait *one = &w->waits.all[i];
	struct buf text = {0}, out = {0};

	buf_add_text(&text, "Status: 200 OK\r\nX-Accel-Redirect: " ANSWER_LOCATION "?include=");
	job_includes_text(one->includes, &text);
	buf_add_text(&text, "\r\n\r\n");
	fastcgi_reply(&out, one->request, buf_text(&text), text.len);
	if (text.failed || out.failed ||
	    send(one->fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT) < (ssize_t)out.len)
		log_debug("waiter: an answer did not get through");
	buf_free(&text);
	buf_free(&out);
	drop(w, i);
}

/* Number i's request is complete: begins to wait. */
static void
begin(struct waiter *w, size_t i, const struct fastcgi_request *request)
{
	struct wait *one = &w->waits.all[i];
	struct wait_order order;
	struct query parsed = {0};
	const char *query = NULL;
	size_t n = 0;

	if (fastcgi_param(request, "QUERY_STRING", &query, &n) &&
	    wait_read(query, n, &parsed, &order)) {
		one->request = request->id;
		waits_begin(&w->waits, one, &order, clock_ms());
	} else {
		log_warning("waiter: a request that is none for it");
		drop(w, i);
	}
	query_free(&parsed);
}

static void
take_input(struct waiter *w, size_t i)
{
	struct wait *one = &w->waits.all[i];
	struct fastcgi_request request = {0};
	enum fastcgi_state state = fastcgi_read(one->input.data, one->input.len, &request);

	if (state == FASTCGI_WHOLE)
		begin(w, i, &request);
	else if (state == FASTCGI_BROKEN || one->input.failed)
		drop(w, i);
	fastcgi_free(&request);
}

/* Reads input from number i. Once it waits, the only input can be the end of the connection. */
static void
read_connection(struct waiter *w, size_t i)
{
	static char bytes[FASTCGI_MAX_REQUEST + 1];
	struct wait *one = &w->waits.all[i];
	ssize_t got = recv(one->fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0 || one->is_waiting) {
		drop(w, i);
		return;
	}
	buf_add(&one->input, bytes, (size_t)got);
	take_input(w, i);
}

/* Accepts connections and reads at once, as the request mostly comes with the connection. */
static void
accept_connections(struct waiter *w)
{
	while (!waits_are_full(&w->waits)) {
		int fd = accept4(w->listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0 && errno == EAGAIN)
			return;
		if (fd < 0) {
			log_warning("waiter: cannot accept: %s", strerror(errno));
			w->accept_at = clock_ms() + ACCEPT_PAUSE_MS;
			return;
		}
		waits_add(&w->waits, fd, clock_ms());
		read_connection(w, w->waits.n - 1);
	}
}

/* Goes from the end, because removing one moves the last one into its place. */
static void
hear(void *ctx, int64_t job, const char *status)
{
	struct waiter *w = ctx;
	uint32_t set = waits_status(&w->waits, status, strlen(status));

	for (size_t i = w->waits.n; i-- > 0;)
		if (wait_is_over(&w->waits.all[i], job, set))
			answer(w, i);
}

static void
end_late(struct waiter *w)
{
	int64_t now = clock_ms();

	for (size_t i = w->waits.n; i-- > 0;) {
		if (w->waits.all[i].until > now)
			continue;
		if (w->waits.all[i].is_waiting)
			answer(w, i);
		else
			drop(w, i);
	}
}

static int64_t
poll_ms(const struct waiter *w)
{
	int64_t ms = config_int(SETTING_WAIT_POLL_MS);

	return w->news.listens || ms < DEAF_POLL_MS ? ms : DEAF_POLL_MS;
}

/*
 * Checks the jobs of new waits, as they may have changed since their handler looked; and now and
 * then all jobs, because a NOTIFY is only a hint.
 */
static void
look(struct waiter *w)
{
	struct buf jobs = {0};
	bool all = clock_ms() >= w->look_at;

	if (w->news.is_new)
		waits_forget(&w->waits);
	w->news.is_new = false;
	if (!news_can_ask(&w->news))
		return;
	if (all)
		w->look_at = clock_ms() + poll_ms(w);
	if (waits_jobs(&w->waits, all, &jobs) && !jobs.failed)
		news_ask(&w->news, buf_text(&jobs));
	buf_free(&jobs);
}

static bool
may_accept(const struct waiter *w)
{
	return !waits_are_full(&w->waits) && clock_ms() >= w->accept_at;
}

/* Returns how long there is nothing to do unless input arrives. */
static int
idle_ms(const struct waiter *w)
{
	int64_t due = news_due(&w->news), end = waits_first_end(&w->waits);

	if (end < due)
		due = end;
	if (w->waits.n && news_can_ask(&w->news) && w->look_at < due)
		due = w->look_at;
	if (w->accept_at > clock_ms() && w->accept_at < due)
		due = w->accept_at;
	int64_t ms = due - clock_ms();
	return ms < 0 ? 0 : ms < INT_MAX ? (int)ms : INT_MAX;
}

/* Waits until there is something to do. Returns how many connections were polled. */
static size_t
wait_for_events(struct waiter *w)
{
	size_t n = w->waits.n;

	w->polled[POLL_SIGNALS] = (struct pollfd){.fd = w->signals, .events = POLLIN};
	w->polled[POLL_LISTENING] =
	    (struct pollfd){.fd = may_accept(w) ? w->listening : -1, .events = POLLIN};
	w->polled[POLL_NEWS] =
	    (struct pollfd){.fd = news_fd(&w->news), .events = news_events(&w->news)};
	for (size_t i = 0; i < n; i++)
		w->polled[POLL_WAITS + i] =
		    (struct pollfd){.fd = w->waits.all[i].fd, .events = POLLIN};
	if (poll(w->polled, POLL_WAITS + n, idle_ms(w)) > 0)
		return n;
	for (size_t i = 0; i < POLL_WAITS + n; i++)
		w->polled[i].revents = 0;
	return n;
}

/* Runs one turn of the loop. Returns false when the loop must end. */
static bool
turn(struct waiter *w)
{
	size_t looked_at = wait_for_events(w);

	if (w->polled[POLL_SIGNALS].revents)
		return false;
	for (size_t i = looked_at; i-- > 0;)
		if (w->polled[POLL_WAITS + i].revents)
			read_connection(w, i);
	if (w->polled[POLL_LISTENING].revents)
		accept_connections(w);
	news_serve(&w->news);
	end_late(w);
	look(w);
	return true;
}

/* Raises the limit on descriptors: each connection takes one, and the usual limit is 1024. */
static void
raise_limit(size_t connections)
{
	rlim_t wanted = connections + OTHER_FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	if (limit.rlim_cur < wanted || setrlimit(RLIMIT_NOFILE, &limit) < 0)
		log_warning(
		    "waiter: only %lld files may be open, which is not enough for all waits",
		    (long long)limit.rlim_cur);
}

static int
waiter_init(struct waiter *w, int listening, struct error *err)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	w->listening = listening;
	w->signals = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (w->signals < 0 || fcntl(listening, F_SETFL, O_NONBLOCK) < 0)
		return error_errno(err, "cannot set up the waiter");
	if (!waits_init(&w->waits, (size_t)config_int(SETTING_WAITS),
		(size_t)config_int(SETTING_WAITS_PER_ACCOUNT)))
		return error_set(err, ERROR_SYSTEM, "out of memory");
	w->polled = calloc(POLL_WAITS + w->waits.cap, sizeof *w->polled);
	if (!w->polled)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	raise_limit(w->waits.cap);
	news_init(&w->news, config_int(SETTING_WAIT_LISTEN), hear, w);
	return 0;
}

int
waiter_run(int listening, struct error *err)
{
	struct waiter w = {0};
	int done = waiter_init(&w, listening, err);

	while (done == 0 && turn(&w))
		continue;
	for (size_t i = w.waits.n; i-- > 0;) {
		if (w.waits.all[i].is_waiting)
			answer(&w, i);
		else
			drop(&w, i);
	}
	news_close(&w.news);
	waits_free(&w.waits);
	free(w.polled);
	return done;
}
