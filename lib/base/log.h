/*
 * Log lines on standard error: "level program[pid]: message". Under systemd, journald adds time and
 * unit, and reads the level from the "<3>" prefix that is written when standard error is its own.
 */
#ifndef ACCESSION_LOG_H
#define ACCESSION_LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

bool log_is_level(const char *name);

/* Names the program in every line and sets the least important level that is written, by name. */
void log_open(const char *program, const char *level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
