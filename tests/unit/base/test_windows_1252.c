/* Windows-1252: base/windows_1252.h. */
#include "base/windows_1252.h"

#include "base/text.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The character of the byte as the system has it; 0: none. */
static uint32_t
converted(iconv_t converter, unsigned char byte)
{
	char in = (char)byte, out[4], *from = &in, *to = out;
	size_t n = 1, room = sizeof out;
	uint32_t c = 0;

	if (iconv(converter, &from, &n, &to, &room) != 0 || n)
		return 0;
	assert_int_equal(text_decode(out, sizeof out - room, &c), sizeof out - room);
	return c;
}

static void
every_byte_is_what_the_system_makes_of_it(void **state)
{
	iconv_t converter = iconv_open("UTF-8", "CP1252");

	(void)state;
	assert_true(converter != (iconv_t)-1);
	for (unsigned byte = 0; byte <= 0xFF; byte++)
		assert_int_equal(windows_1252_character((unsigned char)byte),
		    converted(converter, (unsigned char)byte));
	iconv_close(converter);
}

static void
every_byte_beyond_ascii_is_found_again(void **state)
{
	(void)state;
	for (unsigned byte = 0x80; byte <= 0xFF; byte++) {
		uint32_t c = windows_1252_character((unsigned char)byte);
		assert_int_equal(windows_1252_byte(c ? c : byte), byte);
	}
}

static void
other_characters_are_no_byte(void **state)
{
	static const uint32_t others[] = {0, 'a', 0x7F, 0x80, 0x9F, 0x100, 0x20AD, 0xFFFD, 0x1F600};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(windows_1252_byte(others[i]), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_byte_is_what_the_system_makes_of_it),
	    cmocka_unit_test(every_byte_beyond_ascii_is_found_again),
	    cmocka_unit_test(other_characters_are_no_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
