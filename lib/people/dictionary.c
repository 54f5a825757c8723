/* The dictionary of words that are no passwords: see dictionary.h. */
#include "people/dictionary.h"

#include "base/config.h"

#include <crack.h>
#include <pwquality.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE   4096
#define TEXT_SIZE   256 /* cracklib looks at no more */
#define REASON_SIZE PWQ_MAX_ERROR_MESSAGE_LEN

/*
 * How cracklib says that a text is a word, or nearly one. Before it looks for that, it refuses what
 * has few different characters, or many neighbours of the alphabet.
 */
#define IS_WORD "dictionary word"

/* Nothing of a dictionary: where this is refused, it is not the text's fault. */
#define CANARY "kV9#tq2Lw!zR7p"

static int
cannot_be_used(const char *reason, struct error *err)
{
	return error_set(err, ERROR_SYSTEM,
	    "New passwords cannot be checked: the dictionary %s cannot be used (%s). Install the "
	    "packages cracklib-runtime and wamerican, or run update-cracklib.",
	    config_text(SETTING_PASSWORD_DICTIONARY), reason);
}

/* cracklib complains on standard error about files that are not there. */
static int
check_files(struct error *err)
{
	static const char *const ends[] = {".pwd", ".pwi"};
	char path[PATH_SIZE];

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		int n = snprintf(
		    path, sizeof path, "%s%s", config_text(SETTING_PASSWORD_DICTIONARY), ends[i]);
		if (n < 0 || (size_t)n >= sizeof path)
			return cannot_be_used("its name is too long", err);
		if (access(path, R_OK) < 0) {
			struct error why = {0};
			error_errno(&why, "%s", ends[i]);
			return cannot_be_used(why.message, err);
		}
	}
	return 0;
}

/*
 * libpwquality's verdict, with its defaults but for the length; below 0 with a reason. The words it
 * leaves to cracklib, which we ask ourselves: libpwquality's way of asking refuses everything where
 * the process runs as a user without a name.
 */
static int
quality(const char *text, char reason[REASON_SIZE])
{
	pwquality_settings_t *settings = pwquality_default_settings();
	void *more = NULL;
	int result = PWQ_ERROR_MEM_ALLOC;

	if (settings)
		result =
		    pwquality_set_int_value(settings, PWQ_SETTING_MIN_LENGTH, DICTIONARY_LEAST);
	if (settings && result >= 0)
		result = pwquality_set_int_value(settings, PWQ_SETTING_DICT_CHECK, 0);
	if (settings && result >= 0)
		result = pwquality_check(settings, text, NULL, NULL, &more);
	if (result < 0) {
		char room[REASON_SIZE];
		snprintf(
		    reason, REASON_SIZE, "%s", pwquality_strerror(room, sizeof room, result, more));
	}
	pwquality_free_settings(settings);
	const char *word =
	    result < 0 ? NULL
		       : FascistCheckUser(text, config_text(SETTING_PASSWORD_DICTIONARY), "", "");
	if (!word)
		return result;
	snprintf(reason, REASON_SIZE, "%s", word);
	return PWQ_ERROR_CRACKLIB_CHECK;
}

int
dictionary_check(struct error *err)
{
	char reason[REASON_SIZE];

	if (check_files(err) < 0)
		return -1;
	return quality(CANARY, reason) < 0 ? cannot_be_used(reason, err) : 0;
}

enum dictionary_verdict
dictionary_look_up(const char *text, struct error *err)
{
	char reason[REASON_SIZE], beginning[TEXT_SIZE];

	if (check_files(err) < 0)
		return DICTIONARY_FAILED;
	snprintf(beginning, sizeof beginning, "%s", text);
	int result = quality(beginning, reason);
	if (result >= 0)
		return DICTIONARY_FINE;
	if (result == PWQ_ERROR_PALINDROME)
		return DICTIONARY_PALINDROME;
	if (strstr(reason, IS_WORD))
		return DICTIONARY_WORD;
	return dictionary_check(err) < 0 ? DICTIONARY_FAILED : DICTIONARY_SEQUENCE;
}
