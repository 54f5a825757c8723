/*
 * The one error type: a code that decides what the caller does (or which HTTP status is sent),
 * and a plain English message for people. It is set where most is known about the failure, passed
 * up unchanged and printed once, at the top.
 */
#ifndef ACCESSION_ERROR_H
#define ACCESSION_ERROR_H

enum error_code {
	ERROR_NONE,
	ERROR_INPUT,       /* what the user gave is wrong: HTTP 400, exit code 1 */
	ERROR_USAGE,       /* the command line is wrong: exit code 2 */
	ERROR_NOT_FOUND,   /* no such thing */
	ERROR_CONFLICT,    /* a database constraint or the current state forbids it */
	ERROR_FORBIDDEN,   /* the caller may not (any more): HTTP 403 */
	ERROR_LIMIT,       /* larger than a setting allows */
	ERROR_HANGUP,      /* the peer went away: there is nobody to answer */
	ERROR_BUSY,        /* too many of these at once: HTTP 503, worth retrying */
	ERROR_DB_DOWN,     /* the database cannot be reached: HTTP 503, worth retrying */
	ERROR_DB_SCHEMA,   /* the database or its setup does not fit this program yet: HTTP 503 */
	ERROR_DB_CANCELED, /* the statement was cancelled (SQLSTATE 57014) */
	ERROR_DB,          /* the database refused: a bug or a broken installation */
	ERROR_SYSTEM,      /* the operating system refused: out of memory, disk, descriptors */
};

struct error {
	enum error_code code;
	char sqlstate[6];   /* "" unless the database gave one */
	char message[1024]; /* one line, no trailing newline */
};

/* Sets *e and returns -1, so that `return error_set(...)` reads well. e may be NULL. */
int error_set(struct error *e, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set with ERROR_SYSTEM, adding ": " and the text of errno. */
int error_errno(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
