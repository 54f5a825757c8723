/* The SQL of a content model: lib/model/model_sql.h. The end-to-end tests show that it is right.
 */
#include "model/model_sql.h"

#include "../../declared.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "Q"},
    {.name = "name", .kind = FIELD_LINE, .required = true},
    {.name = "rank", .kind = FIELD_INTEGER, .on_add = "3", .filter = "rank"},
    {.name = "open", .kind = FIELD_BOOLEAN, .on_add = "true", .filter = "is_open"},
    {.name = "note", .kind = FIELD_LINE},
    {.name = "mark_delete", .kind = FIELD_DELETE},
};

static const struct model model = {
    .name = "quiz", .fields = fields, .nfields = sizeof fields / sizeof *fields};

/* Any white space counts as one space: where lines end does not matter here. */
static void
squeeze(struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++) {
		bool space = isspace((unsigned char)b->data[i]);
		if (!space || (n && b->data[n - 1] != ' '))
			b->data[n++] = space ? ' ' : b->data[i];
	}
	b->len = n;
	b->data[n] = '\0';
}

static const char *
written(enum model_statement which, struct buf *b)
{
	struct error err = {0};

	buf_clear(b);
	assert_int_equal(model_sql(&model, which, NULL, b, &err), 0);
	squeeze(b);
	return buf_text(b);
}

static struct text_slice
slice(const char *text)
{
	return (struct text_slice){text, strlen(text)};
}

static void
the_staging_table_has_a_typed_column_per_field(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_string_equal(written(MODEL_SQL_STAGE_MAKE, &b),
	    "CREATE TEMP TABLE IF NOT EXISTS stage_quiz ( entry bigint, row bigint, line bigint,"
	    " fresh bigint, bad_id boolean, mark_delete boolean, id text COLLATE \"C\", name text,"
	    " rank smallint, open boolean, note text ) ON COMMIT DELETE ROWS");
	assert_int_equal(model_sql_stage_columns(&model), STAGE_FIELDS + 4);
	buf_free(&b);
}

static void
updates_carry_that_the_row_is_still_the_one_reviewed(void **state)
{
	struct buf b = {0};

	(void)state;
	written(MODEL_SQL_APPLY_UPDATE, &b);
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
	assert_non_null(strstr(written(MODEL_SQL_APPLY_DELETE, &b),
	    " AND t.name = d.old_name AND t.rank = d.old_rank AND t.open = d.old_open"));
	buf_free(&b);
}

static void
new_items_get_defaults_where_none_is_required(void **state)
{
	struct buf b = {0};

	(void)state;
	written(MODEL_SQL_STAGE_DIFF, &b);
	assert_non_null(strstr(buf_text(&b), "coalesce(s.name, t.name) END"));
	assert_non_null(strstr(buf_text(&b), "coalesce(s.rank, t.rank, '3') END"));
	assert_non_null(strstr(buf_text(&b), "coalesce(s.open, t.open, 'true') END"));
	assert_non_null(strstr(buf_text(&b), "coalesce(s.note, t.note, '') END"));
	assert_non_null(strstr(buf_text(&b), "'CQ' || s.fresh"));
	buf_free(&b);
}

static void
a_default_is_a_literal_whatever_is_in_it(void **state)
{
	static const struct field odd[] = {
	    {.name = "id", .kind = FIELD_ID, .prefix = "Q"},
	    {.name = "note", .kind = FIELD_LINE, .max = 99, .on_add = "it's {name}\\"},
	};
	const struct model m = {.name = "odd", .fields = odd, .nfields = 2};
	struct error err = {0};
	struct buf b = {0};

	(void)state;
	assert_int_equal(model_sql_expand(&m, slice("{each stored:{default}}"), NULL, &b, &err), 0);
	assert_string_equal(buf_text(&b), "'it''s {name}\\'");
	buf_free(&b);
}

static void
only_required_fields_are_asked_for(void **state)
{
	struct buf b = {0};

	(void)state;
	written(MODEL_SQL_STAGE_FAULTS, &b);
	assert_non_null(strstr(buf_text(&b), "s.name IS NULL"));
	assert_null(strstr(buf_text(&b), "s.rank IS NULL"));
	assert_null(strstr(buf_text(&b), "s.open IS NULL"));
	buf_free(&b);
}

static void
a_list_is_in_the_order_asked_for(void **state)
{
	struct error err = {0};
	struct buf b = {0};

	(void)state;
	assert_non_null(strstr(written(MODEL_SQL_LIBRARY_ITEMS, &b), ") t ORDER BY t.position"));
	buf_clear(&b);
	assert_int_equal(model_sql(&model, MODEL_SQL_LIBRARY_ITEMS, "t.name DESC", &b, &err), 0);
	squeeze(&b);
	assert_non_null(strstr(buf_text(&b), " ORDER BY t.name DESC LIMIT "));
	assert_non_null(strstr(buf_text(&b), ") t ORDER BY t.name DESC"));
	buf_free(&b);
}

static void
a_retired_field_is_stored_and_neither_shown_nor_filtered_by(void **state)
{
	static const struct field some[] = {
	    {.name = "id", .kind = FIELD_ID, .prefix = "Q"},
	    {.name = "old", .kind = FIELD_LINE, .required = true, .retired = true, .filter = "old"},
	    {.name = "tags", .kind = FIELD_TAGS, .filter = "tag"},
	};
	const struct model m = {.name = "some", .fields = some, .nfields = 3};
	struct error err = {0};
	struct buf b = {0};

	(void)state;
	assert_int_equal(model_sql_expand(&m,
			     slice("{each stored:{name} }/{each shown:{name} }/"
				   "{each filtered:{name} {filter} }"),
			     NULL, &b, &err),
	    0);
	assert_string_equal(buf_text(&b), "old tags /tags /tags 10 ");
	buf_free(&b);
}

static void
a_list_is_filtered_by_the_fields_that_say_so_each_by_its_kind(void **state)
{
	static const struct field some[] = {
	    {.name = "id", .kind = FIELD_ID, .prefix = "Q"},
	    {.name = "name", .kind = FIELD_LINE, .filter = "name"},
	    {.name = "note", .kind = FIELD_LINE},
	    {.name = "rank", .kind = FIELD_INTEGER, .max = 9, .filter = "rank"},
	    {.name = "open", .kind = FIELD_BOOLEAN, .filter = "open"},
	    {.name = "cause", .kind = FIELD_REF, .prefix = "P", .filter = "cause"},
	    {.name = "tags", .kind = FIELD_TAGS, .filter = "tag"},
	};
	const struct model m = {.name = "some", .fields = some, .nfields = 7};
	struct error err = {0};
	struct buf b = {0};

	(void)state;
	assert_int_equal(model_sql(&m, MODEL_SQL_LIBRARY_COUNT, NULL, &b, &err), 0);
	squeeze(&b);
	assert_non_null(strstr(buf_text(&b),
	    " AND ($10::text IS NULL OR t.name = $10)"
	    " AND ($11::text IS NULL OR t.rank = $11::bigint)"
	    " AND ($12::text IS NULL OR t.open = $12::boolean)"
	    " AND ($13::text IS NULL OR t.cause = $13)"
	    " AND ($14::text IS NULL OR $14 = ANY (string_to_array(t.tags, ';')))"));
	assert_non_null(strstr(buf_text(&b),
	    " AND ($15::text IS NULL OR strpos(lower(t.name), lower($15)) > 0)"
	    " AND ($16::text IS NULL OR strpos(lower(t.note), lower($16)) > 0)"));
	buf_free(&b);
}

static void
every_word_of_the_dialect_is_written_out(void **state)
{
	static const struct {
		const char *template, *sql;
	} cases[] = {
	    {"", ""},
	    {"{model} {prefix} {custom} {order}", "quiz Q 1000000000000000 t.position"},
	    {"id{each stored:, {name}}", "id, name, rank, open, note"},
	    {"{each required:{name} {type};}{each optional:{name} {type};}",
		"name text;rank smallint;open boolean;note text;"},
	    {"{each line:{name} }/{each text:{name} }/{each value:{name} }/{each set:{name} }",
		"name note //rank open /"},
	    {"{each words:{name} }/{each reviewed:{name} }", "name note /name rank open note "},
	    {"{each stored:{place}{if line:l}{if required:r} }", "1lr 2 3 4l "},
	    {"{each integer:{name} }/{each boolean:{name} }", "rank /open "},
	    {"{each filtered:{name}=${filter} }", "rank=$10 open=$11 "},
	    {"{each words:{name}=${contains} }", "name=$12 note=$13 "},
	    {"{each line:\n  {model}.{name}}", "\n  quiz.name\n  quiz.note"},
	    {"  x\n  {part verify_counts}.", "  x\n  count(*) FILTER (WHERE op = 'a') AS adds,\n"
					     "  count(*) FILTER (WHERE op = 'u') AS updates,\n"
					     "  count(*) FILTER (WHERE op = 'd') AS deletes."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		struct buf b = {0};
		assert_int_equal(
		    model_sql_expand(&model, slice(cases[i].template), NULL, &b, &err), 0);
		assert_string_equal(buf_text(&b), cases[i].sql);
		buf_free(&b);
	}
}

static void
a_template_that_is_wrong_is_refused(void **state)
{
	static const char *const wrong[] = {"{modell}", "{name}", "{each stored:{nam}}",
	    "{each colour:x}", "{if line:x}", "{each line:{if colour:x}}", "{each line:x", "{", "}",
	    "x}y", "{}", "{ }", "{each}", "{each stored}", "{each stored x:y}", "{each :x}",
	    "{for stored:x}", "{each line:{each line:x}}", "{part none}", "{part}",
	    "{part verify_counts:x}", "{Model}", "{field rank:x}", "{filter}",
	    "{each line:{filter}}", "{contains}", "{each value:{contains}}",
	    "{each aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:x}",
	    "{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}"};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct error err = {0};
		struct buf b = {0};
		assert_int_equal(model_sql_expand(&model, slice(wrong[i]), NULL, &b, &err), -1);
		assert_non_null(strstr(err.message, "template is wrong"));
		buf_free(&b);
	}
}

/* ------------------------------------------------------------------------ the files */

static void
every_statement_of_the_program_is_in_the_files_and_the_other_way_round(void **state)
{
	struct sql_text st;
	size_t found = 0;

	(void)state;
	for (int which = 0; which < MODEL_SQL_COUNT; which++)
		assert_true(sql_file_find(model_statement_files, false,
		    model_sql_name((enum model_statement)which), &st));
	for (const struct sql_file *file = model_statement_files; file->name; file++) {
		for (const char *at = file->text; (at = sql_file_next(at, &st));) {
			if (st.is_part || strncmp(st.name.text, MODEL_SQL_CHECK, 7) == 0)
				continue;
			for (int which = 0; which < MODEL_SQL_COUNT; which++) {
				const char *name = model_sql_name((enum model_statement)which);
				found += strlen(name) == st.name.n &&
					 memcmp(name, st.name.text, st.name.n) == 0;
			}
			assert_int_equal(st.sql.text[st.sql.n], ';');
		}
	}
	assert_int_equal(found, MODEL_SQL_COUNT);
}

static void
every_statement_is_written_out_for_every_model(void **state)
{
	(void)state;
	for (const struct model *m = &model; m; m = m == &model ? declared("standard") : NULL) {
		for (const struct sql_file *file = model_statement_files; file->name; file++) {
			struct sql_text st;
			for (const char *at = file->text; (at = sql_file_next(at, &st));) {
				struct error err = {0};
				struct buf b = {0};
				if (st.is_part)
					continue;
				if (model_sql_expand(m, st.sql, NULL, &b, &err) < 0)
					fail_msg(
					    "%.*s: %s", (int)st.name.n, st.name.text, err.message);
				assert_true(b.len > 0);
				assert_null(strpbrk(buf_text(&b), "{}"));
				buf_free(&b);
			}
		}
	}
}

static void
every_part_is_used(void **state)
{
	struct sql_text part;

	(void)state;
	for (const struct sql_file *file = model_statement_files; file->name; file++) {
		for (const char *at = file->text; (at = sql_file_next(at, &part));) {
			char use[64];
			bool used = false;
			snprintf(use, sizeof use, "{part %.*s}", (int)part.name.n, part.name.text);
			for (const struct sql_file *f = model_statement_files; f->name; f++)
				used |= strstr(f->text, use) != NULL;
			assert_int_equal(used, part.is_part);
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
	    cmocka_unit_test(a_default_is_a_literal_whatever_is_in_it),
	    cmocka_unit_test(only_required_fields_are_asked_for),
	    cmocka_unit_test(a_list_is_in_the_order_asked_for),
	    cmocka_unit_test(a_retired_field_is_stored_and_neither_shown_nor_filtered_by),
	    cmocka_unit_test(a_list_is_filtered_by_the_fields_that_say_so_each_by_its_kind),
	    cmocka_unit_test(every_word_of_the_dialect_is_written_out),
	    cmocka_unit_test(a_template_that_is_wrong_is_refused),
	    cmocka_unit_test(
		every_statement_of_the_program_is_in_the_files_and_the_other_way_round),
	    cmocka_unit_test(every_statement_is_written_out_for_every_model),
	    cmocka_unit_test(every_part_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
