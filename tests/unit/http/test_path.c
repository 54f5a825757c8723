/* Paths with escapes: cgi-bin/http/path.c. */
#include "http/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
what_needs_no_escape_is_decoded_and_nothing_else(void **state)
{
	static const struct {
		const char *sent, *read;
	} cases[] = {
	    {"", ""},
	    {"/api/v2/library/import/", "/api/v2/library/import/"},
	    {"/import/%31/", "/import/1/"},
	    {"/%74asks/", "/tasks/"},
	    {"%54%65%6d%70%6C%61%74%65", "Template"},
	    {"%7A%7a%39%2d%2D%2e%2E%5f%7e", "zz9--.._~"},
	    {"/a/%2e%2e/b", "/a/../b"},
	    /* reserved, and what can be in no path at all */
	    {"/a%2Fb%2f", "/a%2Fb%2f"},
	    {"%00%0a%0D%20%25%3f%23%3B%3a%40%26%3d%2b%24%2c%21%27%28%29%2a",
		"%00%0a%0D%20%25%3f%23%3B%3a%40%26%3d%2b%24%2c%21%27%28%29%2a"},
	    {"%22%3c%3e%5B%5c%5D%5e%60%7b%7c%7d%7f", "%22%3c%3e%5B%5c%5D%5e%60%7b%7c%7d%7f"},
	    {"%C3%A9%80%ff", "%C3%A9%80%ff"},
	    {"a+b", "a+b"},
	    /* never twice */
	    {"%2531", "%2531"},
	    {"%25%33%31", "%2531"},
	    /* broken: as it is */
	    {"%", "%"},
	    {"/%31/%3", "/%31/%3"},
	    {"%%34%31", "%%34%31"},
	    {"%3g%31", "%3g%31"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char path[128];
		strcpy(path, cases[i].sent);
		for (int times = 0; times < 2; times++) {
			path_decode(path);
			assert_string_equal(path, cases[i].read);
		}
	}
}

static void
segments_of_dots_are_told(void **state)
{
	static const char *const dots[] = {".", ".."}, *const names[] = {
							   "", "...", ".a", "a.", "a"};

	(void)state;
	for (size_t i = 0; i < sizeof dots / sizeof dots[0]; i++)
		assert_true(path_is_dots(dots[i], strlen(dots[i])));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_false(path_is_dots(names[i], strlen(names[i])));
	assert_true(path_is_dots("../x", 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_needs_no_escape_is_decoded_and_nothing_else),
	    cmocka_unit_test(segments_of_dots_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
