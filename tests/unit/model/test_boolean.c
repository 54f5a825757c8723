/* Booleans as people and programs write them: model/boolean.h. */
#include "model/boolean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum answer { NEITHER, YES, NO };

static const struct {
	const char *text;
	enum answer is;
} cases[] = {
    {"true", YES},
    {"TRUE", YES},
    {"T", YES},
    {"yes", YES},
    {"y", YES},
    {"On", YES},
    {"1", YES},
    {"1.0", YES},
    {"1.00", YES},
    {"1e0", YES},
    {"false", NO},
    {"FALSE", NO},
    {"f", NO},
    {"No", NO},
    {"n", NO},
    {"off", NO},
    {"0", NO},
    {"0.0", NO},
    {"-0", NO},
    {"", NEITHER},
    {"tru", NEITHER},
    {"falsely", NEITHER},
    {" no", NEITHER},
    {"2", NEITHER},
    {"10", NEITHER},
    {"0.5", NEITHER},
    {"-1", NEITHER},
    {"1,0", NEITHER},
    {"ИСТИНА", YES},
    {"PRAWDA", YES},
    {"SANT", YES},
    {"Tosi", YES},
    {"DOĞRU", YES},
    {"IGAZ", YES},
    {"ΑΛΗΘΗΣ", YES},
    {"TÕENE", YES},
    {"ЛОЖЬ", NO},
    {"FAŁSZ", NO},
    {"FALSKT", NO},
    {"FALSK", NO},
    {"EPÄTOSI", NO},
    {"YANLIŞ", NO},
    {"NEPRAVDA", NO},
    {"HAMIS", NO},
    {"ΨΕΥΔΗΣ", NO},
    {"ЛОЖ", NEITHER},
    {"SANTA", NEITHER},
    {"False.", NEITHER},
    {"nan", NEITHER},
};

static void
are_read_in_every_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool is = false;
		bool read = boolean_read(cases[i].text, strlen(cases[i].text), &is);
		assert_int_equal(read, cases[i].is != NEITHER);
		if (read)
			assert_int_equal(is, cases[i].is == YES);
	}
}

static void
only_booleans_are_switches(void **state)
{
	(void)state;
	for (int kind = 0; kind < FIELD_KINDS; kind++) {
		const struct field f = {.name = "f", .kind = (enum field_kind)kind};
		bool switches = kind == FIELD_BOOLEAN || kind == FIELD_DELETE;
		assert_int_equal(boolean_is_off(&f, "FALSE", 5), switches);
		assert_false(boolean_is_off(&f, "TRUE", 4));
		assert_false(boolean_is_off(&f, "maybe", 5));
	}
	assert_false(boolean_is_off(NULL, "FALSE", 5));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(are_read_in_every_spelling),
	    cmocka_unit_test(only_booleans_are_switches),
	};

	return cmocka_run_group_tests_name("boolean", tests, NULL, NULL);
}
