/* Unicode text as bytes: see text.h. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SHOWN_CHARS 80 /* most that text_show writes */

#define EVERY_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* Whether the byte continues a character, and its six payload bits. */
#define IS_TAIL(b)  (((b)&0xc0) == 0x80)
#define TAIL(b, at) ((uint32_t)((b)&0x3f) << (at))

size_t
text_decode_long(const char *text, size_t n, uint32_t *c)
{
	const unsigned char *s = (const unsigned char *)text;

	if (n >= 2 && s[0] >= 0xc2 && s[0] <= 0xdf && IS_TAIL(s[1])) {
		*c = (s[0] & 0x1fu) << 6 | TAIL(s[1], 0);
		return 2;
	}
	if (n >= 3 && (s[0] & 0xf0) == 0xe0 && IS_TAIL(s[1]) && IS_TAIL(s[2])) {
		*c = (s[0] & 0x0fu) << 12 | TAIL(s[1], 6) | TAIL(s[2], 0);
		return *c < 0x800 || (*c >= 0xd800 && *c <= 0xdfff) ? 0 : 3;
	}
	if (n >= 4 && (s[0] & 0xf8) == 0xf0 && IS_TAIL(s[1]) && IS_TAIL(s[2]) && IS_TAIL(s[3])) {
		*c = (s[0] & 0x07u) << 18 | TAIL(s[1], 12) | TAIL(s[2], 6) | TAIL(s[3], 0);
		return *c < 0x10000 || *c > 0x10ffff ? 0 : 4;
	}
	return 0;
}

bool
text_is_space_long(uint32_t c)
{
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 ||
	       c == 0xfeff;
}

bool
text_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

bool
text_is_noncharacter(uint32_t c)
{
	return (c >= 0xfdd0 && c <= 0xfdef) || ((c & 0xfffe) == 0xfffe && c <= 0x10ffff);
}

bool
text_is_invisible(uint32_t c)
{
	return c == 0xad || c == 0x34f || c == 0x61c || c == 0x180e || c == 0x2800 || c == 0x3164 ||
	       c == 0xffa0 || (c >= 0x206a && c <= 0x206f) || (c >= 0xe0000 && c <= 0xe007f) ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Whether text_trim removes it. Embeddings stay, as each has an end of its own. */
static bool
is_margin(uint32_t c)
{
	return text_is_space(c) || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       c == 0x2060;
}

/* The length in bytes of a character to trim at the start of the text; 0 if there is none. */
static size_t
first_margin(const char *text, size_t n)
{
	uint32_t c;
	size_t length = text_decode(text, n, &c);

	return length && is_margin(c) ? length : 0;
}

/* The same at the end of the n bytes. */
static size_t
last_margin(const char *text, size_t n)
{
	for (size_t length = 1; length <= 3 && length <= n; length++) {
		if (first_margin(text + n - length, length) == length)
			return length;
	}
	return 0;
}

/* Whether the byte is visible ASCII: not a space, a control or part of a longer character. */
static bool
is_visible(char c)
{
	return c > ' ' && c < 0x7f;
}

void
text_trim(const char **text, size_t *n)
{
	size_t length;

	if (*n && is_visible((*text)[0]) && is_visible((*text)[*n - 1]))
		return;
	while ((length = first_margin(*text, *n))) {
		*text += length;
		*n -= length;
	}
	while ((length = last_margin(*text, *n)))
		*n -= length;
}

struct text_slice
text_trimmed(const char *text, size_t n)
{
	text_trim(&text, &n);
	return (struct text_slice){text, n};
}

bool
text_begins_with(struct text_slice text, const char *beginning)
{
	size_t n = strlen(beginning);

	return text.n >= n && memcmp(text.text, beginning, n) == 0;
}

const char *
text_show(char shown[TEXT_SHOWN_SIZE], const char *text, size_t n)
{
	static const char more[] = "...";
	const size_t longest = sizeof "<U+10FFFF>" - 1, room = TEXT_SHOWN_SIZE - sizeof more;
	size_t used = 0, chars = 0;

	for (size_t i = 0, length; i < n; i += length, chars++) {
		uint32_t c = 0;
		length = text_decode(text + i, n - i, &c);
		if (used + longest > room || chars == TEXT_SHOWN_CHARS) {
			memcpy(shown + used, more, sizeof more);
			return shown;
		}
		if (!length) {
			length = 1;
			c = (unsigned char)text[i];
			used +=
			    (size_t)snprintf(shown + used, longest + 1, "<0x%02X>", (unsigned)c);
		} else if (text_is_invisible(c) || text_is_control(c) || c == 0x2028 ||
			   c == 0x2029) {
			used +=
			    (size_t)snprintf(shown + used, longest + 1, "<U+%04X>", (unsigned)c);
		} else {
			memcpy(shown + used, text + i, length);
			used += length;
		}
	}
	shown[used] = '\0';
	return shown;
}

size_t
text_ascii(const char *text, size_t n)
{
	size_t i = 0;

	for (uint64_t eight; n - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, text + i, sizeof eight);
		if (eight & EVERY_BYTE(0x80))
			break;
	}
	while (i < n && !(text[i] & 0x80))
		i++;
	return i;
}

bool
text_is_utf8(const char *text, size_t n)
{
	uint32_t c;
	size_t length;

	for (; n && (length = text_decode(text, n, &c)); n -= length)
		text += length;
	return !n;
}

void
text_unify_lines(struct buf *out, const char *text, size_t n)
{
	const char *cr;

	while (n && (cr = memchr(text, '\r', n))) {
		size_t before = (size_t)(cr - text);
		size_t skip = before + 1 < n && cr[1] == '\n' ? 2 : 1;
		buf_add(out, text, before);
		buf_add_char(out, '\n');
		text += before + skip;
		n -= before + skip;
	}
	buf_add(out, text, n);
}

/* Whether all eight bytes are printable ASCII: none below 0x20, none above 0x7e. */
static bool
is_plain(const char *eight)
{
	uint64_t w;

	memcpy(&w, eight, sizeof w);
	uint64_t del = w ^ EVERY_BYTE(0x7f);
	return !((w | (w - EVERY_BYTE(0x20)) | (del - EVERY_BYTE(0x01))) & EVERY_BYTE(0x80));
}

/* What of enum text_seen the character is. */
static unsigned
seen(uint32_t c)
{
	if (c < 0xad || (c > 0xad && c < 0x34f))
		return 0;
	return c == 0xfffd ? TEXT_SEEN_REPLACED : text_is_invisible(c) ? TEXT_SEEN_INVISIBLE : 0;
}

/* Whether the first byte of a character may become this one in some encoding of one byte. */
static bool
is_misread_lead(uint32_t c)
{
	return c >= 0xc2 && c < 0x2600;
}

struct text_scan
text_scan(const char *text, size_t n, enum text_shape shape)
{
	struct text_scan s = {0};
	size_t more = 0;            /* bytes so far beyond the first of each character */
	size_t lead_end = SIZE_MAX; /* where the last lead of a character ends */

	for (size_t i = 0; i < n;) {
		while (n - i >= 8 && is_plain(text + i))
			i += 8;
		/* Go on for eight bytes before repeating that test: it costs more than a character.
		 */
		for (size_t stop = n - i > 8 ? i + 8 : n; i < stop;) {
			uint32_t c = (unsigned char)text[i];
			if (c - 0x20 < 0x7f - 0x20) {
				i++;
				continue;
			}
			size_t length = text_decode(text + i, n - i, &c);
			bool fine = length && !text_is_control(c) && !text_is_noncharacter(c);

			if (shape == TEXT_LINES && (c == '\n' || c == '\t'))
				fine = true;
			if (shape == TEXT_LINE && (c == 0x2028 || c == 0x2029))
				fine = false;
			s.seen |= seen(c);
			if (i == lead_end && length > 1)
				s.seen |= TEXT_SEEN_MISREAD;
			if (is_misread_lead(c))
				lead_end = i + length;
			if (!fine && !s.at) {
				s.at = i - more + 1;
				s.refused = length ? c : TEXT_INVALID;
			}
			i += length ? length : 1;
			more += length ? length - 1 : 0;
		}
	}
	s.chars = n - more;
	return s;
}

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

size_t
text_distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t row[TEXT_DISTANCE_MAX + 1]; /* distances from a, as far as read, to prefixes of b */

	if (na > TEXT_DISTANCE_MAX || nb > TEXT_DISTANCE_MAX)
		return na > nb ? na : nb;
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t best = diagonal + (fold(a[i - 1]) != fold(b[j - 1]));
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb];
}

/* The text's slot, or the free one it would take. FNV-1a, linear probing; cap is a power of 2. */
static struct text_slice *
slot_of(const struct text_set *s, const char *text, size_t n)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	for (size_t i = (size_t)(hash ^ hash >> 32);; i++) {
		struct text_slice *slot = &s->slots[i & (s->cap - 1)];
		if (!slot->text || (slot->n == n && memcmp(slot->text, text, n) == 0))
			return slot;
	}
}

bool
text_set_has(const struct text_set *s, const char *text, size_t n)
{
	if (s->slots)
		return slot_of(s, text, n)->text != NULL;
	for (size_t i = 0; i < s->used; i++) {
		if (s->few[i].n == n && memcmp(s->few[i].text, text, n) == 0)
			return true;
	}
	return false;
}

/* Creates the hash table, or replaces it by one twice the size. */
static bool
grow(struct text_set *s)
{
	const struct text_slice *old = s->slots ? s->slots : s->few;
	size_t nold = s->slots ? s->cap : s->used;
	struct text_set bigger = {.cap = s->slots ? s->cap * 2 : TEXT_SET_FEW * 4};

	bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < nold; i++) {
		if (old[i].text)
			*slot_of(&bigger, old[i].text, old[i].n) = old[i];
	}
	free(s->slots);
	s->slots = bigger.slots;
	s->cap = bigger.cap;
	return true;
}

bool
text_set_add(struct text_set *s, const char *text, size_t n)
{
	/* The table is at most half full, so that a search always ends soon. */
	bool full = s->slots ? s->used >= s->cap / 2 : s->used == TEXT_SET_FEW;

	if (text_set_has(s, text, n))
		return false;
	if (full && !grow(s)) {
		s->failed = true;
		return false;
	}
	*(s->slots ? slot_of(s, text, n) : &s->few[s->used]) = (struct text_slice){text, n};
	s->used++;
	return true;
}

void
text_set_free(struct text_set *s)
{
	free(s->slots);
	s->slots = NULL;
	s->cap = s->used = 0;
	s->failed = false;
}
