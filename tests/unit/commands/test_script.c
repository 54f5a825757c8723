/* The text of a migration: worker/commands/script.h. */
#include "commands/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
the_head_says_how_it_is_run(void **state)
{
	static const struct {
		const char *sql;
		enum script_mode mode;
	} cases[] = {
	    {"", SCRIPT_WHOLE},
	    {"-- What it is for.\nSELECT 1", SCRIPT_WHOLE},
	    {"-- migrate: no-transaction\nSELECT 1", SCRIPT_STATEMENTS},
	    {"-- What it is for.\n\n-- migrate:  batches \nSELECT 1", SCRIPT_BATCHES},
	    {"-- migrate: batches\r\nSELECT 1", SCRIPT_BATCHES},
	    {"SELECT 1;\n-- migrate: batches\n", SCRIPT_WHOLE}, /* not in the head any more */
	    {"-- to migrate: batches\nSELECT 1", SCRIPT_WHOLE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct migration m = {"001_x", cases[i].sql};
		enum script_mode mode = SCRIPT_BATCHES;
		struct error err = {0};
		assert_int_equal(script_mode(&m, &mode, &err), 0);
		assert_int_equal(mode, cases[i].mode);
	}
}

static void
a_way_that_there_is_not_is_refused(void **state)
{
	const struct migration m = {"012_x", "-- Why.\n-- migrate: no transaction\nSELECT 1"};
	enum script_mode mode = SCRIPT_WHOLE;
	struct error err = {0};

	(void)state;
	assert_int_equal(script_mode(&m, &mode, &err), -1);
	assert_string_equal(err.message,
	    "012_x.sql line 2: \"no transaction\" is no way to run a migration. There are: "
	    "no-transaction, batches.");
}

/* Each statement as "line:text|". */
static void
statements_of(const char *sql, char *out, size_t size)
{
	struct script script = {.at = sql, .line = 1};
	struct script_statement s;
	size_t used = 0;

	*out = '\0';
	while (script_next(&script, &s) && used < size)
		used +=
		    (size_t)snprintf(out + used, size - used, "%d:%.*s|", s.line, (int)s.n, s.text);
}

static void
statements_end_at_semicolons_that_are_theirs(void **state)
{
	static const struct {
		const char *sql, *statements;
	} cases[] = {
	    {"", ""},
	    {" ; \n ;-- nothing\n/* ; */", ""},
	    {"A; B", "1:A|1:B|"},
	    {"\n\nA\n;\n\nB;", "3:A\n|6:B|"},
	    {"-- one; two\nA -- ; three\n;B", "2:A -- ; three\n|3:B|"},
	    {"/* a /* nested; */ ; */ A /* ; */; B", "1:A /* ; */|1:B|"},
	    {"A 'x;''y;' B; C", "1:A 'x;''y;' B|1:C|"},
	    {"A E'x\\';' B; C", "1:A E'x\\';' B|1:C|"},
	    {"A date'x\\'; B", "1:A date'x\\'|1:B|"},
	    {"A '\\'; B", "1:A '\\'|1:B|"},
	    {"A \"b;\"\"c\"; D", "1:A \"b;\"\"c\"|1:D|"},
	    {"DO $$ a; $x$ b; $$; C", "1:DO $$ a; $x$ b; $$|1:C|"},
	    {"DO $a_1$ b;\n $$ ; $a_1$; C", "1:DO $a_1$ b;\n $$ ; $a_1$|2:C|"},
	    {"A $1; B a$b$; C $1$;", "1:A $1|1:B a$b$|1:C $1$|"},
	    {"A 'never ends; B", "1:A 'never ends; B|"},
	    {"A $$ never ends; B", "1:A $$ never ends; B|"},
	    {"A /* never ends; B", "1:A /* never ends; B|"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char found[256];
		statements_of(cases[i].sql, found, sizeof found);
		assert_string_equal(found, cases[i].statements);
	}
}

static void
indexes_that_are_made_beside_others_are_known(void **state)
{
	static const struct {
		const char *sql, *index;
		bool concurrent;
	} cases[] = {
	    {"CREATE INDEX CONCURRENTLY a ON t (b)", "a", true},
	    {"create unique index concurrently if not exists public.a on t (b)", "public.a", true},
	    {"CREATE /* big */ INDEX\n-- slow\nCONCURRENTLY \"A b\".\"C\" ON t (b)",
		"\"A b\".\"C\"", true},
	    {"CREATE INDEX CONCURRENTLY ON t (b)", NULL, true},
	    {"CREATE INDEX a ON t (b)", NULL, false},
	    {"CREATE INDEX concurrently_not ON t (b)", NULL, false},
	    {"DROP INDEX CONCURRENTLY IF EXISTS a", NULL, true},
	    {"REINDEX (VERBOSE) INDEX CONCURRENTLY a", NULL, true},
	    {"ALTER TABLE a DETACH PARTITION b CONCURRENTLY", NULL, false},
	    {"CREATE", NULL, false},
	    {"CREATE INDEX CONCURRENTLY", NULL, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct script_statement s = {cases[i].sql, strlen(cases[i].sql), 1};
		char name[SCRIPT_NAME_SIZE];
		assert_int_equal(script_is_concurrent(&s), cases[i].concurrent);
		assert_int_equal(script_makes_index(&s, name), cases[i].index != NULL);
		if (cases[i].index)
			assert_string_equal(name, cases[i].index);
	}
}

static void
an_index_whose_name_is_too_long_is_not_found(void **state)
{
	char sql[400], name[SCRIPT_NAME_SIZE];
	int n = snprintf(
	    sql, sizeof sql, "CREATE INDEX CONCURRENTLY a%0*d ON t (b)", SCRIPT_NAME_SIZE - 1, 1);
	struct script_statement s = {sql, (size_t)n, 1};

	(void)state;
	assert_false(script_makes_index(&s, name));
	n = snprintf(
	    sql, sizeof sql, "CREATE INDEX CONCURRENTLY a%0*d ON t (b)", SCRIPT_NAME_SIZE - 2, 1);
	s.n = (size_t)n;
	assert_true(script_makes_index(&s, name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_head_says_how_it_is_run),
	    cmocka_unit_test(a_way_that_there_is_not_is_refused),
	    cmocka_unit_test(statements_end_at_semicolons_that_are_theirs),
	    cmocka_unit_test(indexes_that_are_made_beside_others_are_known),
	    cmocka_unit_test(an_index_whose_name_is_too_long_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
