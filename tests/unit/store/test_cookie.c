/* Cookies: which one of a header is meant, and how they are called. */
#include "store/cookie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_cookie_is_found_by_its_whole_name(void **state)
{
	(void)state;
	static const struct {
		const char *cookies;
		const char *value; /* of "name"; NULL: there is none */
	} cases[] = {
	    {NULL, NULL},
	    {"", NULL},
	    {"name", NULL},
	    {"nam", NULL},
	    {"name=", NULL},
	    {"name=;", NULL},
	    {"=name", NULL},
	    {"names=a", NULL},
	    {"a-name=a", NULL},
	    {"NAME=a", NULL},
	    {"a=name=b", NULL},
	    {"name =a", NULL},
	    {"name=a", "a"},
	    {"name=a=b", "a=b"},
	    {"name=a b", "a"},
	    {"\tname=a\t", "a"},
	    {";;a=b;;name=c;d=e", "c"},
	    {"name=; name=a", "a"},
	    {"names=a; name=b; name=c", "b"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t n = 0;
		const char *value = cookie_find(cases[i].cookies, "name", &n);
		assert_int_equal(value != NULL, cases[i].value != NULL);
		if (value && cases[i].value) {
			assert_int_equal(n, strlen(cases[i].value));
			assert_memory_equal(value, cases[i].value, n);
		}
	}
}

/* Browsers keep the promise of __Host- only for names that begin with it, letter for letter. */
static void
with_https_a_name_promises_its_host(void **state)
{
	(void)state;
	for (enum cookie which = COOKIE_SESSION; which <= COOKIE_DEVICE; which++) {
		assert_memory_equal(cookie_name(which, true), "__Host-", 7);
		assert_string_equal(cookie_name(which, true) + 7, cookie_name(which, false));
	}
	assert_string_not_equal(
	    cookie_name(COOKIE_SESSION, false), cookie_name(COOKIE_DEVICE, false));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
	    cmocka_unit_test(with_https_a_name_promises_its_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
