/* Text that was taken for another encoding: see misread.h. */
#include "model/misread.h"

#include "base/code_page.h"
#include "base/text.h"
#include "base/windows_1252.h"

#include <stdint.h>

/* Whether the byte of Windows-1252 is a mark that may well follow a letter: a quote, a dash. */
static bool
is_closing(unsigned byte)
{
	return byte == 0x85 || (byte >= 0x91 && byte <= 0x97) || byte == 0x99 || byte == 0xa0 ||
	       byte == 0xab || byte == 0xae || byte == 0xbb;
}

static bool
is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The byte that the character may come from, in Windows-1252 or Latin-1; 0: none. */
static unsigned
byte_of(uint32_t c)
{
	if (c >= 0x80 && c <= 0x9f)
		return c;
	return (c > 0x2dc && c < 0x2013) || c > 0x2122 ? 0 : windows_1252_byte(c);
}

/*
 * How many bytes follow the first one of a character in UTF-8; 0: none begins so, or one of an
 * alphabet that is hardly met (0xDF, there, is an ordinary letter in many code pages).
 */
static size_t
tails_of(unsigned lead)
{
	if (lead < 0xc2 || (lead > 0xdb && lead < 0xe0))
		return 0;
	return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
}

/* Whether the byte of Windows-1252, up to 0xBF, is a letter of Western or Slavic words. */
static bool
is_letter_tail(unsigned byte)
{
	return byte == 0x83 || byte == 0x8a || byte == 0x8c || byte == 0x8e || byte == 0x9a ||
	       byte == 0x9c || byte == 0x9e || byte == 0x9f;
}

/*
 * Whether what looks like one character of two bytes, between these two, is no accident. A capital
 * with an accent and then a quote is how words in capitals end, with another letter how a word may
 * begin, and what follows one in Windows-1252 may be a unit: Å².
 */
static bool
is_sure(unsigned lead, unsigned tail, char before, char after)
{
	if (is_closing(tail))
		return lead <= 0xc5 && !is_capital(before) && (is_small(after) || tail == 0xa0);
	if (is_letter_tail(tail))
		return lead <= 0xc5 || is_small(before);
	return lead <= 0xc3 || is_small(before) || is_small(after);
}

/*
 * The length of what has become of one character in Windows-1252, at byte i of the text; 0 if it is
 * something else. Each byte of it is a character of its own: the first from 0xC2 on, the others
 * from 0x80 to 0xBF. *sure: no one would write that.
 */
static size_t
misread_length(const char *text, size_t n, size_t i, bool *sure)
{
	uint32_t c = 0;
	size_t at = i + text_decode(text + i, n - i, &c);
	unsigned lead = byte_of(c), byte = 0;
	const size_t tails = tails_of(lead);
	bool closing = true;

	for (size_t k = 0; k < tails; k++) {
		size_t length = text_decode(text + at, n - at, &c);
		byte = length ? byte_of(c) : 0;
		if (byte < 0x80 || byte > 0xbf)
			return 0;
		closing &= is_closing(byte);
		at += length;
	}
	*sure = tails > 1
		    ? !closing
		    : tails && is_sure(lead, byte, i ? text[i - 1] : 0, at < n ? text[at] : 0);
	return tails && (*sure || !closing || lead <= 0xc3) ? at - i : 0;
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
	one->tails = one->lead < 0xe0 || one->lead == 0xe2 ? tails_of(one->lead) : 0;
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
	const bool begins = one->lead == 0xc3 && !is_capital(before) && is_small(after);

	if (is_sign(one->last) || is_small(before))
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
		return is_small(before) || is_small(after);
	return one->lead <= 0xc5 && is_small(before) && (!formula || is_small(after));
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
	if (is_small(before) || (one->lead == 0xc3 && is_small(after)))
		return true;
	if (is_mark(one->last))
		return false;
	return is_small(after) || is_capital(before) || is_capital(after) ||
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
		return whole && (odd || is_small(before) || is_small(after));
	return count > 2 && (odd || cyrillic);
}

static bool
is_of_any_page(const char *text, size_t n, size_t i)
{
	if (i && (unsigned char)text[i - 1] >= 0x80)
		return false;
	for (int page = 0; page < PAGE_COUNT; page++)
		if (is_of_page((enum code_page)page, text, n, i))
			return true;
	return false;
}

size_t
misread_find(const char *text, size_t n)
{
	size_t last = n, end = 0, length; /* the last one that may be meant, and where it ends */
	uint32_t c;

	for (size_t i = 0; i < n; i += length) {
		bool sure;
		length = text_ascii(text + i, n - i);
		if (length)
			continue;
		const size_t read = misread_length(text, n, i, &sure);
		if (read ? sure : is_of_any_page(text, n, i))
			return i;
		if (!read) {
			length = text_decode(text + i, n - i, &c);
			length += !length;
			continue;
		}
		if (last < n && end == i)
			return last;
		last = i;
		end = i + read;
		length = read;
	}
	return n;
}

/* Whether Western letters and signs begin with that byte in UTF-8. */
static bool
is_western(unsigned lead)
{
	return (lead >= 0xc2 && lead <= 0xc5) || lead == 0xe1 || lead == 0xe2;
}

bool
misread_is_all(const char *text, size_t n)
{
	for (size_t i = 0, length; i < n; i += length) {
		uint32_t c = 0;
		bool sure;
		length = text_ascii(text + i, n - i);
		if (length)
			continue;
		text_decode(text + i, n - i, &c);
		length = is_western(windows_1252_byte(c)) ? misread_length(text, n, i, &sure) : 0;
		if (!length)
			return false;
	}
	return true;
}
