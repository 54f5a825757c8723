/* What of a password can be predicted: see predictable.h. */
#include "people/predictable.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LEAST       3 /* a shorter piece is chance */
#define LEAST_WORD  4 /* the same where words have it too: "ert", "def" */
#define LEAST_MIXED 6 /* the same of rows that take turns: "a1b2c3" */

/* Rows of keys, read in both directions. */
static const char *const straight[] = {"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "!@#$%^&*()", "!\"$%&/()=?",
    NULL};

/* The ways that fingers take over several rows. */
static const char *const winding[] = {"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
    "1qay2wsx3edc4rfv5tgb6zhn7ujm", "qazwsxedcrfvtgbyhnujm", "qaywsxedcrfvtgbzhnujm",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6z7u8i9o0p",
    "zaq12wsxcde34rfvbgt56yhnmju7", NULL};

/* Passwords of their own in every published list, which few dictionaries have, or many begin so. */
static const char *const known[] = {"password", "passwort", "kennwort", "motdepasse", "contrasena",
    "passphrase", "iloveyou", "letmein", "changeme", "changeit", "welcome", "administrator",
    "admin", "login", "qwerty", "secret", "geheim", "master", "monkey", "dragon", "trustno",
    "whatever", "default", "guest", "hello", "hallo", "summer", "winter", "spring", "autumn",
    "sommer", "football", "baseball", "superman", "batman", "sunshine", "princess", "starwars",
    "pokemon", "shadow", "michael", "jordan", "liverpool", "chelsea", "arsenal", "google",
    "computer", "internet", "company", "office", "server", "database", "postgres", "oracle",
    "mustang", "freedom"};

/* The longest text from an earlier place that stands here again, perhaps running into itself. */
static size_t
copy_length(const struct folded *f, size_t n, size_t at)
{
	size_t longest = 0;

	for (size_t from = 0; from < at; from++) {
		size_t k = 0;
		while (at + k < n && f->text[from + k] == f->text[at + k])
			k++;
		longest = k > longest ? k : longest;
	}
	return longest >= LEAST ? longest : 0;
}

/* How far the text goes on as the row does, from that place of the row, in steps of 1 or -1. */
static size_t
along_row(const struct folded *f, size_t n, size_t at, const char *row, const char *place, int step)
{
	size_t k = 0;

	while (at + k < n && f->text[at + k] == (unsigned char)*place) {
		k++;
		if ((step < 0 && place == row) || !place[step])
			break;
		place += step;
	}
	return k;
}

static size_t
row_length(const struct folded *f, size_t n, size_t at, const char *const *row)
{
	size_t longest = 0;

	for (; *row; row++)
		for (const char *place = *row; *place; place++)
			for (int step = -1; step <= 1; step += 2) {
				size_t k = along_row(f, n, at, *row, place, step);
				longest = k > longest ? k : longest;
			}
	return longest;
}

/*
 * How far each character is the same distance, 0, 1 or -1, from the one `stride` before it: "cccc",
 * "4321"; with a stride of 2, "a1b2c3", where either row has its own distance.
 */
static size_t
steps_length(const struct folded *f, size_t n, size_t at, size_t stride)
{
	const int32_t *text = f->text + at;
	size_t k = stride;

	if (at + stride >= n)
		return 0;
	for (; at + k < n; k++) {
		int32_t step = text[k] - text[k - stride];
		if (abs(step) > 1)
			break;
		if (k >= 2 * stride && step != text[k - stride] - text[k - 2 * stride])
			break;
	}
	return k;
}

static size_t
longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t
order_length(const struct folded *f, size_t n, size_t at)
{
	size_t plain = longer(row_length(f, n, at, straight), steps_length(f, n, at, 1));
	size_t mixed = longer(row_length(f, n, at, winding), steps_length(f, n, at, 2));
	size_t least = folded_is_ascii_letter(f->text[at]) ? LEAST_WORD : LEAST;

	return longer(plain >= least ? plain : 0, mixed >= LEAST_MIXED ? mixed : 0);
}

static size_t
known_length(const struct folded *f, size_t at)
{
	size_t longest = 0;

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		size_t n = strlen(known[i]);
		if (n > longest && folded_has_word(f, at, known[i]))
			longest = n;
	}
	return longest;
}

/* A sign that was there before only separates: "p-a-s-s". */
static bool
is_separator_again(const struct folded *f, size_t at)
{
	int32_t c = f->text[at];

	if (c >= 0x80 || isalnum((int)c))
		return false;
	for (size_t i = 0; i < at; i++)
		if (f->text[i] == c)
			return true;
	return false;
}

struct predictable
predictable_take_out(const struct folded *f, bool known_words)
{
	struct predictable p = {0};
	size_t n = f->n < PREDICTABLE_MAX ? f->n : PREDICTABLE_MAX, kept = 0;

	for (size_t at = 0, piece; at < n; at += piece ? piece : 1) {
		size_t copy = copy_length(f, n, at);
		piece = longer(order_length(f, n, at), known_words ? known_length(f, at) : 0);
		if (copy > piece) {
			piece = copy;
			continue;
		}
		int32_t c = f->text[at];
		bool is_letter = folded_is_ascii_letter(c) && !piece;
		p.count++;
		p.letters += is_letter;
		p.beside += !is_letter && !is_separator_again(f, at);
		if (!piece)
			p.left[kept++] = c > 0 && c < 0x80 ? (char)c : '?';
	}
	return p;
}

bool
predictable_is_repetition(const struct folded *f)
{
	for (size_t piece = 1; piece <= f->n / 2; piece++)
		if (memcmp(f->text, f->text + piece, (f->n - piece) * sizeof f->text[0]) == 0)
			return true;
	return false;
}
