/* Unicode helpers: UTF-8, white space, printable characters, line ends, distance, sets. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define S(literal)   (literal), sizeof(literal) - 1

static void
utf8_is_decoded_strictly(void **state)
{
	static const struct {
		const char *text;
		size_t n, length;
		uint32_t c;
	} cases[] = {
	    {S("A"), 1, 'A'},
	    {S("\0"), 1, 0},
	    {S("\x7f"), 1, 0x7f},
	    {S("\xc2\x80"), 2, 0x80},
	    {S("\xdf\xbf"), 2, 0x7ff},
	    {S("\xe0\xa0\x80"), 3, 0x800},
	    {S("\xed\x9f\xbf"), 3, 0xd7ff},
	    {S("\xee\x80\x80"), 3, 0xe000},
	    {S("\xef\xbf\xbf"), 3, 0xffff},
	    {S("\xf0\x90\x80\x80"), 4, 0x10000},
	    {S("\xf4\x8f\xbf\xbf"), 4, 0x10ffff},
	    {S(""), 0, 0},
	    {S("\x80"), 0, 0},
	    {S("\xc0\xaf"), 0, 0},         /* overlong */
	    {S("\xc1\xbf"), 0, 0},         /* overlong */
	    {S("\xe0\x9f\xbf"), 0, 0},     /* overlong */
	    {S("\xf0\x8f\xbf\xbf"), 0, 0}, /* overlong */
	    {S("\xed\xa0\x80"), 0, 0},     /* surrogate */
	    {S("\xed\xbf\xbf"), 0, 0},     /* surrogate */
	    {S("\xf4\x90\x80\x80"), 0, 0}, /* above U+10FFFF */
	    {S("\xf8\x88\x80\x80\x80"), 0, 0},
	    {S("\xff"), 0, 0},
	    {S("\xc3"), 0, 0},         /* cut off */
	    {S("\xe2\x82"), 0, 0},     /* cut off */
	    {S("\xf0\x9f\x98"), 0, 0}, /* cut off */
	    {S("\xc3("), 0, 0},
	    {S("\xe2\x28\xa1"), 0, 0},
	    {S("\xf0\x9f\x98("), 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t c = 0;
		assert_int_equal(text_decode(cases[i].text, cases[i].n, &c), cases[i].length);
		if (cases[i].length)
			assert_int_equal(c, cases[i].c);
	}
}

static void
every_white_space_character_is_trimmed(void **state)
{
	static const char *const spaces[] = {" ", "\t", "\n", "\v", "\f", "\r", "\xc2\x85",
	    "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x8a", "\xe2\x80\xa8",
	    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"};
	/* Zero width space, joiner and Mongolian vowel separator are none. */
	static const char *const others[] = {
	    "\xe2\x80\x8b", "\xe2\x80\x8d", "\xe1\xa0\x8e", "\x1c", "\xe2\x80\x8a\x61"};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(spaces); i++) {
		int n = snprintf(
		    text, sizeof text, "%s%sa b%s%s", spaces[i], spaces[0], spaces[0], spaces[i]);
		const char *at = text;
		size_t left = (size_t)n;
		text_trim(&at, &left);
		assert_int_equal(left, 3);
		assert_memory_equal(at, "a b", 3);
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		const char *at = others[i] + (i == 4 ? 3 : 0);
		size_t left = strlen(at), before = left;
		text_trim(&at, &left);
		assert_int_equal(left, before);
	}
}

static void
trimming_leaves_nothing_of_blank_text_and_survives_broken_text(void **state)
{
	static const struct {
		const char *text;
		size_t n, left;
	} cases[] = {
	    {S(""), 0},
	    {S(" \n\xc2\xa0\xe3\x80\x80\t"), 0},
	    {S("\xa0"), 1},
	    {S(" \x80\x80\x80\x80 "), 4},
	    {S("\xe2\x80"), 2},
	    {S("\xf0\x9f\x98\x80"), 4},
	    {S("\0 "), 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *at = cases[i].text;
		size_t left = cases[i].n;
		text_trim(&at, &left);
		assert_int_equal(left, cases[i].left);
	}
}

static void
line_ends_become_lf(void **state)
{
	static const char *const cases[][2] = {
	    {"", ""},
	    {"a", "a"},
	    {"a\nb", "a\nb"},
	    {"a\r\nb", "a\nb"},
	    {"a\rb", "a\nb"},
	    {"a\r\r\nb\n\rc\r", "a\n\nb\n\nc\n"},
	};
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_clear(&out);
		text_unify_lines(&out, cases[i][0], strlen(cases[i][0]));
		assert_string_equal(buf_text(&out), cases[i][1]);
	}
	buf_free(&out);
}

static void
scanning_counts_characters_and_finds_the_first_refused(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		enum text_shape shape;
		size_t chars, at;
		uint32_t refused;
	} cases[] = {
	    {S(""), TEXT_LINE, 0, 0, 0},
	    {S("plain ASCII over eight bytes ~"), TEXT_LINE, 30, 0, 0},
	    {S("Gr\xc3\xbc\xc3\x9f-\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80"), TEXT_LINE, 9, 0, 0},
	    {S("12345678\n"), TEXT_LINE, 9, 9, '\n'},
	    {S("12345678\n"), TEXT_LINES, 9, 0, 0},
	    {S("a\tb"), TEXT_LINE, 3, 2, '\t'},
	    {S("a\tb"), TEXT_LINES, 3, 0, 0},
	    {S("a\rb"), TEXT_LINES, 3, 2, '\r'},
	    {S("\0"), TEXT_LINES, 1, 1, 0},
	    {S("1234567\x1f"), TEXT_LINES, 8, 8, 0x1f},
	    {S("1234567\x7f"), TEXT_LINES, 8, 8, 0x7f},
	    {S("\xc3\xa9\xc2\x85"), TEXT_LINES, 2, 2, 0x85},
	    {S("\xc3\xa9\xc2\xa0"), TEXT_LINE, 2, 0, 0},
	    {S("a\xef\xb7\x8f\xef\xb7\x90"), TEXT_LINES, 3, 3, 0xfdd0},
	    {S("\xef\xb7\xaf"), TEXT_LINES, 1, 1, 0xfdef},
	    {S("\xef\xb7\xb0\xef\xbf\xbd"), TEXT_LINES, 2, 0, 0},
	    {S("\xef\xbf\xbe"), TEXT_LINES, 1, 1, 0xfffe},
	    {S("\xf0\x9f\xbf\xbf"), TEXT_LINES, 1, 1, 0x1ffff},
	    {S("\xf4\x8f\xbf\xbf"), TEXT_LINES, 1, 1, 0x10ffff},
	    {S("ab\xc3"), TEXT_LINES, 3, 3, TEXT_INVALID},
	    {S("ab\xff\x07"), TEXT_LINES, 4, 3, TEXT_INVALID},
	    {S("ab\x07\xff"), TEXT_LINES, 4, 3, 7},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text_scan s = text_scan(cases[i].text, cases[i].n, cases[i].shape);
		assert_int_equal(s.chars, cases[i].chars);
		assert_int_equal(s.at, cases[i].at);
		assert_int_equal(s.refused, cases[i].refused);
	}
}

static void
scanning_finds_any_byte_at_any_place(void **state)
{
	char text[24];

	(void)state;
	for (size_t at = 0; at < sizeof text; at++) {
		for (int byte = 0; byte < 256; byte++) {
			memset(text, ' ', sizeof text);
			text[at] = (char)byte;
			struct text_scan s = text_scan(text, sizeof text, TEXT_LINE);
			bool fine = byte >= 0x20 && byte < 0x7f;
			assert_int_equal(s.at, fine ? 0 : at + 1);
			assert_int_equal(s.chars, sizeof text);
		}
	}
}

static void
distance_counts_typing_errors(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
	    {"", "", 0},
	    {"", "abc", 3},
	    {"title", "TITLE", 0},
	    {"title", "titel", 2},
	    {"priority", "prioriy", 1},
	    {"mark_delete", "mark delete", 1},
	    {"kitten", "sitting", 3},
	};
	char big[TEXT_DISTANCE_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t na = strlen(cases[i].a), nb = strlen(cases[i].b);
		assert_int_equal(text_distance(cases[i].a, na, cases[i].b, nb), cases[i].distance);
		assert_int_equal(text_distance(cases[i].b, nb, cases[i].a, na), cases[i].distance);
	}
	memset(big, 'x', sizeof big);
	assert_int_equal(text_distance(big, sizeof big - 1, big, sizeof big - 1), 0);
	assert_int_equal(text_distance(big, sizeof big, big, 3), sizeof big);
}

static void
a_set_knows_its_texts_however_many(void **state)
{
	enum { MANY = 3000 };
	static char texts[MANY][8];
	struct text_set set = {0};

	(void)state;
	for (int i = 0; i < MANY; i++) {
		int n = snprintf(texts[i], sizeof texts[i], "x%d", i);
		assert_false(text_set_has(&set, texts[i], (size_t)n));
		assert_true(text_set_add(&set, texts[i], (size_t)n));
		assert_false(text_set_add(&set, texts[i], (size_t)n));
		assert_true(text_set_has(&set, texts[0], 2));
	}
	assert_int_equal(set.used, MANY);
	for (int i = 0; i < MANY; i++)
		assert_true(text_set_has(&set, texts[i], strlen(texts[i])));
	assert_false(text_set_has(&set, "x", 1));
	assert_true(text_set_add(&set, "", 0));
	assert_false(text_set_add(&set, "", 0));
	text_set_free(&set);
	assert_false(text_set_has(&set, texts[0], 2));
	assert_true(text_set_add(&set, texts[0], 2));
	text_set_free(&set);
}

static void
ascii_is_counted_up_to_the_first_other_byte(void **state)
{
	char text[40];

	(void)state;
	for (size_t n = 0; n < sizeof text; n++) {
		memset(text, 'a', n);
		assert_int_equal(text_ascii(text, n), n);
		for (size_t at = 0; at < n; at++) {
			text[at] = '\x80';
			assert_int_equal(text_ascii(text, n), at);
			text[at] = '\x7f';
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ascii_is_counted_up_to_the_first_other_byte),
	    cmocka_unit_test(utf8_is_decoded_strictly),
	    cmocka_unit_test(every_white_space_character_is_trimmed),
	    cmocka_unit_test(trimming_leaves_nothing_of_blank_text_and_survives_broken_text),
	    cmocka_unit_test(line_ends_become_lf),
	    cmocka_unit_test(scanning_counts_characters_and_finds_the_first_refused),
	    cmocka_unit_test(scanning_finds_any_byte_at_any_place),
	    cmocka_unit_test(distance_counts_typing_errors),
	    cmocka_unit_test(a_set_knows_its_texts_however_many),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
