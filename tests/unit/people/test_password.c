/* Passwords: what a hash is worth, and how many are checked at a time. */
#include "people/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PLACES  2
#define WAIT_MS 50

static char hash[PASSWORD_HASH_SIZE]; /* of "correct horse" */

static enum password_verdict
check_of(enum password_standing standing, const char *stored, const char *password)
{
	struct error err = {0};

	return password_check(stored, password, strlen(password), standing, &err);
}

static enum password_verdict
check(const char *stored, const char *password)
{
	return check_of(PASSWORD_KNOWN, stored, password);
}

static int
open_pool(void **state)
{
	(void)state;
	if (password_pool(PLACES, WAIT_MS, NULL) < 0)
		return -1;
	return password_hash("correct horse", 13, hash, NULL);
}

static void
only_the_password_itself_is_right(void **state)
{
	(void)state;
	assert_int_equal(check(hash, "correct horse"), PASSWORD_RIGHT);
	assert_int_equal(check(hash, "Correct horse"), PASSWORD_WRONG);
	assert_int_equal(check(hash, "correct horse "), PASSWORD_WRONG);
	assert_int_equal(check(hash, ""), PASSWORD_WRONG);
}

static void
a_nul_byte_does_not_cut_a_password_short(void **state)
{
	(void)state;
	assert_int_equal(
	    password_check(hash, "correct horse\0x", 15, PASSWORD_NEW, NULL), PASSWORD_WRONG);
}

static void
a_hash_has_the_chosen_cost_and_a_salt_of_its_own(void **state)
{
	(void)state;
	char again[PASSWORD_HASH_SIZE];

	assert_int_equal(password_hash("correct horse", 13, again, NULL), 0);
	assert_string_not_equal(hash, again);
	assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
}

static void
a_hash_of_another_cost_is_dated(void **state)
{
	(void)state;
	static const struct {
		const char *hash;
		bool dated;
	} cases[] = {
	    {"$argon2id$v=19$m=19456,t=2,p=1$beN/qu8XZ8GhLsR7C+55fg$"
	     "CA7onnB3G/HJXUZl0itTX81Pl0p5xWpjpGAaV3tROoM",
		false},
	    {"$argon2id$v=19$m=8192,t=1,p=1$Av4XMKbbHi9RYbfIVKLnrw$"
	     "wHD2X5eq+5ske5Ig9AFBtCSPlxZpSEOqOCqp9Vyltyo",
		true},
	    {"$argon2id$v=19$m=8192,t=2,p=1$Av4XMKbbHi9RYbfIVKLnrw$"
	     "wHD2X5eq+5ske5Ig9AFBtCSPlxZpSEOqOCqp9Vyltyo",
		true},
	    {"$argon2id$v=19$m=65536,t=3,p=1$Av4XMKbbHi9RYbfIVKLnrw$"
	     "wHD2X5eq+5ske5Ig9AFBtCSPlxZpSEOqOCqp9Vyltyo",
		true},
	    {"", false},
	    {"no hash", false},
	};

	assert_false(password_is_dated(hash));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(password_is_dated(cases[i].hash), cases[i].dated);
}

static void
what_is_no_hash_matches_nothing(void **state)
{
	(void)state;
	assert_int_equal(check("", "correct horse"), PASSWORD_WRONG);
	assert_int_equal(check("correct horse", "correct horse"), PASSWORD_WRONG);
	assert_int_equal(check("$argon2id$v=19$m=19456,t=2,p=1$x", "x"), PASSWORD_WRONG);
}

/* The least processor time of several checks, in ns, which other programs do not affect. */
static long
cost_of(const char *stored)
{
	struct timespec a, b;
	long least = LONG_MAX;

	for (int i = 0; i < 5; i++) {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
		assert_int_equal(check(stored, "wrong password"), PASSWORD_WRONG);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
		long cost = (b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec;
		least = cost < least ? cost : least;
	}
	return least;
}

static void
an_unknown_user_costs_the_same_time(void **state)
{
	(void)state;
	long known = cost_of(hash);
	long unknown = cost_of(NULL);

	assert_in_range(unknown, known / 3, known * 3);
}

/* The pool's file descriptor, found by the file's name: there is no other way to it. */
static int
pool_descriptor(void)
{
	char path[PATH_MAX], target[PATH_MAX];
	int found = -1;

	for (int fd = 0; fd < 64; fd++) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		ssize_t n = readlink(path, target, sizeof target - 1);
		target[n > 0 ? n : 0] = '\0';
		if (strstr(target, "accession-passwords"))
			found = fd;
	}
	return found;
}

/* A process that holds a place, as if checking a password, until it is killed. */
static pid_t
hold_place(int place)
{
	int ready[2];
	char byte = 0;

	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct flock lock = {
		    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};
		if (fcntl(pool_descriptor(), F_SETLK, &lock) == 0 && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
only_so_many_are_checked_at_a_time(void **state)
{
	(void)state;
	struct error err = {0};
	char new_hash[PASSWORD_HASH_SIZE];
	pid_t first = hold_place(0);
	assert_int_equal(check(hash, "correct horse"), PASSWORD_RIGHT);

	pid_t second = hold_place(1);
	assert_int_equal(check(hash, "correct horse"), PASSWORD_BUSY);
	assert_int_equal(check(NULL, "correct horse"), PASSWORD_BUSY);
	assert_int_equal(password_hash("correct horse", 13, new_hash, &err), -1);

	end(first);
	assert_int_equal(check(hash, "correct horse"), PASSWORD_RIGHT);
	end(second);
}

static void
a_check_gives_its_place_back(void **state)
{
	(void)state;
	pid_t other = hold_place(0);

	for (int i = 0; i < 3; i++)
		assert_int_equal(check(hash, "correct horse"), PASSWORD_RIGHT);
	end(hold_place(1));
	end(other);
}

static void
one_place_is_for_those_who_are_known(void **state)
{
	(void)state;
	pid_t other = hold_place(1);

	assert_int_equal(check_of(PASSWORD_SUSPECT, hash, "correct horse"), PASSWORD_BUSY);
	assert_int_equal(check_of(PASSWORD_NEW, hash, "correct horse"), PASSWORD_BUSY);
	assert_int_equal(check_of(PASSWORD_KNOWN, hash, "correct horse"), PASSWORD_RIGHT);
	end(other);
	assert_int_equal(check_of(PASSWORD_SUSPECT, hash, "correct horse"), PASSWORD_RIGHT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_password_itself_is_right),
	    cmocka_unit_test(a_nul_byte_does_not_cut_a_password_short),
	    cmocka_unit_test(a_hash_has_the_chosen_cost_and_a_salt_of_its_own),
	    cmocka_unit_test(a_hash_of_another_cost_is_dated),
	    cmocka_unit_test(what_is_no_hash_matches_nothing),
	    cmocka_unit_test(an_unknown_user_costs_the_same_time),
	    cmocka_unit_test(only_so_many_are_checked_at_a_time),
	    cmocka_unit_test(a_check_gives_its_place_back),
	    cmocka_unit_test(one_place_is_for_those_who_are_known),
	};

	return cmocka_run_group_tests(tests, open_pool, NULL);
}
