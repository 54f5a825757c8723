/* The names of uploaded files, and what is said about those of no model: import_upload.c. */
#include "handlers/import_upload.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* As many as there can be; the last three have names of their own. */
static struct model many[MODELS_MAX + 1];

static int
name_models(void **state)
{
	static const char *const last[] = {"first", "second", "third"};

	(void)state;
	for (int i = 0; i < MODELS_MAX; i++)
		many[i].name = i < MODELS_MAX - 3 ? "other" : last[i - (MODELS_MAX - 3)];
	return 0;
}

static void
a_name_of_no_model_is_answered_with_those_that_there_are(void **state)
{
	static const char *const said[] = {
	    "third.csv.",
	    "second.csv or third.csv.",
	    "first.csv, second.csv or third.csv.",
	};

	(void)state;
	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
		struct form f = {0};
		struct buf wanted = {0};
		models = many + MODELS_MAX - 1 - i;
		buf_printf(&wanted, "\"x\" is not a content model: name the file %s", said[i]);
		assert_int_equal(check_name(&f, "x.CSV"), -1);
		assert_string_equal(f.refusal, buf_text(&wanted));
		buf_free(&wanted);
		buf_free(&f.message);
	}
}

static void
each_of_all_models_may_have_one_file(void **state)
{
	struct form f = {0};

	(void)state;
	models = many;
	assert_int_equal(check_name(&f, "third.csv"), 0);
	assert_ptr_equal(f.model, &many[MODELS_MAX - 1]);
	assert_int_equal(check_name(&f, "first-2026-11-23.csv"), 0);
	assert_int_equal(check_name(&f, "third.csv"), -1);
	assert_string_equal(f.refusal, "Only one file per content model can be uploaded.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_of_no_model_is_answered_with_those_that_there_are),
	    cmocka_unit_test(each_of_all_models_may_have_one_file),
	};

	return cmocka_run_group_tests(tests, name_models, NULL);
}
