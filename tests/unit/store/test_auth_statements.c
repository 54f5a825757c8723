/* Statements that sign in along the way find the credential as auth_by_hash does: auth.c. */
#include "store/auth.c"

#include "store/diff.h"
#include "store/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
what_goes_along_signs_in_as_all_else(void **state)
{
	static const struct statement *const along[] = {&job_get_along, &diff_summary_along};
	static const char *const columns[] = {AUTH_COLUMNS_ALONE, AUTH_COLUMNS};
	const char *where = strstr(by_hash.sql, " WHERE c.");
	char text[512];

	(void)state;
	assert_non_null(where);
	assert_true(
	    strncmp(by_hash.sql + strlen("SELECT "), AUTH_COLUMNS, sizeof AUTH_COLUMNS - 1) == 0);
	for (size_t i = 0; i < sizeof along / sizeof along[0]; i++) {
		const char *sql = along[i]->sql;
		snprintf(text, sizeof text, ", %s  FROM credential c", columns[i]);
		const char *own = strstr(sql, "  LEFT JOIN ");
		assert_non_null(strstr(sql, text)); /* the last columns, of the same table */
		assert_true(own == strstr(sql, text) + strlen(text));
		assert_non_null(strstr(own, where));
		assert_non_null(strstr(own, "$3 AND c.active"));
		assert_int_equal(along[i]->nparams, 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_goes_along_signs_in_as_all_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
