/* Query strings, as Django's QueryDict understands them. */
#include "http/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_PAIRS 8
#define BAD       "\xef\xbf\xbd"

static struct query
parsed(const char *text, size_t n)
{
	struct query q = {0};
	struct error err = {0};

	assert_int_equal(query_parse(&q, text, n, MAX_PAIRS, &err), 0);
	return q;
}

static void
pairs_are_decoded(void **state)
{
	static const struct {
		const char *text;
		size_t n;        /* 0: all of it */
		const char *all; /* name=value; for each pair, unescaped */
	} cases[] = {
	    {"", 0, ""},
	    {"a=b&c=d", 0, "a=b;c=d;"},
	    {"&&a=1&&", 0, "a=1;"},
	    {"a", 0, "a=;"},
	    {"a=", 0, "a=;"},
	    {"=b", 0, "=b;"},
	    {"=", 0, "=;"},
	    {"a=b=c", 0, "a=b=c;"},
	    {"a=1;b=2", 0, "a=1;b=2;"},
	    {"a+b=c+d%2B%20", 0, "a b=c d+ ;"},
	    {"a%3Db=%26%3d", 0, "a=b=&=;"},
	    {"a=%&b=%4&c=%zz&d=%%41", 0, "a=%;b=%4;c=%zz;d=%A;"},
	    {"a=%+1", 0, "a=% 1;"},
	    {"a=%e2%82%ac\xe2\x82\xac", 0, "a=\xe2\x82\xac\xe2\x82\xac;"},
	    {"a=%00x", 0, "a=" BAD "x;"},
	    {"a=\0x", 4, "a=" BAD "x;"},
	    {"a=%ff%fe\xff", 0, "a=" BAD BAD BAD ";"},
	    {"a=%C3&b=%A4", 0, "a=" BAD ";b=" BAD ";"},
	    {"a=b&c=d", 5, "a=b;c=;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = cases[i].n ? cases[i].n : strlen(cases[i].text);
		char *exact = malloc(n ? n : 1);
		memcpy(exact, cases[i].text, n);
		struct query q = parsed(exact, n);
		struct buf all = {0};

		free(exact);
		for (size_t k = 0; k < q.n; k++)
			buf_printf(&all, "%s=%s;", q.pairs[k].name, q.pairs[k].value);
		assert_string_equal(buf_text(&all), cases[i].all);
		buf_free(&all);
		query_free(&q);
	}
}

static void
the_last_value_counts(void **state)
{
	struct query q = parsed("a=1&b=2&a=3&A=4", 15);

	(void)state;
	assert_string_equal(query_get(&q, "a"), "3");
	assert_string_equal(query_get(&q, "b"), "2");
	assert_null(query_get(&q, "c"));
	query_free(&q);
}

static void
too_many_pairs_are_refused(void **state)
{
	struct query q = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(query_parse(&q, "a&b&c", 5, 3, &err), 0);
	query_free(&q);
	assert_int_equal(query_parse(&q, "a&b&c", 5, 2, &err), -1);
	assert_int_equal(err.code, ERROR_INPUT);
	query_free(&q);
}

static void
integers_are_checked(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max;
		enum query_int expected;
		int64_t v;
	} cases[] = {
	    {"b=1", 1, 9, QUERY_ABSENT, 0},
	    {"a=", 1, 9, QUERY_ABSENT, 0},
	    {"a=1", 1, 9, QUERY_VALID, 1},
	    {"a=09", 1, 9, QUERY_VALID, 9},
	    {"a=1&a=2", 1, 9, QUERY_VALID, 2},
	    {"a=0", 1, 9, QUERY_INVALID, 0},
	    {"a=10", 1, 9, QUERY_INVALID, 0},
	    {"a=-3", -3, 9, QUERY_VALID, -3},
	    {"a=-", -3, 9, QUERY_INVALID, 0},
	    {"a=1x", 1, 9, QUERY_INVALID, 0},
	    {"a=+1", 1, 9, QUERY_INVALID, 0},
	    {"a=1.0", 1, 9, QUERY_INVALID, 0},
	    {"a=9223372036854775807", 0, INT64_MAX, QUERY_VALID, INT64_MAX},
	    {"a=9223372036854775808", INT64_MIN, INT64_MAX, QUERY_INVALID, 0},
	    {"a=-9223372036854775808", INT64_MIN, 0, QUERY_VALID, INT64_MIN},
	    {"a=-9223372036854775809", INT64_MIN, 0, QUERY_INVALID, 0},
	    {"a=99999999999999999999999", 1, INT64_MAX, QUERY_INVALID, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct query q = parsed(cases[i].text, strlen(cases[i].text));
		int64_t v = 0;
		assert_int_equal(
		    query_int(&q, "a", cases[i].min, cases[i].max, &v), cases[i].expected);
		assert_true(v == cases[i].v);
		query_free(&q);
	}
}

static void
one_parameter_is_replaced(void **state)
{
	static const struct {
		const char *text, *value, *expected; /* of the parameter "page" */
	} cases[] = {
	    {"", NULL, ""},
	    {"", "2", "?page=2"},
	    {"page=1", NULL, ""},
	    {"page=1", "2", "?page=2"},
	    {"page=1&page_size=9&page=5&ordering=-id", "6", "?ordering=-id&page=6&page_size=9"},
	    {"page_size=9&page=2", NULL, "?page_size=9"},
	    {"b=2&b=1&a=%26+%2B%e4~/", "3", "?a=%26+%2B%EF%BF%BD~%2F&b=2&b=1&page=3"},
	    {"a", "x y", "?a=&page=x+y"},
	    {"a=%zz", "1", "?a=%25zz&page=1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct query q = parsed(cases[i].text, strlen(cases[i].text));
		struct buf out = {0};
		query_replaced(&out, &q, "page", cases[i].value);
		assert_string_equal(buf_text(&out), cases[i].expected);
		buf_free(&out);
		query_free(&q);
	}
}

static void
escapes_are_read_one_by_one(void **state)
{
	(void)state;
	assert_int_equal(query_escape("%fF0", 4), 0xff);
	assert_int_equal(query_escape("%00", 3), 0);
	assert_int_equal(query_escape("%00", 2), -1);
	assert_int_equal(query_escape("%0g", 3), -1);
	assert_int_equal(query_escape("000", 3), -1);
}

static void
what_is_added_is_read_as_it_was(void **state)
{
	static const struct {
		const char *name, *value, *expected;
	} cases[] = {
	    {"op", "add", "op=add"},
	    {"search", "", "op=add&search="},
	    {"new", "a b&c=d+e%41;#?/", "op=add&search=&new=a+b%26c%3Dd%2Be%2541%3B%23%3F%2F"},
	    {"a=&", "\xe2\x82\xac\n\x7f~-._",
		"op=add&search=&new=a+b%26c%3Dd%2Be%2541%3B%23%3F%2F&a%3D%26=%E2%82%AC%0A%7F~-._"},
	};
	enum { CASES = sizeof cases / sizeof cases[0] };
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		query_add(&out, cases[i].name, cases[i].value);
		assert_string_equal(buf_text(&out), cases[i].expected);
		struct query q = parsed(out.data, out.len);
		assert_int_equal(q.n, i + 1);
		for (size_t j = 0; j <= i; j++)
			assert_string_equal(query_get(&q, cases[j].name), cases[j].value);
		query_free(&q);
	}
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pairs_are_decoded),
	    cmocka_unit_test(the_last_value_counts),
	    cmocka_unit_test(too_many_pairs_are_refused),
	    cmocka_unit_test(integers_are_checked),
	    cmocka_unit_test(one_parameter_is_replaced),
	    cmocka_unit_test(escapes_are_read_one_by_one),
	    cmocka_unit_test(what_is_added_is_read_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
