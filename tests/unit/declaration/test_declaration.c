/* Declarations of content models are read and written: worker/declaration/declaration.h. */
#include "declaration/declaration.h"

#include "../../declared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ID "  - {name: id, kind: id, prefix: R}\n"

static int
read_text(const char *text, struct declaration *d, struct error *err)
{
	*err = (struct error){0};
	return declaration_read("risk.yaml", text, strlen(text), d, err);
}

static void
what_is_left_out_is_filled_in(void **state)
{
	static const char text[] =
	    "name: risk\nfields:\n  - {name: id, kind: id}\n  - {name: part_of, kind: refs}\n"
	    "  - {name: name, kind: line}\n"
	    "  - {name: rank, kind: integer, min: 3, max: 9}\n"
	    "  - {name: open, kind: boolean}\n  - {name: see, kind: ref}\n";
	struct declaration d;
	struct error err;

	(void)state;
	assert_int_equal(read_text(text, &d, &err), 0);
	assert_string_equal(d.model.title, "Risk");
	assert_int_equal(d.model.heading, 2);
	assert_int_equal(d.model.version, 1);
	assert_string_equal(d.fields[1].label, "Part of");
	assert_string_equal(d.fields[1].prefix, "");
	assert_int_equal(d.fields[1].max, 65536);
	assert_int_equal(d.fields[2].max, 255);
	assert_null(d.fields[2].on_add);
	assert_null(d.fields[2].filter);
	assert_string_equal(d.fields[3].on_add, "3");
	assert_string_equal(d.fields[4].on_add, "false");
	assert_string_equal(d.fields[0].prefix, "RISK");
	assert_string_equal(d.fields[5].prefix, "");
	assert_int_equal(d.lines[4], 7);
	declaration_free(&d);
}

static void
what_is_written_says_the_same(void **state)
{
	static const char text[] =
	    "name: risk\ntitle: \"\\u00e9 \\\"quoted\\\" \\\\ back\"\nversion: 7\nfields:\n" ID
	    "  - {name: a, kind: line, max: 9, required: true, default: \"a: b #c\", label: "
	    "'It''s',"
	    " listed: true, filter: by_a, synonyms: [x, y z], help: \"{[]}, - ? | >\"}\n"
	    "  - {name: b, kind: text, default: \"two\\nlines\", retired: true, since: 5}\n";
	struct declaration d, again;
	struct error err;
	struct buf once = {0}, twice = {0};

	(void)state;
	assert_int_equal(read_text(text, &d, &err), 0);
	declaration_write(&d.model, &once);
	assert_int_equal(read_text(buf_text(&once), &again, &err), 0);
	declaration_write(&again.model, &twice);
	assert_string_equal(buf_text(&once), buf_text(&twice));
	assert_string_equal(again.model.title, "\303\251 \"quoted\" \\ back");
	assert_string_equal(again.fields[1].on_add, "a: b #c");
	assert_string_equal(again.fields[1].synonyms, "x;y z");
	assert_string_equal(again.fields[2].on_add, "two\nlines");
	assert_true(again.fields[2].retired);
	assert_int_equal(again.fields[2].since, 5);
	assert_int_equal(again.model.version, 7);
	declaration_free(&d);
	declaration_free(&again);
	buf_free(&once);
	buf_free(&twice);
}

static void
those_that_come_along_can_be_read(void **state)
{
	(void)state;
	assert_int_equal(declared("standard")->nfields, 10);
	assert_int_equal(declared("threat")->nfields, 8);
}

static void
brackets_without_end_take_no_time(void **state)
{
	struct buf text = {0};
	struct declaration d;
	struct error err = {0};

	(void)state;
	buf_add_text(&text, "name: ");
	for (size_t i = 0; i < DECLARATION_MAX / 2; i++)
		buf_add_char(&text, '[');
	assert_int_equal(declaration_read("risk.yaml", text.data, text.len, &d, &err), -1);
	assert_string_equal(err.message, "risk.yaml, line 1: there are too many brackets.");
	declaration_free(&d);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_left_out_is_filled_in),
	    cmocka_unit_test(what_is_written_says_the_same),
	    cmocka_unit_test(those_that_come_along_can_be_read),
	    cmocka_unit_test(brackets_without_end_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
