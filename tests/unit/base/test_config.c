/* Settings: what the environment may say, how they are printed, and what is reported about a wrong
 * environment, with the setting that may be meant. */
#include "base/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char *
load(const char *name, const char *value)
{
	static struct error err;

	err = (struct error){0};
	setenv(name, value, 1);
	int done = config_load(&err);
	unsetenv(name);
	assert_int_equal(err.code, done < 0 ? ERROR_USAGE : ERROR_NONE);
	return done < 0 ? err.message : NULL;
}

static void
numbers_within_their_bounds_are_taken(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} cases[] = {{"10", 10}, {"3600000", 3600000}, {"+20", 20}, {" 30", 30}, {"040", 40}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_null(load("ACCESSION_WORKER_POLL_MS", cases[i].text));
		assert_int_equal(config_int(SETTING_WORKER_POLL_MS), cases[i].value);
	}
}

static void
other_numbers_are_refused_by_name(void **state)
{
	static const char *const cases[] = {
	    "9", "3600001", "-10", "1e3", "10 ", "10ms", "x", "99999999999999999999", "0x20", " "};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *said = load("ACCESSION_WORKER_POLL_MS", cases[i]);
		assert_non_null(said);
		assert_non_null(strstr(said, "ACCESSION_WORKER_POLL_MS is \""));
		assert_non_null(strstr(said, "a whole number from 10 to 3600000 (ms)."));
	}
}

static void
texts_are_taken_if_they_are_of_their_kind(void **state)
{
	static const struct {
		const char *name, *text;
		bool is_valid;
	} cases[] = {
	    {"ACCESSION_DIFF_WORK_MEM", "64MB", true},
	    {"ACCESSION_DIFF_WORK_MEM", "1GB", true},
	    {"ACCESSION_DIFF_WORK_MEM", "9999999kB", true},
	    {"ACCESSION_DIFF_WORK_MEM", "64", false},
	    {"ACCESSION_DIFF_WORK_MEM", "64mb", false},
	    {"ACCESSION_DIFF_WORK_MEM", "MB", false},
	    {"ACCESSION_DIFF_WORK_MEM", "0MB", false},
	    {"ACCESSION_DIFF_WORK_MEM", "00000MB", false},
	    {"ACCESSION_DIFF_WORK_MEM", "12345678MB", false},
	    {"ACCESSION_DIFF_WORK_MEM", "1MB;DROP", false},
	    {"ACCESSION_LOG_LEVEL", "debug", true},
	    {"ACCESSION_LOG_LEVEL", "loud", false},
	    {"ACCESSION_TIME_ZONE", "America/Toronto", true},
	    {"ACCESSION_TIME_ZONE", "America/Nowhere", false},
	    {"ACCESSION_SPOOL_DIR", "/any where", true},
	    {"ACCESSION_PUBLIC_URL", "https://accession.example.org", true},
	    {"ACCESSION_PUBLIC_URL", "https://accession.example.org/", false},
	    {"ACCESSION_PUBLIC_URL", "accession.example.org", false},
	    {"ACCESSION_TRUSTED_FRONT", "only", true},
	    {"ACCESSION_TRUSTED_FRONT", "yes", false},
	    {"ACCESSION_TRUSTED_FRONT_URL", "/oauth2/start?rd=/sign-in/?front=1", true},
	    {"ACCESSION_TRUSTED_FRONT_URL", "https://login.example.org/?a=b", true},
	    {"ACCESSION_TRUSTED_FRONT_URL", "//login.example.org/", false},
	    {"ACCESSION_TRUSTED_FRONT_URL", "/\\login.example.org/", false},
	    {"ACCESSION_TRUSTED_FRONT_URL", "javascript:alert(1)", false},
	    {"ACCESSION_TRUSTED_FRONT_URL", "/start me", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *said = load(cases[i].name, cases[i].text);
		assert_int_equal(said == NULL, cases[i].is_valid);
		if (said)
			assert_non_null(strstr(said, cases[i].name));
	}
	assert_string_equal(config_text(SETTING_SPOOL_DIR), "/any where");
}

static void
what_is_empty_is_as_if_it_were_not_there(void **state)
{
	(void)state;
	int64_t before = config_int(SETTING_MAX_RECORDS);

	assert_null(load("ACCESSION_MAX_RECORDS", ""));
	assert_int_equal(config_int(SETTING_MAX_RECORDS), before);
}

/* The output can be read as an EnvironmentFile: a comment and NAME=value for each setting. */
static void
all_settings_are_printed_with_their_meaning(void **state)
{
	char *text = NULL, *rest = NULL;
	size_t n = 0;
	int settings = 0;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	assert_non_null(out);
	assert_null(load("ACCESSION_MAX_DEPTH", "5"));
	config_print(out);
	fclose(out);
	assert_non_null(strstr(text, "\nACCESSION_MAX_DEPTH=5\n"));
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		assert_memory_equal(line, "# ", 2);
		assert_int_equal(line[strlen(line) - 1], ')');
		line = strtok_r(NULL, "\n", &rest);
		assert_non_null(line);
		assert_memory_equal(line + (*line == '#'), "ACCESSION_", 10);
		assert_non_null(strchr(line, '='));
		settings++;
	}
	assert_int_equal(settings, SETTING_COUNT);
	free(text);
}

static char told[1024];

static void
keep(const char *sentence)
{
	size_t used = strlen(told);

	snprintf(told + used, sizeof told - used, "%s%s", used ? "\n" : "", sentence);
}

/* What is reported about an environment of only these variables; ends with NULL. */
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
	    cmocka_unit_test(numbers_within_their_bounds_are_taken),
	    cmocka_unit_test(other_numbers_are_refused_by_name),
	    cmocka_unit_test(texts_are_taken_if_they_are_of_their_kind),
	    cmocka_unit_test(what_is_empty_is_as_if_it_were_not_there),
	    cmocka_unit_test(all_settings_are_printed_with_their_meaning),
	    cmocka_unit_test(what_is_wrong_is_told),
	    cmocka_unit_test(all_that_is_wrong_is_told),
	    cmocka_unit_test(looking_changes_nothing),
	    cmocka_unit_test(the_longest_names_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
