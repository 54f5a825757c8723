/* What keeps texts in csv files texts: see guard.h. */
#include "formats/guard.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MARK_SIZE (sizeof GUARD_MARK - 1)

/* By what a formula may begin; the wide ones for programs in Chinese and Japanese. */
static const char narrow[] = {'=', '+', '-', '@', '\t', '\r'};
static const char *const wide[] = {"\uff1d", "\uff0b", "\uff0d", "\uff20"};

/* Sixteen bytes, which processors compare at once: most cells pass through here to no effect. */
typedef unsigned char block __attribute__((vector_size(16)));

/* Whether a cell may begin behind the byte. VT and FF are among them for nothing but speed. */
static bool
separates(unsigned char c)
{
	return c == ',' || c == ';' || (c >= '\t' && c <= '\r');
}

static block
load(const char *at)
{
	block b;

	memcpy(&b, at, sizeof b);
	return b;
}

static bool
has_any(block b)
{
	uint64_t halves[2];

	memcpy(halves, &b, sizeof b);
	return halves[0] | halves[1];
}

/* The bytes that separate, as separates() says. */
static block
separators(block b)
{
	return (block)((b - '\t' <= '\r' - '\t') | (b == ',') | (b == ';'));
}

/* The bytes that a risky place may go on with: narrow, a quote, space, wide, and neighbours. */
static block
suspects(block b, bool spaced)
{
	block space = spaced ? (block)(b == ' ') : (block){0};

	return space |
	       (block)((b - '\t' <= '\r' - '\t') | (b - '+' <= '-' - '+') | (b - '=' <= '@' - '=') |
		       (b == '"') | (b == (unsigned char)*wide[0]));
}

static bool
is_formula(const char *at, const char *end)
{
	if (*at != *wide[0])
		return memchr(narrow, *at, sizeof narrow);
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

/* Where it is risky behind one of the bytes from `at` to `until`, if spaced also behind spaces. */
static const char *
find_among(const char *at, const char *until, const char *end, bool spaced)
{
	while (at < until)
		if (separates((unsigned char)*at++) && (spaced || at == end || *at != ' ') &&
		    is_risky(at, end))
			return at;
	return NULL;
}

/* The same of all that is left of the text. */
static const char *
find_risky(const char *at, const char *end, bool spaced)
{
	const char *found = NULL;

	for (; !found && end - at > (ptrdiff_t)sizeof(block); at += sizeof(block))
		if (has_any(separators(load(at)) & suspects(load(at + 1), spaced)))
			found = find_among(at, at + sizeof(block), end, spaced);
	return found ? found : find_among(at, end, end, spaced);
}

static bool
has_special(const char *at)
{
	block b = load(at);

	return has_any(separators(b) | (block)(b == '"'));
}

/* Whether any program could split the text, or a quote is in it. */
static bool
needs_quotes(const char *at, const char *end)
{
	const ptrdiff_t size = sizeof(block);

	if (end - at >= size) {
		for (; end - at > size; at += size)
			if (has_special(at))
				return true;
		return has_special(end - size);
	}
	while (at < end && !separates((unsigned char)*at) && *at != '"')
		at++;
	return at < end;
}

enum guard_need
guard_look(const char *text, size_t n)
{
	const char *end = text + n;

	if (n && begins_risky(text, end))
		return GUARD_WHOLE;
	if (!needs_quotes(text, end))
		return GUARD_PLAIN;
	return find_risky(text, end, false) ? GUARD_WHOLE : GUARD_QUOTES;
}

bool
guard_take(struct text_slice *rest, struct text_slice *piece)
{
	const char *end = rest->text + rest->n;
	const char *found = find_risky(rest->text, end, true), *at = found ? found : end;

	*piece = (struct text_slice){rest->text, (size_t)(at - rest->text)};
	*rest = (struct text_slice){at, (size_t)(end - at)};
	return found;
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
