/* Email addresses as names of accounts: lib/people/email.c. */
#include "people/email.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEN "0123456789"
#define X50 TEN TEN TEN TEN TEN

static void
what_looks_alike_is_the_same(void **state)
{
	static const struct {
		const char *typed, *kept;
	} cases[] = {
	    {"ada@example.org", "ada@example.org"},
	    {"Ada@Example.ORG", "Ada@Example.ORG"},
	    {" \t\r\n\u00a0\u2003\u3000ada@example.org\u2028 ", "ada@example.org"},
	    {"\u00e9@example.org", "\u00e9@example.org"},
	    {"e\u0301@example.org", "\u00e9@example.org"},
	    {"\uff41\uff44\uff41\uff20example\uff0eorg", "ada@example.org"},
	    {"\ufb01sh@example.org", "fish@example.org"},
	    {"\u1112\u1161\u11ab@example.org", "\ud55c@example.org"},
	    {"\u0438\u0306@\u043f\u0440.\u0440\u0444", "\u0439@\u043f\u0440.\u0440\u0444"},
	    {"o'hara+tag@example.org", "o'hara+tag@example.org"},
	    {X50 X50 X50 X50 X50 "@x.y", X50 X50 X50 X50 X50 "@x.y"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		struct buf b = {0}, again = {0};
		assert_int_equal(email_normalise(cases[i].typed, &b, &err), 0);
		assert_string_equal(buf_text(&b), cases[i].kept);
		assert_int_equal(email_normalise(buf_text(&b), &again, &err), 0);
		assert_string_equal(buf_text(&again), cases[i].kept);
		buf_free(&b);
		buf_free(&again);
	}
}

static void
what_is_no_address_is_refused_and_says_why(void **state)
{
	static const struct {
		const char *typed, *words;
	} cases[] = {
	    {"", "valid email"},
	    {"  ", "valid email"},
	    {"nonsense", "valid email"},
	    {"@", "valid email"},
	    {"a@", "valid email"},
	    {"@b", "valid email"},
	    {"a@b@c", "valid email"},
	    {"a\uff20b@c", "valid email"},
	    {"a b@c.org", "valid email"},
	    {"a\u00a0b@c.org", "valid email"},
	    {"a\u1680b@c.org", "valid email"},
	    {"a@b\u00a8.org", "valid email"}, /* becomes a space with two dots on it */
	    {X50 X50 X50 X50 X50 "@xx.y", "no more than 254"},
	    {"\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa\ufdfa"
	     "\ufdfa@x.y",
		"no more than 254"}, /* 18 letters each */
	    {"\u200bzero@x.org", "nobody can see (U+200B)"},
	    {"zero@x.org\u200d", "nobody can see (U+200D)"},
	    {"z\u00adero@x.org", "nobody can see (U+00AD)"},
	    {"\ufeffzero@x.org", "nobody can see (U+FEFF)"},
	    {"\u202ezero@x.org", "nobody can see (U+202E)"},
	    {"z\u2067ero@x.org", "nobody can see (U+2067)"},
	    {"z\ufe0fero@x.org", "nobody can see (U+FE0F)"},
	    {"z\u115fero@x.org", "nobody can see (U+115F)"},
	    {"z\u3164ero@x.org", "nobody can see (U+3164)"},
	    {"z\u2800ero@x.org", "nobody can see (U+2800)"},
	    {"z\U000e0041ero@x.org", "nobody can see (U+E0041)"},
	    {"a\ab@x.org", "controls a device (U+0007)"},
	    {"a\xc2\x85z@x.org", "controls a device (U+0085)"},
	    {"a\u0378@x.org", "has no meaning (U+0378)"},
	    {"a\ue000@x.org", "has no meaning (U+E000)"},
	    {"a\ufdd0@x.org", "has no meaning (U+FDD0)"},
	    {"a\xff@x.org", "not UTF-8"},
	    {"a\xed\xa0\x80@x.org", "not UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		struct buf b = {0};
		assert_int_equal(email_normalise(cases[i].typed, &b, &err), -1);
		assert_int_equal(err.code, ERROR_INPUT);
		if (!strstr(err.message, cases[i].words))
			fail_msg("case %zu: %s", i, err.message);
		assert_int_equal(b.len, 0);
		buf_free(&b);
	}
}

static void
a_text_that_is_far_too_long_is_refused(void **state)
{
	static char text[100000];
	struct error err = {0};
	struct buf b = {0};

	(void)state;
	memset(text, ' ', sizeof text - 1);
	memcpy(text, "a@b", 3);
	assert_int_equal(email_normalise(text, &b, &err), -1);
	assert_non_null(strstr(err.message, "no more than 254"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_looks_alike_is_the_same),
	    cmocka_unit_test(what_is_no_address_is_refused_and_says_why),
	    cmocka_unit_test(a_text_that_is_far_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
