/* Match conditions: the canonical spelling and what is refused. */
#include "model/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void
conditions_are_spelled_canonically(void **state)
{
	static const char *const cases[][2] = {
	    {"", ""},
	    {" \n\xc2\xa0", ""},
	    {";; ;", ""},
	    {"A7", "A7"},
	    {"A1 AND !A2;A3", "A1 AND !A2;A3"},
	    {"A4;A5 AND !A6", "A4;A5 AND !A6"},
	    {"  a1   and\t!ca2 ;\n A3;", "A1 AND !CA2;A3"},
	    /* \x41 and \x32 are "A" and "2", which would prolong the escape before them. */
	    {"A1\xc2\xa0\x41ND\xe3\x80\x80\x41\x32", "A1 AND A2"},
	    {";A1;;A2;", "A1;A2"},
	    {"A1 AND A1", "A1"},
	    {"A1 AND A2 AND A1 AND !A3", "A1 AND A2 AND !A3"},
	    {"A2;A1;a2", "A2;A1"},
	    {"A1 AND A2;a1  and a2 AND A1", "A1 AND A2"},
	    {"A2 AND A1;A1 AND A2", "A2 AND A1;A1 AND A2"},
	    {"A1;!A1", "A1;!A1"},
	    {"A1 AND !CA1", "A1 AND !CA1"},
	    {"A999999999999999", "A999999999999999"},
	};
	struct buf out = {0};
	char message[256];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_clear(&out);
		buf_add_text(&out, "before:");
		assert_true(rules_canonical(
		    cases[i][0], strlen(cases[i][0]), &out, message, sizeof message));
		assert_string_equal(buf_text(&out) + strlen("before:"), cases[i][1]);
	}
	buf_free(&out);
}

static void
the_canonical_spelling_is_its_own(void **state)
{
	static const char text[] = "A1 AND !A2;!CA3;A4 AND CA5 AND !A6";
	struct buf out = {0};
	char message[256];

	(void)state;
	assert_true(rules_canonical(text, strlen(text), &out, message, sizeof message));
	assert_string_equal(buf_text(&out), text);
	buf_free(&out);
}

static void
errors_name_the_column_and_what_was_expected(void **state)
{
#define ANSWER "expected an answer such as A12 or !A12"
	static const char *const cases[][2] = {
	    {"B7", "Column 1: " ANSWER ", found \"B7\"."},
	    {"A1;  x", "Column 6: " ANSWER ", found \"x\"."},
	    {"A", "Column 1: " ANSWER ", found \"A\"."},
	    {"A0", "Column 1: " ANSWER ", found \"A0\"."},
	    {"A01", "Column 1: " ANSWER ", found \"A01\"."},
	    {"A1000000000000000", "Column 1: " ANSWER ", found \"A1000000000000000\"."},
	    {"!!A1", "Column 1: " ANSWER ", found \"!!A1\"."},
	    {"A1,A2", "Column 1: " ANSWER ", found \"A1,A2\"."},
	    {"(A1", "Column 1: " ANSWER ", found \"(A1\"."},
	    {"A1 AND", "Column 7: " ANSWER "."},
	    {"A1 AND ;A2", "Column 8: " ANSWER "."},
	    {"AND A1", "Column 1: " ANSWER ", found \"AND\"."},
	    {"A1 A2", "Column 4: expected AND or \";\", found \"A2\"."},
	    {"A1 AND!A2", "Column 4: expected AND or \";\", found \"AND!A2\"."},
	    {"A1 or A2", "Column 4: expected AND or \";\", found \"or\". Separate rules by \";\"."},
	    {"A1 && A2", "Column 4: expected AND or \";\", found \"&&\". Write AND."},
	    {"NOT A1", "Column 1: " ANSWER ", found \"NOT\". Write ! directly before the answer."},
	    {"! A1", "Column 1: " ANSWER ", found \"!\". Write ! directly before the answer."},
	    {"A1;\xc3\xa9\xc3\xa9 A2", "Column 4: " ANSWER ", found \"\xc3\xa9\xc3\xa9\"."},
	    {"\xc2\xa0\xe3\x80\x80z", "Column 3: " ANSWER ", found \"z\"."},
	    {"abcdefghijklmnopqrstuvwxyz",
		"Column 1: " ANSWER ", found \"abcdefghijklmnopqrst...\"."},
	    {"A\xff", "Column 1: " ANSWER ", found \"A...\"."},
	    {"A1;A2 AND A3 AND !A2",
		"Column 18: the rule both wants and excludes A2, so it can never hold."},
	    {"!CA2 AND ca2",
		"Column 10: the rule both wants and excludes CA2, so it can never hold."},
	};
	struct buf out = {0};
	char message[256];

	(void)state;
	buf_add_text(&out, "before");
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_false(rules_canonical(
		    cases[i][0], strlen(cases[i][0]), &out, message, sizeof message));
		assert_string_equal(message, cases[i][1]);
		assert_string_equal(buf_text(&out), "before");
		assert_int_equal(out.len, strlen("before"));
	}
	buf_free(&out);
}

static void
a_short_message_buffer_is_not_overrun(void **state)
{
	struct buf out = {0};
	char message[12];

	(void)state;
	for (size_t size = 1; size <= sizeof message; size++) {
		assert_false(rules_canonical("B7", 2, &out, message, size));
		assert_true(strlen(message) < size);
	}
	buf_free(&out);
}

static void
long_conditions_are_read_in_reasonable_time(void **state)
{
	enum { MANY = 50000 };
	struct buf text = {0}, out = {0};
	char message[256];

	(void)state;
	for (int i = 1; i <= MANY; i++)
		buf_printf(&text, i % 100 ? "!A%d AND " : "A%d;", i);
	buf_add(&text, "A1", 2);
	for (int i = 2; i <= MANY; i++)
		buf_printf(&text, " AND A%d", i);
	assert_true(rules_canonical(text.data, text.len, &out, message, sizeof message));
	assert_int_equal(out.len, text.len);
	assert_memory_equal(out.data, text.data, text.len);
	buf_free(&text);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(conditions_are_spelled_canonically),
	    cmocka_unit_test(the_canonical_spelling_is_its_own),
	    cmocka_unit_test(errors_name_the_column_and_what_was_expected),
	    cmocka_unit_test(a_short_message_buffer_is_not_overrun),
	    cmocka_unit_test(long_conditions_are_read_in_reasonable_time),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
