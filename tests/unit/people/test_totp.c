/* Codes of an authenticator app: which are right, when, and how often; and what an app is told. */
#include "people/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define NOW          INT64_C(1111111109) /* in step 37037036, whose code is 081804 */
#define STEP         INT64_C(37037036)
#define CODE         "081804"

static const unsigned char secret[] = "12345678901234567890"; /* of RFC 6238, Appendix B */

static int64_t
check(const char *code, int64_t now, int64_t last_step)
{
	return totp_check(secret, TOTP_SECRET_BYTES, code, now, last_step);
}

/* RFC 6238 has eight digits; six are the last of them. */
static void
the_codes_are_those_of_rfc_6238(void **state)
{
	static const struct {
		int64_t now;
		const char *code;
		int64_t step;
	} cases[] = {
	    {59, "287082", 0x1},
	    {1111111109, "081804", 0x23523EC},
	    {1111111111, "050471", 0x23523ED},
	    {1234567890, "005924", 0x273EF07},
	    {2000000000, "279037", 0x3F940AA},
	    {20000000000, "353130", 0x27BC86AA},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(check(cases[i].code, cases[i].now, -1), cases[i].step);
}

static void
a_code_is_good_in_its_step_and_those_beside_it(void **state)
{
	static const int64_t begin = STEP * 30;
	static const struct {
		int64_t now, result;
	} cases[] = {
	    {begin - 31, -1},
	    {begin - 30, STEP},
	    {begin - 1, STEP},
	    {begin, STEP},
	    {begin + 29, STEP},
	    {begin + 59, STEP},
	    {begin + 60, -1},
	    {-1, -1},
	    {INT64_MIN, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(check(CODE, cases[i].now, -1), cases[i].result);
}

static void
time_may_begin_at_zero(void **state)
{
	(void)state;
	assert_int_equal(check("755224", 0, -1), 0); /* RFC 4226: the code of count 0 */
	assert_int_equal(check("287082", 0, -1), 1);
}

static void
a_code_is_good_once(void **state)
{
	(void)state;
	assert_int_equal(check(CODE, NOW, STEP - 1), STEP);
	assert_int_equal(check(CODE, NOW, STEP), -1);
	assert_int_equal(check(CODE, NOW + 30, STEP), -1);
	assert_int_equal(check(CODE, NOW, STEP + 1), -1);
	assert_int_equal(check("050471", NOW + 30, STEP), STEP + 1);
}

static void
spaces_in_a_code_do_not_count(void **state)
{
	static const char *const cases[] = {"081 804", " 081804\n", "0 8 1 8 0 4", "081\t804",
	    "081\xC2\xA0"
	    "804"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(check(cases[i], NOW, -1), STEP);
}

static void
what_is_not_six_digits_is_no_code(void **state)
{
	static const char *const cases[] = {"", " ", "08180", "0818044", "0081804", "081804x",
	    "x81804", "+81804", "-81804", "081-804", "8.1804", "0x1804", "081804081804", "81804",
	    "\xEF\xBC\x90\xEF\xBC\x98\xEF\xBC\x91\xEF\xBC\x98\xEF\xBC\x90\xEF\xBC\x94", "\xFF"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(check(cases[i], NOW, -1), -1);
}

static void
another_secret_has_other_codes(void **state)
{
	(void)state;
	assert_int_equal(totp_check((const unsigned char *)"x", 1, CODE, NOW, -1), -1);
	assert_int_equal(totp_check(secret, 0, CODE, NOW, -1), -1);
}

static void
no_two_secrets_are_the_same(void **state)
{
	unsigned char a[TOTP_SECRET_BYTES], b[TOTP_SECRET_BYTES];

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(totp_secret_make(a, NULL), 0);
		assert_int_equal(totp_secret_make(b, NULL), 0);
		assert_memory_not_equal(a, b, sizeof a);
	}
}

static void
an_app_is_told_by_a_uri(void **state)
{
	static const struct {
		const char *email, *label;
	} cases[] = {
	    {"jane@example.org", "jane%40example.org"},
	    {"a+b?c=d&e#f%g/h:i \"<j>\"@x",
		"a%2Bb%3Fc%3Dd%26e%23f%25g%2Fh%3Ai%20%22%3Cj%3E%22%40x"},
	    {"m\xC3\xBCller@x", "m%C3%BCller%40x"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf uri = {0}, right = {0};
		totp_uri(secret, cases[i].email, &uri);
		buf_printf(&right,
		    "otpauth://totp/Accession:%s?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
		    "&issuer=Accession&algorithm=SHA1&digits=6&period=30",
		    cases[i].label);
		assert_string_equal(buf_text(&uri), buf_text(&right));
		buf_free(&uri);
		buf_free(&right);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_codes_are_those_of_rfc_6238),
	    cmocka_unit_test(a_code_is_good_in_its_step_and_those_beside_it),
	    cmocka_unit_test(time_may_begin_at_zero),
	    cmocka_unit_test(a_code_is_good_once),
	    cmocka_unit_test(spaces_in_a_code_do_not_count),
	    cmocka_unit_test(what_is_not_six_digits_is_no_code),
	    cmocka_unit_test(another_secret_has_other_codes),
	    cmocka_unit_test(no_two_secrets_are_the_same),
	    cmocka_unit_test(an_app_is_told_by_a_uri),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
