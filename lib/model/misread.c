/* Text that was taken for another encoding: see misread.h. */
#include "model/misread.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/*
 * UTF-8 that was taken for another encoding: the bytes of one character have become characters of
 * their own. The first stands for a byte from 0xC2 on, the others for bytes from 0x80 to 0xBF.
 * Windows-1252 from 0x80 to 0x9F; above, it is Latin-1.
 */
static const uint16_t windows_1252[32] = {0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020,
    0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c,
    0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178};

/* In DOS code pages and on old Macs, the lead of the letters of Western Europe (0xC3). */
static const struct {
	uint32_t lead;
	const char *tails;
} others[] = {
    {0x251c, "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐ø×®ÁÂÀ©"},
    {0x221a, "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏∫ªºΩæø"},
};

/* The byte that the character stands for in Windows-1252, 0 if it is below 0x80 or none. */
static unsigned
byte_of(uint32_t c)
{
	if (c >= 0xa0 && c <= 0xff)
		return (unsigned)c;
	for (unsigned i = 0; i < COUNT(windows_1252); i++)
		if (windows_1252[i] == c)
			return 0x80 + i;
	return 0;
}

/* Whether the byte of Windows-1252 is a mark that may well follow a letter: a quote, a dash. */
static bool
is_closing(unsigned byte)
{
	return byte == 0x85 || (byte >= 0x91 && byte <= 0x97) || byte == 0x99 || byte == 0xa0 ||
	       byte == 0xab || byte == 0xae || byte == 0xbb;
}

/*
 * The length of what has become of one character, of at least two, at the start of the text; 0 if
 * it is something else. *sure: no one would write that.
 */
static size_t
misread_length(const char *text, size_t n, bool *sure)
{
	uint32_t c = 0;
	size_t at = text_decode(text, n, &c);
	unsigned lead = byte_of(c);
	size_t tails = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
	bool closing = true;

	for (size_t i = 0; i < tails; i++) {
		size_t length = text_decode(text + at, n - at, &c);
		unsigned byte = length ? byte_of(c) : 0;
		if (byte < 0x80 || byte > 0xbf)
			return 0;
		closing &= is_closing(byte);
		at += length;
	}
	*sure = !closing && (tails > 1 || lead == 0xc2 || lead == 0xc3);
	return tails && !(closing && tails == 1 && lead > 0xc3) ? at : 0;
}

/* The same for the encodings in `others`. */
static size_t
misread_elsewhere(const char *text, size_t n)
{
	uint32_t c = 0;
	size_t at = text_decode(text, n, &c), length;

	for (size_t i = 0; i < COUNT(others); i++) {
		if (c != others[i].lead || !(length = text_decode(text + at, n - at, &c)) ||
		    c < 0x80)
			continue;
		if (memmem(others[i].tails, strlen(others[i].tails), text + at, length))
			return at + length;
	}
	return 0;
}

size_t
misread_find(const char *text, size_t n)
{
	size_t first = n, found = 0, length;

	for (size_t i = 0; i < n; i += length) {
		bool sure;
		/* The lead is of two or three bytes, from U+00C2 on. */
		for (length = 1; i < n && (unsigned char)text[i] < 0xc3;)
			i++;
		size_t read = misread_length(text + i, n - i, &sure);
		if (!read) {
			read = misread_elsewhere(text + i, n - i);
			sure = true;
		}
		if (read) {
			first = first < n ? first : i;
			if (sure || ++found > 1)
				return first;
			length = read;
		}
	}
	return n;
}
