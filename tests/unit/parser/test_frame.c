/* What the parser child sends to the worker: worker/parser/frame.h and lib/database/tuple.h. */
#include "database/tuple.h"
#include "parser/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define BYTES(s) s, sizeof(s) - 1

/* Parses the only frame in *b, which must take all of its bytes. */
static struct frame
only_frame(const struct buf *b)
{
	struct frame f;

	assert_false(b->failed);
	assert_int_equal(frame_parse(b->data, b->len, &f), 1);
	assert_int_equal(FRAME_HEADER + f.n, b->len);
	return f;
}

/* A frame of this type, with the bytes as its payload. */
static struct frame
make_frame(struct buf *b, enum frame_type type, const char *bytes, size_t n)
{
	size_t begun = frame_begin(b, type);

	buf_add(b, bytes, n);
	frame_end(b, begun);
	return only_frame(b);
}

static void
frames_are_told_apart_at_any_split(void **state)
{
	struct buf b = {0};
	struct frame f;

	(void)state;
	frame_add_progress(&b, 7);
	size_t first = b.len;
	frame_add_end(&b, (struct frame_totals){3, 2, 1});
	for (size_t n = 0; n < first; n++)
		assert_int_equal(frame_parse(b.data, n, &f), 0);
	for (size_t n = first; n <= b.len; n++) {
		assert_int_equal(frame_parse(b.data, n, &f), 1);
		assert_int_equal(f.type, FRAME_PROGRESS);
		assert_int_equal(FRAME_HEADER + f.n, first);
	}
	assert_int_equal(frame_parse(b.data + first, b.len - first, &f), 1);
	assert_int_equal(f.type, FRAME_END);
	buf_free(&b);
}

static void
what_is_no_frame_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		int parsed;
	} cases[] = {
	    {BYTES(""), 0},
	    {BYTES("x"), -1},
	    {BYTES("\0"), -1},
	    {BYTES("r"), 0},
	    {BYTES("r\0\0\0"), 0},
	    {BYTES("r\0\0\0\0"), 1},
	    {BYTES("r\0\0\0\1"), 0},
	    {BYTES("r\0\x20\0\0"), 0},  /* FRAME_MAX bytes follow */
	    {BYTES("r\0\x20\0\1"), -1}, /* one more */
	    {BYTES("r\xff\xff\xff\xff"), -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct frame f;
		assert_int_equal(frame_parse(cases[i].bytes, cases[i].n, &f), cases[i].parsed);
	}
}

static void
findings_arrive_as_they_were_sent(void **state)
{
	static const struct finding findings[] = {
	    {.level = FINDING_ERROR,
		.entry = 4,
		.row = 5,
		.line = 7,
		.field = "title",
		.value = "v\303\244lue",
		.value_n = 6,
		.details = "Wrong."},
	    {.level = FINDING_WARNING, .sign = SIGN_MERGED, .details = "Odd."},
	    {.level = FINDING_ERROR, .value = "", .details = ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(findings); i++) {
		const struct finding *sent = &findings[i];
		struct finding got;
		struct buf b = {0};

		frame_add_finding(&b, sent);
		const struct frame f = only_frame(&b);
		assert_true(frame_get_finding(&f, &got));
		assert_int_equal(got.level, sent->level);
		assert_int_equal(got.sign, sent->sign);
		assert_int_equal(got.entry, sent->entry);
		assert_int_equal(got.row, sent->row);
		assert_int_equal(got.line, sent->line);
		assert_string_equal(got.details, sent->details);
		assert_int_equal(got.field == NULL, sent->field == NULL);
		if (sent->field)
			assert_string_equal(got.field, sent->field);
		assert_int_equal(got.value == NULL, sent->value == NULL);
		assert_int_equal(got.value_n, sent->value_n);
		if (sent->value)
			assert_memory_equal(got.value, sent->value, sent->value_n);
		buf_free(&b);
	}
}

/* Sends a finding about a value and returns how the value arrives. */
static void
check_value(const char *value, size_t n, const char *expected, size_t expected_n)
{
	const struct finding sent = {.value = value, .value_n = n, .details = "x"};
	struct finding got;
	struct buf b = {0};

	frame_add_finding(&b, &sent);
	const struct frame f = only_frame(&b);
	assert_true(frame_get_finding(&f, &got));
	assert_int_equal(got.value_n, expected_n);
	assert_memory_equal(got.value, expected, expected_n);
	buf_free(&b);
}

static void
values_are_made_fit_to_be_stored(void **state)
{
	char text[2 * FRAME_VALUE_MAX];

	(void)state;
	check_value(BYTES("a\0b"), BYTES("a\357\277\275b"));
	check_value(BYTES("a\377b\303"), BYTES("a\357\277\275b\357\277\275"));
	memset(text, 'x', sizeof text);
	check_value(text, sizeof text, text, FRAME_VALUE_MAX);
	memcpy(text + FRAME_VALUE_MAX - 1, "\303\244", 2); /* must not be cut in two */
	check_value(text, sizeof text, text, FRAME_VALUE_MAX - 1);
}

/* A finding's payload with the bytes as its details field. */
static bool
takes_details(const char *details, size_t n)
{
	struct buf tuple = {0}, b = {0};
	struct finding got;

	tuple_begin(&tuple, 8);
	tuple_add_int8(&tuple, 0);
	tuple_add_text(&tuple, "date", sizeof "date");
	for (int i = 0; i < 3; i++)
		tuple_add_int8(&tuple, 0);
	tuple_add_null(&tuple);
	tuple_add_null(&tuple);
	tuple_add_text(&tuple, details, n);
	const struct frame f = make_frame(&b, FRAME_FINDING, tuple.data, tuple.len);
	bool taken = frame_get_finding(&f, &got);
	buf_free(&tuple);
	buf_free(&b);
	return taken;
}

static void
forged_findings_are_refused(void **state)
{
	char text[3000] = "";

	(void)state;
	assert_true(takes_details(BYTES("fine\0")));
	assert_false(takes_details(BYTES("no end")));
	assert_false(takes_details(BYTES("two\0ends\0")));
	assert_false(takes_details(BYTES("no UTF-8 \377\0")));
	assert_false(takes_details(BYTES("")));
	assert_false(takes_details(NULL, 0));
	memset(text, 'x', sizeof text - 1);
	assert_true(takes_details(text + 1000, sizeof text - 1000));
	assert_false(takes_details(text, sizeof text));
}

/* Numbers that no count can be, or that cannot be added up. */
static void
forged_numbers_are_refused(void **state)
{
	static const int64_t forged[] = {-1, INT64_MIN, INT64_MAX, INT64_C(1) << 53};
	struct frame_totals totals;
	struct finding finding;
	struct buf b = {0};
	int64_t bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(forged); i++) {
		frame_add_finding(&b, &(struct finding){.row = forged[i], .details = "x"});
		struct frame f = only_frame(&b);
		assert_false(frame_get_finding(&f, &finding));
		buf_clear(&b);
		frame_add_progress(&b, forged[i]);
		f = only_frame(&b);
		assert_false(frame_get_progress(&f, &bytes));
		buf_clear(&b);
		frame_add_end(&b, (struct frame_totals){1, forged[i], 3});
		f = only_frame(&b);
		assert_false(frame_get_end(&f, &totals));
		buf_clear(&b);
	}
	buf_free(&b);
}

static void
totals_arrive(void **state)
{
	struct frame_totals got;
	struct buf b = {0};

	(void)state;
	frame_add_end(&b, (struct frame_totals){1, 2, 3});
	const struct frame f = only_frame(&b);
	assert_true(frame_get_end(&f, &got));
	assert_int_equal(got.records, 1);
	assert_int_equal(got.errors, 2);
	assert_int_equal(got.warnings, 3);
	buf_free(&b);
}

static void
tuples_are_taken_apart(void **state)
{
	struct tuple_field fields[5];
	struct buf b = {0};

	(void)state;
	tuple_begin(&b, 5);
	tuple_add_int8(&b, -2);
	tuple_add_bool(&b, true);
	tuple_add_text(&b, BYTES("text"));
	tuple_add_text(&b, "", 0);
	tuple_add_null(&b);
	assert_true(tuple_split(b.data, b.len, fields, 5));
	assert_int_equal(tuple_get_int8(&fields[0]), -2);
	assert_true(tuple_get_bool(&fields[1]));
	assert_int_equal(fields[2].n, 4);
	assert_memory_equal(fields[2].data, "text", 4);
	assert_non_null(fields[3].data);
	assert_int_equal(fields[3].n, 0);
	assert_null(fields[4].data);

	assert_false(tuple_split(b.data, b.len, fields, 4));
	for (size_t n = 0; n < b.len; n++)
		assert_false(tuple_split(b.data, n, fields, 5));
	buf_add_char(&b, 'x');
	assert_false(tuple_split(b.data, b.len, fields, 5));
	buf_free(&b);
}

static void
numbers_are_in_network_byte_order(void **state)
{
	struct buf b = {0};

	(void)state;
	tuple_begin(&b, 3);
	tuple_add_int2(&b, -2);
	tuple_add_int4(&b, 0x01020304);
	tuple_add_int8(&b, 0x0102030405060708);
	assert_int_equal(b.len, 2 + 6 + 8 + 12);
	assert_memory_equal(b.data,
	    "\0\3"
	    "\0\0\0\2\377\376"
	    "\0\0\0\4\1\2\3\4"
	    "\0\0\0\10\1\2\3\4\5\6\7\10",
	    b.len);
	buf_free(&b);
}

static void
lengths_beyond_the_end_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} cases[] = {
	    {BYTES("\0\1\0\0\0\5abcd")},
	    {BYTES("\0\1\177\377\377\377abcd")},
	    {BYTES("\0\1\377\377\377\376abcd")},
	    {BYTES("\0\1\0\0\0\3abcd")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tuple_field field;
		assert_false(tuple_split(cases[i].bytes, cases[i].n, &field, 1));
	}
}

static void
rows_arrive_as_the_file_has_them(void **state)
{
	static const struct raw_cell cells[] = {
	    {"Title ",
		" a\xff"
		"b\0",
		6, 5},
	    {"_ROW", "7", 4, 1},
	    {"", "", 0, 0},
	    {"text", "=\303\244", 4, 3},
	    {"_errors", "old", 7, 3},
	};
	static const char *const expected[] = {
	    "Title ", " a\357\277\275b\357\277\275", "", "", "text", "=\303\244"};
	const struct record rec = {.entry = 4, .row = 9, .raw = cells, .nraw = COUNT(cells)};
	struct tuple_field fields[FRAME_ROW_CELLS + COUNT(expected)];
	struct buf b = {0};

	(void)state;
	frame_add_row(&b, &rec);
	const struct frame f = only_frame(&b);
	assert_int_equal(tuple_count(f.data, f.n), COUNT(fields));
	assert_true(frame_get_row(&f, fields, COUNT(fields)));
	assert_int_equal(tuple_get_int8(&fields[FRAME_ROW_ENTRY]), 4);
	assert_int_equal(tuple_get_int8(&fields[FRAME_ROW_ROW]), 9);
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct tuple_field *field = &fields[FRAME_ROW_CELLS + i];
		assert_int_equal(field->n, strlen(expected[i]));
		assert_memory_equal(field->data, expected[i], field->n);
	}
	for (size_t n = 0; n < COUNT(fields); n++)
		assert_false(frame_get_row(&f, fields, n));
	buf_free(&b);
}

static void
cells_that_do_not_fit_into_a_frame_are_left_out(void **state)
{
	const size_t large = FRAME_MAX / 2;
	char *text = malloc(large);
	struct tuple_field fields[FRAME_ROW_CELLS + 6];
	struct buf b = {0};

	(void)state;
	assert_non_null(text);
	memset(text, 'x', large);
	const struct raw_cell cells[] = {
	    {"a", text, 1, large}, {"b", text, 1, large}, {"c", "here", 1, 4}};
	const struct record rec = {.entry = 1, .row = 1, .raw = cells, .nraw = COUNT(cells)};
	frame_add_row(&b, &rec);
	const struct frame f = only_frame(&b);
	assert_true(frame_get_row(&f, fields, COUNT(fields)));
	assert_int_equal(fields[FRAME_ROW_CELLS + 1].n, large);
	assert_null(fields[FRAME_ROW_CELLS + 3].data);
	assert_int_equal(fields[FRAME_ROW_CELLS + 5].n, 4);
	buf_free(&b);
	free(text);
}

static void
rows_that_cannot_be_stored_are_refused(void **state)
{
	static const char bad[] = "\0\4"                      /* fields */
				  "\0\0\0\10\0\0\0\0\0\0\0\1" /* entry */
				  "\377\377\377\377"          /* row */
				  "\0\0\0\1a"                 /* name */
				  "\0\0\0\1\377";             /* not UTF-8 */
	struct tuple_field fields[4];
	struct buf b = {0};

	(void)state;
	const struct frame f = make_frame(&b, FRAME_ROW, BYTES(bad));
	assert_true(tuple_split(f.data, f.n, fields, 4));
	assert_false(frame_get_row(&f, fields, 4));
	buf_free(&b);
}

static void
sheets_arrive_as_they_were_sent(void **state)
{
	const struct sheet sent = {"'The library'!", {1, 0, 26}};
	struct sheet got;
	struct buf b = {0};

	(void)state;
	frame_add_sheet(&b, &sent);
	struct frame f = only_frame(&b);
	assert_true(frame_get_sheet(&f, &got));
	assert_string_equal(got.name, sent.name);
	assert_memory_equal(got.columns, sent.columns, sizeof got.columns);
	f.n--;
	assert_false(frame_get_sheet(&f, &got));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_are_told_apart_at_any_split),
	    cmocka_unit_test(what_is_no_frame_is_refused),
	    cmocka_unit_test(findings_arrive_as_they_were_sent),
	    cmocka_unit_test(values_are_made_fit_to_be_stored),
	    cmocka_unit_test(forged_findings_are_refused),
	    cmocka_unit_test(forged_numbers_are_refused),
	    cmocka_unit_test(totals_arrive),
	    cmocka_unit_test(tuples_are_taken_apart),
	    cmocka_unit_test(numbers_are_in_network_byte_order),
	    cmocka_unit_test(lengths_beyond_the_end_are_refused),
	    cmocka_unit_test(rows_arrive_as_the_file_has_them),
	    cmocka_unit_test(cells_that_do_not_fit_into_a_frame_are_left_out),
	    cmocka_unit_test(rows_that_cannot_be_stored_are_refused),
	    cmocka_unit_test(sheets_arrive_as_they_were_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
