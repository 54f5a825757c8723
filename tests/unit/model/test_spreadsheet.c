/* What spreadsheet programs make of numbers, and the names of cells and formats. */
#include "model/spreadsheet.h"

#include "model/format.h"
#include "model/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void
the_number_that_was_in_the_cell_is_found(void **state)
{
	static const struct {
		const char *text;
		long number; /* 0: not one, or no longer known */
	} cases[] = {
	    {"12", 12},
	    {"12.0", 12},
	    {"1.2E+01", 12},
	    {"1.2345E+04", 12345},
	    {"1.23457E+11", 0},
	    {"12.5", 0},
	    {"", 0},
	    {"x", 0},
	    {"0", 0},
	    {"1900-01-01", 1},
	    {"1900-01-15", 15},
	    {"1900-02-28", 59},
	    {"1900-03-01", 61}, /* Excel has a day between them that never existed */
	    {"1970-01-01", 25569},
	    {"2026-02-01", 46054},
	    {"1899-12-31", 0},
	    {"0000-01-01", 0},
	    {"2026-13-01", 0},
	    {"2026-00-01", 0},
	    {"2026-01-32", 0},
	    {"2026-1-1", 0},
	    {"123456789012345678901234567890", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
		    spreadsheet_number(cases[i].text, strlen(cases[i].text)), cases[i].number);
}

static void
cells_have_the_names_that_people_know(void **state)
{
	static const struct {
		size_t column;
		int64_t row;
		const char *name;
	} cases[] = {
	    {1, 1, "A1"},
	    {3, 7, "C7"},
	    {26, 10, "Z10"},
	    {27, 2, "AA2"},
	    {52, 2, "AZ2"},
	    {53, 2, "BA2"},
	    {702, 1, "ZZ1"},
	    {703, 1, "AAA1"},
	    {16384, 1048576, "XFD1048576"},
	};
	char name[SHEET_CELL_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    sheet_cell_name(name, cases[i].column, cases[i].row), cases[i].name);
	/* Whatever the numbers are, the name fits. */
	assert_true(strlen(sheet_cell_name(name, SIZE_MAX, INT64_MIN)) < sizeof name);
}

static void
formats_are_found_by_their_extension(void **state)
{
	static const struct {
		const char *extension;
		int id; /* -1: there is none */
	} cases[] = {
	    {"csv", FORMAT_CSV},
	    {"CSV", FORMAT_CSV},
	    {"json", FORMAT_JSON},
	    {"yaml", FORMAT_YAML},
	    {"yml", FORMAT_YAML},
	    {"Yml", FORMAT_YAML},
	    {"xlsx", FORMAT_XLSX},
	    {"xls", -1},
	    {"xlsxx", -1},
	    {"", -1},
	    {".csv", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct format *f =
		    format_find(cases[i].extension, strlen(cases[i].extension));
		assert_int_equal(f ? (int)f->id : -1, cases[i].id);
	}
	assert_non_null(format_find("csvx", 3));
	assert_null(format_find("csv\0", 4));
	for (int id = 0; id < FORMATS; id++)
		assert_int_equal(formats[id].id, id);
	assert_null(formats[FORMATS].extension);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_number_that_was_in_the_cell_is_found),
	    cmocka_unit_test(cells_have_the_names_that_people_know),
	    cmocka_unit_test(formats_are_found_by_their_extension),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
