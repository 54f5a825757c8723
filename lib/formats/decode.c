/* Bytes of a text file to UTF-8 with LF line ends: see decode.h. */
#include "formats/decode.h"

#include "base/text.h"
#include "base/windows_1252.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST_SEQUENCE 4            /* bytes of a character in UTF-8 */
#define UTF16_GLANCE     ((size_t)16) /* bytes by which UTF-16 without a mark is known */
#define CTRL_Z           0x1A
#define TAIL_SIZE        1024         /* how far from the end of the file a Ctrl-Z is looked for */
#define HELD_SIZE        ((size_t)64) /* more than a converter holds back at the end */

#define COMPRESSED(by) \
	"The file is compressed (" by "), not text. Unpack it, and upload the file that is in it."

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
    {"\x1F\x8B", 2, COMPRESSED("gzip")},
    {"BZh", 3, COMPRESSED("bzip2")},
    {"\xFD"
     "7zXZ\0",
	6, COMPRESSED("xz")},
    {"\x28\xB5\x2F\xFD", 4, COMPRESSED("zstd")},
    {"7z\xBC\xAF\x27\x1C", 6, COMPRESSED("7z")},
    {"Rar!\x1A\x07", 6, COMPRESSED("rar")},
    {"%PDF", 4,
	"The file is a PDF document, not text. Export the data from where it came from as CSV."},
};

static const struct {
	const char *mark;
	size_t n;
	enum encoding encoding;
} marks[] = {
    {"\xEF\xBB\xBF", 3, ENCODING_UTF8},
    {"\xC3\xAF\xC2\xBB\xC2\xBF", 6, ENCODING_UTF8}, /* read as Windows-1252 and saved as UTF-8 */
    {"\xFF\xFE", 2, ENCODING_UTF16LE},
    {"\xFE\xFF", 2, ENCODING_UTF16BE},
};

/*
 * Moves the remaining bytes to the front of the buffer and fills it up from the file. Afterwards
 * the buffer is full unless the text has ended.
 */
static int
fill(struct decoder *d, struct error *err)
{
	d->len -= d->pos;
	memmove(d->in, d->in + d->pos, d->len);
	d->pos = 0;
	while (!d->eof && d->len < sizeof d->in) {
		size_t room = sizeof d->in - d->len;
		if (d->end - d->at < (int64_t)room)
			room = (size_t)(d->end - d->at);
		ssize_t got = pread(d->fd, d->in + d->len, room, d->at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_errno(err, "The file could not be read");
		d->len += (size_t)got;
		d->at += got;
		d->eof = got == 0 || d->at == d->end;
		d->offset = d->eof ? d->size : d->at;
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
	*bad_at = INT64_MAX;
	do {
		if (fill(d, err) != 0)
			return -1;
		d->pos += utf8_prefix(d->in + d->pos, d->len - d->pos);
		/* A shorter rest may be the start of a sequence that the next read completes. */
		if (d->len - d->pos >= LONGEST_SEQUENCE || (d->eof && d->pos < d->len)) {
			*bad_at = d->at - (int64_t)(d->len - d->pos);
			return 0;
		}
	} while (!d->eof);
	return 0;
}

/* Reads a file that is not well-formed UTF-8 to find out what it is instead. */
static int
survey(struct decoder *d, struct error *err)
{
	size_t noted;

	decode_rewind(d);
	do {
		if (fill(d, err) != 0)
			return -1;
		while ((noted = decode_survey_note(
			    &d->survey, d->in + d->pos, d->len - d->pos, d->eof)))
			d->pos += noted;
	} while (!d->eof);
	return 0;
}

void
decode_rewind(struct decoder *d)
{
	d->at = d->offset = d->start;
	d->pos = d->len = 0;
	d->eof = d->skip_lf = false;
	d->failure[0] = '\0';
	if (d->converter)
		iconv(d->converter, NULL, NULL, NULL, NULL);
}

/* Skips byte order marks: some programs write one before the one that is there. */
static void
skip_marks(struct decoder *d)
{
	size_t i = 0;

	while (i < sizeof marks / sizeof *marks) {
		const unsigned char *at = d->in + d->start;
		if ((!d->start || d->encoding == marks[i].encoding) &&
		    d->len - (size_t)d->start >= marks[i].n &&
		    memcmp(at, marks[i].mark, marks[i].n) == 0) {
			d->encoding = marks[i].encoding;
			d->charset = NULL;
			d->start += (int64_t)marks[i].n;
			i = 0;
		} else {
			i++;
		}
	}
}

/* Chooses the order of the bytes in UTF-16. A file begins with an ASCII character, if it is good.
 */
static void
find_byte_order(struct decoder *d)
{
	if (d->encoding == ENCODING_UTF16)
		d->encoding = d->len && !d->in[0] ? ENCODING_UTF16BE : ENCODING_UTF16LE;
}

/* Whether the file begins as in UTF-16, although nothing says so: each other byte is zero. */
static bool
is_unmarked_utf16(const struct decoder *d)
{
	size_t n = d->len < UTF16_GLANCE ? d->len & ~(size_t)1 : UTF16_GLANCE, zeros[2] = {0, 0};

	if (d->encoding == ENCODING_UTF16LE || d->encoding == ENCODING_UTF16BE || d->converter)
		return false;
	for (size_t i = 0; i < n; i++)
		zeros[i % 2] += !d->in[i];
	return n >= 4 && ((!zeros[0] && zeros[1] == n / 2) || (!zeros[1] && zeros[0] == n / 2));
}

/*
 * Finds where the text ends: before a Ctrl-Z that stands at the end of the file, as programs for
 * DOS leave it there, alone, many times or with line ends.
 */
static int
find_end(struct decoder *d, struct error *err)
{
	const bool wide = d->encoding == ENCODING_UTF16LE || d->encoding == ENCODING_UTF16BE;
	const size_t low = d->encoding == ENCODING_UTF16BE, width = wide ? 2 : 1;
	unsigned char tail[TAIL_SIZE];
	int64_t begin = d->size - d->start > TAIL_SIZE ? d->size - TAIL_SIZE : d->start;
	ssize_t n = pread(d->fd, tail, (size_t)(d->size - begin), begin);

	if (n < 0)
		return error_errno(err, "The file could not be read");
	if (begin + n != d->size || (size_t)n % width)
		return 0;
	for (size_t i = (size_t)n; i; i -= width) {
		const unsigned char *unit = tail + i - width;
		unsigned c = unit[wide ? low : 0];
		if (wide && unit[!low])
			break;
		if (c == CTRL_Z)
			d->end = begin + (int64_t)(i - width);
		else if (c != '\n' && c != '\r')
			break;
	}
	return 0;
}

/* Finds out whether the file is UTF-8, unless it is known to be something else. */
static int
find_encoding(struct decoder *d, struct error *err)
{
	if (d->encoding != ENCODING_UTF8)
		return 0;
	decode_rewind(d);
	if (find_malformed(d, &d->bad_at, err) != 0)
		return -1;
	if (d->bad_at == INT64_MAX)
		return 0;
	if (survey(d, err) != 0)
		return -1;
	if (!d->start && !d->charset && !decode_survey_is_utf8(&d->survey))
		d->encoding = ENCODING_WINDOWS_1252;
	return 0;
}

int
decode_open(struct decoder *d, const struct source *source, struct error *err)
{
	struct stat file;

	if (fstat(source->fd, &file) != 0)
		return error_errno(err, "The file could not be read");
	d->fd = source->fd;
	d->charset = source->charset;
	d->converter = source->converter;
	d->encoding = d->charset ? d->charset->encoding : ENCODING_UTF8;
	d->size = d->end = file.st_size;
	d->start = 0;
	d->bad_at = INT64_MAX;
	d->survey = (struct decode_survey){0};
	decode_rewind(d);
	if (fill(d, err) != 0)
		return -1;
	for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++)
		if (d->len >= binaries[i].n && memcmp(d->in, binaries[i].magic, binaries[i].n) == 0)
			return error_set(err, ERROR_INPUT, "%s", binaries[i].message);
	skip_marks(d);
	find_byte_order(d);
	if (is_unmarked_utf16(d))
		return error_set(err, ERROR_INPUT,
		    "The file is UTF-16, but lacks the byte order mark that says so. Save it as "
		    "UTF-8 (in Excel: Save as, CSV UTF-8).");
	if (find_end(d, err) != 0 || find_encoding(d, err) != 0)
		return -1;
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

/* Why a file should be in UTF-8 that is not. */
static const char *
utf8_because(const struct decoder *d)
{
	if (d->charset)
		return "the upload says that the file is (charset=utf-8)";
	return d->start ? "the file says by its byte order mark that it is UTF-8"
			: "other characters of the file are";
}

/* Says what is wrong at the first byte that is not UTF-8, although the file is. */
static void
describe_damage(struct decoder *d, unsigned char first)
{
	const struct decode_survey *s = &d->survey;
	char more[96] = "";

	if (s->cut && s->bad == (int64_t)s->cut) {
		snprintf(d->failure, sizeof d->failure,
		    "The file ends inside a character (its first byte is 0x%02X): it was cut off. "
		    "Upload the whole file.",
		    first);
		return;
	}
	if (s->bad > 1)
		snprintf(more, sizeof more,
		    " The file has %" PRId64 " such bytes, on %" PRId64 " line%s.", s->bad,
		    s->bad_lines, s->bad_lines == 1 ? "" : "s");
	snprintf(d->failure, sizeof d->failure,
	    "This line has the byte 0x%02X, which is not UTF-8, but %s: a text from somewhere else "
	    "was put in, or one was cut inside a character.%s Write the text again where it came "
	    "from, and save the file as CSV UTF-8.",
	    first, utf8_because(d), more);
}

/* Says that a byte stands for nothing in the charset that was named. */
static void
describe_undefined(struct decoder *d, unsigned char byte)
{
	snprintf(d->failure, sizeof d->failure,
	    "The upload says that the file is %s, but this line has the byte 0x%02X, which stands "
	    "for no character there. Save the file as CSV UTF-8, or name the charset that it is "
	    "in.",
	    d->charset->name, byte);
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
	if (d->at > d->bad_at) {
		int64_t behind = d->at - d->bad_at;
		n = behind < (int64_t)d->len ? d->len - (size_t)behind : 0;
		describe_damage(d, d->in[n]);
	}
	d->pos = n;
	return n;
}

static size_t
from_ascii(struct decoder *d, char **text)
{
	size_t n = text_ascii((const char *)d->in + d->pos, d->len - d->pos);

	*text = (char *)d->in + d->pos;
	d->pos += n;
	if (d->pos < d->len)
		describe_undefined(d, d->in[d->pos]);
	return n;
}

static size_t
from_windows_1252(struct decoder *d, char **text)
{
	size_t n = 0;

	*text = d->out;
	while (d->pos < d->len) {
		unsigned char byte = d->in[d->pos];
		uint32_t c = windows_1252_character(byte);
		if (!c && byte && d->charset) {
			describe_undefined(d, byte);
			break;
		}
		if (!c && byte) {
			snprintf(d->failure, sizeof d->failure,
			    "The file is neither UTF-8 nor Windows-1252: this line has the byte "
			    "0x%02X, which "
			    "Windows-1252 does not define. Save the file as CSV UTF-8.",
			    byte);
			break;
		}
		n += put_utf8(d->out + n, c);
		d->pos++;
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

/*
 * Some converters hold a letter back, as a mark that belongs on it may follow; at the end they are
 * made to give it. A whole character fits into what was read, so a part of one is left only at the
 * end of that.
 */
static size_t
from_converter(struct decoder *d, char **text)
{
	char *in = (char *)d->in + d->pos, *out = d->out;
	size_t n = d->len - d->pos, room = sizeof d->out - HELD_SIZE;
	int failed = iconv(d->converter, &in, &n, &out, &room) == (size_t)-1 ? errno : 0;

	*text = d->out;
	d->pos = d->len - n;
	if (failed == EINVAL && d->eof)
		snprintf(d->failure, sizeof d->failure,
		    "The file ends inside a character of %s: it was cut off. Upload the whole "
		    "file.",
		    d->charset->name);
	else if (failed && failed != E2BIG && (failed != EINVAL || n > DECODE_CHUNK / 2))
		describe_undefined(d, d->in[d->pos]);
	room += HELD_SIZE;
	if (d->failure[0] || (d->eof && !n))
		iconv(d->converter, NULL, NULL, &out, &room);
	return (size_t)(out - d->out);
}

static size_t (*const decoders[])(struct decoder *, char **) = {
    [ENCODING_UTF8] = from_utf8,
    [ENCODING_ASCII] = from_ascii,
    [ENCODING_UTF16LE] = from_utf16,
    [ENCODING_UTF16BE] = from_utf16,
    [ENCODING_WINDOWS_1252] = from_windows_1252,
    [ENCODING_CONVERTED] = from_converter,
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
			d->pos = d->len;
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

struct text_slice
decode_rest(const struct decoder *d)
{
	const char *text = (const char *)d->in + d->pos;
	size_t n = d->len - d->pos, end = 0;

	if (d->encoding != ENCODING_UTF8 && d->encoding != ENCODING_ASCII &&
	    d->encoding != ENCODING_WINDOWS_1252)
		n = 0;
	while (end < n && text[end] != '\n' && text[end] != '\r' && text[end])
		end++;
	return (struct text_slice){text, end};
}
