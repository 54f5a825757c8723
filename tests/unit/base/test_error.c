/* The one error type: what it keeps, whatever it is given. */
#include "base/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static char longer[sizeof((struct error *)0)->message + 100];

static void
an_error_is_a_code_and_a_message(void **state)
{
	struct error err = {.sqlstate = "23505"};

	(void)state;
	assert_int_equal(error_set(&err, ERROR_LIMIT, "%s has %d rows.", "x.csv", 9), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_string_equal(err.message, "x.csv has 9 rows.");
	assert_string_equal(err.sqlstate, ""); /* the previous error's is gone */
}

static void
the_text_of_errno_is_added(void **state)
{
	struct error err = {0};

	(void)state;
	errno = ENOENT;
	assert_int_equal(error_errno(&err, "opening %s", "x"), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_string_equal(err.message, "opening x: No such file or directory");
}

static void
whoever_does_not_ask_is_not_told(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, ERROR_INPUT, "%d", 1), -1);
	assert_int_equal(error_errno(NULL, "%d", 1), -1);
}

static void
a_long_message_is_cut(void **state)
{
	struct error err = {0};

	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	assert_int_equal(error_set(&err, ERROR_INPUT, "%s", longer), -1);
	assert_int_equal(strlen(err.message), sizeof err.message - 1);
	errno = EIO;
	assert_int_equal(error_errno(&err, "%s", longer), -1);
	assert_int_equal(strlen(err.message), sizeof err.message - 1);
	errno = EIO; /* only the beginning of its text fits */
	error_errno(&err, "%.*s", (int)sizeof err.message - 6, longer);
	assert_string_equal(err.message + sizeof err.message - 6, ": Inp");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_error_is_a_code_and_a_message),
	    cmocka_unit_test(the_text_of_errno_is_added),
	    cmocka_unit_test(whoever_does_not_ask_is_not_told),
	    cmocka_unit_test(a_long_message_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
