/* Log lines: what they look like, who they are for, and how often they come. */
#include "base/log.h"

#include "base/clock.h"

#include <fcntl.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TIME "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z "

static int file, real_stderr;
static char text[8192];

/* From here to what_was_logged, standard error is a file of the test. */
static void
begin(void)
{
	file = memfd_create("log", MFD_CLOEXEC);
	real_stderr = dup(STDERR_FILENO);
	assert_true(file >= 0 && real_stderr >= 0);
	dup2(file, STDERR_FILENO);
}

static const char *
what_was_logged(void)
{
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	ssize_t n = pread(file, text, sizeof text - 1, 0);
	close(file);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static bool
fits(const char *line, const char *pattern)
{
	regex_t compiled;

	assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
	bool found = regexec(&compiled, line, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}

static size_t
lines(const char *logged)
{
	size_t n = 0;

	for (; *logged; logged++)
		n += *logged == '\n';
	return n;
}

static void
a_line_has_time_level_program_and_process(void **state)
{
	(void)state;
	char pattern[128];

	snprintf(pattern, sizeof pattern, TIME "warning tester\\[%d\\]: 3 of 4\n$", (int)getpid());
	unsetenv("JOURNAL_STREAM");
	begin();
	log_open("tester", "info");
	log_warning("%d of %d", 3, 4);
	assert_true(fits(what_was_logged(), pattern));
}

/* The device and inode of standard error, with these numbers added to make them wrong. */
static const char *
stream(unsigned device, unsigned inode)
{
	static char name[64];
	struct stat st;

	fstat(STDERR_FILENO, &st);
	snprintf(name, sizeof name, "%llu:%llu", (unsigned long long)st.st_dev + device,
	    (unsigned long long)st.st_ino + inode);
	return name;
}

static void
the_journal_is_believed_only_where_it_is(void **state)
{
	(void)state;
	static const struct {
		const char *said;
		unsigned device, inode; /* if not said */
		bool believed;
	} cases[] = {
	    {NULL, 0, 0, true},
	    {NULL, 0, 1, false},
	    {NULL, 1, 0, false},
	    {"", 0, 0, false},
	    {"1", 0, 0, false},
	    {"8:", 0, 0, false},
	    {"yes", 0, 0, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin();
		setenv("JOURNAL_STREAM",
		    cases[i].said ? cases[i].said : stream(cases[i].device, cases[i].inode), 1);
		log_open("tester", "info");
		log_error("it broke");
		const char *logged = what_was_logged();
		assert_true(
		    fits(logged, cases[i].believed ? "^<3>it broke\n$" : TIME "error tester"));
	}
}

static void
whose_log_it_is_is_decided_once(void **state)
{
	(void)state;

	begin();
	unsetenv("JOURNAL_STREAM");
	log_open("tester", "info");
	setenv("JOURNAL_STREAM", stream(0, 0), 1);
	log_error("first");
	assert_true(fits(what_was_logged(), TIME "error tester"));
	unsetenv("JOURNAL_STREAM");
}

static void
less_important_lines_are_left_out(void **state)
{
	(void)state;
	static const char *const levels[] = {"error", "warning", "info", "debug"};

	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		begin();
		log_open("tester", levels[i]);
		log_error("one");
		log_warning("two");
		log_info("three");
		log_debug("four");
		assert_int_equal(lines(what_was_logged()), i + 1);
	}
	log_open("tester", "info");
}

static void
a_line_stays_one_line_whatever_is_in_it(void **state)
{
	(void)state;
	char longer[4096];

	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	begin();
	log_info("a\nb\r\n\033[2Jc");
	log_info("%s", longer);
	const char *logged = what_was_logged();
	assert_int_equal(lines(logged), 2);
	assert_non_null(strstr(logged, ": a b   [2Jc\n"));
	assert_true(strlen(logged) < 2200);
}

static void
what_is_repeated_is_said_once_a_minute(void **state)
{
	(void)state;
	struct log_repeated last = {0};

	begin();
	for (int i = 0; i < 5; i++)
		log_repeated(&last, LOG_LEVEL_WARNING, "no %s", "answer");
	last.at = clock_ms() - 59000; /* logged 59 seconds ago: at most a second is left */
	const int64_t nearly = last.at;
	log_repeated(&last, LOG_LEVEL_WARNING, "no %s", "answer");
	assert_true(last.at == nearly || clock_ms() >= nearly + 60000);
	last.at = clock_ms() - 60000;
	log_repeated(&last, LOG_LEVEL_WARNING, "no %s", "answer");
	const char *logged = what_was_logged();
	assert_in_range(lines(logged), 2, 3);
	assert_true(fits(logged, "warning tester"));
}

static void
what_is_new_is_said_at_once(void **state)
{
	(void)state;
	struct log_repeated last = {0};
	char longer[LOG_REPEATED_SIZE + 64];

	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	begin();
	log_repeated(&last, LOG_LEVEL_WARNING, "no answer");
	log_repeated(&last, LOG_LEVEL_WARNING, "no answer from b");
	log_repeated(&last, LOG_LEVEL_WARNING, "no answer");
	log_repeated(&last, LOG_LEVEL_WARNING, "%s", longer);
	log_repeated(&last, LOG_LEVEL_WARNING, "%s", longer);
	last = (struct log_repeated){0};
	log_repeated(&last, LOG_LEVEL_WARNING, "%s", longer);
	assert_int_equal(lines(what_was_logged()), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_has_time_level_program_and_process),
	    cmocka_unit_test(the_journal_is_believed_only_where_it_is),
	    cmocka_unit_test(whose_log_it_is_is_decided_once),
	    cmocka_unit_test(less_important_lines_are_left_out),
	    cmocka_unit_test(a_line_stays_one_line_whatever_is_in_it),
	    cmocka_unit_test(what_is_repeated_is_said_once_a_minute),
	    cmocka_unit_test(what_is_new_is_said_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
