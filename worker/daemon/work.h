/*
 * The work connection, over which diffs are made and applied. Its calls look as if they blocked,
 * but wait in the event loop. Once there is a reason to stop (loop_stop), they fail at once with
 * ERROR_DB_CANCELED and interrupt what the server is doing; the caller unwinds up to work_rollback.
 */
#ifndef ACCESSION_WORK_H
#define ACCESSION_WORK_H

#include "daemon/control.h"
#include "daemon/loop.h"
#include "database/db.h"

#include <stdbool.h>
#include <stddef.h>

struct work {
	struct db db;
	struct loop *loop;
	struct backend backend;
};

void work_init(struct work *w, struct loop *loop, const char *role);

/*
 * Opens the connection if it is closed or broken, and waits for that. Returns 0, or -1 with
 * ERROR_DB_DOWN.
 */
int work_open(struct work *w, struct error *err);
void work_close(struct work *w);

/* Whether the connection is still there. */
bool work_is_up(const struct work *w);

/* As db_query. The statement is not prepared. */
PGresult *work_query(struct work *w, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

/* As work_query; returns the number of rows touched, or -1. */
int64_t work_run(struct work *w, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));

/* Sends a statement, whose rows work_next returns one by one, like db_stream and db_next. */
int work_stream(struct work *w, const struct statement *st, const char *const *params,
    struct error *err) __attribute__((warn_unused_result));
PGresult *work_next(struct work *w, struct error *err);

/* COPY FROM STDIN, binary: the header, tuples as often as wanted, the trailer. */
int work_copy_begin(struct work *w, const struct statement *st, struct error *err)
    __attribute__((warn_unused_result));
int work_copy_data(struct work *w, const void *bytes, size_t n, struct error *err)
    __attribute__((warn_unused_result));
int work_copy_end(struct work *w, struct error *err) __attribute__((warn_unused_result));

int work_begin(struct work *w, struct error *err) __attribute__((warn_unused_result));

/*
 * Commits even if there is a reason to stop: no interrupt reaches it. Returns 0, or -1: with
 * ERROR_DB_DOWN it is unknown whether the commit took effect, with any other error it did not.
 */
int work_commit(struct work *w, struct error *err) __attribute__((warn_unused_result));

/* Ends whatever is under way. If that does not work soon, closes the connection. */
void work_rollback(struct work *w);

#endif
