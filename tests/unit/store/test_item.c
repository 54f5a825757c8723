/* Items as JSON and as rows of exports: cgi-bin/store/item.h, library.h. */
#include "store/item.h"

#include "base/buf.h"
#include "model/model_sql.h"
#include "store/diff_fields.h"
#include "store/library.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "Q"},
    {.name = "small", .kind = FIELD_INTEGER, .min = -9, .max = 9},
    {.name = "gone", .kind = FIELD_INTEGER, .max = 9, .retired = true, .filter = "gone"},
    {.name = "large", .kind = FIELD_INTEGER, .min = -5000000000, .max = 5000000000},
    {.name = "past", .kind = FIELD_LINE, .required = true, .retired = true},
    {.name = "capecs", .kind = FIELD_REFS, .prefix = "", .max = 99},
    {.name = "open", .kind = FIELD_BOOLEAN},
    {.name = "drop", .kind = FIELD_DELETE},
};

static const struct model model = {
    .name = "quiz", .fields = fields, .nfields = sizeof fields / sizeof *fields};

static void
set(PGresult *res, int col, const char *bytes, int n)
{
	char copy[64];

	memcpy(copy, bytes, (size_t)n);
	assert_true(PQsetvalue(res, 0, col, copy, n));
}

/* A row with `before` columns and then the stored fields, as PostgreSQL sends them in binary. */
static PGresult *
row(int before)
{
	static PGresAttDesc columns[16];
	static char name[] = "c";
	PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);

	for (int i = 0; i < before + 6; i++)
		columns[i] = (PGresAttDesc){.name = name, .format = 1, .typlen = -1};
	assert_true(PQsetResultAttrs(res, before + 6, columns));
	for (int i = 0; i < before; i++)
		set(res, i, "\0\0\0\0\0\0\0\0", 8);
	set(res, 0, "CQ7", 3);
	set(res, before, "\xff\xfd", 2);                           /* -3 */
	set(res, before + 1, "\0\5", 2);                           /* 5 */
	set(res, before + 2, "\xff\xff\xff\xfe\xd5\xfa\x0e\0", 8); /* -5000000000 */
	set(res, before + 3, "kept", 4);
	set(res, before + 4, "7;66", 4);
	set(res, before + 5, "\1", 1);
	return res;
}

static const char *
members(bool with_delete, struct buf *out)
{
	struct json json = {.out = out};
	PGresult *res = row(1);

	buf_clear(out);
	json_begin_object(&json);
	item_members(&json, &model, res, 0, 0, 1, with_delete);
	json_end_object(&json);
	PQclear(res);
	return buf_text(out);
}

static void
an_item_has_the_fields_that_are_not_retired(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_string_equal(members(true, &b),
	    "{\"id\":\"CQ7\",\"small\":-3,\"large\":-5000000000,\"capecs\":\"7;66\",\"open\":true,"
	    "\"drop\":false}");
	assert_string_equal(members(false, &b), "{\"id\":\"CQ7\",\"small\":-3,\"large\":-"
						"5000000000,\"capecs\":\"7;66\",\"open\":true}");
	buf_free(&b);
}

static void
an_export_has_the_fields_that_are_not_retired(void **state)
{
	static const char *const wanted[][2] = {{"id", "CQ7"}, {"small", "-3"},
	    {"large", "-5000000000"}, {"capecs", "7;66"}, {"open", "true"}, {"drop", "false"},
	    {"db_id", "-7"}};
	const char *columns[LIBRARY_MAX_COLUMNS];
	struct cell cells[LIBRARY_MAX_COLUMNS];
	struct buf spelled = {0};
	PGresult *res = row(6);

	(void)state;
	assert_int_equal(library_columns(&model, columns), 6 + 6);
	assert_true(library_cells(&model, res, &spelled, cells));
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		assert_string_equal(columns[i], wanted[i][0]);
		assert_int_equal(cells[i].n, strlen(wanted[i][1]));
		assert_memory_equal(cells[i].text, wanted[i][1], cells[i].n);
	}
	buf_free(&spelled);
	PQclear(res);
}

static void
a_retired_field_is_no_choice(void **state)
{
	struct buf b = {0};
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < model.nfields; i++)
		assert_int_equal(diff_fields_has(&fields[i]),
		    model_sql_is_column(&fields[i]) && !fields[i].retired);
	assert_null(library_order(&model, "-small,large,open", &b, &n));
	assert_string_equal(buf_text(&b), "t.small DESC, t.large, t.open, t.position");
	assert_string_equal(library_order(&model, "small,gone,open", &b, &n), "gone,open");
	assert_int_equal(n, strlen("gone"));
	assert_non_null(library_order(&model, "past", &b, &n));
	assert_non_null(library_order(&model, "capecs", &b, &n));
	assert_non_null(library_order(&model, "drop", &b, &n));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_item_has_the_fields_that_are_not_retired),
	    cmocka_unit_test(an_export_has_the_fields_that_are_not_retired),
	    cmocka_unit_test(a_retired_field_is_no_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
