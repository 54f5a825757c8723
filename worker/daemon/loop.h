/*
 * The worker's event loop: one poll over signals, the control connection and one descriptor more,
 * whichever the work at hand waits for. Work is written as straight code that calls loop_wait
 * whenever it has to wait, so that control is always served meanwhile.
 */
#ifndef ACCESSION_LOOP_H
#define ACCESSION_LOOP_H

#include "daemon/control.h"

#include <stdbool.h>
#include <stdint.h>

/* Why what is at hand is to be left alone. */
enum loop_stop {
	LOOP_GO_ON,
	LOOP_LOST,     /* another worker has the job */
	LOOP_CANCEL,   /* a person wants it ended */
	LOOP_RELEASE,  /* this worker has to end */
	LOOP_GIVE_WAY, /* no job, but there may be one now, or this worker has to end */
};

struct loop {
	int signals; /* signalfd */
	bool alone;  /* no control connection, signals as usual: for commands */
	struct control control;
	bool stopping;   /* SIGTERM came: take no more jobs */
	int64_t stop_at; /* stopping: how long the job at hand may take */
	bool spare_time; /* what is at hand is no job, and gives way to one */
};

/* Takes over the signals of the process, as inherited_reset_daemon leaves them. -1 with the error
 * set. */
int loop_open(struct loop *loop, struct error *err);

/* A loop that does nothing but wait. */
void loop_open_alone(struct loop *loop);

void loop_close(struct loop *loop);

/*
 * Waits until fd (-1: none) is ready for one of `events`, something happened on the control
 * connection, a signal came, or ms have passed; serves control. Returns what fd is ready for.
 */
short loop_wait(struct loop *loop, int fd, short events, int64_t ms);

/* As loop_wait, until `until` (clock_ms) has passed or there is a reason to look for jobs. */
void loop_idle(struct loop *loop, int64_t until);

/* As loop_wait, until ms have passed or SIGTERM came. */
void loop_pause(struct loop *loop, int64_t ms);

enum loop_stop loop_stop(const struct loop *loop);

/*
 * Runs a statement on the control connection; opens it if need be. The result is the caller's to
 * PQclear. NULL with the error set: ERROR_DB_DOWN, it is unknown whether it took effect, or the
 * worker has to end and the database cannot be reached; others as db_query.
 */
PGresult *loop_control(struct loop *loop, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

#endif
