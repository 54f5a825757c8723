/*
 * Settings. One table gives the name, default, unit and meaning of each. Values come from the
 * environment variables ACCESSION_<NAME>; libpq's own PG* variables say where the database is.
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
	SETTING_SIGN_IN_SOCKET,
	SETTING_FAST_PROCESSES,
	SETTING_SLOW_PROCESSES,
	SETTING_SIGN_IN_PROCESSES,
	SETTING_WAITS,
	SETTING_WAITS_PER_ACCOUNT,
	SETTING_WAIT_LISTEN,
	SETTING_WAIT_POLL_MS,
	SETTING_REQUESTS_PER_PROCESS,
	SETTING_PUBLIC_URL,
	SETTING_PASSWORD_CHECKS,
	SETTING_PASSWORD_DICTIONARY,
	SETTING_SESSION_HOURS,
	SETTING_SESSION_IDLE_MINUTES,
	SETTING_SECOND_FACTOR,
	SETTING_TRUSTED_FRONT,
	SETTING_TRUSTED_FRONT_URL,
	SETTING_LINK_HOURS,
	SETTING_ACCEPT,
	SETTING_GUARD,
	SETTING_COMMENTS,
	SETTING_APPROVALS,
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
	SETTING_EVENT_DAYS,
	SETTING_RETENTION_CHECK_MS,
	SETTING_DIFF_WORK_MEM,
	SETTING_SPOOL_DIR,
	SETTING_LOG_LEVEL,
	SETTING_COUNT
};

/*
 * Reads the environment and sets the time zone. Returns 0, or -1 with ERROR_USAGE and a message
 * that names the first invalid variable, its value and what is allowed.
 */
int config_load(struct error *err);

/*
 * Checks the whole environment, whether or not it was loaded, and calls tell with a sentence for
 * each problem: an invalid value, or a variable ACCESSION_... that is not a setting (suggesting the
 * likely one). Variables of clients and of tests are accepted. Returns the number of problems.
 */
typedef void config_tell(const char *sentence);
size_t config_check(config_tell *tell);

/* Logs a warning for each unknown ACCESSION_ variable: it may be left over, and does no harm. */
void config_warn(void);

/* The current value. Text stays valid until the program ends. */
int64_t config_int(enum setting s);
const char *config_text(enum setting s);

/*
 * Prints every setting below a comment with its meaning and unit, in the syntax of systemd's
 * EnvironmentFile. One that has no value is a comment too.
 */
void config_print(FILE *out);

#endif
