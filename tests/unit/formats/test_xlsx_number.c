/* Numbers, dates and number formats of workbooks: formats/xlsx_number.h. */
#include "formats/xlsx_number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define GENERAL  0, NULL

static const struct number {
	const char *spelled;
	long id; /* of the format */
	const char *code;
	bool date1904;
	const char *shown; /* NULL: no number */
	enum cell_kind kind;
} numbers[] = {
    {"8", GENERAL, false, "8", CELL_NUMBER},
    {"8.0", GENERAL, false, "8", CELL_NUMBER},
    {"-8.50", GENERAL, false, "-8.5", CELL_NUMBER},
    {"+8", GENERAL, false, "8", CELL_NUMBER},
    {"007", GENERAL, false, "7", CELL_NUMBER},
    {"-0", GENERAL, false, "0", CELL_NUMBER},
    {"-0.0", GENERAL, false, "0", CELL_NUMBER},
    {" 8\n", GENERAL, false, "8", CELL_NUMBER},
    {".5", GENERAL, false, "0.5", CELL_NUMBER},
    {"5.", GENERAL, false, "5", CELL_NUMBER},
    {"1E+3", GENERAL, false, "1000", CELL_NUMBER},
    {"1.5e1", GENERAL, false, "15", CELL_NUMBER},
    {"0.30000000000000004", GENERAL, false, "0.3", CELL_NUMBER},
    {"3.1415926535897931", GENERAL, false, "3.14159265358979", CELL_NUMBER},
    {"1.1000000000000001E-2", GENERAL, false, "0.011", CELL_NUMBER},
    {"0.1", GENERAL, false, "0.1", CELL_NUMBER},
    {"1234.5678", GENERAL, false, "1234.5678", CELL_NUMBER},
    {"12345678901234567890", GENERAL, false, "12345678901234567890", CELL_NUMBER},
    {"1.2345678901234567E+19", GENERAL, false, "12345678901234600000", CELL_NUMBER},
    {"1E+20", GENERAL, false, "100000000000000000000", CELL_NUMBER},
    {"1.5E+21", GENERAL, false, "1.5E+21", CELL_NUMBER},
    {"1E-9", GENERAL, false, "0.000000001", CELL_NUMBER},
    {"-1E-10", GENERAL, false, "-1E-10", CELL_NUMBER},
    {"0.99999999999999999", GENERAL, false, "1", CELL_NUMBER},
    {"1.7976931348623157E+308", GENERAL, false, "1.79769313486232E+308", CELL_NUMBER},
    {"", GENERAL, false, NULL, 0},
    {" ", GENERAL, false, NULL, 0},
    {"-", GENERAL, false, NULL, 0},
    {".", GENERAL, false, NULL, 0},
    {"1e", GENERAL, false, NULL, 0},
    {"1e400", GENERAL, false, NULL, 0},
    {"0x10", GENERAL, false, NULL, 0},
    {"nan", GENERAL, false, NULL, 0},
    {"inf", GENERAL, false, NULL, 0},
    {"8 9", GENERAL, false, NULL, 0},
    {"8,5", GENERAL, false, NULL, 0},

    /* other formats of numbers are for xlsx_show */
    {"8", 164, "00000", false, "8", CELL_NUMBER},
    {"8.5", 2, NULL, false, "8.5", CELL_NUMBER},
    {"1234.5", 164, "#,##0.00 \"days\"", false, "1234.5", CELL_NUMBER},
    {"8", 164, "[Red]0", false, "8", CELL_NUMBER},
    {"8", 164, "0\\d", false, "8", CELL_NUMBER},
    {"8", 164, "_d0", false, "8", CELL_NUMBER},
    {"8", 164, "0.00E+00", false, "8", CELL_NUMBER},
    {"8", 164, "\"never closed", false, "8", CELL_NUMBER},
    {"8", 164, "[never closed", false, "8", CELL_NUMBER},
    {"8", 164, "\\", false, "8", CELL_NUMBER},

    {"1", 14, NULL, false, "1900-01-01", CELL_DATE},
    {"59", 14, NULL, false, "1900-02-28", CELL_DATE},
    {"60", 14, NULL, false, "1900-02-29", CELL_DATE},
    {"60.5", 22, NULL, false, "1900-02-29T12:00:00", CELL_DATE},
    {"61", 14, NULL, false, "1900-03-01", CELL_DATE},
    {"25569", 14, NULL, false, "1970-01-01", CELL_DATE},
    {"45351", 14, NULL, false, "2024-02-29", CELL_DATE},
    {"45351.75", 22, NULL, false, "2024-02-29T18:00:00", CELL_DATE},
    {"45351.999999", 22, NULL, false, "2024-03-01", CELL_DATE},
    {"2958465", 14, NULL, false, "9999-12-31", CELL_DATE},
    {"2958466", 14, NULL, false, "2958466", CELL_NUMBER},
    {"2958465.9999999", 14, NULL, false, "2958465.9999999", CELL_NUMBER},
    {"-1", 14, NULL, false, "-1", CELL_NUMBER},
    {"0", 14, NULL, true, "1904-01-01", CELL_DATE},
    {"43889", 14, NULL, true, "2024-02-29", CELL_DATE},
    {"2957003", 14, NULL, true, "9999-12-31", CELL_DATE},
    {"2957004", 14, NULL, true, "2957004", CELL_NUMBER},
    {"45351", 164, "yyyy\\-mm\\-dd", false, "2024-02-29", CELL_DATE},
    {"45351", 164, "[$-F800]dddd\\,\\ mmmm\\ dd", false, "2024-02-29", CELL_DATE},
    {"45351", 164, "mmm", false, "2024-02-29", CELL_DATE},
    {"45351", 30, NULL, false, "2024-02-29", CELL_DATE},
    {"0.5", 20, NULL, false, "12:00:00", CELL_DATE},
    {"0.5", 164, "h:mm AM/PM", false, "12:00:00", CELL_DATE},
    {"0.000011574", 45, NULL, false, "00:00:01", CELL_DATE},
    {"45351.5", 20, NULL, false, "2024-02-29T12:00:00", CELL_DATE},
    {"1.5", 46, NULL, false, "36:00:00", CELL_DATE},
    {"1.5", 164, "[hh]:mm", false, "36:00:00", CELL_DATE},
};

static void
shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		const struct number *t = &numbers[i];
		char out[XLSX_NUMBER_MAX] = "";
		enum cell_kind kind = CELL_ABSENT;
		size_t n = xlsx_number(t->spelled, strlen(t->spelled),
		    xlsx_format_of(t->id, t->code), t->date1904, out, &kind);

		if (!t->shown) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_string_equal(out, t->shown);
		assert_int_equal(n, strlen(t->shown));
		assert_int_equal(kind, t->kind);
	}
}

/* The codes that xlsx_show gets. */
static const struct {
	long id;
	const char *code, *shown;
} codes[] = {
    {GENERAL, NULL},
    {49, NULL, NULL},
    {164, "General", NULL},
    {164, "@", NULL},
    {1, NULL, "0"},
    {2, NULL, "0.00"},
    {10, NULL, "0.00%"},
    {164, "00000", "00000"},
    {164, "General\" pcs\"", "General\" pcs\""},
    {14, NULL, NULL},
    {164, "yyyy", NULL},
};

static void
knows_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		const char *code = xlsx_format_of(codes[i].id, codes[i].code).code;

		assert_int_equal(!code, !codes[i].shown);
		if (code)
			assert_string_equal(code, codes[i].shown);
	}
}

static const struct {
	const char *text, *date; /* NULL: none */
} iso_dates[] = {
    {"2026-02-01", "2026-02-01"},
    {"2026-02-01T00:00:00", "2026-02-01"},
    {"2026-02-01T12:30:00", "2026-02-01T12:30:00"},
    {"2026-02-01T12:30", "2026-02-01T12:30:00"},
    {"2026-02-01T12:30:00Z", "2026-02-01T12:30:00"},
    {"2026-02-01T12:30:00.499", "2026-02-01T12:30:00"},
    {"2026-02-01T12:30:00.5+02:00", "2026-02-01T12:30:01"},
    {"2026-02-28T23:59:59.9", "2026-03-01"},
    {"2026-12-31T24:00:00", "2027-01-01"},
    {"2024-02-29", "2024-02-29"},
    {"2024-02-29Z", "2024-02-29"},
    {"1899-12-31", "1899-12-31"},
    {"T12:30:00", "12:30:00"},
    {"12:30:00Z", "12:30:00"},
    {"12:30", "12:30:00"},
    {"", NULL},
    {"T", NULL},
    {"2026", NULL},
    {"2026-02-29", NULL},
    {"1900-02-29", NULL},
    {"2026-13-01", NULL},
    {"2026-00-01", NULL},
    {"2026-01-00", NULL},
    {"2026-2-1", NULL},
    {"2026-02-01T", NULL},
    {"2026-02-01 12:30", NULL},
    {"2026-02-01T25:00", NULL},
    {"2026-02-01T12:60", NULL},
    {"2026-02-01T12:30:00+2", NULL},
    {"2026-02-01x", NULL},
    {"45000", NULL},
};

static void
writes_iso_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(iso_dates); i++) {
		char out[XLSX_NUMBER_MAX] = "";
		size_t n = xlsx_iso_date(iso_dates[i].text, strlen(iso_dates[i].text), out);

		assert_int_equal(n, iso_dates[i].date ? strlen(iso_dates[i].date) : 0);
		if (n)
			assert_string_equal(out, iso_dates[i].date);
	}
}

static void
holds_the_longest(void **state)
{
	char spelled[300], out[XLSX_NUMBER_MAX];
	enum cell_kind kind;

	(void)state;
	memset(spelled, '9', sizeof spelled);
	assert_int_equal(
	    xlsx_number(spelled, 255, xlsx_format_of(0, NULL), false, out, &kind), 255);
	assert_int_equal(xlsx_number(spelled, 256, xlsx_format_of(0, NULL), false, out, &kind), 0);
	assert_int_equal(xlsx_iso_date(spelled, sizeof spelled, out), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shows),
	    cmocka_unit_test(knows_codes),
	    cmocka_unit_test(writes_iso_dates),
	    cmocka_unit_test(holds_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
