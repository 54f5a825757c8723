/* Text that was taken for another encoding: see misread.h. */
#include "model/misread.h"

#include "base/text.h"
#include "base/windows_1252.h"
#include "model/misread_page.h"

#include <stdint.h>

/* Whether the byte of Windows-1252 is a mark that may well follow a letter: a quote, a dash. */
static bool
is_closing(unsigned byte)
{
	return byte == 0x85 || (byte >= 0x91 && byte <= 0x97) || byte == 0x99 || byte == 0xa0 ||
	       byte == 0xab || byte == 0xae || byte == 0xbb;
}

/* The byte that the character may come from, in Windows-1252 or Latin-1; 0: none. */
static unsigned
byte_of(uint32_t c)
{
	return c >= 0x80 && c <= 0x9f ? (unsigned)c : windows_1252_byte(c);
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
		return lead <= 0xc5 && !text_is_capital(before) &&
		       (text_is_small(after) || tail == 0xa0);
	if (is_letter_tail(tail))
		return lead <= 0xc5 || text_is_small(before);
	return lead <= 0xc3 || text_is_small(before) || text_is_small(after);
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
	const size_t tails = misread_tails(lead);
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
		if (read ? sure : misread_page(text, n, i))
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
