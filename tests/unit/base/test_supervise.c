/* A supervisor: its children are replaced and ended, whatever its signals were when it began. */
#include "base/supervise.h"

#include "base/log.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define STOP_MS                                                                          \
	60000 /* longer than a test may take: nothing is killed unless it is meant to be \
	       */
#define AT_ONCE   200
#define PROCESSES 3

/* A pipe over which each child reports that it is there. */
static int started[2];

static int
say_that_it_is_there(void)
{
	pid_t pid = getpid();

	return write(started[1], &pid, sizeof pid) == (ssize_t)sizeof pid ? 0 : 1;
}

static int
rest(void *arg)
{
	(void)arg;
	signal(SIGTERM, SIG_DFL);
	say_that_it_is_there();
	return pause();
}

static int
rest_and_hear_nothing(void *arg)
{
	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_IGN);
	say_that_it_is_there();
	return pause();
}

static int
give_up(void *arg)
{
	(void)arg;
	say_that_it_is_there();
	_exit(3);
}

/*
 * Starts a supervisor in its own process, with its SIGCHLD handling as given. It never outlives the
 * test: a broken one might go on killing processes that are no longer its children.
 */
static pid_t
start(int (*run)(void *), int64_t stop_ms, void (*sigchld)(int))
{
	assert_int_equal(pipe(started), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct supervised kind = {
		    .name = "child", .run = run, .processes = PROCESSES};
		struct error err = {0};
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGCHLD, sigchld);
		log_open("test", "error");
		_exit(supervise(&kind, 1, stop_ms, &err) == 0 ? 0 : 1);
	}
	close(started[1]);
	return pid;
}

/* Waits for the next child. */
static pid_t
next(void)
{
	pid_t pid = 0;

	assert_int_equal(read(started[0], &pid, sizeof pid), sizeof pid);
	return pid;
}

/* Waits until no process holds the pipe any more. */
static void
check_all_gone(void)
{
	pid_t pid = 0;

	assert_int_equal(read(started[0], &pid, sizeof pid), 0);
	close(started[0]);
}

static void
check_ended_well(pid_t supervisor)
{
	int status = 0;

	assert_int_equal(waitpid(supervisor, &status, 0), supervisor);
	assert_int_equal(status, 0);
	check_all_gone();
}

static void
killed_children_are_replaced_and_a_signal_ends_all(void **state)
{
	(void)state;
	static void (*const inherited[])(int) = {SIG_DFL, SIG_IGN};
	static const int ends[] = {SIGTERM, SIGINT};

	for (size_t i = 0; i < sizeof inherited / sizeof inherited[0]; i++) {
		pid_t children[PROCESSES], supervisor = start(rest, STOP_MS, inherited[i]);
		for (int n = 0; n < PROCESSES; n++)
			children[n] = next();
		for (int n = 0; n < PROCESSES; n++) {
			kill(children[n], SIGKILL);
			pid_t another = next();
			for (int m = 0; m < PROCESSES; m++)
				assert_int_not_equal(another, children[m]);
		}
		kill(supervisor, ends[i]);
		check_ended_well(supervisor);
	}
}

static void
a_child_that_ends_by_itself_is_started_again(void **state)
{
	(void)state;
	pid_t supervisor = start(give_up, STOP_MS, SIG_DFL);

	for (int n = 0; n < 3 * PROCESSES; n++)
		next();
	kill(supervisor, SIGTERM);
	int status = 0;
	assert_int_equal(waitpid(supervisor, &status, 0), supervisor);
	assert_int_equal(status, 0);
	close(started[0]);
}

static void
a_child_that_does_not_end_is_killed(void **state)
{
	(void)state;
	static void (*const inherited[])(int) = {SIG_DFL, SIG_IGN};

	for (size_t i = 0; i < sizeof inherited / sizeof inherited[0]; i++) {
		pid_t supervisor = start(rest_and_hear_nothing, AT_ONCE, inherited[i]);
		for (int n = 0; n < PROCESSES; n++)
			next();
		kill(supervisor, SIGTERM);
		check_ended_well(supervisor);
	}
}

static void
children_end_with_a_supervisor_that_is_killed(void **state)
{
	(void)state;
	pid_t supervisor = start(rest, STOP_MS, SIG_DFL);

	for (int n = 0; n < PROCESSES; n++)
		next();
	kill(supervisor, SIGKILL);
	waitpid(supervisor, NULL, 0);
	check_all_gone();
}

static void
no_processes_are_refused(void **state)
{
	(void)state;
	const struct supervised kind = {.name = "child", .run = rest, .processes = 0};
	struct error err = {0};

	assert_int_equal(supervise(&kind, 1, STOP_MS, &err), -1);
	assert_int_equal(err.code, ERROR_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(killed_children_are_replaced_and_a_signal_ends_all),
	    cmocka_unit_test(a_child_that_ends_by_itself_is_started_again),
	    cmocka_unit_test(a_child_that_does_not_end_is_killed),
	    cmocka_unit_test(children_end_with_a_supervisor_that_is_killed),
	    cmocka_unit_test(no_processes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
