/*
 * Log lines on standard error: "time level program[pid]: message", the time in UTC. If standard
 * error goes to journald, which adds time, program and process itself, "<3>message": the level in
 * journald's form. log_open decides this once, by comparing the device and inode in
 * $JOURNAL_STREAM (systemd.exec(5)) with those of standard error; that the variable is set is not
 * enough, because it survives a redirection.
 */
#ifndef ACCESSION_LOG_H
#define ACCESSION_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

bool log_is_level(const char *name);

/* Sets the program name for every line, and the least important level to log, by its name. */
void log_open(const char *program, const char *level);

/* For last words: the level in journald's form if standard error goes there, else "". */
const char *log_mark(enum log_level level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define LOG_REPEATED_SIZE 256

/* The last message logged, and when (clock_ms). `struct log_repeated r = {0};`: none yet. */
struct log_repeated {
	char text[LOG_REPEATED_SIZE]; /* as much of it as fits; "": none */
	int64_t at;
};

/*
 * For a failure that recurs while the program waits for something: logs the message if it differs
 * from the last one, otherwise at most once a minute.
 */
void log_repeated(struct log_repeated *last, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
