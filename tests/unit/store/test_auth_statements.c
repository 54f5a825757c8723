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
	const char *from = strstr(by_hash.sql, "  FROM "), *where = strstr(by_hash.sql, " WHERE ");
	const char *columns = by_hash.sql + strlen("SELECT ");
	const size_t n = (size_t)(where - columns);
	char text[512];

	(void)state;
	assert_true(from && where);
	snprintf(text, sizeof text, ", %.*s", (int)n, columns);
	for (size_t i = 0; i < sizeof along / sizeof along[0]; i++) {
		const char *sql = along[i]->sql;
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
