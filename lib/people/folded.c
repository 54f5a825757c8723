/* Texts without case, accents and width: see folded.h. */
#include "people/folded.h"

#include <string.h>
#include <utf8proc.h>

/* What stands for a letter, and the letter. */
static const char signs[][2] = {{'4', 'a'}, {'@', 'a'}, {'8', 'b'}, {'3', 'e'}, {'6', 'g'},
    {'9', 'g'}, {'1', 'i'}, {'!', 'i'}, {'|', 'i'}, {'1', 'l'}, {'0', 'o'}, {'5', 's'}, {'$', 's'},
    {'7', 't'}, {'+', 't'}, {'2', 'z'}};

bool
folded_is_ascii_letter(int32_t c)
{
	return c >= 'a' && c <= 'z';
}

bool
folded_is_letter(int32_t c, char letter)
{
	if (c == letter)
		return true;
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (signs[i][0] == c && signs[i][1] == letter)
			return true;
	return false;
}

bool
folded_has_word(const struct folded *f, size_t at, const char *word)
{
	size_t i = 0;

	while (word[i] && at + i < f->n && folded_is_letter(f->text[at + i], word[i]))
		i++;
	return !word[i];
}

/* In other scripts marks are vowels, and belong to the text. */
static void
drop_latin_marks(struct folded *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->n; i++)
		if (!kept || !folded_is_ascii_letter(f->text[kept - 1]) ||
		    utf8proc_category(f->text[i]) != UTF8PROC_CATEGORY_MN)
			f->text[kept++] = f->text[i];
	f->n = kept;
}

void
folded_set(struct folded *f, const char *text, size_t n)
{
	const utf8proc_option_t as = UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
				     UTF8PROC_IGNORE | UTF8PROC_LUMP;
	utf8proc_ssize_t made = utf8proc_decompose(
	    (const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, f->text, FOLDED_MAX, as);

	f->n = made < 0 ? 0 : made > FOLDED_MAX ? FOLDED_MAX : (size_t)made;
	drop_latin_marks(f);
}
