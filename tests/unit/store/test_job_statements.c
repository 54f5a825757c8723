/* Statements of cgi-bin/store/job.c that share columns have the same ones. */
#include "store/job.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *
end_of_columns(const char *sql)
{
	return strstr(sql, "  FROM import_job j");
}

static void
every_job_row_begins_with_the_columns_of_one(void **state)
{
	const char *const others[] = {job_get_along.sql, get_with_extras.sql, get_current.sql,
	    list_sql, decisions[JOB_ACCEPT].sql, decisions[JOB_CANCEL].sql,
	    decisions[JOB_RETRY].sql};
	const size_t n = (size_t)(end_of_columns(get_plain.sql) - get_plain.sql);

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		assert_memory_equal(others[i], get_plain.sql, n);
		assert_int_equal(others[i][n], ',');
	}
}

static void
extras_are_the_same_of_one_of_the_current_and_of_many(void **state)
{
	const char *end = strstr(get_with_extras.sql, "  FROM import_job j WHERE ");
	const size_t n = (size_t)(end - get_with_extras.sql);

	(void)state;
	assert_non_null(end);
	assert_memory_equal(get_current.sql, get_with_extras.sql, n);
	assert_memory_equal(list_sql, get_with_extras.sql, n);
	assert_memory_equal(get_current.sql + n, "  FROM import_job j WHERE ", 26);
	assert_memory_equal(list_sql + n, "  FROM (SELECT * ", 17);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_job_row_begins_with_the_columns_of_one),
	    cmocka_unit_test(extras_are_the_same_of_one_of_the_current_and_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
