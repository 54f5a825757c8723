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

    {"8", 164, "00000", false, "00008", CELL_STRING},
    {"-8", 164, "000", false, "-008", CELL_STRING},
    {"123456", 164, "00000", false, "123456", CELL_NUMBER},
    {"8.5", 164, "00000", false, "8.5", CELL_NUMBER},
    {"8", 164, "[Red]00;-00", false, "08", CELL_STRING},
    {"8", 1, NULL, false, "8", CELL_NUMBER},
    {"8", 2, NULL, false, "8", CELL_NUMBER},
    {"1234.5", 164, "#,##0.00 \"days\"", false, "1234.5", CELL_NUMBER},
    {"8", 164, "\"day \"0", false, "8", CELL_NUMBER},
    {"8", 164, "[Red]0", false, "8", CELL_NUMBER},
    {"8", 164, "0\\d", false, "8", CELL_NUMBER},
    {"8", 164, "_d0", false, "8", CELL_NUMBER},
    {"8", 164, "0.00E+00", false, "8", CELL_NUMBER},
    {"8", 164, "General", false, "8", CELL_NUMBER},
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
    {"0.5", 20, NULL, false, "12:00:00", CELL_STRING},
    {"0.5", 164, "h:mm AM/PM", false, "12:00:00", CELL_STRING},
    {"0.000011574", 45, NULL, false, "00:00:01", CELL_STRING},
    {"45351.5", 20, NULL, false, "2024-02-29T12:00:00", CELL_STRING},
    {"1.5", 46, NULL, false, "36:00:00", CELL_STRING},
    {"1.5", 164, "[hh]:mm", false, "36:00:00", CELL_STRING},
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

static void
holds_the_longest(void **state)
{
	char code[300], spelled[300], out[XLSX_NUMBER_MAX];
	enum cell_kind kind;

	(void)state;
	memset(code, '0', sizeof code - 1);
	code[sizeof code - 1] = '\0';
	memset(spelled, '9', sizeof spelled);
	assert_int_equal(xlsx_number("-8", 2, xlsx_format_of(164, code), false, out, &kind), 256);
	assert_int_equal(
	    xlsx_number(spelled, 255, xlsx_format_of(0, NULL), false, out, &kind), 255);
	assert_int_equal(xlsx_number(spelled, 256, xlsx_format_of(0, NULL), false, out, &kind), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shows),
	    cmocka_unit_test(holds_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
