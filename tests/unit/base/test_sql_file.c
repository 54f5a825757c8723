/* Files of SQL statements: lib/base/sql_file.h. */
#include "base/sql_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char text[] = "-- What is said of the file.\n"
			   "\n"
			   "-- name: one\n"
			   "-- It is the first.\n"
			   "-- means: everything is well\n"
			   "SELECT 1,\n"
			   "       '-- name: none'\n"
			   "  FROM a;\n"
			   "\n"
			   "-- part: shared\n"
			   "b.c = 2\n"
			   "\n"
			   "-- name: two\n"
			   "SELECT 2;\n"
			   "-- name: empty\n"
			   "-- name: last\n"
			   "-- meaning: less\n"
			   "SELECT 3";

static const struct sql_file files[] = {{"none", ""}, {"some", text}, {NULL, NULL}};

static void
assert_slice(struct text_slice slice, const char *expected)
{
	assert_int_equal(slice.n, strlen(expected));
	assert_memory_equal(slice.text, expected, slice.n);
}

static void
statements_come_in_their_order(void **state)
{
	static const struct {
		const char *name, *comment, *sql;
		bool is_part;
	} expected[] = {
	    {"one", "-- It is the first.\n-- means: everything is well\n",
		"SELECT 1,\n       '-- name: none'\n  FROM a", false},
	    {"shared", "", "b.c = 2", true},
	    {"two", "", "SELECT 2", false},
	    {"empty", "", "", false},
	    {"last", "-- meaning: less\n", "SELECT 3", false},
	};
	const char *at = text;
	struct sql_text st;

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		assert_non_null(at = sql_file_next(at, &st));
		assert_slice(st.name, expected[i].name);
		assert_slice(st.comment, expected[i].comment);
		assert_slice(st.sql, expected[i].sql);
		assert_int_equal(st.is_part, expected[i].is_part);
	}
	assert_null(sql_file_next(at, &st));
	assert_null(sql_file_next("", &st));
	assert_null(sql_file_next("SELECT 1;\n-- name", &st));
}

static void
a_statement_is_found_by_its_whole_name_and_is_no_part(void **state)
{
	struct sql_text st;

	(void)state;
	assert_true(sql_file_find(files, false, "two", &st));
	assert_slice(st.sql, "SELECT 2");
	assert_true(sql_file_find(files, true, "shared", &st));
	assert_slice(st.sql, "b.c = 2");
	assert_false(sql_file_find(files, false, "shared", &st));
	assert_false(sql_file_find(files, true, "two", &st));
	assert_false(sql_file_find(files, false, "tw", &st));
	assert_false(sql_file_find(files, false, "none", &st));
	assert_false(sql_file_find(files, false, "", &st));
}

static void
a_note_is_what_stands_behind_its_key(void **state)
{
	struct sql_text st;

	(void)state;
	assert_true(sql_file_find(files, false, "one", &st));
	assert_slice(sql_text_note(&st, "means"), "everything is well");
	assert_null(sql_text_note(&st, "mean").text);
	assert_null(sql_text_note(&st, "look").text);
	assert_true(sql_file_find(files, false, "last", &st));
	assert_null(sql_text_note(&st, "means").text);
	assert_true(sql_file_find(files, false, "two", &st));
	assert_null(sql_text_note(&st, "means").text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(statements_come_in_their_order),
	    cmocka_unit_test(a_statement_is_found_by_its_whole_name_and_is_no_part),
	    cmocka_unit_test(a_note_is_what_stands_behind_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
