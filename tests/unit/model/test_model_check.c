/* What a content model may be: lib/model/model_check.h. */
#include "model/model_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define ID                                                    \
	{                                                     \
		.name = "id", .kind = FIELD_ID, .prefix = "Q" \
	}

/* Checks a model that has an id and this field. */
static int
check(const struct field *f, struct error *err)
{
	const struct field fields[] = {ID, *f};
	const struct model m = {.name = "quiz", .fields = fields, .nfields = 2};

	*err = (struct error){0};
	size_t at;

	return model_check(&m, &at, err);
}

static void
fields_that_everything_can_work_with(void **state)
{
	static const struct field good[] = {
	    {.name = "a", .kind = FIELD_LINE, .max = 6, .on_add = "it's 5"},
	    {.name = "match_conditions", .kind = FIELD_RULES, .max = 99, .on_add = "A1 AND !A2"},
	    {.name = "rank",
		.kind = FIELD_INTEGER,
		.min = -32768,
		.max = 32767,
		.on_add = "-32768"},
	    {.name = "rank", .kind = FIELD_INTEGER, .min = 1, .max = 10, .required = true},
	    {.name = "rank", .kind = FIELD_INTEGER, .max = 10, .required = true, .on_add = "7"},
	    {.name = "done", .kind = FIELD_BOOLEAN, .on_add = "false"},
	    {.name = "done", .kind = FIELD_BOOLEAN, .required = true},
	    {.name = "problem", .kind = FIELD_REF, .prefix = "TH"},
	    {.name = "problem", .kind = FIELD_REF, .prefix = "P", .on_add = "CP1"},
	    {.name = "note", .kind = FIELD_TEXT, .max = 99, .on_add = "two\nlines"},
	    {.name = "labels", .kind = FIELD_TAGS, .max = 99, .on_add = "a;b"},
	    {.name = "mark_delete", .kind = FIELD_DELETE},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (check(&good[i], &err) < 0)
			fail_msg("%s", err.message);
	}
}

static void
fields_that_nothing_could_work_with_are_refused_by_name(void **state)
{
	static const struct {
		struct field field;
		const char *said;
	} bad[] = {
	    /* A value missing from the file would be '', which is neither number nor boolean. */
	    {{.name = "rank", .kind = FIELD_INTEGER, .max = 10},
		"\"rank\" is not required, and so needs"},
	    {{.name = "done", .kind = FIELD_BOOLEAN}, "\"done\" is not required, and so needs"},
	    {{.name = "rank", .kind = FIELD_INTEGER, .max = 1000000000000000, .on_add = "1"},
		"\"rank\" may have values from 0 to 1000000000000000: there is room for"},
	    {{.name = "rank", .kind = FIELD_INTEGER, .min = -1000000000000000, .on_add = "0"},
		"there is room"},
	    {{.name = "rank", .kind = FIELD_INTEGER, .min = 2, .max = 1, .on_add = "1"},
		"from 2 to 1"},
	    {{.name = "rank", .kind = FIELD_INTEGER, .max = 9, .on_add = "10"}, "the value \"10\""},
	    {{.name = "rank", .kind = FIELD_INTEGER, .max = 9, .on_add = "8.0"},
		"the value \"8.0\""},
	    {{.name = "rank", .kind = FIELD_INTEGER, .max = 9, .required = true, .on_add = "x"},
		"the value \"x\""},
	    {{.name = "done", .kind = FIELD_BOOLEAN, .on_add = "yes"}, "the value \"yes\""},
	    {{.name = "line", .kind = FIELD_TEXT, .max = 9}, "\"line\" has a name that is taken"},
	    {{.name = "modified", .kind = FIELD_TEXT, .max = 9}, "has a name that is taken"},
	    {{.name = "created_by", .kind = FIELD_TEXT, .max = 9}, "has a name that is taken"},
	    {{.name = "note", .kind = FIELD_LINE}, "\"note\" needs to say how long"},
	    {{.name = "note", .kind = FIELD_LINE, .max = 2, .on_add = "abc"}, "the value \"abc\""},
	    {{.name = "note", .kind = FIELD_LINE, .max = 9, .on_add = "a\nb"}, "the value"},
	    {{.name = "rules", .kind = FIELD_RULES, .max = 9, .on_add = "a1"}, "the value \"a1\""},
	    {{.name = "mark_delete", .kind = FIELD_BOOLEAN, .on_add = "false"}, "is taken"},
	    {{.name = "1st", .kind = FIELD_LINE, .max = 9}, "must be a word"},
	    {{.name = "problem", .kind = FIELD_REF}, "\"problem\" needs a prefix"},
	    {{.name = "problems", .kind = FIELD_REFS, .max = 9}, "or an empty one"},
	    {{.name = "problems", .kind = FIELD_REFS, .prefix = "P"}, "how long"},
	    {{.name = "problems", .kind = FIELD_REFS, .prefix = "P", .max = 9, .on_add = "P1;"},
		"the value \"P1;\""},
	    {{.name = "capecs", .kind = FIELD_REFS, .prefix = "", .max = 9, .on_add = "C1"},
		"the value \"C1\""},
	    {{.name = "problem", .kind = FIELD_REF, .prefix = "", .on_add = "P1"}, "the value"},
	    {{.name = "problem", .kind = FIELD_REF, .prefix = "CP"}, "does not begin with C"},
	    {{.name = "problem", .kind = FIELD_REF, .prefix = "p"}, "needs a prefix"},
	    {{.name = "problem", .kind = FIELD_REF, .prefix = "P", .on_add = "T1"},
		"the value \"T1\""},
	    {{.name = "id", .kind = FIELD_LINE, .max = 9}, "\"id\" is there twice"},
	    {{.name = "other", .kind = FIELD_ID, .prefix = "P"}, "\"other\" is not in its place"},
	    {{.name = "mark_delete", .kind = FIELD_DELETE, .required = true}, "cannot be required"},
	    {{.name = "order", .kind = FIELD_LINE, .max = 9}, "the name of its field 2, \"order\""},
	    {{.name = "Name", .kind = FIELD_LINE, .max = 9}, "\"Name\", must be a word"},
	    {{.name = "a b", .kind = FIELD_LINE, .max = 9}, "must be a word"},
	    {{.name = "a\"; DROP", .kind = FIELD_LINE, .max = 9}, "must be a word"},
	    {{.name = "_row", .kind = FIELD_LINE, .max = 9}, "must be a word"},
	    {{.name = "", .kind = FIELD_LINE, .max = 9}, "must be a word"},
	    {{.kind = FIELD_LINE, .max = 9}, "must be a word"},
	    {{.name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 .kind = FIELD_LINE,
		 .max = 9},
		"must be a word of 1 to 59"},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(check(&bad[i].field, &err), -1);
		assert_int_equal(err.code, ERROR_INPUT);
		if (!strstr(err.message, bad[i].said) ||
		    strncmp(err.message, "The content model \"quiz\" cannot be used: ", 41) != 0)
			fail_msg("%zu: \"%s\" is not in: %s", i, bad[i].said, err.message);
	}
}

static void
models_that_cannot_be_are_refused(void **state)
{
	static const struct field good[] = {ID, {.name = "note", .kind = FIELD_LINE, .max = 9}};
	static const struct field reversed[] = {{.name = "note", .kind = FIELD_LINE, .max = 9}, ID};
	static const struct field unnamed[] = {
	    {.name = "key", .kind = FIELD_ID, .prefix = "Q"}, {0}};
	static const struct field custom[] = {
	    {.name = "id", .kind = FIELD_ID, .prefix = "CQ"}, {0}};
	static const struct field twice[] = {
	    ID, {.name = "a", .kind = FIELD_DELETE}, {.name = "b", .kind = FIELD_DELETE}};
	static const struct model bad[] = {
	    {.name = "quiz", .fields = good, .nfields = 0},
	    {.name = "quiz", .fields = good, .nfields = 1},
	    {.name = "quiz", .fields = good, .nfields = MODEL_MAX_FIELDS + 1},
	    {.name = "Quiz", .fields = good, .nfields = 2},
	    {.name = "quiz 1", .fields = good, .nfields = 2},
	    {.name = "table", .fields = good, .nfields = 2},
	    {.name = "", .fields = good, .nfields = 2},
	    {.name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.fields = good,
		.nfields = 2},
	    {.name = "quiz", .fields = reversed, .nfields = 2},
	    {.name = "quiz", .fields = unnamed, .nfields = 2},
	    {.name = "quiz", .fields = custom, .nfields = 2},
	    {.name = "quiz", .fields = twice, .nfields = 3},
	};
	const struct model fine = {.name = "quiz", .fields = good, .nfields = 2};
	struct error err = {0};
	size_t at;

	(void)state;
	assert_int_equal(model_check(&fine, &at, &err), 0);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(model_check(&bad[i], &at, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_that_everything_can_work_with),
	    cmocka_unit_test(fields_that_nothing_could_work_with_are_refused_by_name),
	    cmocka_unit_test(models_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
