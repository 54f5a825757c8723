/*
 * The parser child: `accession parse`, started by fork and exec with the file as its standard input
 * and a pipe as its standard output, over which it sends frames (frame.h). It waits until a third
 * descriptor tells it what the file is, so that it can be started before there is a file. It
 * inherits nothing else: no connection, and only the limits from the environment. It confines
 * itself (sandbox.h), and its memory use is watched from here as well. It is not trusted.
 */
#ifndef ACCESSION_CHILD_H
#define ACCESSION_CHILD_H

#include "base/error.h"
#include "daemon/loop.h"
#include "model/model.h"
#include "parser/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct charset;

struct child {
	pid_t pid;                     /* 0: not running */
	const struct charset *charset; /* of its file, if the upload named one */
	int pidfd;                     /* becomes readable when it ends */
	int file;                      /* its standard input */
	int order;                     /* where it is told what its file is */
	int pipe;                      /* its frames */
	int statm;                     /* its /proc/PID/statm; -1: not watched */
	char *bytes;                   /* what was read but not parsed yet: [from, to) */
	size_t from, to;
	int64_t watch_at;  /* clock_ms: when to check its memory next */
	bool too_large;    /* it was killed for using too much memory */
	const char *fault; /* what it did wrong, to follow "The parser"; NULL: nothing */
};

/* Why a child did not end well. */
struct child_failure {
	char what[256]; /* a sentence; the caller adds how far it came and a full stop */
	const char *remedy;
};

/* The descriptor on which the child is told what its file is: see order.h. */
#define CHILD_ORDER_FD 3

#define CHILD_NONE ((struct child){.pidfd = -1, .file = -1, .order = -1, .pipe = -1, .statm = -1})

/*
 * Starts a child on a file, which belongs to *c from then on, even on failure. The name of a
 * charset (NULL: none) is told now, as what converts it has to be opened before the child confines
 * itself. Returns 0, or -1 with ERROR_SYSTEM, or ERROR_INPUT if there is no such charset.
 */
int child_start(struct child *c, int file, const char *charset, struct error *err);

/* Whether it was started, for a file in that charset (NULL: none was named), and still lives. */
bool child_is_up(const struct child *c, const char *charset);

/* Tells it to parse its file from the beginning. Returns 0, or -1 with ERROR_SYSTEM. */
int child_order(struct child *c, const struct model *m, const char *format, struct error *err);

/* Tells it to give back the n records of its file with these ascending numbers. */
int child_order_rows(struct child *c, const struct model *m, const char *format,
    const int64_t *entries, size_t n, struct error *err);

/*
 * Waits for the next frame, which is valid until the next call. Returns 1; 0 at the end, or if the
 * child sends anything but frames; -1 with ERROR_DB_CANCELED if there is a reason to stop.
 */
int child_next(struct child *c, struct loop *loop, struct frame *f, struct error *err);

/* Records what the child did wrong ("sent ..."), for child_end to report. */
void child_blame(struct child *c, const char *fault);

/*
 * Waits briefly for it to end after its last frame. Returns 1 if it ended well; 0 if not, and fills
 * in why; -1 with ERROR_DB_CANCELED if there is a reason to stop.
 */
int child_end(struct child *c, struct loop *loop, struct child_failure *failure, struct error *err);

/* Kills it if it runs, and frees what belongs to it. */
void child_free(struct child *c);

#endif
