/* Text that was read in a code page: see misread_page.h. */
#include "model/misread_page.h"

#include "base/code_page.h"
#include "base/text.h"

#include <stdint.h>

size_t
misread_tails(unsigned lead)
{
	if (lead < 0xc2 || (lead > 0xdb && lead < 0xe0))
		return 0;
	return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
}

/* What may be one character that was read in a code page, each of its bytes as a character. */
struct one {
	unsigned lead;        /* the first byte */
	uint32_t first, last; /* the characters that the first and the last byte became */
	size_t tails;         /* how many bytes follow the first */
};

static bool
is_box(uint32_t c)
{
	return c >= 0x2500 && c <= 0x259f;
}

/* Whether it is a letter, of those that are in code pages. */
static bool
is_alphabetic(uint32_t c)
{
	return c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7;
}

static bool
is_latin(uint32_t c)
{
	return is_alphabetic(c) && c < 0x370;
}

/* Spaces, quotes, dashes, units: what may well be before or behind a letter. */
static bool
is_mark(uint32_t c)
{
	static const uint16_t marks[] = {0xa0, 0xa7, 0xab, 0xad, 0xae, 0xb0, 0xb2, 0xb3, 0xb7, 0xb9,
	    0xbb, 0x20ac, 0x2116, 0x2122};

	if (c >= 0x2010 && c <= 0x203a)
		return true;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (c == marks[i])
			return true;
	return false;
}

static bool
is_sign(uint32_t c)
{
	return !is_alphabetic(c) && !is_mark(c) && !is_box(c);
}

/*
 * The length in the text of such a character at its start; 0: there is none. Of those of three
 * bytes only quotes, dashes and what else is near U+2000: others look like words.
 */
static size_t
read_one(enum code_page page, const char *text, size_t n, struct one *one)
{
	uint32_t c = 0;
	size_t at = text_decode(text, n, &c);

	one->first = c;
	one->lead = at ? code_page_byte(page, c) : 0;
	one->tails = one->lead < 0xe0 || one->lead == 0xe2 ? misread_tails(one->lead) : 0;
	for (size_t k = 0; k < one->tails; k++) {
		const unsigned most = one->tails == 2 && k == 0 ? 0x84 : 0xbf;
		const size_t length = text_decode(text + at, n - at, &c);
		const unsigned byte = length ? code_page_byte(page, c) : 0;

		if (byte < 0x80 || byte > most)
			return 0;
		one->last = c;
		at += length;
	}
	return one->tails ? at : 0;
}

/* Whether words and drawings have these two characters side by side. */
static bool
is_ordinary(const struct one *one)
{
	return (is_box(one->first) && is_box(one->last)) ||
	       (is_alphabetic(one->first) && !is_latin(one->first) && is_alphabetic(one->last) &&
		   !is_latin(one->last));
}

/* The same for a lead that is a letter like ours: capitals with accents do not stand in words. */
static bool
is_sure_of_latin(const struct one *one, char before, char after)
{
	const bool begins = one->lead == 0xc3 && !text_is_capital(before) && text_is_small(after);

	if (is_sign(one->last) || text_is_small(before))
		return true;
	return begins && one->last != 0x15f; /* as Romanian words do */
}

/* For a lead that is no letter. Boxes do not stand beside letters; in formulas, some signs do. */
static bool
is_sure_of_sign(const struct one *one, char before, char after)
{
	static const uint16_t in_formulas[] = {0xb0, 0xb1, 0xb5};
	bool formula = one->last >= 0x100 && one->last != 0x2122;

	for (size_t i = 0; i < sizeof in_formulas / sizeof *in_formulas; i++)
		formula |= one->last == in_formulas[i];
	if (is_box(one->first) || is_latin(one->last))
		return text_is_small(before) || text_is_small(after);
	return one->lead <= 0xc5 && text_is_small(before) && (!formula || text_is_small(after));
}

/*
 * Whether one of two bytes, between these two, is no accident. Letters of other alphabets do not
 * stand beside ours, and boxes not beside any.
 */
static bool
is_sure_of_one(enum code_page page, const struct one *one, char before, char after)
{
	if (is_mark(one->first))
		return false;
	if (!is_alphabetic(one->first))
		return is_sure_of_sign(one, before, after);
	if (is_latin(one->first))
		return (page == PAGE_CENTRAL_EUROPEAN || page == PAGE_LATIN_2) &&
		       is_sure_of_latin(one, before, after);
	if (text_is_small(before) || (one->lead == 0xc3 && text_is_small(after)))
		return true;
	if (is_mark(one->last))
		return false;
	return text_is_small(after) || text_is_capital(before) || text_is_capital(after) ||
	       (one->lead == 0xc2 && is_sign(one->last));
}

/* Whether what stands at byte i, behind ASCII, is UTF-8 that was read in the code page. */
static bool
is_of_page(enum code_page page, const char *text, size_t n, size_t i)
{
	struct one one = {0}, next;
	size_t at = i, count = 0, length;
	bool odd = false, three = false, cyrillic = true;

	while ((length = read_one(page, text + at, n - at, &next))) {
		one = next;
		odd |= !is_ordinary(&one);
		three |= one.tails == 2;
		cyrillic &= one.lead == 0xd0 || one.lead == 0xd1;
		at += length;
		count++;
	}
	const bool whole = at == n || (unsigned char)text[at] < 0x80;
	const char before = i ? text[i - 1] : 0, after = at < n ? text[at] : 0;
	if (three && whole)
		return true;
	if (count == 1)
		return whole && is_sure_of_one(page, &one, before, after);
	if (count == 2)
		return whole && (odd || text_is_small(before) || text_is_small(after));
	return count > 2 && (odd || cyrillic);
}

bool
misread_page(const char *text, size_t n, size_t i)
{
	if (i && (unsigned char)text[i - 1] >= 0x80)
		return false;
	for (int page = 0; page < PAGE_COUNT; page++)
		if (is_of_page((enum code_page)page, text, n, i))
			return true;
	return false;
}
