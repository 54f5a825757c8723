/*
 * Settings: one table gives name, default, unit and meaning of each. They are read from the
 * environment as ACCESSION_<NAME>; the database is found by libpq's own PG* variables.
 */
#ifndef ACCESSION_CONFIG_H
#define ACCESSION_CONFIG_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum setting {
	SETTING_FAST_SOCKET,
	SETTING_SLOW_SOCKET,
	SETTING_WAIT_SOCKET,
	SETTING_FAST_PROCESSES,
	SETTING_SLOW_PROCESSES,
	SETTING_WAITS,
	SETTING_WAITS_PER_ACCOUNT,
	SETTING_WAIT_LISTEN,
	SETTING_WAIT_POLL_MS,
	SETTING_REQUESTS_PER_PROCESS,
	SETTING_PASSWORD_CHECKS,
	SETTING_SESSION_HOURS,
	SETTING_SESSION_IDLE_MINUTES,
	SETTING_CANCEL_WAIT_MS,
	SETTING_TIME_ZONE,
	SETTING_STATEMENT_TIMEOUT_MS,
	SETTING_PREPARED,
	SETTING_UPLOAD_MAX_BYTES,
	SETTING_MAX_RECORDS,
	SETTING_MAX_FIELD_BYTES,
	SETTING_MAX_COLUMNS,
	SETTING_MAX_RECORD_BYTES,
	SETTING_MAX_DEPTH,
	SETTING_XLSX_MAX_INFLATED_BYTES,
	SETTING_XLSX_MAX_RATIO,
	SETTING_XLSX_MAX_SHARED_BYTES,
	SETTING_PARSER_MEMORY_BYTES,
	SETTING_PARSER_CPU_SECONDS,
	SETTING_ERRORS_KEPT,
	SETTING_ERRORS_SHOWN,
	SETTING_WORKER_PROCESSES,
	SETTING_WORKER_LISTEN,
	SETTING_WORKER_POLL_MS,
	SETTING_WORKER_HEARTBEAT_MS,
	SETTING_WORKER_LOST_MS,
	SETTING_WORKER_SILENCE_MS,
	SETTING_WORKER_STOP_MS,
	SETTING_WORKER_ATTEMPTS,
	SETTING_REVIEW_DAYS,
	SETTING_RETENTION_DAYS,
	SETTING_RETENTION_CHECK_MS,
	SETTING_DIFF_WORK_MEM,
	SETTING_SPOOL_DIR,
	SETTING_LOG_LEVEL,
	SETTING_COUNT
};

/*
 * Reads the environment, and sets the time zone. -1 with ERROR_USAGE naming the first variable that
 * is wrong, its value and what it takes.
 */
int config_load(struct error *err);

/*
 * Looks at all of the environment, whether it was loaded or not, and tells what is wrong with it, a
 * sentence each: values that a setting does not take, and variables ACCESSION_... that are no
 * setting, with the one that may be meant. Those of clients and of tests are fine. How many.
 */
typedef void config_tell(const char *sentence);
size_t config_check(config_tell *tell);

/* Warns in the log of variables that are no setting: they may be left over, and do no harm. */
void config_warn(void);

/* The value in force. Text is valid until the program ends. */
int64_t config_int(enum setting s);
const char *config_text(enum setting s);

/*
 * Prints every setting, a comment with meaning and unit above each, in a form that systemd's
 * EnvironmentFile takes.
 */
void config_print(FILE *out);

#endif
