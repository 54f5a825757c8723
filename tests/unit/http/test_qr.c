/* QR codes: that they have the shape that the standard asks for. */
#include "http/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#define LONGEST 2331 /* bytes that fit into the largest code at this level of correction */

static json_object *
code_of(const char *text)
{
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};

	assert_int_equal(qr_json(&json, text, &err), 0);
	assert_true(json_complete(&json));
	json_object *code = json_tokener_parse(buf_text(&body));
	assert_non_null(code);
	buf_free(&body);
	return code;
}

static const char *
row_of(json_object *code, int y)
{
	return json_object_get_string(
	    json_object_array_get_idx(json_object_object_get(code, "rows"), (size_t)y));
}

/* The square in a corner that cameras look for, at column x and row y. */
static bool
has_finder(json_object *code, int x, int y)
{
	static const char *const finder[] = {
	    "1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"};

	for (int i = 0; i < 7; i++)
		if (strncmp(row_of(code, y + i) + x, finder[i], 7) != 0)
			return false;
	return true;
}

static void
test_sizes_and_corners(void **state)
{
	static const struct {
		size_t length;
		int size;
	} cases[] = {{1, 21}, {14, 21}, {15, 25}, {LONGEST, 177}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[LONGEST + 1];
		memset(text, 'a', cases[i].length);
		text[cases[i].length] = '\0';
		json_object *code = code_of(text);
		const int size = json_object_get_int(json_object_object_get(code, "size"));
		json_object *rows = json_object_object_get(code, "rows");

		assert_int_equal(size, cases[i].size);
		assert_int_equal(json_object_array_length(rows), size);
		for (int y = 0; y < size; y++) {
			assert_int_equal(strlen(row_of(code, y)), size);
			assert_int_equal(strspn(row_of(code, y), "01"), size);
		}
		assert_true(has_finder(code, 0, 0));
		assert_true(has_finder(code, size - 7, 0));
		assert_true(has_finder(code, 0, size - 7));
		json_object_put(code);
	}
}

static void
test_texts_differ(void **state)
{
	(void)state;
	json_object *one = code_of("otpauth://totp/a"), *other = code_of("otpauth://totp/b");

	assert_string_not_equal(json_object_to_json_string(one), json_object_to_json_string(other));
	json_object_put(one);
	json_object_put(other);
}

/* Nothing is written of what has none. */
static void
test_what_does_not_fit_is_refused(void **state)
{
	char text[LONGEST + 2];
	const char *const texts[] = {text, "", NULL};
	(void)state;

	memset(text, 'a', LONGEST + 1);
	text[LONGEST + 1] = '\0';
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct error err = {0};
		struct buf body = {0};
		struct json json = {.out = &body};

		assert_int_equal(qr_json(&json, texts[i], &err), -1);
		assert_int_equal(err.code, ERROR_SYSTEM);
		assert_int_equal(body.len, 0);
		buf_free(&body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sizes_and_corners),
	    cmocka_unit_test(test_texts_differ),
	    cmocka_unit_test(test_what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
