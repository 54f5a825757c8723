/* What a program inherits is put right, except for what it is asked to keep. */
#include "base/inherited.h"

#include "base/log.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool
is(int number, void (*handler)(int))
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 && now.sa_handler == handler;
}

static bool
nothing_is_blocked(void)
{
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	return sigisemptyset(&mask);
}

static bool
is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

/* The worst start that a parent can give. */
static void
inherit_the_worst(void)
{
	static const int ignored[] = {SIGCHLD, SIGTERM, SIGINT};
	sigset_t all;

	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
		signal(ignored[i], SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (int fd = 0; fd < 3; fd++)
		close(fd);
}

static bool
daemon_is_right(void)
{
	signal(SIGPIPE, SIG_DFL);
	inherited_reset_daemon();
	return is(SIGCHLD, SIG_DFL) && is(SIGTERM, SIG_DFL) && is(SIGINT, SIG_DFL) &&
	       is(SIGPIPE, SIG_IGN) && nothing_is_blocked() && is_null(0) && is_null(1) &&
	       is_null(2);
}

/* The shell's & starts commands with SIGINT ignored, and so does the worker its parser. */
static bool
command_is_right(void)
{
	signal(SIGPIPE, SIG_DFL);
	inherited_reset();
	return is(SIGCHLD, SIG_DFL) && is(SIGINT, SIG_IGN) && is(SIGPIPE, SIG_DFL) &&
	       nothing_is_blocked() && is_null(0) && is_null(1) && is_null(2);
}

static bool
an_end_is_seen(void)
{
	int status = 0;

	inherited_reset();
	pid_t pid = fork();
	if (pid == 0)
		_exit(7);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7;
}

static bool
a_log_that_nobody_reads_is_no_end(void)
{
	int ends[2];

	signal(SIGPIPE, SIG_DFL);
	if (pipe(ends) < 0)
		return false;
	dup2(ends[1], STDERR_FILENO);
	close(ends[0]);
	close(ends[1]);
	inherited_reset_daemon();
	log_error("is anybody there?");
	return true;
}

static void
whatever_is_inherited_is_put_right(void **state)
{
	(void)state;
	static bool (*const cases[])(void) = {
	    daemon_is_right, command_is_right, an_end_is_seen, a_log_that_nobody_reads_is_no_end};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int status = 0;
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			inherit_the_worst();
			_exit(cases[i]() ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

static void
what_is_open_stays_as_it_is(void **state)
{
	(void)state;
	struct stat before[3], after[3];

	for (int fd = 0; fd < 3; fd++)
		assert_int_equal(fstat(fd, &before[fd]), 0);
	inherited_reset();
	for (int fd = 0; fd < 3; fd++) {
		assert_int_equal(fstat(fd, &after[fd]), 0);
		assert_int_equal(before[fd].st_ino, after[fd].st_ino);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whatever_is_inherited_is_put_right),
	    cmocka_unit_test(what_is_open_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
