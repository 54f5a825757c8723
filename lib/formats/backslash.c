/* Backslashes of paths: see backslash.h. */
#include "formats/backslash.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct backslash backslashes[] = {
    {'t', false, "a tab"},
    {'n', false, "a line break"},
    {'b', true, "a backspace"},
    {'f', true, "a form feed"},
    {'r', false, "a carriage return"},
    {'v', true, "a vertical tab"},
    {'a', true, "a bell"},
    {'e', true, "an escape"},
    {'N', false, "a line break"},
    {'L', false, "a line break"},
    {'P', false, "a line break"},
};
#define COUNT (sizeof backslashes / sizeof *backslashes)

static const struct backslash *
backslash_of(char letter)
{
	for (size_t i = 0; i < COUNT; i++)
		if (backslashes[i].letter == letter)
			return &backslashes[i];
	return NULL;
}

/* Whether the text, up to its end, ends with the letter of a drive, as C:. */
static bool
ends_with_drive(struct text_slice text)
{
	const char *end = text.text + text.n;

	return text.n >= 2 && end[-1] == ':' && isupper((unsigned char)end[-2]) &&
	       (text.n == 2 || !isalnum((unsigned char)end[-3]));
}

/* Whether the text is nothing but a name in a path. */
static bool
is_name(struct text_slice text)
{
	size_t n = 0;

	while (n < text.n && (isalnum((unsigned char)text.text[n]) || strchr("_-.$", text.text[n])))
		n++;
	return n > 1 && n == text.n;
}

const struct backslash *
backslash_find(struct text_slice text, bool breaks)
{
	const char *begin = text.text, *end = begin + text.n, *at; /* behind the escape before */
	const struct backslash *first = NULL;
	bool in_path = false;

	while (end - begin > 2 && (at = memchr(begin, '\\', (size_t)(end - begin - 2)))) {
		const struct text_slice part = {begin, (size_t)(at - begin)};
		const struct backslash *found = backslash_of(at[1]);
		const bool drive = ends_with_drive(part);
		const bool path =
		    (drive || (in_path && is_name(part))) && islower((unsigned char)at[2]);
		if (path && found && found->refused)
			return found;
		if (path && !first && (breaks || at[1] != 'n'))
			first = found;
		in_path = drive || path ||
			  (at[1] == '\\' && (at == text.text || strchr("\" \t", at[-1])));
		begin = at + 2;
	}
	return first;
}

void
backslash_tell(struct keys *k, const struct backslash *b, struct text_slice value, int64_t line,
    const char *else_do)
{
	char what[256];

	if (!keys_field(k))
		return;
	snprintf(what, sizeof what,
	    "Line %" PRId64
	    ": \\%c in double quotes is %s. If it belongs to a path, write each backslash twice%s.",
	    line, b->letter, b->what, else_do);
	if (keys_field(k)->kind == FIELD_TEXT && !b->refused)
		keys_warn(k, SIGN_BACKSLASH, value, "%s", what);
	else
		keys_refuse(k, "%s", what);
}
