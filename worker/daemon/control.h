/*
 * The control connection: short statements, each on its own, that run even while the work
 * connection is busy for minutes. It hears NOTIFY, keeps the lease alive, learns of cancels and
 * interrupts the work backend.
 *
 * One statement is under way at a time. Nothing here blocks except opening the connection, which
 * takes at most libpq's connect_timeout. A connection that broke or does not answer is reopened,
 * with growing pauses.
 */
#ifndef ACCESSION_CONTROL_H
#define ACCESSION_CONTROL_H

#include "base/clock.h"
#include "base/log.h"
#include "daemon/lease.h"
#include "database/db.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Server settings of the worker's connections. If the worker's host dies, the server ends its
 * backends and so frees their locks; if only the process dies, even busy backends end within a
 * second.
 */
#define CONTROL_WATCHED                                                              \
	{"client_connection_check_interval", "1000"}, {"tcp_keepalives_idle", "10"}, \
	    {"tcp_keepalives_interval", "5"},                                        \
	{                                                                            \
		"tcp_keepalives_count", "3"                                          \
	}

/* A server process. Process ids are reused, so the start time is part of its identity. */
struct backend {
	char pid[16];
	char start[48];
};

/* What is under way on the connection. */
enum control_task {
	CONTROL_FREE,
	CONTROL_PING,
	CONTROL_BEAT,      /* a heartbeat of the run in `asked` */
	CONTROL_INTERRUPT, /* the work backend is told to cancel its statement */
	CONTROL_CALL,      /* a caller's statement */
	CONTROL_ANSWERED,  /* nothing: the caller has not fetched its answer yet */
};

struct control {
	struct db db;
	char lock_timeout[24];
	struct db_setting settings[6]; /* CONTROL_WATCHED, lock_timeout, and the end */
	struct backend backend;
	struct lease lease;
	bool notified;         /* a NOTIFY came, or the connection is new: look for jobs */
	const char *interrupt; /* pid of the work backend, to interrupt repeatedly; or NULL */
	int64_t interrupt_at;
	bool stray; /* an interrupt was sent but never answered: it may arrive at any time */

	enum control_task task;
	struct run asked; /* CONTROL_BEAT: the run it is about */
	PGresult *result; /* the task's, once it is there; CONTROL_ANSWERED: NULL if it was lost */
	int64_t used_at;  /* when the last statement was sent */
	int64_t retry_at; /* while the connection is down: when to open it */
	struct backoff backoff;
	struct log_repeated failed; /* what went wrong last; empty while the connection is up */
};

void control_init(struct control *c);
void control_close(struct control *c);

/* Whether there is a connection; it may yet turn out to be dead. */
bool control_is_up(const struct control *c);

/* For poll: the socket (-1: none), what to wait for, and how long at most. */
int control_fd(const struct control *c);
short control_events(const struct control *c);
int64_t control_due(const struct control *c);

/* Does whatever can be done now. */
void control_serve(struct control *c);

/*
 * Sends a caller's statement. Returns false if that is not possible now because another is under
 * way or there is no connection. Once it is sent, call control_serve until control_answer is not 0.
 */
bool control_send(struct control *c, const struct statement *st, const char *const *params);

/*
 * Fetches the answer. Returns 0 if there is none yet; 1 with *result, which may be an error and is
 * the caller's to PQclear; -1 if the connection broke and it is unknown whether the statement took
 * effect.
 */
int control_answer(struct control *c, PGresult **result);

/*
 * How long the server may take to answer what takes it no time, in ms. A connection is used at
 * least that often, except while work is under way, so that a dead one is noticed within
 * worker_silence_ms.
 */
int64_t control_patience(void);

/*
 * Finds which backend serves the connection, waiting at most control_patience. Returns 0, or -1
 * with the error set.
 */
int control_identify(struct db *db, struct backend *backend, struct error *err);

#endif
