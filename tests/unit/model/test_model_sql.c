/* The SQL of a content model: lib/model/model_sql.h. That it is right is for the end-to-end tests.
 */
#include "model/model_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "Q"},
    {.name = "name", .kind = FIELD_LINE, .required = true},
    {.name = "rank", .kind = FIELD_INTEGER, .on_add = "3"},
    {.name = "open", .kind = FIELD_BOOLEAN, .on_add = "true"},
    {.name = "note", .kind = FIELD_LINE},
    {.name = "mark_delete", .kind = FIELD_DELETE},
};

static const struct model model = {"quiz", fields, sizeof fields / sizeof *fields};

static void
the_staging_table_has_a_typed_column_per_field(void **state)
{
	struct buf b = {0};

	(void)state;
	model_sql(&model, MODEL_SQL_STAGE, &b);
	assert_string_equal(buf_text(&b),
	    "CREATE TEMP TABLE IF NOT EXISTS stage_quiz (entry bigint, row bigint, line bigint,"
	    " fresh bigint, bad_id boolean, mark_delete boolean, id text COLLATE \"C\", name text,"
	    " rank smallint, open boolean, note text) ON COMMIT DELETE ROWS");
	assert_int_equal(model_sql_stage_columns(&model), STAGE_FIELDS + 4);
	buf_free(&b);
}

static void
updates_carry_that_the_row_is_still_the_one_reviewed(void **state)
{
	struct buf b = {0};

	(void)state;
	model_sql(&model, MODEL_SQL_UPDATE, &b);
	assert_non_null(
	    strstr(buf_text(&b), "UPDATE quiz t SET name = d.new_name, rank = d.new_rank,"
				 " open = d.new_open, note = d.new_note, modified ="));
	assert_non_null(
	    strstr(buf_text(&b), " AND t.id = d.id AND t.name = d.old_name AND t.rank = d.old_rank"
				 " AND t.open = d.old_open AND t.note = d.old_note"));
	buf_free(&b);
}

static void
deletes_carry_that_the_row_is_still_the_one_reviewed(void **state)
{
	struct buf b = {0};

	(void)state;
	model_sql(&model, MODEL_SQL_DELETE, &b);
	assert_non_null(strstr(buf_text(&b),
	    " AND t.name = d.old_name AND t.rank = d.old_rank AND t.open = d.old_open"));
	buf_free(&b);
}

static void
new_items_get_defaults_where_none_is_required(void **state)
{
	struct buf b = {0};

	(void)state;
	model_sql(&model, MODEL_SQL_DIFF, &b);
	assert_non_null(strstr(buf_text(&b), "coalesce(s.name, t.name) END"));
	assert_non_null(strstr(buf_text(&b), "coalesce(s.rank, t.rank, '3') END"));
	assert_non_null(strstr(buf_text(&b), "coalesce(s.open, t.open, 'true') END"));
	assert_non_null(strstr(buf_text(&b), "coalesce(s.note, t.note, '') END"));
	assert_non_null(strstr(buf_text(&b), "'CQ' || s.fresh"));
	buf_free(&b);
}

static void
only_required_fields_are_asked_for(void **state)
{
	struct buf b = {0};

	(void)state;
	model_sql(&model, MODEL_SQL_FAULTS, &b);
	assert_non_null(strstr(buf_text(&b), "s.name IS NULL"));
	assert_null(strstr(buf_text(&b), "s.rank IS NULL"));
	assert_null(strstr(buf_text(&b), "s.open IS NULL"));
	buf_free(&b);
}

static void
no_template_is_left_unfinished(void **state)
{
	(void)state;
	for (const struct model *m = &model; m; m = m == &model ? &models[0] : NULL) {
		for (int which = 0; which < MODEL_SQL_COUNT; which++) {
			struct buf b = {0};
			model_sql(m, (enum model_statement)which, &b);
			assert_false(b.failed);
			assert_true(b.len > 0);
			assert_null(strpbrk(buf_text(&b), "@^[]%~#!"));
			buf_free(&b);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_staging_table_has_a_typed_column_per_field),
	    cmocka_unit_test(updates_carry_that_the_row_is_still_the_one_reviewed),
	    cmocka_unit_test(deletes_carry_that_the_row_is_still_the_one_reviewed),
	    cmocka_unit_test(new_items_get_defaults_where_none_is_required),
	    cmocka_unit_test(only_required_fields_are_asked_for),
	    cmocka_unit_test(no_template_is_left_unfinished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
