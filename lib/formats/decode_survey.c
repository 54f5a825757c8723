/* What a file that is not well-formed UTF-8 is: see decode_survey.h. */
#include "formats/decode_survey.h"

#include "base/text.h"

#include <string.h>

#define TELLING_LEAST  2 /* telling sequences: a single one may be a quotation */
#define TELLING_WEIGHT 4 /* how many broken ones each of them outweighs */

/* Letters and signs of Western texts: see is_telling. */
static const struct {
	uint32_t first, last;
} western[] = {
    {0x00A0, 0x017F}, /* accented letters, and signs such as the degree */
    {0x0218, 0x021B}, /* Romanian */
    {0x1E00, 0x1EFF}, /* Vietnamese */
    {0x2000, 0x27FF}, /* typographic signs, currencies, arrows, mathematics */
};

/* Whether sequences of several bytes may begin with it. */
static bool
begins_sequence(unsigned char byte)
{
	return byte >= 0xC2 && byte <= 0xF4;
}

/* How many of the n bytes are the beginning of a sequence that is not whole; at least 1. */
static size_t
begun_length(const unsigned char *s, size_t n)
{
	size_t whole = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2, length = 1;

	if (!begins_sequence(s[0]))
		return 1;
	while (length < n && length < whole && (s[length] & 0xC0) == 0x80)
		length++;
	return length < whole ? length : 1;
}

/*
 * Whether text in another encoding will hardly have that sequence by chance. In Windows-1252, those
 * of Western texts are a rare letter with signs behind it. Others do occur there, where words end:
 * an E acute and a closing quote, or an e acute, a space and a closing quote. Sequences of four
 * bytes, and several in a row, are unlikely too.
 */
static bool
is_telling(const struct decode_survey *s, uint32_t c, size_t length)
{
	for (size_t i = 0; i < sizeof western / sizeof *western; i++) {
		if (c >= western[i].first && c <= western[i].last)
			return true;
	}
	return length == 4 || s->whole_before;
}

/* Notes the n bytes that the file goes on with: ASCII. */
static void
note_ascii(struct decode_survey *s, const unsigned char *text, size_t n)
{
	bool lf = memchr(text, '\n', n), cr = memchr(text, '\r', n);

	s->lf |= lf;
	s->cr |= cr;
	if (lf || cr)
		s->foreign_here = s->bad_here = false;
	s->whole_before = false;
}

/* Notes n bytes beyond ASCII: the sequence of c, or (whole = false) no sequence. */
static void
note_foreign(struct decode_survey *s, size_t n, bool whole, uint32_t c)
{
	s->foreign += (int64_t)n;
	s->foreign_lines += !s->foreign_here;
	s->foreign_here = true;
	if (whole) {
		s->whole++;
		s->telling += is_telling(s, c, n);
	} else {
		s->bad += (int64_t)n;
		s->broken++;
		s->bad_lines += !s->bad_here;
		s->bad_here = true;
	}
	s->whole_before = whole;
}

size_t
decode_survey_note(struct decode_survey *s, const unsigned char *text, size_t n, bool last)
{
	size_t length = text_ascii((const char *)text, n);
	uint32_t c = 0;

	if (!n)
		return 0;
	if (length) {
		note_ascii(s, text, length);
		return length;
	}
	length = text_decode_long((const char *)text, n, &c);
	if (length) {
		note_foreign(s, length, true, c);
		return length;
	}
	length = begun_length(text, n);
	if (length == n && begins_sequence(text[0])) {
		if (!last)
			return 0;
		s->cut = length;
	}
	note_foreign(s, length, false, 0);
	return length;
}

bool
decode_survey_is_utf8(const struct decode_survey *s)
{
	bool cut_off = s->cut > 1 && s->broken == 1;

	return cut_off || (s->telling && s->whole >= s->broken) || s->whole >= 2 * s->broken ||
	       (s->telling >= TELLING_LEAST && s->telling * TELLING_WEIGHT >= s->broken);
}
