/* The charsets that an upload can name: formats/charset.h, formats/source.h. */
#include "formats/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct charset *
find(const char *name)
{
	return charset_find(name, strlen(name));
}

static void
each_name_is_of_one_charset(void **state)
{
	char name[64];
	int used = 0;

	(void)state;
	for (const struct charset *c = charsets; c->name; c++) {
		assert_ptr_equal(find(c->name), c);
		for (const char *at = c->names; sscanf(at, " %63s%n", name, &used) == 1; at += used)
			if (find(name) != c)
				fail_msg("%s is not %s", name, c->name);
	}
}

static void
a_name_can_be_spelt_in_many_ways(void **state)
{
	static const struct {
		const char *given, *name;
	} names[] = {
	    {"UTF-8", "utf-8"},
	    {"utf8", "utf-8"},
	    {"Windows-1251", "windows-1251"},
	    {"CP1251", "windows-1251"},
	    {"x-cp1251", "windows-1251"},
	    {"ISO_8859-5:1988", "iso-8859-5"},
	    {"iso8859_5", "iso-8859-5"},
	    {"latin_1", "iso-8859-1"},
	    {"KOI8_R", "koi8-r"},
	    {"x-mac-roman", "macintosh"},
	    {"MacRoman", "macintosh"},
	    {"Shift_JIS", "shift_jis"},
	    {"x-sjis", "shift_jis"},
	    {"Big5-HKSCS", "big5-hkscs"},
	    {"x-x-big5", "big5"},
	    {"KS_C_5601-1987", "euc-kr"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct charset *c = find(names[i].given);
		if (!c || strcmp(c->name, names[i].name) != 0)
			fail_msg("%s is %s", names[i].given, c ? c->name : "nothing");
	}
}

static void
anything_else_is_no_charset(void **state)
{
	static const char *const names[] = {"", "-", "x-", "klingon", "utf-7", "utf-32",
	    "ebcdic-us", "utf-8//TRANSLIT", "utf-8,", "utf", "utf-88", "../koi8-r",
	    "koi8-r\xC3\xA9", "iso-8859-12", "koi8-r koi8-u", "utf8 utf8sig",
	    "0123456789012345678901234567890123456789012345678901"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		if (find(names[i]))
			fail_msg("\"%s\" is %s", names[i], find(names[i])->name);
	assert_null(charset_find("utf-8\0", 6));
}

static void
a_format_has_its_charsets(void **state)
{
	static const struct {
		const char *name;
		bool json, yaml;
	} fits[] = {
	    {"utf-8", true, true},
	    {"us-ascii", true, true},
	    {"utf-16", false, true},
	    {"utf-16le", false, true},
	    {"utf-16be", false, true},
	    {"iso-8859-1", false, false},
	    {"koi8-r", false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(fits); i++) {
		assert_true(charset_fits(find(fits[i].name), FORMAT_CSV));
		assert_int_equal(charset_fits(find(fits[i].name), FORMAT_JSON), fits[i].json);
		assert_int_equal(charset_fits(find(fits[i].name), FORMAT_YAML), fits[i].yaml);
	}
}

/* What separates cells and rows is the same in all, so a file is a table whatever its charset. */
static void
every_converter_is_there_and_keeps_ascii(void **state)
{
	static const char ascii[] = "0123456789 ABCXYZabcxyz,;|\"'=-_\t\r\n";
	struct error err = {0};

	(void)state;
	for (const struct charset *c = charsets; c->name; c++) {
		struct source s;
		char in[sizeof ascii], out[sizeof ascii] = "", *from = in, *to = out;
		size_t n = sizeof ascii - 1, room = sizeof ascii - 1;
		memcpy(in, ascii, sizeof ascii);
		assert_int_equal(source_open(&s, -1, c, &err), 0);
		assert_int_equal(c->encoding == ENCODING_CONVERTED, c->converter != NULL);
		if (c->converter) {
			assert_int_equal(iconv(s.converter, &from, &n, &to, &room), 0);
			iconv(s.converter, NULL, NULL, &to, &room);
			if (strcmp(out, ascii) != 0)
				fail_msg("%s: %s", c->name, out);
		}
		source_close(&s);
	}
}

static void
a_converter_that_the_host_lacks_is_named(void **state)
{
	const struct charset odd = {"odd", ENCODING_CONVERTED, "NO-SUCH-CHARSET", "odd"};
	struct error err = {0};
	struct source s;

	(void)state;
	assert_int_equal(source_open(&s, 0, &odd, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_non_null(strstr(err.message, "odd"));
	source_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_name_is_of_one_charset),
	    cmocka_unit_test(a_name_can_be_spelt_in_many_ways),
	    cmocka_unit_test(anything_else_is_no_charset),
	    cmocka_unit_test(a_format_has_its_charsets),
	    cmocka_unit_test(every_converter_is_there_and_keeps_ascii),
	    cmocka_unit_test(a_converter_that_the_host_lacks_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
