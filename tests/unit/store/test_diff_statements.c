/* A diff's summary has the same columns and order, read with the sign-in or without: diff.c. */
#include "store/diff.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void
a_summary_is_the_same_along_with_the_sign_in(void **state)
{
	const char *order = strstr(summary.sql, " ORDER BY ");
	const size_t n = (size_t)(strstr(summary.sql, "  FROM ") - summary.sql);

	(void)state;
	assert_memory_equal(diff_summary_along.sql, summary.sql, n);
	assert_int_equal(diff_summary_along.sql[n], ',');
	assert_non_null(order);
	assert_string_equal(strstr(diff_summary_along.sql, " ORDER BY "), order);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_summary_is_the_same_along_with_the_sign_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
