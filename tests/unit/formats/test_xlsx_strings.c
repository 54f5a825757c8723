/* Unwrapping texts of workbooks: formats/xlsx_strings.h. For shared ones see test_xlsx.c. */
#include "formats/xlsx_strings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct wrapped {
	const char *text;
	bool preserved;
	const char *unwrapped;
} wrapped[] = {
    {"", true, ""},
    {"plain", true, "plain"},
    {" \ta \n", true, " \ta \n"},
    {" \ta b \n", false, "a b"},
    {" \n ", false, ""},
    {"\xC2\xA0", false, "\xC2\xA0"},
    {"a\r\nb\rc\n\r", true, "a\nb\nc\n\n"},
    {"_x000D_", true, "\n"},
    {"a_x000D_\nb_x000d_", true, "a\nb\n"},
    {" _x0009_ ", false, "\t"},
    {"_x005F_x000D_", true, "_x000D_"},
    {"_x005F__x005F_", true, "__"},
    {"_x0041__x00e9__x20AC_", true, "A\xC3\xA9\xE2\x82\xAC"},
    {"_xD83D__xDE00_", true, "\xF0\x9F\x98\x80"},
    {"_xD83D_", true, "_xD83D_"},
    {"_xDE00__xD83D_", true, "_xDE00__xD83D_"},
    {"_xD83D__x0041_", true, "_xD83D_A"},
    {"_x0000_", true, "_x0000_"},
    {"_X0041_", true, "_X0041_"},
    {"_x004G_", true, "_x004G_"},
    {"_x041_", true, "_x041_"},
    {"_x0041", true, "_x0041"},
    {"__x0041_", true, "_A"},
    {"_x_x0041_", true, "_xA"},
    {"snake_case_name", true, "snake_case_name"},
};

static void
unwraps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrapped); i++) {
		struct buf b = {0};

		buf_add_text(&b, " _x0041_");
		size_t from = b.len;
		buf_add_text(&b, wrapped[i].text);
		xlsx_text_unwrap(&b, from, wrapped[i].preserved);
		assert_memory_equal(b.data, " _x0041_", from);
		assert_string_equal(b.data + from, wrapped[i].unwrapped);
		assert_int_equal(b.len - from, strlen(wrapped[i].unwrapped));
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(unwraps)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
