/* Content-Type values and their parameters. */
#include "http/mediatype.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
types_have_no_case(void **state)
{
	static const struct {
		const char *value;
		bool expected;
	} cases[] = {
	    {"application/json", true},
	    {"Application/JSON", true},
	    {" application/json ", true},
	    {"application/json;charset=utf-8", true},
	    {"application/json ; charset", true},
	    {"", false},
	    {"application/jso", false},
	    {"application/jsonp", false},
	    {"application/json, text/html", false},
	    {"application/ json", false},
	    {"text/plain; application/json", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		    mediatype_is(cases[i].value, "application/json"), cases[i].expected);
}

static void
parameters_are_found(void **state)
{
	static const struct {
		const char *value;
		int result;
		const char *boundary;
	} cases[] = {
	    {"multipart/form-data", 0, ""},
	    {"multipart/form-data;", 0, ""},
	    {"multipart/form-data; boundary=abc", 1, "abc"},
	    {"multipart/form-data;BOUNDARY=abc;charset=utf-8", 1, "abc"},
	    {"multipart/form-data; charset=utf-8 ;; boundary = \"abc\" ", 1, "abc"},
	    {"multipart/form-data; boundary=\"a;b=c\\\"d\\e\"", 1, "a;b=c\"de"},
	    {"multipart/form-data; x=\"; boundary=no\"; boundary=yes", 1, "yes"},
	    {"multipart/form-data; xboundary=1; boundaryx=2", 0, ""},
	    {"multipart/form-data; boundary=----=_Part/1:2 ", 1, "----=_Part/1:2"},
	    {"multipart/form-data; boundary=", 1, ""},
	    {"multipart/form-data; boundary=\"\"", 1, ""},
	    {"multipart/form-data; boundary=a; boundary=a", -1, ""},
	    {"multipart/form-data; boundary=\"abc", -1, ""},
	    {"multipart/form-data; boundary=\"abc\\\"", -1, ""},
	    {"multipart/form-data; boundary=\"abc\\", -1, ""},
	    {"multipart/form-data; boundary=\"abc\"d", -1, ""},
	    {"multipart/form-data; boundary=ab\"c", -1, ""},
	    {"multipart/form-data; boundary=abc; charset", -1, ""},
	    {"multipart/form-data; =abc", -1, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *exact = strdup(cases[i].value);
		struct buf out = {0};
		assert_int_equal(mediatype_parameter(exact, "boundary", &out), cases[i].result);
		assert_string_equal(buf_text(&out), cases[i].boundary);
		buf_free(&out);
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(types_have_no_case),
	    cmocka_unit_test(parameters_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
