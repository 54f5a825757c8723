/* Sessions: which cookies name one, and which CSRF token belongs to it. */
#include "store/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
the_cookie_is_found_among_others(void **state)
{
	(void)state;
	static const struct {
		const char *cookies;
		const char *value; /* NULL: there is none */
	} cases[] = {
	    {NULL, NULL},
	    {"", NULL},
	    {";; ;", NULL},
	    {"accession_session", NULL},
	    {"accession_session=", NULL},
	    {"accession_session=; a=b", NULL},
	    {"xaccession_session=abc", NULL},
	    {"accession_sessions=abc", NULL},
	    {"a=accession_session=abc", NULL},
	    {"accession_session=abc", "abc"},
	    {"a=b; accession_session=abc", "abc"},
	    {"a=b;accession_session=abc;c=d", "abc"},
	    {"  accession_session=abc  ; c=d", "abc"},
	    {"accession_session=; accession_session=abc", "abc"},
	    {"accession_session=abc; accession_session=def", "abc"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct session s;
		const char *value = cases[i].value;
		assert_int_equal(session_from_cookies(cases[i].cookies, false, &s), value != NULL);
		if (value)
			assert_string_equal(s.hash.text, secret_hash(value, strlen(value)).text);
	}
}

/* Neither counts where the other does. */
static void
the_cookie_has_another_name_with_https(void **state)
{
	(void)state;
	static const struct {
		const char *cookies;
		const char *http, *https; /* NULL: there is none */
	} cases[] = {
	    {"accession_session=a", "a", NULL},
	    {"__Host-accession_session=a", NULL, "a"},
	    {"accession_session=a; __Host-accession_session=b", "a", "b"},
	    {"__Host-accession_session=; __Host-accession_session=b", NULL, "b"},
	    {"__host-accession_session=a", NULL, NULL},
	    {"__Host-accession_sessio", NULL, NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (int https = 0; https < 2; https++) {
			struct session s;
			const char *value = https ? cases[i].https : cases[i].http;
			assert_int_equal(
			    session_from_cookies(cases[i].cookies, https, &s), value != NULL);
			if (value)
				assert_string_equal(
				    s.hash.text, secret_hash(value, strlen(value)).text);
		}
}

/* The HMAC was computed by: printf csrf | openssl dgst -sha256 -hmac abc */
static void
the_csrf_token_is_an_hmac_under_the_cookie(void **state)
{
	(void)state;
	struct session s;

	assert_true(session_from_cookies("accession_session=abc", false, &s));
	assert_string_equal(
	    s.csrf, "fbea432c92e6f5bdd3ec23b4af488572b99ac1a001d1e1cb049229b0ab9a28a2");
}

static void
only_its_own_csrf_token_fits(void **state)
{
	(void)state;
	struct session s, other;
	char longer[SESSION_CSRF_SIZE + 1], wrong[SESSION_CSRF_SIZE];

	assert_true(session_from_cookies("accession_session=abc", false, &s));
	assert_true(session_from_cookies("accession_session=abd", false, &other));
	memcpy(wrong, s.csrf, sizeof wrong);
	wrong[sizeof wrong - 2] ^= 1;
	memcpy(longer, s.csrf, sizeof s.csrf);
	strcat(longer, "0");

	assert_true(session_csrf_fits(&s, s.csrf));
	assert_false(session_csrf_fits(&s, other.csrf));
	assert_false(session_csrf_fits(&s, wrong));
	assert_false(session_csrf_fits(&s, longer));
	assert_false(session_csrf_fits(&s, ""));
	assert_false(session_csrf_fits(&s, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_cookie_is_found_among_others),
	    cmocka_unit_test(the_cookie_has_another_name_with_https),
	    cmocka_unit_test(the_csrf_token_is_an_hmac_under_the_cookie),
	    cmocka_unit_test(only_its_own_csrf_token_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
