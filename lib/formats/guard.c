/* What keeps texts in csv files texts: see guard.h. */
#include "formats/guard.h"

#include <string.h>

#define MARK_SIZE (sizeof GUARD_MARK - 1)
#define BLOCK     16 /* bytes that are looked at together: compilers make one instruction of it */

/* By what a formula may begin; the wide ones for programs in Chinese and Japanese. */
static const char narrow[] = {'=', '+', '-', '@', '\t', '\r'};
static const char *const wide[] = {"\uff1d", "\uff0b", "\uff0d", "\uff20"};

/* Whether the byte is a quote, or one behind which a cell may begin; VT and FF do no harm here. */
static bool
is_special(char c)
{
	return ((unsigned char)(c - '\t') <= '\r' - '\t') | (c == '"') | (c == ',') | (c == ';');
}

/* The first special byte, or the end. */
static const char *
skip_plain(const char *at, const char *end)
{
	for (; end - at >= BLOCK; at += BLOCK) {
		unsigned char any = 0;
		for (size_t i = 0; i < BLOCK; i++)
			any |= (unsigned char)is_special(at[i]);
		if (any)
			break;
	}
	while (at < end && !is_special(*at))
		at++;
	return at;
}

static bool
is_formula(const char *at, const char *end)
{
	if (memchr(narrow, *at, sizeof narrow))
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
		size_t n = strlen(wide[i]);
		if ((size_t)(end - at) >= n && memcmp(at, wide[i], n) == 0)
			return true;
	}
	return false;
}

/*
 * Whether a formula begins behind spaces and quotes, or nothing: where a cell ends behind a
 * separator, its closing quote would open another, which begins with what separates cells or rows.
 */
static bool
is_risky(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	while (at < end && *at == '"')
		at++;
	return at == end || is_formula(at, end);
}

/* Whether the cell needs the guard for its beginning alone: what writer_needs_guard leaves. */
static bool
begins_risky(const char *text, const char *end)
{
	if (*text == '\n' || guard_is_marked(text, (size_t)(end - text)))
		return true;
	return (*text == '"' || *text == *wide[0]) && is_risky(text, end);
}

enum guard_need
guard_look(const char *text, size_t n)
{
	const char *at = text, *end = text + n;
	enum guard_need need = GUARD_PLAIN;

	if (n && begins_risky(text, end))
		return GUARD_WHOLE;
	while ((at = skip_plain(at, end)) < end) {
		need = GUARD_QUOTES;
		bool separates = *at++ != '"';
		if (separates && (at == end || (*at != ' ' && is_risky(at, end))))
			return GUARD_WHOLE;
	}
	return need;
}

bool
guard_take(struct text_slice *rest, struct text_slice *piece)
{
	const char *end = rest->text + rest->n, *at = rest->text;
	bool space = false;

	while (!space && (at = skip_plain(at, end)) < end)
		space = *at++ != '"' && is_risky(at, end);
	*piece = (struct text_slice){rest->text, (size_t)(at - rest->text)};
	*rest = (struct text_slice){at, (size_t)(end - at)};
	return space;
}

bool
guard_is_marked(const char *text, size_t n)
{
	return n >= MARK_SIZE && memcmp(text, GUARD_MARK, MARK_SIZE) == 0;
}

size_t
guard_remove(char *out, const char *text, size_t n)
{
	struct text_slice rest = {text + MARK_SIZE, n - MARK_SIZE}, piece;
	size_t length = 0;

	while (rest.n) {
		bool space = guard_take(&rest, &piece);
		memmove(out + length, piece.text, piece.n);
		length += piece.n;
		if (space && rest.n && *rest.text == ' ') {
			rest.text++;
			rest.n--;
		}
	}
	return length;
}
