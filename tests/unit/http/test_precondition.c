/* If-Match: cgi-bin/http/precondition.c. */
#include "http/precondition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
a_header_asks_for_something_unless_it_is_a_star(void **state)
{
	static const struct {
		const char *header;
		bool given;
	} cases[] = {
	    {NULL, false},
	    {"", false},
	    {" \t", false},
	    {"*", false},
	    {" * ", false},
	    {"**", true},
	    {"\"*\"", true},
	    {"*, \"a\"", true},
	    {"W/*", true},
	    {"\"\"", true},
	    {",", true},
	    {"a", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(precondition_given(cases[i].header), cases[i].given);
}

/* The values that are known are "one", an empty one, and "two". */
static void
one_of_the_list_must_be_known(void **state)
{
	static const struct {
		const char *header;
		bool met;
		const char *first; /* if it is not met */
	} cases[] = {
	    {"\"one\"", true, NULL},
	    {"one", true, NULL},
	    {" \t\"two\" ", true, NULL},
	    {"\"x\", \"two\"", true, NULL},
	    {"\"x\",\"two\"", true, NULL},
	    {"x,one,y", true, NULL},
	    {"x two", true, NULL},
	    {", ,,\"one\"", true, NULL},
	    {"W/\"one\", \"one\"", true, NULL},
	    {"\"x\"\"one\"", true, NULL},
	    {"\"three\"", false, "three"},
	    {"three, four", false, "three"},
	    {"\"\", \"three\"", false, "three"},
	    {", \"three\"", false, "three"},
	    {"\"on\"", false, "on"},
	    {"\"ones\"", false, "ones"},
	    {"\"ONE\"", false, "ONE"},
	    {"\"one two\"", false, "one two"},
	    {"\"one, two\"", false, "one, two"},
	    {"\"one", false, "\"one"},
	    {"one\"", false, "one\""},
	    {"W/\"one\"", false, "W/\"one\""},
	    {"W/one", false, "W/one"},
	    {"W/\"x\", W/\"two\"", false, "W/\"x\""},
	    /* No value is no known one either. */
	    {"\"\"", false, "\"\""},
	    {" \"\" ", false, "\"\""},
	    {",", false, ","},
	    {" , ,", false, ", ,"},
	    {"\"\",\"\"", false, "\"\",\"\""},
	    {"\"", false, "\""},
	};
	static const struct text_slice known[] = {{"one", 3}, {NULL, 0}, {"two", 3}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *exact = strdup(cases[i].header);
		struct text_slice first = {0};
		assert_int_equal(precondition_met(exact, known, 3, &first), cases[i].met);
		if (!cases[i].met) {
			assert_int_equal(first.n, strlen(cases[i].first));
			assert_memory_equal(first.text, cases[i].first, first.n);
		}
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_header_asks_for_something_unless_it_is_a_star),
	    cmocka_unit_test(one_of_the_list_must_be_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
