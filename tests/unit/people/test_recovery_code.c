/* Recovery codes: what they look like, and that they are found again however they are typed. */
#include "people/recovery_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void
same_hash(const char *typed, struct secret_hash right)
{
	assert_string_equal(recovery_code_hash(typed).text, right.text);
}

static void
a_code_is_six_groups_without_look_alikes(void **state)
{
	char codes[RECOVERY_CODES][RECOVERY_CODE_SIZE];

	(void)state;
	assert_int_equal(recovery_codes_make(codes, NULL), 0);
	for (int i = 0; i < RECOVERY_CODES; i++) {
		assert_int_equal(strlen(codes[i]), RECOVERY_CODE_SIZE - 1);
		for (int c = 0; c < RECOVERY_CODE_SIZE - 1; c++)
			if (c % 5 == 4)
				assert_int_equal(codes[i][c], '-');
			else
				assert_non_null(
				    strchr("0123456789abcdefghjkmnpqrstvwxyz", codes[i][c]));
	}
}

static void
no_two_codes_are_the_same(void **state)
{
	char codes[RECOVERY_CODES][RECOVERY_CODE_SIZE];

	(void)state;
	assert_int_equal(recovery_codes_make(codes, NULL), 0);
	for (int i = 0; i < RECOVERY_CODES; i++)
		for (int j = 0; j < i; j++) {
			assert_string_not_equal(codes[i], codes[j]);
			assert_string_not_equal(
			    recovery_code_hash(codes[i]).text, recovery_code_hash(codes[j]).text);
		}
}

static void
a_code_is_found_however_it_is_typed(void **state)
{
	static const char *const cases[] = {"01ab-cdef-ghjk-mnpq-rstv-wxyz",
	    "01abcdefghjkmnpqrstvwxyz", "01AB-CDEF-GHJK-MNPQ-RSTV-WXYZ",
	    " 01ab cdef ghjk mnpq rstv wxyz\n", "OLab-cdef-ghjk-mnpq-rstv-wxyz",
	    "oIab cdefghjk--mnpqrstv wxyz", "-01ab-cdef-ghjk-mnpq-rstv-wxyz-",
	    "01ab\xC2\xA0"
	    "cdefghjkmnpqrstvwxyz"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		same_hash(cases[i], secret_hash("01abcdefghjkmnpqrstvwxyz", 24));
}

static void
what_is_no_code_has_the_hash_of_nothing(void **state)
{
	static const char *const cases[] = {"", "-", "01ab-cdef-ghjk-mnpq-rstv-wxy",
	    "01ab-cdef-ghjk-mnpq-rstv-wxyz0", "01ab-cdef-ghjk-mnpq-rstv-wxyu",
	    "01ab_cdef_ghjk_mnpq_rstv_wxyz", "01ab-cdef-ghjk-mnpq-rstv-wxy\xFF", "\xC3\xA4"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		same_hash(cases[i], secret_hash("", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_code_is_six_groups_without_look_alikes),
	    cmocka_unit_test(no_two_codes_are_the_same),
	    cmocka_unit_test(a_code_is_found_however_it_is_typed),
	    cmocka_unit_test(what_is_no_code_has_the_hash_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
