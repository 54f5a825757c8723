/* The content model table and the matching of headers. */
#include "model/model.h"

#include "../../declared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void
standard_has_its_fields_in_the_order_of_the_diff(void **state)
{
	static const char *const order[] = {"id", "title", "text", "problem", "priority", "phase",
	    "active", "mark_delete", "match_conditions", "tags"};
	const struct model *m = declared("standard");

	(void)state;
	assert_non_null(m);
	assert_int_equal(m->nfields, COUNT(order));
	for (size_t i = 0; i < COUNT(order); i++)
		assert_string_equal(m->fields[i].name, order[i]);
	assert_string_equal(m->fields[6].on_add, "true");
	assert_true(m->fields[1].required);
	assert_false(m->fields[0].required);
}

static void
models_are_found_by_exact_name(void **state)
{
	const struct model *before = models;
	const struct model both[] = {*declared("standard"), *declared("threat"), {.name = NULL}};

	(void)state;
	assert_null(models->name); /* until they are loaded */
	assert_null(model_find("standard", 8));
	models = both;
	assert_ptr_equal(model_find("standardx", 8), &both[0]);
	assert_ptr_equal(model_find("threat", 6), &both[1]);
	assert_null(model_find("Standard", 8));
	assert_null(model_find("standar", 7));
	assert_null(model_find("", 0));
	models = before;
}

static void
fields_are_found_by_kind(void **state)
{
	const struct field one[] = {{.name = "id", .kind = FIELD_ID, .prefix = "Q"}};
	const struct model bare = {.name = "bare", .fields = one, .nfields = 1};

	(void)state;
	assert_int_equal(model_field_of_kind(&bare, FIELD_ID), 0);
	assert_int_equal(model_field_of_kind(&bare, FIELD_DELETE), -1);
	assert_int_equal(model_field_of_kind(declared("standard"), FIELD_DELETE), 7);
}

static void
ids_are_prefix_and_number(void **state)
{
	static const char *const good[] = {"T1", "CT1", "T999999999999999", "CT123"};
	static const char *const bad[] = {"", "T", "C", "CT", "T0", "T01", "t1", "ct1", "T1 ",
	    " T1", "CCT1", "P1", "1", "T-1", "T1x", "T1.0", "T1000000000000000", "TC1"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(model_is_id("T", good[i], strlen(good[i])));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(model_is_id("T", bad[i], strlen(bad[i])));
	assert_true(model_is_id("TH", "CTH7", 4));
	assert_false(model_is_id("TH", "T7", 2));
}

static void
references_are_ids_or_plain_numbers(void **state)
{
	static const struct {
		const char *prefix, *text;
		bool is;
	} cases[] = {
	    {"P", "P1", true},
	    {"P", "CP999999999999999", true},
	    {"P", "p1", false},
	    {"P", "1", false},
	    {"P", "", false},
	    {"P", "C1", false},
	    {"P", "P1;P2", false},
	    {"", "1", true},
	    {"", "999999999999999", true},
	    {"", "1000000000000000", false},
	    {"", "0", false},
	    {"", "01", false},
	    {"", "-1", false},
	    {"", "C1", false},
	    {"", "C", false},
	    {"", "", false},
	    {"", "P1", false},
	    {"", "1;2", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
		    model_is_ref(cases[i].prefix, cases[i].text, strlen(cases[i].text)),
		    cases[i].is);
}

static void
headers_match_whatever_their_case_and_surroundings(void **state)
{
	static const struct {
		const char *text;
		enum header_match match;
		int index;
	} cases[] = {
	    {"id", HEADER_FIELD, 0},
	    {"\xef\xbb\xbfID", HEADER_FIELD, 0},
	    {" Title\t", HEADER_FIELD, 1},
	    {"\xc2\xa0Mark_Delete\xe3\x80\x80", HEADER_FIELD, 7},
	    {"tags", HEADER_FIELD, 9},
	    {"db_id", HEADER_READ_ONLY, -1},
	    {"TYPE ", HEADER_READ_ONLY, -1},
	    {"created_date", HEADER_READ_ONLY, -1},
	    {"created_by", HEADER_READ_ONLY, -1},
	    {"last_updated_date", HEADER_READ_ONLY, -1},
	    {"last_updated_by", HEADER_READ_ONLY, -1},
	    {"_row", HEADER_READ_ONLY, -1},
	    {"_Errors", HEADER_READ_ONLY, -1},
	    {"_entry", HEADER_READ_ONLY, -1},
	    {" _NOTE", HEADER_READ_ONLY, -1},
	    {"_base ", HEADER_READ_ONLY, -1},
	    {"_notes", HEADER_UNKNOWN, -1},
	    {"entry", HEADER_UNKNOWN, -1},
	    {"\xc3\xaf\xc2\xbb\xc2\xbfid", HEADER_FIELD, 0},
	    {"\xef\xbb\xbf \xc3\xaf\xc2\xbb\xc2\xbf\xc3\xaf\xc2\xbb\xc2\xbf id", HEADER_FIELD, 0},
	    {"id\xc3\xaf\xc2\xbb\xc2\xbf", HEADER_UNKNOWN, -1},
	    {"", HEADER_UNKNOWN, -1},
	    {"mark delete", HEADER_UNKNOWN, -1},
	    {"titles", HEADER_UNKNOWN, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int index = 99;
		const char *nearest = "x";
		assert_int_equal(model_match_header(declared("standard"), cases[i].text,
				     strlen(cases[i].text), &index, &nearest),
		    cases[i].match);
		assert_int_equal(index, cases[i].index);
	}
}

static void
unknown_headers_get_a_suggestion_where_one_is_likely(void **state)
{
	static const struct {
		const char *text, *nearest;
	} cases[] = {
	    {"titel", "title"},
	    {"Titles ", "title"},
	    {"priorty", "priority"},
	    {"mark delete", "mark_delete"},
	    {"markdelete", "mark_delete"},
	    {"match-condition", "match_conditions"},
	    {"tag", "tags"},
	    {"ids", "id"},
	    {"lasted_updated_by", "last_updated_by"},
	    {"Name", "title"},
	    {"description", "text"},
	    {"Weakness", "problem"},
	    {"delete", "mark_delete"},
	    {"ti\xe2\x80\x8btle", "title"},
	    {"match_\xe2\x80\x8c\xc2\xad\xe2\x80\x8b\xe2\x81\xa0tions", "match_conditions"},
	    {"\xc2\xad\xe2\x80\x8b", NULL},
	    {"ti\xfftle", NULL},
	    {"", NULL},
	    {"no", NULL},
	    {"owner", NULL},
	    {"verification", NULL},
	};
	char big[5000];
	int index;
	const char *nearest;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = strlen(cases[i].text);
		assert_int_equal(
		    model_match_header(declared("standard"), cases[i].text, n, &index, &nearest),
		    HEADER_UNKNOWN);
		if (cases[i].nearest)
			assert_string_equal(nearest, cases[i].nearest);
		else
			assert_null(nearest);
	}
	memset(big, 't', sizeof big);
	assert_int_equal(
	    model_match_header(declared("standard"), big, sizeof big, &index, &nearest),
	    HEADER_UNKNOWN);
	assert_null(nearest);
}

static void
a_suggestion_is_a_field_of_the_model(void **state)
{
	const struct field one[] = {{.name = "id", .kind = FIELD_ID, .prefix = "Q"}};
	const struct model bare = {.name = "bare", .fields = one, .nfields = 1};
	int index;
	const char *nearest;

	(void)state;
	assert_int_equal(model_match_header(&bare, "name", 4, &index, &nearest), HEADER_UNKNOWN);
	assert_null(nearest);
}

static void
a_retired_field_is_known_and_never_meant(void **state)
{
	static const struct field two[] = {
	    {.name = "id", .kind = FIELD_ID, .prefix = "Q"},
	    {.name = "owner", .kind = FIELD_LINE, .max = 9, .retired = true, .synonyms = "boss"},
	};
	static const struct model own = {.name = "own", .fields = two, .nfields = COUNT(two)};
	static const struct {
		const char *text;
		enum header_match match;
	} cases[] = {
	    {"owner", HEADER_RETIRED},
	    {"\xef\xbb\xbf OWNER ", HEADER_RETIRED},
	    {"owners", HEADER_UNKNOWN},
	    {"boss", HEADER_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int index = 99;
		const char *nearest = "x";
		assert_int_equal(model_match_header(
				     &own, cases[i].text, strlen(cases[i].text), &index, &nearest),
		    cases[i].match);
		assert_int_equal(index, -1);
		assert_null(nearest);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(standard_has_its_fields_in_the_order_of_the_diff),
	    cmocka_unit_test(models_are_found_by_exact_name),
	    cmocka_unit_test(fields_are_found_by_kind),
	    cmocka_unit_test(ids_are_prefix_and_number),
	    cmocka_unit_test(references_are_ids_or_plain_numbers),
	    cmocka_unit_test(headers_match_whatever_their_case_and_surroundings),
	    cmocka_unit_test(unknown_headers_get_a_suggestion_where_one_is_likely),
	    cmocka_unit_test(a_suggestion_is_a_field_of_the_model),
	    cmocka_unit_test(a_retired_field_is_known_and_never_meant),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
