/* Origins: which texts are one, and which of them are the same. */
#include "base/web_origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define LABEL        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* 63 */

static void
an_origin_is_a_scheme_a_host_and_perhaps_a_port(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool https;
		const char *host;
		unsigned port;
	} cases[] = {
	    {"https://accession.example.org", true, "accession.example.org", 443},
	    {"http://localhost", false, "localhost", 80},
	    {"HTTPS://A.example", true, "A.example", 443},
	    {"https://a.example.:8443", true, "a.example.", 8443},
	    {"http://127.0.0.1:1", false, "127.0.0.1", 1},
	    {"http://[::1]", false, "[::1]", 80},
	    {"http://[2001:db8::1]:65535", false, "[2001:db8::1]", 65535},
	    {"https://my_host-1:0443", true, "my_host-1", 443},
	    {"https://" LABEL ".org", true, LABEL ".org", 443},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct web_origin o;
		assert_true(web_origin_parse(cases[i].text, &o));
		assert_int_equal(o.https, cases[i].https);
		assert_int_equal(o.port, cases[i].port);
		assert_int_equal(o.host_n, strlen(cases[i].host));
		assert_memory_equal(o.host, cases[i].host, o.host_n);
	}
}

static void
other_texts_are_none(void **state)
{
	(void)state;
	static const char *const cases[] = {"", "null", "a.example", "//a.example",
	    "https:a.example", "https://", "https:///", "ftp://a.example", "evil://a.example",
	    "https://a.example/", "https://a.example/path", "https://a.example?",
	    "https://a.example#", " https://a.example", "https://a.example ", "https://a example",
	    "https://user@a.example", "https://user:1@a.example", "https://a..example",
	    "https://.example", "https://a.example..", "https://a.example:", "https://a.example:0",
	    "https://a.example:65536", "https://a.example:99999999999", "https://a.example:-1",
	    "https://a.example:1x", "https://a.example:1:1", "https://:443", "https://[",
	    "https://[]", "https://[::1", "https://[::1]x", "https://[::1]:", "https://[g::1]",
	    "https://::1", "https://[1.2.3.4]",
	    "https://b\xc3\xbc"
	    "cher.example",
	    "https://a.example\n", "https://a.example\t", "https://" LABEL "a.org",
	    "https://" LABEL "." LABEL "." LABEL "." LABEL ".org"};

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (web_origin_is(cases[i]))
			fail_msg("\"%s\" is taken for an origin", cases[i]);
	}
}

static void
only_all_of_it_makes_two_the_same(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
	    {"https://a.example", "https://a.example", true},
	    {"https://a.example", "HTTPS://A.Example:443", true},
	    {"http://a.example:80", "http://a.example", true},
	    {"https://a.example", "http://a.example", false},
	    {"https://a.example:80", "http://a.example:80", false},
	    {"https://a.example", "https://a.example:8443", false},
	    {"https://a.example", "https://a.example.org", false},
	    {"https://a.example", "https://b.example", false},
	    {"https://a.example", "https://sub.a.example", false},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct web_origin a, b;
		assert_true(web_origin_parse(cases[i].a, &a) && web_origin_parse(cases[i].b, &b));
		assert_int_equal(web_origin_same(&a, &b), cases[i].same);
		assert_int_equal(web_origin_same(&b, &a), cases[i].same);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_origin_is_a_scheme_a_host_and_perhaps_a_port),
	    cmocka_unit_test(other_texts_are_none),
	    cmocka_unit_test(only_all_of_it_makes_two_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
