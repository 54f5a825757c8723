/* The JSON writer: compact output, escaping, and that misuse cannot produce malformed JSON. */
#include "base/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * Plays a program of one-letter calls: { } [ ] as they read, k key "k", s string "s", i -7,
 * t true, f false, n null, r the raw value {"x": 1}, e an empty raw value.
 */
static void
play(struct json *j, const char *program)
{
	for (; *program; program++) {
		switch (*program) {
		case '{': json_begin_object(j); break;
		case '}': json_end_object(j); break;
		case '[': json_begin_array(j); break;
		case ']': json_end_array(j); break;
		case 'k': json_key(j, "k"); break;
		case 's': json_text(j, "s"); break;
		case 'i': json_int(j, -7); break;
		case 't': json_boolean(j, true); break;
		case 'f': json_boolean(j, false); break;
		case 'n': json_text(j, NULL); break;
		case 'r': json_raw(j, "{\"x\": 1}", 8); break;
		case 'e': json_raw(j, "", 0); break;
		}
	}
}

static void
output_is_compact(void **state)
{
	static const struct {
		const char *program, *expected;
	} cases[] = {
	    {"{}", "{}"},
	    {"[]", "[]"},
	    {"s", "\"s\""},
	    {"n", "null"},
	    {"[sitfn]", "[\"s\",-7,true,false,null]"},
	    {"{kikn}", "{\"k\":-7,\"k\":null}"},
	    {"{k{k[]ki}k[{}{}[]]}", "{\"k\":{\"k\":[],\"k\":-7},\"k\":[{},{},[]]}"},
	    {"[rr{kr}]", "[{\"x\": 1},{\"x\": 1},{\"k\":{\"x\": 1}}]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {0};
		struct json j = {.out = &out};
		play(&j, cases[i].program);
		assert_true(json_complete(&j));
		assert_string_equal(buf_text(&out), cases[i].expected);
		buf_free(&out);
	}
}

static void
calls_that_do_not_fit_fail(void **state)
{
	static const char *const programs[] = {"", "{", "[", "[s", "{k", "{ki", "}", "]", "[}",
	    "{]", "{k}", "{s}", "{i", "{kk", "k", "[k]", "ss", "{}{}", "[]]", "{}}", "[e]", "e",
	    "{kis}", "[k1]", "{{", "{k{]}"};

	(void)state;
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		struct buf out = {0};
		struct json j = {.out = &out};
		play(&j, programs[i]);
		assert_false(json_complete(&j));
		buf_free(&out);
	}
}

static void
a_misfit_is_remembered_when_the_buffer_is_cleared(void **state)
{
	struct buf out = {0};
	struct json j = {.out = &out};

	(void)state;
	play(&j, "{s");
	assert_true(out.failed);
	buf_clear(&out);
	play(&j, "}");
	assert_true(out.failed);
	assert_int_equal(out.len, 0);
	assert_false(json_complete(&j));
	buf_free(&out);
}

static void
the_buffer_may_be_sent_between_calls(void **state)
{
	struct buf out = {0};
	struct json j = {.out = &out};

	(void)state;
	play(&j, "[s");
	buf_clear(&out);
	play(&j, "s]");
	assert_string_equal(buf_text(&out), ",\"s\"]");
	assert_true(json_complete(&j));
	buf_free(&out);
}

static void
nesting_has_a_limit(void **state)
{
	struct buf out = {0};
	struct json j = {.out = &out};

	(void)state;
	for (int i = 0; i < JSON_WRITER_MAX_DEPTH; i++)
		play(&j, i % 2 ? "{k" : "[");
	assert_false(out.failed);
	struct json deeper = j;
	for (int i = JSON_WRITER_MAX_DEPTH; i-- > 0;)
		play(&j, i % 2 ? i == JSON_WRITER_MAX_DEPTH - 1 ? "i}" : "}" : "]");
	assert_true(json_complete(&j));
	play(&deeper, "[");
	assert_true(deeper.failed && out.failed);
	buf_free(&out);
}

static void
strings_are_escaped(void **state)
{
	static const struct {
		const char *text;
		size_t n; /* 0: all of it */
		const char *expected;
	} cases[] = {
	    {"", 0, "\"\""},
	    {"plain", 0, "\"plain\""},
	    {"a\"b\\c/d", 0, "\"a\\\"b\\\\c/d\""},
	    {"\b\f\n\r\t", 0, "\"\\b\\f\\n\\r\\t\""},
	    {"\x01\x0b\x1f\x7f", 0, "\"\\u0001\\u000b\\u001f\x7f\""},
	    {"a\0b", 3, "\"a\\u0000b\""},
	    {"<&>'", 0, "\"<&>'\""},
	    {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 0, "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""},
	    {"a\xe2\x80\xa8\xe2\x80\xa9z\xe2\x80\xa7", 0, "\"a\\u2028\\u2029z\xe2\x80\xa7\""},
	    {"a\xff\xfez", 0, "\"a\xef\xbf\xbd\xef\xbf\xbdz\""},
	    {"\xed\xa0\x80", 0, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xe2\x82\xac", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = cases[i].n ? cases[i].n : strlen(cases[i].text);
		char *exact = malloc(n ? n : 1);
		memcpy(exact, cases[i].text, n);
		struct buf out = {0};
		struct json j = {.out = &out};
		json_string(&j, exact, n);
		free(exact);
		assert_true(json_complete(&j));
		assert_string_equal(buf_text(&out), cases[i].expected);
		buf_free(&out);
	}
}

static void
keys_are_escaped_and_integers_whole(void **state)
{
	struct buf out = {0};
	struct json j = {.out = &out};

	(void)state;
	json_begin_object(&j);
	json_key(&j, "a\"\n");
	json_int(&j, INT64_MIN);
	json_key(&j, "b");
	json_int(&j, INT64_MAX);
	json_end_object(&j);
	assert_string_equal(
	    buf_text(&out), "{\"a\\\"\\n\":-9223372036854775808,\"b\":9223372036854775807}");
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(output_is_compact),
	    cmocka_unit_test(calls_that_do_not_fit_fail),
	    cmocka_unit_test(a_misfit_is_remembered_when_the_buffer_is_cleared),
	    cmocka_unit_test(the_buffer_may_be_sent_between_calls),
	    cmocka_unit_test(nesting_has_a_limit),
	    cmocka_unit_test(strings_are_escaped),
	    cmocka_unit_test(keys_are_escaped_and_integers_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
