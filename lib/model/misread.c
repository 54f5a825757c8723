/* Text that was taken for another encoding: see misread.h. */
#include "model/misread.h"

#include "base/text.h"
#include "base/windows_1252.h"

#include <stdint.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/*
 * In DOS code pages, on old Macs and in Windows-1251: what the first bytes of frequent characters
 * became, and what may follow.
 */
#define DOS_TAILS      "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐ø×®ÁÂÀ©"
#define MAC_TAILS      "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏∫ªºΩæø"
#define CYRILLIC_TAILS "ЂЃѓ†‡€‰ЉЊЌЋЏђљњќћџЎўЈ¤Ґ¦§Ё©Є¬®Ї°±Ііґµ¶·ё№єјЅѕї"

static const struct {
	const char *lead, *tails;
	size_t least; /* so many of them one behind the other */
} others[] = {
    {"├", DOS_TAILS, 1},
    {"ΓÇ", DOS_TAILS, 1},
    {"√", MAC_TAILS, 1},
    {"‚Ä", MAC_TAILS, 1},
    {"Р", CYRILLIC_TAILS, 2},
    {"С", CYRILLIC_TAILS, 2},
};

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
	return c >= 0x80 && c <= 0x9f ? (unsigned)c : windows_1252_byte(c);
}

/*
 * Whether what looks like one character of two bytes, between these two, is no accident. A capital
 * with an accent and then a quote is how words in capitals end, and what follows one in
 * Windows-1252 may be a unit: Å².
 */
static bool
is_sure(unsigned lead, unsigned tail, char before, char after)
{
	if (is_closing(tail))
		return lead <= 0xc5 && !is_capital(before) && (is_small(after) || tail == 0xa0);
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
	size_t tails = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
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

/* The row of `others` whose character is at the start of the text, and its length; 0: of none. */
static size_t
match_other(const char *text, size_t n, size_t *row)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		const size_t lead = strlen(others[i].lead);
		size_t length;
		uint32_t c = 0;

		*row = i;
		if (n > lead && memcmp(text, others[i].lead, lead) == 0 &&
		    (length = text_decode(text + lead, n - lead, &c)) > 1 &&
		    memmem(others[i].tails, strlen(others[i].tails), text + lead, length))
			return lead + length;
	}
	return 0;
}

/* The length of such characters at the start of the text, as many as it takes; 0: none. */
static size_t
misread_elsewhere(const char *text, size_t n)
{
	size_t row = 0, at = match_other(text, n, &row);
	const size_t least = others[row].least;

	for (size_t found = 1, length = at; length && found < least; found++) {
		length = match_other(text + at, n - at, &row);
		at = length ? at + length : 0;
	}
	return at;
}

size_t
misread_find(const char *text, size_t n)
{
	size_t last = n, end = 0, length; /* the last one that may be meant, and where it ends */

	for (size_t i = 0; i < n; i += length) {
		bool sure;
		/* The lead is of two or three bytes, from U+00C2 on. */
		for (length = 1; i < n && (unsigned char)text[i] < 0xc3;)
			i++;
		size_t read = misread_length(text, n, i, &sure);
		if (!read) {
			read = misread_elsewhere(text + i, n - i);
			sure = true;
		}
		if (!read)
			continue;
		if (sure)
			return i;
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
