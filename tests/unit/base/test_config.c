/* Settings: what is wrong in an environment is told, with the setting that may be meant. */
#include "base/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char told[1024];

static void
keep(const char *sentence)
{
	size_t used = strlen(told);

	snprintf(told + used, sizeof told - used, "%s%s", used ? "\n" : "", sentence);
}

/* What is told of an environment that has nothing but these, NULL ended. */
static const char *
check(const char *const *environment, size_t expected)
{
	clearenv();
	for (; *environment; environment++) {
		char *variable = strdup(*environment);
		char *value = strchr(variable, '=');
		*value = '\0';
		setenv(variable, value + 1, 1);
		free(variable);
	}
	told[0] = '\0';
	assert_int_equal(config_check(keep), expected);
	return told;
}

static void
what_is_wrong_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *variable;
		const char *sentence; /* NULL: nothing is wrong */
	} cases[] = {
	    {"ACCESSION_FAST_PROCESSES=10", NULL},
	    {"ACCESSION_FAST_PROCESSES=", NULL},
	    {"ACCESSION_URL=http://localhost", NULL},
	    {"ACCESSION_TOKEN=secret", NULL},
	    {"ACCESSION_EMAIL=ada@example.org", NULL},
	    {"ACCESSION_PASSWORD=secret", NULL},
	    {"ACCESSION=1", NULL},
	    {"MY_ACCESSION_SETTING=1", NULL},
	    {"PGHOST=/nowhere", NULL},
	    {"ACCESSION_FAST_PROCESES=10",
		"ACCESSION_FAST_PROCESES is no setting: did you mean ACCESSION_FAST_PROCESSES?"},
	    {"ACCESSION_fast_processes=10",
		"ACCESSION_fast_processes is no setting: did you mean ACCESSION_FAST_PROCESSES?"},
	    {"ACCESSION_TIMEZONE=UTC",
		"ACCESSION_TIMEZONE is no setting: did you mean ACCESSION_TIME_ZONE?"},
	    {"ACCESSION_URLS=x", "ACCESSION_URLS is no setting."},
	    {"ACCESSION_FAST_PROCESES=", "ACCESSION_FAST_PROCESES is no setting: did you mean "
					 "ACCESSION_FAST_PROCESSES?"},
	    {"ACCESSION_SOMETHING_ELSE=1", "ACCESSION_SOMETHING_ELSE is no setting."},
	    {"ACCESSION_=1", "ACCESSION_ is no setting."},
	    {"ACCESSION_MAX_DEPTH=deep",
		"ACCESSION_MAX_DEPTH is \"deep\": it takes a whole number from 2 to 64 (levels)."},
	    {"ACCESSION_LOG_LEVEL=loud",
		"ACCESSION_LOG_LEVEL is \"loud\": it takes error, warning, info or debug."},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *environment[] = {cases[i].variable, NULL};
		assert_string_equal(check(environment, cases[i].sentence != NULL),
		    cases[i].sentence ? cases[i].sentence : "");
	}
}

static void
all_that_is_wrong_is_told(void **state)
{
	(void)state;
	const char *environment[] = {"ACCESSION_MAX_DEPTH=deep", "ACCESSION_NONSENSE=1",
	    "ACCESSION_ERRORS_KEPT=0", "ACCESSION_MAX_COLUMNS=64", NULL};

	assert_string_equal(check(environment, 3),
	    "ACCESSION_MAX_DEPTH is \"deep\": it takes a whole number from 2 to 64 (levels).\n"
	    "ACCESSION_ERRORS_KEPT is \"0\": it takes a whole number from 1 to 10000000 (errors).\n"
	    "ACCESSION_NONSENSE is no setting.");
}

static void
looking_changes_nothing(void **state)
{
	(void)state;
	const char *environment[] = {"ACCESSION_MAX_DEPTH=9", NULL};
	const int64_t before = config_int(SETTING_MAX_DEPTH);
	struct error err = {0};

	assert_int_not_equal(before, 9);
	check(environment, 0);
	assert_int_equal(config_int(SETTING_MAX_DEPTH), before);
	assert_int_equal(config_load(&err), 0);
	assert_int_equal(config_int(SETTING_MAX_DEPTH), 9);
}

static void
the_longest_names_are_cut(void **state)
{
	(void)state;
	char variable[5000] = "ACCESSION_", expected[256];
	const char *environment[] = {variable, NULL};

	memset(variable + strlen("ACCESSION_"), 'X', sizeof variable - strlen("ACCESSION_=1") - 1);
	strcpy(variable + sizeof variable - 3, "=1");
	snprintf(expected, sizeof expected, "%.100s is no setting.", variable);
	assert_string_equal(check(environment, 1), expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_wrong_is_told),
	    cmocka_unit_test(all_that_is_wrong_is_told),
	    cmocka_unit_test(looking_changes_nothing),
	    cmocka_unit_test(the_longest_names_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
