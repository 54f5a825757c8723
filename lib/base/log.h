/*
 * Log lines on standard error: "time level program[pid]: message", the time in UTC. Where standard
 * error is journald's, which adds the time itself, "<3>" stands in its place: the level as journald
 * reads it. Whether it is journald's is found out once, by log_open, and not believed: it is if
 * $JOURNAL_STREAM names the very device and inode (systemd.exec(5)); the variable outlives a
 * redirection.
 */
#ifndef ACCESSION_LOG_H
#define ACCESSION_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

bool log_is_level(const char *name);

/* Names the program in every line and sets the least important level that is written, by name. */
void log_open(const char *program, const char *level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define LOG_REPEATED_SIZE 256

/* What was said last, and when (clock_ms). `struct log_repeated r = {0};`: nothing yet. */
struct log_repeated {
	char text[LOG_REPEATED_SIZE]; /* as much of it as fits; "": nothing */
	int64_t at;
};

/*
 * For what goes wrong again and again while something is waited for: logs it if it is not what was
 * said last, and else once a minute.
 */
void log_repeated(struct log_repeated *last, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
