/*
 * The worker's event loop: one poll over signals, the control connection and whichever descriptor
 * the current work waits for. Work is written as straight-line code that calls loop_wait whenever
 * it has to wait, so that the control connection is served at all times.
 */
#ifndef ACCESSION_LOOP_H
#define ACCESSION_LOOP_H

#include "daemon/control.h"

#include <stdbool.h>
#include <stdint.h>

/* Why the current work is to stop. */
enum loop_stop {
	LOOP_GO_ON,
	LOOP_LOST,     /* another worker has the job */
	LOOP_CANCEL,   /* a person cancelled the job */
	LOOP_RELEASE,  /* this worker has to end */
	LOOP_GIVE_WAY, /* the work is no job, and there may be one now or this worker has to end */
};

struct loop {
	int signals; /* signalfd */
	bool alone;  /* for commands: no control connection, signals not taken over */
	struct control control;
	bool stopping;   /* SIGTERM came: take no more jobs */
	int64_t stop_at; /* stopping: when the current job has to stop */
	bool spare_time; /* the current work is no job, and gives way to one */
};

/*
 * Takes over the process's signals as inherited_reset_daemon leaves them. Returns 0, or -1 with the
 * error set.
 */
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
 * Runs a statement on the control connection, opening it if necessary. Returns the result, which is
 * the caller's to PQclear, or NULL with the error set: ERROR_DB_DOWN if it is unknown whether the
 * statement took effect, or if the worker has to end and cannot reach the database; others as
 * db_query.
 */
PGresult *loop_control(struct loop *loop, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

#endif
