/* Names and charsets of uploaded files, and what is said about those that will not do:
 * upload_form.c. */
#include "handlers/upload_form.c"

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
		struct upload_form f = {0};
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
	struct upload_form f = {0};

	(void)state;
	models = many;
	assert_int_equal(check_name(&f, "third.csv"), 0);
	assert_ptr_equal(f.model, &many[MODELS_MAX - 1]);
	assert_int_equal(check_name(&f, "first-2026-11-23.csv"), 0);
	assert_int_equal(check_name(&f, "third.csv"), -1);
	assert_string_equal(f.refusal, "Only one file per content model can be uploaded.");
}

static void
names_of_downloads_are_those_of_the_model(void **state)
{
	static const struct {
		const char *name;
		bool is_known;
	} names[] = {
	    {"first-2026-11-23.csv", true},
	    {"first-held-import-7.csv", true},
	    {"first-held-import-123456789.xlsx", true},
	    {"first-held-import-.csv", false},
	    {"first-held-import-7a.csv", false},
	    {"first-held-import7.csv", false},
	    {"first-held-import-7-2026-11-23.csv", false},
	    {"first-Held-import-7.csv", false},
	    {"first7.csv", false},
	    {"-held-import-7.csv", false},
	    {"held-import-7.csv", false},
	    {"7.csv", false},
	};

	(void)state;
	models = many;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct upload_form f = {0};
		assert_int_equal(check_name(&f, names[i].name) == 0, names[i].is_known);
		assert_ptr_equal(f.model, names[i].is_known ? &many[MODELS_MAX - 3] : NULL);
		buf_free(&f.message);
	}
}

static void
the_charset_of_a_part_is_heeded_or_refused(void **state)
{
	static const struct {
		enum format_id format;
		const char *type;
		const char *charset; /* NULL: none */
		const char *says;    /* NULL: it is not refused */
	} parts[] = {
	    {FORMAT_CSV, "text/csv", NULL, NULL},
	    {FORMAT_CSV, "text/csv; header=present; Charset = \"KOI8-R\"", "koi8-r", NULL},
	    {FORMAT_CSV, "application/octet-stream;charset=latin1", "iso-8859-1", NULL},
	    {FORMAT_CSV, "text/csv; charset=x\xFF", NULL, "\"x<0xFF>\" is not known here"},
	    {FORMAT_CSV, "text/csv; charset=\"\"", NULL, "\"\" is not known here"},
	    {FORMAT_CSV, "text/csv; charset=utf-8; charset=utf-8", NULL, "cannot be made out"},
	    {FORMAT_CSV, "text/csv; CHARSET", NULL, "cannot be made out"},
	    {FORMAT_CSV, "text/csv; name=\"standard.csv", NULL, NULL},
	    {FORMAT_JSON, "application/json; charset=utf-8", "utf-8", NULL},
	    {FORMAT_JSON, "application/json; charset=utf-16", NULL, "JSON, which is always UTF-8"},
	    {FORMAT_YAML, "text/yaml; charset=utf-16", "utf-16", NULL},
	    {FORMAT_YAML, "text/yaml; charset=gbk", NULL, "YAML, which is UTF-8 or UTF-16"},
	    {FORMAT_XLSX, "text/csv; charset=klingon", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct upload_form f = {.format = &formats[parts[i].format], .filename = "a"};
		const char *says = parts[i].says, *name = parts[i].charset;
		assert_int_equal(check_charset(&f, parts[i].type), says ? -1 : 0);
		assert_int_equal(f.unsupported, says != NULL);
		if (says && (!f.refusal || !strstr(f.refusal, says)))
			fail_msg("%s: %s", parts[i].type, f.refusal ? f.refusal : "nothing");
		if (!says &&
		    (name ? !f.charset || strcmp(f.charset->name, name) != 0 : !!f.charset))
			fail_msg("%s: %s", parts[i].type, f.charset ? f.charset->name : "none");
		buf_free(&f.message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_of_no_model_is_answered_with_those_that_there_are),
	    cmocka_unit_test(each_of_all_models_may_have_one_file),
	    cmocka_unit_test(names_of_downloads_are_those_of_the_model),
	    cmocka_unit_test(the_charset_of_a_part_is_heeded_or_refused),
	};

	return cmocka_run_group_tests(tests, name_models, NULL);
}
