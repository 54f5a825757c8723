/* Integers as people and programs write them. */
#include "model/decimal.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const struct {
	const char *text;
	bool plain, with_exponent; /* whether it is one */
	long value;
} cases[] = {
    {"0", true, true, 0},
    {"8", true, true, 8},
    {"-8", true, true, -8},
    {"-0", true, true, 0},
    {"007", true, true, 7},
    {"8.0", true, true, 8},
    {"8.000", true, true, 8},
    {"1e1", false, true, 10},
    {"1.5E+01", false, true, 15},
    {"-1.25e2", false, true, -125},
    {"120e-1", false, true, 12},
    {"0e9", false, true, 0},
    {"0.0e-9", false, true, 0},
    {"0e999999999999999999", false, true, 0},
    {"1.5", false, false, 0},
    {"0.1", false, false, 0},
    {"125e-1", false, false, 0},
    {"1.25e1", false, false, 0},
    {"1e-999999999999999999", false, false, 0},
    {"", false, false, 0},
    {"-", false, false, 0},
    {"+8", false, false, 0},
    {" 8", false, false, 0},
    {"8 ", false, false, 0},
    {".5", false, false, 0},
    {"8.", false, false, 0},
    {"8.x", false, false, 0},
    {"1,000", false, false, 0},
    {"e1", false, false, 0},
    {"1e", false, false, 0},
    {"1e+", false, false, 0},
    {"1e1.0", false, false, 0},
    {"--8", false, false, 0},
    {"0x8", false, false, 0},
    {"8\xc2\xa0", false, false, 0},
    {"nan", false, false, 0},
};

static void
integers_are_read_exactly(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = strlen(cases[i].text);
		long value = 0;

		assert_int_equal(decimal_integer(cases[i].text, n, false, &value), cases[i].plain);
		if (cases[i].plain)
			assert_int_equal(value, cases[i].value);
		assert_int_equal(
		    decimal_integer(cases[i].text, n, true, &value), cases[i].with_exponent);
		if (cases[i].with_exponent)
			assert_int_equal(value, cases[i].value);
	}
}

static void
what_no_long_can_hold_stays_beyond_all_limits(void **state)
{
	static const char *const huge[] = {"9223372036854775807", "99999999999999999999999999",
	    "1e400", "1e999999999999999999", "123456789e30"};
	char negative[64];
	long value = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(huge); i++) {
		assert_true(decimal_integer(huge[i], strlen(huge[i]), true, &value));
		assert_true(value > LONG_MAX / 1000);
		snprintf(negative, sizeof negative, "-%s", huge[i]);
		assert_true(decimal_integer(negative, strlen(negative), true, &value));
		assert_true(value < -(LONG_MAX / 1000));
	}
}

static void
only_the_bytes_given_are_read(void **state)
{
	long value = 0;

	(void)state;
	assert_true(decimal_integer("123", 2, false, &value));
	assert_int_equal(value, 12);
	assert_true(decimal_integer("1e12", 3, true, &value));
	assert_int_equal(value, 10);
	assert_false(decimal_integer("1\0002", 3, false, &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_are_read_exactly),
	    cmocka_unit_test(what_no_long_can_hold_stays_beyond_all_limits),
	    cmocka_unit_test(only_the_bytes_given_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
