/* Buffers: how they grow, what they keep, and what becomes of an append that is impossible. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
assert_holds(const struct buf *b, const char *bytes, size_t n)
{
	assert_false(b->failed);
	assert_int_equal(b->len, n);
	assert_memory_equal(b->data, bytes, n);
	assert_int_equal(b->data[n], '\0');
	assert_true(b->cap > n);
}

static void
an_empty_one_is_an_empty_text(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_string_equal(buf_text(&b), "");
	buf_clear(&b);
	buf_consume(&b, 0);
	assert_null(b.data);
	buf_add(&b, NULL, 0);
	assert_holds(&b, "", 0);
	buf_free(&b);
	assert_null(b.data);
	assert_int_equal(b.cap, 0);
}

static void
what_is_added_stands_behind_what_was_there(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add(&b, "a\0b", 3);
	buf_add_char(&b, '-');
	buf_add_text(&b, "text");
	buf_printf(&b, " %s %d%%", "as printf", -7);
	buf_printf(&b, "%s", "");
	assert_holds(&b, "a\0b-text as printf -7%", 22);
	buf_free(&b);
}

static void
numbers_are_in_network_byte_order(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add_u16(&b, 0x0102);
	buf_add_u32(&b, 0x80fffe03);
	buf_add_u64(&b, UINT64_C(0xfedcba9876543210));
	assert_holds(&b, "\x01\x02\x80\xff\xfe\x03\xfe\xdc\xba\x98\x76\x54\x32\x10", 14);
	buf_free(&b);
}

/* One byte at a time and in pieces of every size, far beyond the first allocation. */
static void
nothing_is_lost_while_it_grows(void **state)
{
	enum { MOST = 700 };
	char piece[MOST];

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		piece[i] = (char)('a' + i % 26);
	for (size_t size = 1; size < MOST; size++) {
		struct buf b = {0};

		for (size_t at = 0; at < MOST; at += size)
			buf_add(&b, piece + at, MOST - at < size ? MOST - at : size);
		assert_holds(&b, piece, MOST);
		buf_clear(&b);
		buf_printf(&b, "%.*s", (int)size, piece);
		assert_holds(&b, piece, size);
		buf_free(&b);
	}
}

static void
room_that_is_reserved_is_not_moved(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add_text(&b, "head");
	assert_true(buf_reserve(&b, 10000));
	assert_holds(&b, "head", 4);
	const char *data = b.data;
	size_t cap = b.cap;
	for (int i = 0; i < 10000; i++)
		buf_add_char(&b, 'x');
	assert_ptr_equal(b.data, data);
	assert_int_equal(b.cap, cap);
	assert_int_equal(b.len, 10004);
	buf_free(&b);
}

static void
an_append_that_cannot_be_is_lost_and_so_are_those_after_it(void **state)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 4, SIZE_MAX / 2 + 1};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct buf b = {0};

		buf_add_text(&b, "kept");
		assert_false(buf_reserve(&b, sizes[i]));
		assert_true(b.failed);
		buf_add_text(&b, "lost");
		buf_add_char(&b, 'x');
		buf_add_u32(&b, 1);
		buf_printf(&b, "%d", 1);
		assert_false(buf_reserve(&b, 1));
		assert_true(b.failed);
		assert_int_equal(b.len, 4);
		assert_string_equal(buf_text(&b), "kept");

		buf_clear(&b); /* starts anew */
		assert_holds(&b, "", 0);
		buf_add_text(&b, "again");
		assert_holds(&b, "again", 5);
		buf_free(&b);
	}
}

static void
clearing_keeps_the_memory(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add_text(&b, "long enough");
	const char *data = b.data;
	buf_clear(&b);
	assert_holds(&b, "", 0);
	assert_ptr_equal(b.data, data);
	buf_free(&b);
}

static void
what_is_consumed_goes_from_the_front(void **state)
{
	static const struct {
		size_t n;
		const char *left;
	} cases[] = {{0, "abc\0def"}, {1, "bc\0def"}, {4, "def"}, {7, ""}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf b = {0};

		buf_add(&b, "abc\0def", 7);
		buf_consume(&b, cases[i].n);
		assert_holds(&b, cases[i].left, 7 - cases[i].n);
		buf_add_char(&b, '!');
		assert_int_equal(b.data[7 - cases[i].n], '!');
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_one_is_an_empty_text),
	    cmocka_unit_test(what_is_added_stands_behind_what_was_there),
	    cmocka_unit_test(numbers_are_in_network_byte_order),
	    cmocka_unit_test(nothing_is_lost_while_it_grows),
	    cmocka_unit_test(room_that_is_reserved_is_not_moved),
	    cmocka_unit_test(an_append_that_cannot_be_is_lost_and_so_are_those_after_it),
	    cmocka_unit_test(clearing_keeps_the_memory),
	    cmocka_unit_test(what_is_consumed_goes_from_the_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
