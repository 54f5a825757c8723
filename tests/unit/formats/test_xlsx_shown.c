/* Numbers as a sheet shows them: formats/xlsx_shown.h. */
#include "formats/xlsx_shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct show {
	const char *code, *number;
	enum xlsx_shown is;
	const char *shown;
} shows[] = {
    /* whole numbers and decimals */
    {"0", "8", XLSX_AS_STORED, "8"},
    {"0", "8.5", XLSX_UNLIKE, "9"},
    {"0", "-8.5", XLSX_UNLIKE, "-9"},
    {"0", "0.4", XLSX_UNLIKE, "0"},
    {"0.00", "1.1", XLSX_AS_SHOWN, "1.10"},
    {"0.00", "0.285", XLSX_UNLIKE, "0.29"},
    {"0.00", "1.005", XLSX_UNLIKE, "1.01"},
    {"0.00", "2.675", XLSX_UNLIKE, "2.68"},
    {"0.00", "9.999", XLSX_UNLIKE, "10.00"},
    {"0.00", "0.999", XLSX_UNLIKE, "1.00"},
    {"0.00", "0.004", XLSX_UNLIKE, "0.00"},
    {"0.00", "0.0000001", XLSX_UNLIKE, "0.00"},
    {"0.00", "-0.004", XLSX_UNLIKE, "0.00"},
    {"\"V\"0", "-0.4", XLSX_UNLIKE, "V0"},
    {"0.00", "-1.1", XLSX_AS_SHOWN, "-1.10"},
    {"0.0", "1.5", XLSX_AS_STORED, "1.5"},
    {"0.0", "1E-10", XLSX_UNLIKE, "0.0"},
    {"0.0", "1.5E+21", XLSX_AS_SHOWN, "1500000000000000000000.0"},
    {"0", "123456789012345", XLSX_AS_STORED, "123456789012345"},
    {"0", "1234567890123450", XLSX_AS_STORED, "1234567890123450"},
    {"0", "1234567890123456", XLSX_UNLIKE, "1234567890123460"},
    {"0", "12345678901234567890", XLSX_UNLIKE, "12345678901234600000"},
    {"0", "-12345678901234567890", XLSX_UNLIKE, "-12345678901234600000"},
    {"00000", "42", XLSX_AS_SHOWN, "00042"},
    {"00000", "-42", XLSX_AS_SHOWN, "-00042"},
    {"00000", "123456", XLSX_AS_STORED, "123456"},
    {"00", "8.5", XLSX_UNLIKE, "09"},
    {"#.##", "1.5", XLSX_AS_STORED, "1.5"},
    {"#.##", "1.255", XLSX_UNLIKE, "1.26"},
    {"#.##", "2", XLSX_AS_SHOWN, "2."},
    {"#.##", "0.004", XLSX_UNLIKE, "."},
    {"0.0#", "0.004", XLSX_UNLIKE, "0.0"},
    {".00", "0.5", XLSX_AS_SHOWN, ".50"},
    {".00", "12.5", XLSX_AS_SHOWN, "12.50"},
    {"0.0##", "1.25", XLSX_AS_STORED, "1.25"},
    {"0.0##", "1", XLSX_AS_SHOWN, "1.0"},
    {"0.??", "1.5", XLSX_AS_SHOWN, "1.5 "},
    {"??0", "5", XLSX_AS_SHOWN, "  5"},
    {"0#", "5", XLSX_AS_SHOWN, "05"},
    {"#", "0", XLSX_UNLIKE, ""},
    /* thousands, and divided by them */
    {"#,##0", "1234567", XLSX_AS_SHOWN, "1,234,567"},
    {"#,##0", "123", XLSX_AS_STORED, "123"},
    {"#,##0", "999.5", XLSX_UNLIKE, "1,000"},
    {"#,##0.00", "1234.5", XLSX_AS_SHOWN, "1,234.50"},
    {"0,000", "5", XLSX_AS_SHOWN, "0,005"},
    {"0,", "12345", XLSX_UNLIKE, "12"},
    {"0,", "1234567", XLSX_UNLIKE, "1235"},
    {"0,", "5000", XLSX_UNLIKE, "5"},
    {"0,", "0", XLSX_AS_STORED, "0"},
    {"0.0,,\"M\"", "12345.6", XLSX_UNLIKE, "0.0M"},
    {"0.0,,", "12345678", XLSX_UNLIKE, "12.3"},
    {"#,##0,", "12345678", XLSX_UNLIKE, "12,346"},
    {"#,##0,,", "12345678", XLSX_UNLIKE, "12"},
    /* percents */
    {"0%", "0.5", XLSX_AS_SHOWN, "50%"},
    {"0%", "0.285", XLSX_UNLIKE, "29%"},
    {"0.00%", "0.12345", XLSX_UNLIKE, "12.35%"},
    {"0%", "0.00001", XLSX_UNLIKE, "0%"},
    {"0.0%", "0.285", XLSX_AS_SHOWN, "28.5%"},
    {"0.00%", "0.285", XLSX_AS_SHOWN, "28.50%"},
    {"0%", "-0.5", XLSX_AS_SHOWN, "-50%"},
    {"0%", "0", XLSX_AS_SHOWN, "0%"},
    {"0%", "12", XLSX_AS_SHOWN, "1200%"},
    /* text in them */
    {"\"V\"0", "2", XLSX_AS_SHOWN, "V2"},
    {"\"V\"0", "-2", XLSX_AS_SHOWN, "-V2"},
    {"\"V\"0.0", "2", XLSX_AS_SHOWN, "V2.0"},
    {"0\" pcs\"", "12", XLSX_AS_SHOWN, "12 pcs"},
    {"\\C\\T0", "12", XLSX_AS_SHOWN, "CT12"},
    {"0\\ \xC3\xA4", "3", XLSX_AS_SHOWN, "3 \xC3\xA4"},
    {"\"0;\"0", "3", XLSX_AS_SHOWN, "0;3"},
    {"000-0000", "5551234", XLSX_AS_SHOWN, "555-1234"},
    {"(000) 000-0000", "8005551234", XLSX_AS_SHOWN, "(800) 555-1234"},
    {"0-0", "123", XLSX_AS_SHOWN, "12-3"},
    {"$#,##0.00", "1234.5", XLSX_AS_SHOWN, "$1,234.50"},
    {"[$\xE2\x82\xAC-407] 0.00", "2", XLSX_AS_SHOWN, "\xE2\x82\xAC 2.00"},
    {"0.00 [$EUR]", "2", XLSX_AS_SHOWN, "2.00 EUR"},
    {"0 \xE2\x82\xAC", "2", XLSX_AS_SHOWN, "2 \xE2\x82\xAC"},
    {"[$-409]0.0", "2", XLSX_AS_SHOWN, "2.0"},
    {"0_)", "2", XLSX_AS_SHOWN, "2 "},
    {"0_\xC3\xA4", "2", XLSX_AS_SHOWN, "2 "},
    {"* 0", "2", XLSX_AS_STORED, "2"},
    {"_($* #,##0.00_)", "1234", XLSX_AS_SHOWN, " $1,234.00 "},
    /* sections */
    {"0;0", "-7", XLSX_UNLIKE, "7"},
    {"0;[Red]0", "-7", XLSX_UNLIKE, "7"},
    {"0;\"minus \"0", "-7", XLSX_UNLIKE, "minus 7"},
    {"000-0000;000-0000", "-5551234", XLSX_UNLIKE, "555-1234"},
    {"0.00;0.00-", "-7", XLSX_AS_SHOWN, "7.00-"},
    {"0.00;\xE2\x88\x92"
     "0.00",
	"-7", XLSX_AS_SHOWN,
	"\xE2\x88\x92"
	"7.00"},
    {"\"v\"0;-\"v\"0", "-7", XLSX_AS_SHOWN, "-v7"},
    {"[>=3]\"high\";\"low\"", "5", XLSX_UNLIKE, "high"},
    {"\"V\"#", "0", XLSX_UNLIKE, "V"},
    {"\"V1\"", "1", XLSX_UNLIKE, "V1"},
    {"0;(0)", "-5", XLSX_AS_SHOWN, "(5)"},
    {"0;(0)", "0", XLSX_AS_STORED, "0"},
    {"[Red]0.0;[Blue]-0.0", "-5", XLSX_AS_SHOWN, "-5.0"},
    {"0;-0;\"none\"", "0", XLSX_UNLIKE, "none"},
    {"0;-0;\"none\";@", "7", XLSX_AS_STORED, "7"},
    {"\"yes\";\"no\"", "1", XLSX_UNLIKE, "yes"},
    {"\"yes\";\"no\"", "-1", XLSX_UNLIKE, "no"},
    {"[<=9999999]000-0000;(000) 000-0000", "5551234", XLSX_AS_SHOWN, "555-1234"},
    {"[<=9999999]000-0000;(000) 000-0000", "8005551234", XLSX_AS_SHOWN, "(800) 555-1234"},
    {"[=1]\"one\";[=2]\"two\";0", "2", XLSX_UNLIKE, "two"},
    {"[=1]\"one\";[=2]\"two\";0", "3", XLSX_AS_STORED, "3"},
    {"[>5]0.0", "3", XLSX_UNLIKE, ""},
    {"[>5]0.0;0", "-3", XLSX_UNLIKE, ""},
    {";;;", "5", XLSX_UNLIKE, ""},
    {"0;;", "-5", XLSX_UNLIKE, ""},
    /* exponents */
    {"0.00E+00", "123456789012", XLSX_UNLIKE, "1.23E+11"},
    {"0.00E+00", "0.00012", XLSX_AS_SHOWN, "1.20E-04"},
    {"0.00E-00", "1200", XLSX_AS_SHOWN, "1.20E03"},
    {"0.00E+00", "1230", XLSX_AS_SHOWN, "1.23E+03"},
    {"0E+0", "9.6", XLSX_UNLIKE, "1E+1"},
    {"0.0E+0", "0", XLSX_AS_SHOWN, "0.0E+0"},
    {"0.00E+00", "-1500", XLSX_AS_SHOWN, "-1.50E+03"},
    /* General, alone and in a section; alone it may leave digits out */
    {NULL, "8", XLSX_AS_STORED, "8"},
    {NULL, "-1234.5678", XLSX_AS_STORED, "-1234.5678"},
    {NULL, "0.3", XLSX_AS_STORED, "0.3"},
    {NULL, "12345678901", XLSX_AS_STORED, "12345678901"},
    {NULL, "0.000000001", XLSX_AS_STORED, "0.000000001"},
    {NULL, "1.5E+21", XLSX_AS_STORED, "1.5E+21"},
    {NULL, "1E-10", XLSX_AS_STORED, "1E-10"},
    {NULL, "123456789012", XLSX_UNLIKE, "1.23457E+11"},
    {NULL, "100000000000", XLSX_UNLIKE, "1E+11"},
    {NULL, "99999999999.9", XLSX_UNLIKE, "1E+11"},
    {NULL, "3.14159265358979", XLSX_UNLIKE, "3.141592654"},
    {NULL, "-0.333333333333333", XLSX_UNLIKE, "-0.333333333"},
    {NULL, "1234567890.5", XLSX_UNLIKE, "1234567891"},
    {NULL, "0.0000123456", XLSX_UNLIKE, "1.23456E-05"},
    {"General\" pcs\"", "1.5", XLSX_AS_SHOWN, "1.5 pcs"},
    {"General\" pcs\"", "123456789012", XLSX_UNLIKE, ""},
    {"General\" pcs\"", "3.14159265358979", XLSX_UNLIKE, ""},
    {"general", "1.5", XLSX_AS_STORED, "1.5"},
    {"\"no. \"General;-General", "-3", XLSX_AS_STORED, "-3"},
    /* what is not known */
    {"# ?/?", "0.5", XLSX_UNLIKE, ""},
    {"0/0", "0.5", XLSX_UNLIKE, ""},
    {"0 kg", "5", XLSX_UNLIKE, ""},
    {"0.0.0", "5", XLSX_UNLIKE, ""},
    {",0", "5", XLSX_UNLIKE, ""},
    {"0.0,0", "5", XLSX_UNLIKE, ""},
    {"\"never closed", "5", XLSX_UNLIKE, ""},
    {"[never closed", "5", XLSX_UNLIKE, ""},
    {"[DBNum1]0", "5", XLSX_UNLIKE, ""},
    {"[$-2000000]0", "5", XLSX_UNLIKE, ""},
    {"0*.0", "5", XLSX_UNLIKE, ""},
    {"##0.0E+0", "12345", XLSX_UNLIKE, ""},
    {"0E", "5", XLSX_UNLIKE, ""},
    {"0E+", "5", XLSX_UNLIKE, ""},
    {"0E+0x", "5", XLSX_UNLIKE, ""},
    {"General0", "5", XLSX_UNLIKE, ""},
    {"@", "5", XLSX_UNLIKE, ""},
    {"\\", "5", XLSX_UNLIKE, ""},
    {"", "5", XLSX_UNLIKE, ""},
};

static void
shows_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shows); i++) {
		const struct show *t = &shows[i];
		char out[XLSX_SHOWN_MAX], got[XLSX_SHOWN_MAX + 64], wanted[XLSX_SHOWN_MAX + 64];
		enum xlsx_shown is = xlsx_show(t->code, t->number, out);

		snprintf(got, sizeof got, "%s %s: %d %s", t->code, t->number, (int)is, out);
		snprintf(wanted, sizeof wanted, "%s %s: %d %s", t->code, t->number, (int)t->is,
		    t->shown);
		assert_string_equal(got, wanted);
	}
}

static void
keeps_within_its_room(void **state)
{
	char code[700], number[256], out[XLSX_SHOWN_MAX];

	(void)state;
	memset(code, '0', sizeof code - 1);
	code[sizeof code - 1] = '\0';
	assert_int_equal(xlsx_show(code, "8", out), XLSX_UNLIKE);
	code[250] = '\0';
	assert_int_equal(xlsx_show(code, "8", out), XLSX_AS_SHOWN);
	assert_int_equal(strlen(out), 250);
	memset(number, '9', sizeof number - 1);
	number[sizeof number - 1] = '\0';
	assert_int_equal(xlsx_show("#,##0.000", number, out), XLSX_UNLIKE);
	assert_int_equal(strlen(out), 256 + 85 + 4);
	memset(code, '%', 240);
	strcpy(code + 240, "#,##0");
	assert_int_equal(xlsx_show(code, number, out), XLSX_UNLIKE);
	assert_string_equal(out, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shows_numbers),
	    cmocka_unit_test(keeps_within_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
