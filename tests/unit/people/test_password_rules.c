/* Which new passwords are accepted, and what is said about those that are not. */
#include "people/password_rules.h"

#include "base/config.h"
#include "people/dictionary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define GOOD         "correct horse battery staple"

static const struct person_words nobody;
static const struct person_words jane = {"jane.oc99@mail.my-firm.example", "Jane", "M\xC3\xBCller"};
static const struct person_words li = {"bo.li@x.org", "Bo", "Li"};

/* What is said about a password; NULL if it is accepted. */
static const char *
refusal(const char *password, const struct person_words *person)
{
	static struct error err;

	err = (struct error){0};
	int done = password_acceptable(password, strlen(password), person, &err);
	assert_int_equal(err.code, done < 0 ? ERROR_INPUT : ERROR_NONE);
	return done < 0 ? err.message : NULL;
}

static void
refused(const char *password, const struct person_words *person, const char *words)
{
	const char *said = refusal(password, person);

	if (!said || !strstr(said, words))
		fail_msg("%s: \"%s\" does not say \"%s\"", password, said ? said : "", words);
}

static void
accepted(const char *password, const struct person_words *person)
{
	const char *said = refusal(password, person);

	if (said)
		fail_msg("%s: %s", password, said);
}

static void
length_counts_characters_at_least_and_bytes_at_most(void **state)
{
	static char longest[PASSWORD_MAX_BYTES + 2];
	(void)state;
	memset(longest, 'x', PASSWORD_MAX_BYTES + 1);
	const struct {
		const char *password;
		size_t n;
		const char *said;
	} cases[] = {
	    {"", 0, "This password is too short. It must contain at least 12 characters."},
	    {"rW7kQ2mXvp9", 11, "too short"},
	    {"rW7kQ2mXvp9z", 12, NULL},
	    {"\xC3\xA9\xC3\xB1\xC3\xBC\xC3\xB6\xC3\xA5\xC3\xB8", 12, "too short"},
	    {"\xE7\x8C\xAB\xE7\x8A\xAC\xE9\xB3\xA5\xE9\xAD\x9A", 12, "too short"},
	    {longest, PASSWORD_MAX_BYTES, NULL},
	    {longest, PASSWORD_MAX_BYTES + 1,
		"This password is too long. It must contain at most 1024 bytes."},
	    {"rW7kQ2mX\0vp9z", 13, "Character 9 of this password is none that can be typed."},
	    {"rW7kQ2mX\tvp9z", 13, "Character 9"},
	    {"rW7kQ2mX\xFFvp9z", 13, "Character 9"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = {0};
		int done = password_has_length(cases[i].password, cases[i].n, &err);
		assert_int_equal(done, cases[i].said ? -1 : 0);
		assert_non_null(strstr(err.message, cases[i].said ? cases[i].said : ""));
		done = password_acceptable(cases[i].password, cases[i].n, &nobody, &err);
		assert_true(done < 0 || !cases[i].said);
	}
}

static void
what_is_hard_to_guess_is_accepted(void **state)
{
	static const char *const cases[] = {
	    GOOD,
	    "correcthorsebatterystaple",
	    "Correct-Horse-Battery",
	    "12 zebras dance",
	    "banana 4711-2993-5511",
	    "Zm9vYmFyYmF6cXV4K3hy",
	    "rW7kQ2mXvp9z",
	    "deacdce9b9d3f3fe",
	    "kV9#tq2Lw!zR7p",
	    "to be or not to be, that is the question",
	    "Die K\xC3\xBChe grasen auf der gr\xC3\xBCnen Wiese",
	    "Franz jagt im komplett verwahrlosten Taxi",
	    "\xE5\x90\xBE\xE8\xBC\xA9\xE3\x81\xAF\xE7\x8C\xAB\xE3\x81\xA7\xE3\x81\x82\xE3\x82\x8B"
	    "\xE5\x90\x8D\xE5\x89\x8D\xE3\x81\xAF\xE3\x81\xBE\xE3\x81\xA0\xE7\x84\xA1\xE3\x81\x84",
	    "\xD1\x82\xD1\x80\xD0\xB8 \xD0\xBA\xD0\xBE\xD1\x82\xD0\xB0 "
	    "\xD0\xBF\xD1\x8C\xD1\x8E\xD1\x82",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		accepted(cases[i], &jane);
}

static void
what_is_easy_to_guess_is_refused(void **state)
{
	static const struct {
		const char *password, *said;
	} cases[] = {
	    {"aaaaaaaaaaaa", "the same again and again"},
	    {"            ", "the same again and again"},
	    {"abcabcabcabc", "the same again and again"},
	    {"horsehorsehorse", "the same again and again"},
	    {"HorsehOrsehoRse", "the same again and again"},
	    {"correctcorrect", "the same again and again"},
	    {"correcthorsecorrecthorse", "the same again and again"},
	    {"tiger1!tiger1!tig", "the same again and again"},
	    {"Horse1Horse2Horse3", "most of it is repeated"},
	    {"ha ha ha ha ha, ha", "most of it is repeated"},
	    {"wonderful wonderful!", "little more than one word"},
	    {"passwordpassword1", "a common password"},
	    {"Password2024!", "a common password"},
	    {"P@$$w0rd2024", "a common password"},
	    {"\xEF\xBD\x90\xEF\xBD\x81\xEF\xBD\x93\xEF\xBD\x93\xEF\xBD\x97\xEF\xBD\x8F\xEF\xBD\x92"
	     "\xEF\xBD\x84"
	     "2024",
		"a common password"},
	    {"p\xC3\xA4ssw\xC3\xB6rd2024", "a common password"},
	    {"pass\xE2\x80\x8Bword2024", "a common password"},
	    {"iloveyou12345!", "a common password"},
	    {"thisisapassword1", "a common password"},
	    {"123456789012", "order of the keyboard"},
	    {"098765432109", "order of the keyboard"},
	    {"qwertyuiop12", "order of the keyboard"},
	    {"QwErTyUiOp!!", "order of the keyboard"},
	    {"1qaz2wsx3edc", "order of the keyboard"},
	    {"q1w2e3r4t5y6", "order of the keyboard"},
	    {"a1b2c3d4e5f6", "or the alphabet"},
	    {"fedcba654321", "or the alphabet"},
	    {"Giraffe2024!!", "little more than one word"},
	    {"gir@ff3s2024", "little more than one word"},
	    {"2024-giraffe", "little more than one word"},
	    {"p-a-s-s-w-o-r-d-9", "little more than one word"},
	    {"constitution", "little more than one word"},
	    {"noitutitsnoc", "little more than one word"},
	    {"never even7neve reven", "reads the same backwards"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		refused(cases[i].password, &nobody, cases[i].said);
}

static void
the_person_is_not_the_password(void **state)
{
	static const struct {
		const char *password;
		const struct person_words *person;
		const char *said;
	} cases[] = {
	    {"Jane12345678", &jane, "contains \"jane\", which is part of the person's name"},
	    {"JANE and her horse", &jane, "\"jane\""},
	    {"j4n3 and her horse", &jane, "\"jane\""},
	    {"the m\xC3\x9CLLER grinds", &jane, "\"muller\""},
	    {"the muller grinds", &jane, "\"muller\""},
	    {"horse battery oc99", &jane, "\"oc99\""},
	    {"a firm horse battery", &jane, "\"firm\""},
	    {"horse by mail", &jane, "\"mail\""},
	    {"boli and the horse", &li, "\"boli\""},
	    {"horse of bo li 7", &li, "\"bo li\""},
	    {"bo.li and the horse", &li, "\"bo.li\""},
	    {"an accession number", &nobody,
		"contains \"accession\", the name of this service. Leave that out."},
	    {"4cce55ion numbers", &nobody, "\"accession\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		refused(cases[i].password, cases[i].person, cases[i].said);
	accepted("the jane horse battery", &li);
	accepted("this example horse", &jane); /* the last part of a domain is nobody's */
	accepted("horse bottle lime", &li);    /* names of two letters are in many words */
}

/* In a form that a person without names or e-mail may have, and hostile ones. */
static void
any_person_will_do(void **state)
{
	static char longest[4000];
	(void)state;
	memset(longest, 'y', sizeof longest - 1);
	const struct person_words cases[] = {{"", "", ""}, {"@", " ", "\t"}, {"@@..", "...", "-"},
	    {"x", NULL, NULL}, {NULL, NULL, "\xFF\xFE"}, {longest, longest, longest},
	    {"a@b", "\xE2\x80\xAE\xE2\x80\xAE\xE2\x80\xAE\xE2\x80\xAE", ""}};

	for (size_t i = 0; i < COUNT(cases); i++)
		accepted(GOOD, &cases[i]);
}

/* A control character of a name does not get into the sentence. */
static void
a_word_is_shown_so_that_it_can_be_read(void **state)
{
	const struct person_words person = {NULL, "ab\x1B[31mcd", NULL};

	(void)state;
	const char *said = refusal("horse ab\x1B[31mcd staple", &person);
	assert_null(strchr(said, '\x1B'));
	refused("horse 31mcd battery staple", &person, "\"31mcd\"");
}

static void
use_dictionary(const char *path)
{
	setenv("ACCESSION_PASSWORD_DICTIONARY", path, 1);
	assert_int_equal(config_load(NULL), 0);
	unsetenv("ACCESSION_PASSWORD_DICTIONARY");
}

/* Everything written to standard error meanwhile goes there. */
static int
divert_stderr(int to)
{
	int before = dup(STDERR_FILENO);

	assert_true(before >= 0 && dup2(to, STDERR_FILENO) >= 0);
	return before;
}

static void
without_a_dictionary_the_operator_is_told(void **state)
{
	static const char *const passwords[] = {GOOD, "constitution",
	    "\xE5\x90\xBE\xE8\xBC\xA9\xE3\x81\xAF\xE7\x8C\xAB\xE3\x81\xA7\xE3\x81\x82\xE3\x82\x8B"
	    "\xE5\x90\x8D\xE5\x89\x8D\xE3\x81\xAF\xE3\x81\xBE\xE3\x81\xA0\xE7\x84\xA1"};
	int noise = memfd_create("noise", MFD_CLOEXEC);

	(void)state;
	use_dictionary("/nonexistent/words");
	int before = divert_stderr(noise);
	for (size_t i = 0; i < COUNT(passwords); i++) {
		struct error err = {0};
		int done = password_acceptable(passwords[i], strlen(passwords[i]), &nobody, &err);
		assert_int_equal(done, -1);
		assert_int_equal(err.code, ERROR_SYSTEM);
		assert_non_null(strstr(err.message, "/nonexistent/words"));
		assert_non_null(strstr(err.message, "packages cracklib-runtime and wamerican"));
	}
	refused("aaaaaaaaaaaa", &nobody, "the same again and again");
	divert_stderr(before);
	close(before);
	assert_int_equal(lseek(noise, 0, SEEK_END), 0);
	close(noise);
	use_dictionary("/var/cache/cracklib/cracklib_dict");
	accepted(GOOD, &nobody);
}

static void
a_damaged_dictionary_is_no_fault_of_the_password(void **state)
{
	static const char *const ends[] = {"pwd", "pwi", "hwm"};
	char folder[] = "/tmp/accession-words.XXXXXX", path[64];
	struct error err = {0};

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < COUNT(ends); i++) {
		snprintf(path, sizeof path, "%s/words.%s", folder, ends[i]);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	snprintf(path, sizeof path, "%s/words", folder);
	use_dictionary(path);
	assert_int_equal(dictionary_check(&err), -1);
	assert_int_equal(password_acceptable(GOOD, strlen(GOOD), &nobody, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	use_dictionary("/var/cache/cracklib/cracklib_dict");
	for (size_t i = 0; i < COUNT(ends); i++) {
		snprintf(path, sizeof path, "%s/words.%s", folder, ends[i]);
		unlink(path);
	}
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(length_counts_characters_at_least_and_bytes_at_most),
	    cmocka_unit_test(what_is_hard_to_guess_is_accepted),
	    cmocka_unit_test(what_is_easy_to_guess_is_refused),
	    cmocka_unit_test(the_person_is_not_the_password),
	    cmocka_unit_test(any_person_will_do),
	    cmocka_unit_test(a_word_is_shown_so_that_it_can_be_read),
	    cmocka_unit_test(without_a_dictionary_the_operator_is_told),
	    cmocka_unit_test(a_damaged_dictionary_is_no_fault_of_the_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
