/*
 * The control connection: short statements, each on its own, that go on while the work connection
 * is busy for minutes. It hears NOTIFY, keeps the lease alive, learns of cancels and interrupts the
 * work backend.
 *
 * One statement is under way at a time. Nothing here waits, but for opening the connection, which
 * takes at most libpq's connect_timeout. A connection that broke, or does not answer, is opened
 * anew, with growing pauses.
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
 * Server settings of the worker's connections: when its host is gone, the server ends its backends,
 * and with them their locks; when the process is, those that are busy as well, within a second.
 */
#define CONTROL_WATCHED                                                              \
	{"client_connection_check_interval", "1000"}, {"tcp_keepalives_idle", "10"}, \
	    {"tcp_keepalives_interval", "5"},                                        \
	{                                                                            \
		"tcp_keepalives_count", "3"                                          \
	}

/* A server process. Process ids are given again, so the start belongs to it. */
struct backend {
	char pid[16];
	char start[48];
};

/* What is under way on the connection. */
enum control_task {
	CONTROL_FREE,
	CONTROL_PING,
	CONTROL_BEAT,      /* a heartbeat of the run in `asked` */
	CONTROL_INTERRUPT, /* the work backend is told to leave its statement */
	CONTROL_CALL,      /* a caller's statement */
	CONTROL_ANSWERED,  /* nothing: the caller has yet to fetch its answer */
};

struct control {
	struct db db;
	char lock_timeout[24];
	struct db_setting settings[6]; /* CONTROL_WATCHED, lock_timeout, and the end */
	struct backend backend;
	struct lease lease;
	bool notified;         /* a NOTIFY came, or the connection is new: look for jobs */
	const char *interrupt; /* pid of the work backend, to interrupt again and again; or NULL */
	int64_t interrupt_at;
	bool stray; /* an interrupt was sent and never answered: it may come at any time */

	enum control_task task;
	struct run asked; /* CONTROL_BEAT: about what */
	PGresult *result; /* of the task, once there; CONTROL_ANSWERED: NULL if it was lost */
	int64_t used_at;  /* when the last statement was sent */
	int64_t retry_at; /* while the connection is down: when to open it */
	struct backoff backoff;
	struct log_repeated failed; /* what went wrong last; nothing while the connection is up */
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
 * Sends a caller's statement. False if that is not possible now: another is under way, or there is
 * no connection. Then control_serve until control_answer is not 0.
 */
bool control_send(struct control *c, const struct statement *st, const char *const *params);

/*
 * The answer: 0 not yet; 1 with *result, the caller's to PQclear, which may be an error; -1 if the
 * connection broke and it is unknown whether the statement took effect.
 */
int control_answer(struct control *c, PGresult **result);

/*
 * How long a server may take over what it does at once. A connection is used at least that often
 * (but for work under way), so that a dead one is found within worker_silence_ms.
 */
int64_t control_patience(void);

/* Reads which backend serves the connection; waits control_patience. -1 with the error set. */
int control_identify(struct db *db, struct backend *backend, struct error *err);

#endif
