/* Which new passwords are accepted: see password_rules.h. */
#include "people/password_rules.h"

#include "base/text.h"
#include "people/dictionary.h"
#include "people/folded.h"
#include "people/predictable.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#define LEAST_COUNT   10 /* characters that cannot be predicted */
#define LEAST_BESIDE  7  /* of them, beside one word, that make a password of it */
#define LEAST_LETTERS 8  /* scattered among other characters: fewer make a word by chance */
#define DO_INSTEAD    "Use a few words that do not belong together."
#define LONGEST_WORD  16 /* letters */
#define SERVICE       "accession"

int
password_has_length(const char *password, size_t n, struct error *err)
{
	if (n > PASSWORD_MAX_BYTES)
		return error_set(err, ERROR_INPUT,
		    "This password is too long. It must contain at most %d bytes.",
		    PASSWORD_MAX_BYTES);
	struct text_scan scan = text_scan(password, n, TEXT_LINE);
	if (scan.at)
		return error_set(err, ERROR_INPUT,
		    "Character %zu of this password is none that can be typed. Leave it out.",
		    scan.at);
	if (scan.chars < PASSWORD_MIN_CHARACTERS)
		return error_set(err, ERROR_INPUT,
		    "This password is too short. It must contain at least %d characters.",
		    PASSWORD_MIN_CHARACTERS);
	return 0;
}

static int
refuse_person(const struct person_words *person, const struct folded *password, struct error *err)
{
	char word[TEXT_SHOWN_SIZE];

	for (size_t at = 0; at < password->n; at++)
		if (folded_has_word(password, at, SERVICE))
			return error_set(err, ERROR_INPUT,
			    "This password contains \"" SERVICE
			    "\", the name of this service. Leave that out.");
	if (person_words_find(person, password, word))
		return error_set(err, ERROR_INPUT,
		    "This password contains \"%s\", which is part of the person's name or e-mail "
		    "address. Leave that out.",
		    word);
	return 0;
}

static int
refuse_predictable(const struct folded *password, struct error *err)
{
	if (predictable_is_repetition(password))
		return error_set(
		    err, ERROR_INPUT, "This password says the same again and again. " DO_INSTEAD);
	if (predictable_take_out(password, true).count < LEAST_COUNT)
		return error_set(err, ERROR_INPUT,
		    "This password is too easy to guess: most of it is repeated, a common "
		    "password, or in the order of the keyboard or the alphabet. " DO_INSTEAD);
	return 0;
}

/* Whether the text may be one word: random letters are one seldom, and several words are longer. */
static bool
may_be_word(const char *text)
{
	size_t n = 0;

	while (folded_is_ascii_letter(text[n]))
		n++;
	return !text[n] && n <= LONGEST_WORD;
}

/* made: the text does not stand so in the password, but in signs or among them. */
static int
refuse_word(const char *text, bool made, struct error *err)
{
	if (strlen(text) < DICTIONARY_LEAST)
		return 0;
	enum dictionary_verdict verdict = dictionary_look_up(text, err);
	if (verdict == DICTIONARY_SEQUENCE)
		verdict = may_be_word(text) && !made ? DICTIONARY_WORD : DICTIONARY_FINE;
	switch (verdict) {
	case DICTIONARY_SEQUENCE:
	case DICTIONARY_FINE: return 0;
	case DICTIONARY_WORD:
		return error_set(err, ERROR_INPUT,
		    "This password is too common: it is little more than one word or sequence that "
		    "dictionaries have. " DO_INSTEAD);
	case DICTIONARY_PALINDROME:
		return error_set(err, ERROR_INPUT,
		    "This password is too easy to guess: it reads the same backwards. " DO_INSTEAD);
	case DICTIONARY_FAILED: break;
	}
	return -1;
}

static bool
is_letter(char c)
{
	return folded_is_ascii_letter(c);
}

/* Without digits and signs around it, and with letters for those in it: "p4ssw0rd" of "1p4ssw0rd!".
 */
static void
keep_middle(char *text)
{
	size_t from = 0, n = strlen(text);

	while (n && !is_letter(text[n - 1]))
		n--;
	while (from < n && !is_letter(text[from]))
		from++;
	for (size_t i = from; i < n; i++) {
		char letter = 'a';
		while (letter <= 'z' && !folded_is_letter(text[i], letter))
			letter++;
		text[i - from] = letter <= 'z' ? letter : text[i];
	}
	text[n - from] = '\0';
}

static void
keep_letters(char *text)
{
	size_t kept = 0;

	for (size_t i = 0; text[i]; i++)
		if (is_letter(text[i]))
			text[kept++] = text[i];
	text[kept >= LEAST_LETTERS ? kept : 0] = '\0';
}

/* The text looked up in the two forms that leave a word and nothing beside it. */
static int
refuse_core(const char *text, struct error *err)
{
	static void (*const keep[])(char *text) = {keep_middle, keep_letters};
	char form[PREDICTABLE_MAX + 1] = "";
	int done = 0;

	for (size_t i = 0; done == 0 && i < sizeof keep / sizeof keep[0]; i++) {
		strcpy(form, text);
		keep[i](form);
		done = refuse_word(form, !strstr(text, form), err);
	}
	sodium_memzero(form, sizeof form);
	return done;
}

/* As ASCII, as far as a dictionary is looked into. False if there are other characters. */
static bool
to_ascii(const struct folded *f, char text[PREDICTABLE_MAX + 1])
{
	size_t n = f->n < PREDICTABLE_MAX ? f->n : PREDICTABLE_MAX;
	bool is_ascii = true;

	for (size_t i = 0; i < n; i++) {
		bool fits = f->text[i] > 0 && f->text[i] < 0x80;
		is_ascii = is_ascii && fits;
		text[i] = fits ? (char)f->text[i] : '?';
	}
	text[n] = '\0';
	return is_ascii;
}

/* A word is looked for in the whole, and if there is little beside it, in what that leaves. */
static int
refuse_dictionary(const struct folded *password, struct error *err)
{
	struct predictable p = predictable_take_out(password, false);
	char whole[PREDICTABLE_MAX + 1] = "";
	bool is_ascii = to_ascii(password, whole);
	int done = is_ascii ? refuse_word(whole, false, err) : dictionary_check(err);

	if (done == 0 && p.beside < LEAST_BESIDE)
		done = refuse_core(whole, err);
	if (done == 0 && p.beside < LEAST_BESIDE)
		done = refuse_core(p.left, err);
	sodium_memzero(whole, sizeof whole);
	sodium_memzero(&p, sizeof p);
	return done;
}

int
password_acceptable(
    const char *password, size_t n, const struct person_words *person, struct error *err)
{
	struct folded folded;

	if (password_has_length(password, n, err) < 0)
		return -1;
	folded_set(&folded, password, n);
	int done = refuse_person(person, &folded, err);
	if (done == 0)
		done = refuse_predictable(&folded, err);
	if (done == 0)
		done = refuse_dictionary(&folded, err);
	sodium_memzero(&folded, sizeof folded);
	return done;
}
