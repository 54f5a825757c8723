/* Log lines on standard error: see log.h. */
#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 2048
#define REPEAT_MS 60000

static const struct {
	const char *name;
	const char *journal; /* syslog priority as journald reads it */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", "<3>"},
    [LOG_LEVEL_WARNING] = {"warning", "<4>"},
    [LOG_LEVEL_INFO] = {"info", "<6>"},
    [LOG_LEVEL_DEBUG] = {"debug", "<7>"},
};

static const char *log_program = "accession";
static enum log_level log_least = LOG_LEVEL_INFO;
static bool log_to_journal;

/* The index of the level of that name; -1 if there is none. */
static int
find_level(const char *name)
{
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
		if (strcmp(levels[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool
log_is_level(const char *name)
{
	return find_level(name) >= 0;
}

static bool
is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device = 0, inode = 0;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(fd, &st) == 0 &&
	       st.st_dev == device && st.st_ino == inode;
}

const char *
log_mark(enum log_level level)
{
	return is_journal(STDERR_FILENO) ? levels[level].journal : "";
}

void
log_open(const char *program, const char *level)
{
	log_to_journal = is_journal(STDERR_FILENO);
	log_program = program;
	if (log_is_level(level))
		log_least = (enum log_level)find_level(level);
}

/* Writes a line in one call, so that lines of several processes do not mix. */
static void
log_line(enum log_level level, const char *format, va_list ap)
{
	char line[LINE_SIZE];
	int n = 0;

	if (level > log_least)
		return;
	if (log_to_journal) {
		n = snprintf(line, sizeof line, "%s", levels[level].journal);
	} else {
		struct timespec now;
		struct tm utc;
		clock_gettime(CLOCK_REALTIME, &now);
		gmtime_r(&now.tv_sec, &utc);
		n = (int)strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
		n += snprintf(line + n, sizeof line - (size_t)n,
		    ".%03ldZ %s %s[%d]: ", now.tv_nsec / 1000000, levels[level].name, log_program,
		    (int)getpid());
	}
	int more = vsnprintf(line + n, sizeof line - (size_t)n - 1, format, ap);
	if (more > 0)
		n += more;
	if (n > LINE_SIZE - 2)
		n = LINE_SIZE - 2;
	for (int i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nobody reads the log (SIGPIPE is ignored): nothing can be done */
}

static void
log_any(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define DEFINE_LOG(function, level)            \
	void function(const char *format, ...) \
	{                                      \
		va_list ap;                    \
		va_start(ap, format);          \
		log_line(level, format, ap);   \
		va_end(ap);                    \
	}

DEFINE_LOG(log_error, LOG_LEVEL_ERROR)
DEFINE_LOG(log_warning, LOG_LEVEL_WARNING)
DEFINE_LOG(log_info, LOG_LEVEL_INFO)
DEFINE_LOG(log_debug, LOG_LEVEL_DEBUG)

static void
log_any(enum log_level level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	log_line(level, format, ap);
	va_end(ap);
}

void
log_repeated(struct log_repeated *last, enum log_level level, const char *format, ...)
{
	char text[LINE_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (strncmp(text, last->text, sizeof last->text - 1) == 0 && *last->text &&
	    clock_ms() < last->at + REPEAT_MS)
		return;
	snprintf(last->text, sizeof last->text, "%.*s", (int)sizeof last->text - 1, text);
	last->at = clock_ms();
	log_any(level, "%s", text);
}
