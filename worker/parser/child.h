/*
 * The parser child: `accession parse`, started by fork and exec with the file as its standard input
 * and a pipe as its standard output, over which it sends frames (frame.h). By a third descriptor it
 * is told what the file is; until then it waits, so that one can be started before there is a file.
 * It inherits nothing else: no connection, and of the environment only the limits. It confines
 * itself (sandbox.h); what it takes of memory is watched from here as well. It is not trusted.
 */
#ifndef ACCESSION_CHILD_H
#define ACCESSION_CHILD_H

#include "base/error.h"
#include "daemon/loop.h"
#include "parser/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct child {
	pid_t pid;   /* 0: not running */
	int pidfd;   /* becomes readable when it ends */
	int file;    /* its standard input */
	int order;   /* where it is told what that is */
	int pipe;    /* its frames */
	int statm;   /* its /proc/PID/statm; -1: not watched */
	char *bytes; /* what was read and is not parsed: [from, to) */
	size_t from, to;
	int64_t watch_at;  /* clock_ms: when its memory is looked at next */
	bool too_large;    /* it was ended for that; */
	const char *fault; /* or for that, for "The parser ..."; NULL: it was not */
};

/* How one ended that did not end well. */
struct child_failure {
	char what[256]; /* a sentence, to which the caller adds how far it came and a full stop */
	const char *remedy;
};

/*
 * Where the child is told what its file is: "FORMAT MODEL\n". If numbers of records follow, rising,
 * each on a line of its own, it is to give back these as the file has them, and no more.
 */
#define CHILD_ORDER_FD 3

#define CHILD_NONE ((struct child){.pidfd = -1, .file = -1, .order = -1, .pipe = -1, .statm = -1})

/* Starts one on a file, which becomes the child's whatever happens. -1 with ERROR_SYSTEM. */
int child_start(struct child *c, int file, struct error *err);

/* Whether it was started and still lives. */
bool child_is_up(const struct child *c);

/* Lets it parse its file from the beginning. -1 with ERROR_SYSTEM. */
int child_order(struct child *c, const char *format, const char *model, struct error *err);

/* Lets it give back the n records of its file with these numbers, which rise. */
int child_order_rows(struct child *c, const char *format, const char *model, const int64_t *entries,
    size_t n, struct error *err);

/*
 * Waits for the next frame; it is valid until the next call. 1; 0 at the end, or if the child sends
 * anything else than frames; -1 with ERROR_DB_CANCELED if the job is to be left alone.
 */
int child_next(struct child *c, struct loop *loop, struct frame *f, struct error *err);

/* Records what is wrong with what the child does ("sent ..."): child_end says so. */
void child_blame(struct child *c, const char *fault);

/*
 * Waits for its end after its last frame, but not for long. True if it ended well; else fills in
 * why not.
 */
bool child_end(struct child *c, struct loop *loop, struct child_failure *failure);

/* Kills it if it runs, and frees what belongs to it. */
void child_free(struct child *c);

#endif
