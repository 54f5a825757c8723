/* Bytes of a text file to UTF-8 with LF line ends: see decode.h. */
#include "formats/decode.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Files that people upload under the wrong name, by their first bytes. */
static const struct {
	const char *magic;
	size_t n;
	const char *message;
} binaries[] = {
    {"PK\x03\x04", 4,
	"The file is a zip archive, not text; an Excel workbook (.xlsx) looks like that. Upload it "
	"with the extension .xlsx, or open it and save it as CSV."},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8,
	"The file is an old Excel or Office file (.xls), not text. Open it and save it as CSV or "
	"as "
	".xlsx."},
    {"%PDF", 4,
	"The file is a PDF document, not text. Export the data from where it came from as CSV."},
};

static const struct {
	const char *mark;
	size_t n;
	enum encoding encoding;
} marks[] = {
    {"\xEF\xBB\xBF", 3, ENCODING_UTF8},
    {"\xFF\xFE", 2, ENCODING_UTF16LE},
    {"\xFE\xFF", 2, ENCODING_UTF16BE},
};

/* Windows-1252 bytes 0x80 to 0x9F (Unicode's CP1252.TXT); the rest is Latin-1. 0: undefined. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, /* 80 */
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,      /* 88 */
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, /* 90 */
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178, /* 98 */
};

/*
 * Moves the remaining bytes to the front of the buffer and fills it up from the file. Afterwards
 * the buffer is full unless the file has ended.
 */
static int
fill(struct decoder *d, struct error *err)
{
	d->len -= d->pos;
	memmove(d->in, d->in + d->pos, d->len);
	d->pos = 0;
	while (!d->eof && d->len < sizeof d->in) {
		ssize_t got = pread(d->fd, d->in + d->len, sizeof d->in - d->len, d->offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_errno(err, "The file could not be read");
		d->eof = got == 0;
		d->len += (size_t)got;
		d->offset += got;
	}
	return 0;
}

/* How many bytes of s are well-formed, whole UTF-8 sequences. */
static size_t
utf8_prefix(const unsigned char *s, size_t n)
{
	const uint64_t high_bits = 0x8080808080808080;
	size_t i = 0;
	uint32_t c;

	while (i < n) {
		uint64_t eight;
		if (n - i >= sizeof eight) {
			memcpy(&eight, s + i, sizeof eight);
			if (!(eight & high_bits)) {
				i += sizeof eight;
				continue;
			}
		}
		size_t len = text_decode((const char *)s + i, n - i, &c);
		if (!len)
			break;
		i += len;
	}
	return i;
}

/* Reads the whole file; sets *bad_at to the offset of its first malformed byte. */
static int
find_malformed(struct decoder *d, int64_t *bad_at, struct error *err)
{
	const size_t longest_sequence = 4;

	*bad_at = INT64_MAX;
	do {
		if (fill(d, err) != 0)
			return -1;
		d->pos += utf8_prefix(d->in + d->pos, d->len - d->pos);
		/* A shorter rest may be the start of a sequence that the next read completes. */
		if (d->len - d->pos >= longest_sequence || (d->eof && d->pos < d->len)) {
			*bad_at = d->offset - (int64_t)(d->len - d->pos);
			return 0;
		}
	} while (!d->eof);
	return 0;
}

void
decode_rewind(struct decoder *d)
{
	d->offset = d->start;
	d->pos = d->len = 0;
	d->eof = d->skip_lf = false;
	d->failure[0] = '\0';
}

int
decode_open(struct decoder *d, int fd, struct error *err)
{
	d->fd = fd;
	d->encoding = ENCODING_UTF8;
	d->start = 0;
	decode_rewind(d);
	if (fill(d, err) != 0)
		return -1;
	for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++)
		if (d->len >= binaries[i].n && memcmp(d->in, binaries[i].magic, binaries[i].n) == 0)
			return error_set(err, ERROR_INPUT, "%s", binaries[i].message);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (d->len >= marks[i].n && memcmp(d->in, marks[i].mark, marks[i].n) == 0) {
			d->encoding = marks[i].encoding;
			d->start = (int64_t)marks[i].n;
			break;
		}
	d->bad_at = INT64_MAX;
	if (d->encoding == ENCODING_UTF8) {
		if (find_malformed(d, &d->bad_at, err) != 0)
			return -1;
		if (d->bad_at != INT64_MAX && !d->start)
			d->encoding = ENCODING_WINDOWS_1252;
	}
	decode_rewind(d);
	return 0;
}

/* Writes a code point, even above U+FFFF (from a surrogate pair); returns its number of bytes. */
static size_t
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/*
 * Each encoding has a function that decodes as much of in[pos..len) as it can, sets *text to the
 * UTF-8 and returns its length. It describes what it cannot decode in d->failure.
 */
static size_t
from_utf8(struct decoder *d, char **text)
{
	size_t n = d->len;

	*text = (char *)d->in;
	if (d->offset > d->bad_at) {
		int64_t behind = d->offset - d->bad_at;
		n = behind < (int64_t)d->len ? d->len - (size_t)behind : 0;
		snprintf(d->failure, sizeof d->failure,
		    "The file says by its byte order mark that it is UTF-8, but this line has "
		    "bytes that "
		    "are not (first 0x%02X). Save it again as CSV UTF-8.",
		    d->in[n]);
	}
	d->pos = d->len;
	return n;
}

static size_t
from_windows_1252(struct decoder *d, char **text)
{
	size_t n = 0;

	*text = d->out;
	while (d->pos < d->len) {
		unsigned char byte = d->in[d->pos++];
		uint32_t c = byte >= 0x80 && byte <= 0x9F ? windows_1252[byte - 0x80] : byte;
		if (!c && byte) {
			snprintf(d->failure, sizeof d->failure,
			    "The file is neither UTF-8 nor Windows-1252: this line has the byte "
			    "0x%02X, which "
			    "Windows-1252 does not define. Save the file as CSV UTF-8.",
			    byte);
			break;
		}
		n += put_utf8(d->out + n, c);
	}
	return n;
}

static uint32_t
utf16_unit(const struct decoder *d, size_t at)
{
	unsigned first = d->in[at], second = d->in[at + 1];

	return d->encoding == ENCODING_UTF16LE ? second << 8 | first : first << 8 | second;
}

static size_t
from_utf16(struct decoder *d, char **text)
{
	size_t n = 0;

	*text = d->out;
	while (d->len - d->pos >= 2) {
		uint32_t c = utf16_unit(d, d->pos);
		size_t used = 2;
		if (c >= 0xD800 && c <= 0xDFFF) {
			/* RFC 2781: a high surrogate and then a low one, or the text is broken. */
			bool whole = d->len - d->pos >= 4;
			if (c < 0xDC00 && !whole && !d->eof)
				return n;
			uint32_t low = whole ? utf16_unit(d, d->pos + 2) : 0;
			if (c >= 0xDC00 || low < 0xDC00 || low > 0xDFFF) {
				snprintf(d->failure, sizeof d->failure,
				    "This line has half a character (a lone UTF-16 surrogate). "
				    "Save the file as "
				    "CSV UTF-8.");
				return n;
			}
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			used = 4;
		}
		n += put_utf8(d->out + n, c);
		d->pos += used;
	}
	if (d->eof && d->pos < d->len)
		snprintf(d->failure, sizeof d->failure,
		    "The file is UTF-16 but ends with half a character; it may be cut off. Upload "
		    "it again.");
	return n;
}

static size_t (*const decoders[])(struct decoder *, char **) = {
    [ENCODING_UTF8] = from_utf8,
    [ENCODING_UTF16LE] = from_utf16,
    [ENCODING_UTF16BE] = from_utf16,
    [ENCODING_WINDOWS_1252] = from_windows_1252,
};

/* Changes CRLF and CR to LF in place; returns the new length. */
static size_t
unify_line_ends(struct decoder *d, char *text, size_t n)
{
	char *to = text, *from = text, *end = text + n, *cr;

	if (d->skip_lf && n && *from == '\n')
		from++;
	if (n)
		d->skip_lf = false;
	while ((cr = memchr(from, '\r', (size_t)(end - from)))) {
		size_t run = (size_t)(cr - from);
		if (to != from)
			memmove(to, from, run);
		to += run;
		*to++ = '\n';
		from = cr + 1;
		if (from == end)
			d->skip_lf = true;
		else if (*from == '\n')
			from++;
	}
	if (to != from)
		memmove(to, from, (size_t)(end - from));
	return (size_t)(to - text) + (size_t)(end - from);
}

ssize_t
decode_next(struct decoder *d, const char **text, struct error *err)
{
	size_t n = 0;
	char *piece = NULL;

	while (!n) {
		if (d->failure[0])
			return error_set(err, ERROR_INPUT, "%s", d->failure);
		if (fill(d, err) != 0)
			return -1;
		if (!d->len)
			return 0;
		n = decoders[d->encoding](d, &piece);
		char *nul = memchr(piece, '\0', n);
		if (nul) {
			n = (size_t)(nul - piece);
			snprintf(d->failure, sizeof d->failure,
			    "This line has a NUL character (U+0000), which no text has. Save the "
			    "file as CSV "
			    "UTF-8.");
		}
		n = unify_line_ends(d, piece, n);
	}
	*text = piece;
	return (ssize_t)n;
}
