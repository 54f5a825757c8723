/* Text files in their encodings: formats/decode.h. */
#include "base/buf.h"
#include "formats/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define BYTES(s) s, sizeof(s) - 1

struct decoded {
	int opened, ended; /* what decode_open and the last decode_next returned */
	enum encoding encoding;
	struct buf text;
	struct error err;
};

static int
file_with(const void *bytes, size_t n)
{
	int fd = memfd_create("test", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	return fd;
}

static void
open_source(struct source *source, int fd, const char *name)
{
	const struct charset *charset = name ? charset_find(name, strlen(name)) : NULL;
	struct error err = {0};

	assert_true(!name || charset);
	assert_int_equal(source_open(source, fd, charset, &err), 0);
}

/* Decodes n bytes that are in the charset of that name, or in any (NULL). */
static struct decoded
decode_as(const char *name, const void *bytes, size_t n)
{
	struct decoder *d = malloc(sizeof *d);
	struct decoded got = {0};
	const char *text;
	ssize_t len;
	struct source source;

	assert_non_null(d);
	open_source(&source, file_with(bytes, n), name);
	got.opened = decode_open(d, &source, &got.err);
	got.encoding = d->encoding;
	if (got.opened == 0) {
		while ((len = decode_next(d, &text, &got.err)) > 0)
			buf_add(&got.text, text, (size_t)len);
		got.ended = (int)len;
		assert_int_equal(decode_next(d, &text, &got.err), len);
	}
	source_close(&source);
	close(source.fd);
	free(d);
	return got;
}

static struct decoded
decode(const void *bytes, size_t n)
{
	return decode_as(NULL, bytes, n);
}

static const struct good {
	const char *name;
	const char *bytes;
	size_t n;
	enum encoding encoding;
	const char *text;
} good[] = {
    {"an empty file", BYTES(""), ENCODING_UTF8, ""},
    {"ASCII", BYTES("abc\ndef"), ENCODING_UTF8, "abc\ndef"},
    {"UTF-8 of every length", BYTES("aé€😀z"), ENCODING_UTF8, "aé€😀z"},
    {"UTF-8 behind eight ASCII bytes", BYTES("12345678é"), ENCODING_UTF8, "12345678é"},
    {"a UTF-8 byte order mark is dropped",
	BYTES("\xEF\xBB\xBF"
	      "id"),
	ENCODING_UTF8, "id"},
    {"only a byte order mark", BYTES("\xEF\xBB\xBF"), ENCODING_UTF8, ""},
    {"UTF-16LE",
	BYTES("\xFF\xFE"
	      "a\0\xE9\0\xAC\x20"),
	ENCODING_UTF16LE, "aé€"},
    {"UTF-16BE",
	BYTES("\xFE\xFF"
	      "\0a\0\xE9\x20\xAC"),
	ENCODING_UTF16BE, "aé€"},
    {"UTF-16 surrogate pair", BYTES("\xFF\xFE\x3D\xD8\x00\xDE"), ENCODING_UTF16LE, "😀"},
    {"Windows-1252", BYTES("caf\xE9 \x80\x93x\x94\x9F"), ENCODING_WINDOWS_1252, "café €“x”Ÿ"},
    {"cut UTF-8 is Windows-1252", BYTES("a\xC3"), ENCODING_WINDOWS_1252, "aÃ"},
    {"overlong UTF-8 is Windows-1252", BYTES("\xC0\xAF"), ENCODING_WINDOWS_1252, "À¯"},
    {"Windows-1252 with sequences by chance",
	BYTES("\x84"
	      "Fu\xDF\x93 \xE4 \xAB\xA0"
	      "ann\xE9\xA0\xBB"),
	ENCODING_WINDOWS_1252,
	"„Fuß“ ä «\xC2\xA0"
	"anné\xC2\xA0»"},
    {"Windows-1252 with as many sequences by chance as other bytes",
	BYTES("\x84Spa\xDF\x93 \xAB"
	      "CAF\xC9\xBB"),
	ENCODING_WINDOWS_1252, "„Spaß“ «CAFÉ»"},
    {"Windows-1252 with a sequence as an example", BYTES("\xC3\xA9 is \xE9, \xC0 la"),
	ENCODING_WINDOWS_1252, "Ã© is é, À la"},
    {"Windows-1252 that ends like a sequence begins", BYTES("caf\xE9"), ENCODING_WINDOWS_1252,
	"café"},
    {"Windows-1251", BYTES("\xC5\xB8 \xEF\xE0\xF0\xEE\xEB\xFC"), ENCODING_WINDOWS_1252,
	"Å¸ ïàðîëü"},
    {"two UTF-8 byte order marks",
	BYTES("\xEF\xBB\xBF\xEF\xBB\xBF"
	      "a"),
	ENCODING_UTF8, "a"},
    {"a UTF-8 byte order mark encoded twice, behind another",
	BYTES("\xEF\xBB\xBF\xC3\xAF\xC2\xBB\xC2\xBF"
	      "a\xC3\xAF"),
	ENCODING_UTF8, "aï"},
    {"two UTF-16 byte order marks",
	BYTES("\xFF\xFE\xFF\xFE"
	      "a\0"),
	ENCODING_UTF16LE, "a"},
    {"Ctrl-Z at the end", BYTES("a\n\x1A"), ENCODING_UTF8, "a\n"},
    {"Ctrl-Z many times, with line ends", BYTES("a\x1A\x1A\r\n\x1A\n"), ENCODING_UTF8, "a"},
    {"Ctrl-Z alone", BYTES("\x1A"), ENCODING_UTF8, ""},
    {"Ctrl-Z behind a byte order mark", BYTES("\xEF\xBB\xBF\x1A"), ENCODING_UTF8, ""},
    {"Ctrl-Z elsewhere",
	BYTES("\x1A"
	      "a\x1A"
	      "b"),
	ENCODING_UTF8,
	"\x1A"
	"a\x1A"
	"b"},
    {"Ctrl-Z at the end of Windows-1252", BYTES("\xE9\x1A"), ENCODING_WINDOWS_1252, "é"},
    {"Ctrl-Z at the end of UTF-16LE",
	BYTES("\xFF\xFE"
	      "a\0\r\0\n\0\x1A\0"),
	ENCODING_UTF16LE, "a\n"},
    {"Ctrl-Z at the end of UTF-16BE",
	BYTES("\xFE\xFF"
	      "\0a\0\x1A"),
	ENCODING_UTF16BE, "a"},
    {"U+1A00 and U+001A are not the same",
	BYTES("\xFE\xFF"
	      "\0a\x1A\0"),
	ENCODING_UTF16BE, "aᨀ"},
    {"CRLF, CR and LF are LF", BYTES("a\r\nb\rc\nd\r\r\n\n\re"), ENCODING_UTF8,
	"a\nb\nc\nd\n\n\n\ne"},
    {"CR at the end", BYTES("a\r"), ENCODING_UTF8, "a\n"},
    {"CRLF in UTF-16",
	BYTES("\xFF\xFE"
	      "a\0\r\0\n\0b\0"),
	ENCODING_UTF16LE, "a\nb"},
};

static void
decodes(void **state)
{
	const struct good *t = *state;
	struct decoded got = decode(t->bytes, t->n);

	assert_int_equal(got.opened, 0);
	assert_int_equal(got.ended, 0);
	assert_int_equal(got.encoding, t->encoding);
	assert_string_equal(buf_text(&got.text), t->text);
	buf_free(&got.text);
}

static const struct bad {
	const char *name;
	const char *bytes;
	size_t n;
	const char *text; /* the text before the failure; NULL: decode_open fails */
	const char *says;
} bad[] = {
    {"NUL", BYTES("ab\nc\0d"), "ab\nc", "NUL"},
    {"NUL first", BYTES("\0"), "", "NUL"},
    {"NUL in UTF-16",
	BYTES("\xFF\xFE"
	      "a\0\0\0"),
	"a", "NUL"},
    {"NUL in Windows-1252", BYTES("\xE9\0"), "é", "NUL"},
    {"a byte that Windows-1252 lacks", BYTES("\xE9\n\x81"), "é\n", "0x81"},
    {"a UTF-8 mark, but other bytes",
	BYTES("\xEF\xBB\xBF"
	      "a\n\xE9z"),
	"a\n", "0xE9"},
    {"one bad byte in UTF-8", BYTES("\xC3\xBC\n\xE9z\n"), "ü\n",
	"0xE9, which is not UTF-8, but other"},
    {"bad bytes are counted", BYTES("\xC3\xBC\xC3\xB6\n\xE9\xE8z\r\xE9\n"), "üö\n",
	"The file has 3 such bytes, on 2 lines."},
    {"sequences on half of the lines", BYTES("\xE2\x80\x93 \xC3\xA4\n\xE9t\xE9\n\x93x\x94\n"),
	"– ä\n", "The file has 4 such bytes, on 2 lines."},
    {"one bad byte for each letter that is not Western", BYTES("\xD0\x9F\xD1\x80\xEF\xF0"), "Пр",
	"2 such bytes, on 1 line."},
    {"one bad byte beside a sign", BYTES("\xE2\x86\x92 \xE9"), "→ ", "0xE9"},
    {"one bad byte beside odd letters", BYTES("\xCE\xA9 \xCE\xA9 \xE9"), "Ω Ω ", "0xE9"},
    {"one bad byte beside a sequence of four", BYTES("\xF0\x9F\x98\x80 \xE9"), "😀 ", "0xE9"},
    {"a character cut inside the text", BYTES("\xE2\x82\xAC\n\xE2\x82\n"), "€\n", "on 1 line."},
    {"a character cut at the end", BYTES("ab\n\xE2\x80"), "ab\n", "ends inside a character"},
    {"a character cut after its first byte", BYTES("\xC3\xA9\xC3"), "é", "ends inside a character"},
    {"a character cut behind a mark",
	BYTES("\xEF\xBB\xBF"
	      "a\xC3"),
	"a", "ends inside a character"},
    {"a character cut at the end, and a bad byte", BYTES("\xC3\xA9\xC3\xA9\xE9\n\xC3"), "éé",
	"The file has 2 such bytes, on 2 lines."},
    {"half a UTF-16 character",
	BYTES("\xFF\xFE"
	      "a\0b"),
	"a", "cut off"},
    {"high surrogate alone",
	BYTES("\xFF\xFE\x3D\xD8"
	      "a\0"),
	"", "surrogate"},
    {"high surrogate last",
	BYTES("\xFF\xFE"
	      "a\0\x3D\xD8"),
	"a", "surrogate"},
    {"low surrogate first",
	BYTES("\xFF\xFE\x00\xDE"
	      "a\0"),
	"", "surrogate"},
    {"zip", BYTES("PK\x03\x04 and more"), NULL, ".xlsx"},
    {"xls", BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), NULL, ".xls"},
    {"PDF", BYTES("%PDF-1.7\n"), NULL, "PDF"},
    {"gzip", BYTES("\x1F\x8B\x08 and more"), NULL, "(gzip)"},
    {"bzip2", BYTES("BZh91AY"), NULL, "(bzip2)"},
    {"xz", BYTES("\xFD\x37zXZ\0"), NULL, "(xz)"},
    {"zstd", BYTES("\x28\xB5\x2F\xFD and more"), NULL, "(zstd)"},
    {"7z", BYTES("7z\xBC\xAF\x27\x1C"), NULL, "(7z)"},
    {"rar", BYTES("Rar!\x1A\x07\0"), NULL, "(rar)"},
    {"UTF-16LE without a mark", BYTES("i\0d\0"), NULL, "UTF-16"},
    {"UTF-16BE without a mark", BYTES("\0i\0d\0,\0\xFC\0\n"), NULL, "UTF-16"},
};

static void
refuses(void **state)
{
	const struct bad *t = *state;
	struct decoded got = decode(t->bytes, t->n);

	assert_int_equal(got.opened, t->text ? 0 : -1);
	assert_int_equal(got.ended, t->text ? -1 : 0);
	assert_int_equal(got.err.code, ERROR_INPUT);
	assert_non_null(strstr(got.err.message, t->says));
	if (t->text)
		assert_string_equal(buf_text(&got.text), t->text);
	buf_free(&got.text);
}

/* Files whose charset is known. */
static const struct named {
	const char *name;
	const char *charset;
	const char *bytes;
	size_t n;
	const char *text;
	const char *says; /* where it goes on with a failure; NULL: it does not */
} named[] = {
    {"Windows-1251", "windows-1251", BYTES("\xCF\xE0\xF0\r\n\x98"), "Пар\n",
	"windows-1251, but this line has the byte 0x98"},
    {"what could be UTF-8", "windows-1251", BYTES("\xD0\x9F\xD0\xB0"), "РџР°", NULL},
    {"what could be UTF-8, in Windows-1252", "iso-8859-1", BYTES("\xC3\xA9"), "Ã©", NULL},
    {"Windows-1252", "windows-1252", BYTES("\x93\xE9\x94\n\x81"), "“é”\n",
	"windows-1252, but this line has the byte 0x81"},
    {"ASCII", "us-ascii", BYTES("ab\nc\xC3\xA9"), "ab\nc", "us-ascii"},
    {"UTF-8", "utf-8", BYTES("\xC3\xA9\n"), "é\n", NULL},
    {"bytes that are mostly not UTF-8", "utf-8", BYTES("caf\xE9 na\xEF f\xFC\n\xE9"), "caf",
	"charset=utf-8): a text from somewhere else was put in, or one was cut inside a character. "
	"The file has 4 such bytes, on 2 lines."},
    {"UTF-8 that is cut off", "utf-8", BYTES("a\xC3"), "a", "cut off"},
    {"UTF-16LE without a mark", "utf-16le", BYTES("a\0\xE9\0\r\0\n\0"), "aé\n", NULL},
    {"UTF-16BE without a mark", "utf-16be", BYTES("\0a\0\xE9"), "aé", NULL},
    {"UTF-16 that begins with a low byte", "utf-16", BYTES("a\0b\0"), "ab", NULL},
    {"UTF-16 that begins with a high byte", "utf-16", BYTES("\0a\0b"), "ab", NULL},
    {"UTF-16 without anything", "utf-16", BYTES(""), "", NULL},
    {"UTF-16 with an odd length", "utf-16le", BYTES("a\0b"), "a", "cut off"},
    {"Ctrl-Z in UTF-16 without a mark", "utf-16be", BYTES("\0a\0\x1A"), "a", NULL},
    {"a mark of UTF-8", "windows-1251",
	BYTES("\xEF\xBB\xBF"
	      "\xD0\x9F"),
	"П", NULL},
    {"a mark of UTF-16", "utf-8",
	BYTES("\xFF\xFE"
	      "a\0"),
	"a", NULL},
    {"a mark of the other UTF-16", "utf-16be",
	BYTES("\xFF\xFE"
	      "a\0"),
	"a", NULL},
    {"a mark, and what is not UTF-8", "koi8-r",
	BYTES("\xEF\xBB\xBF"
	      "a\xC1"),
	"a", "byte order mark"},
    {"two bytes a character", "shift_jis", BYTES("\x95\x5C\x8E\xA6\\\r\x83\x5C\x1A"), "表示\\\nソ",
	NULL},
    {"half of two bytes", "shift_jis", BYTES("a\n\x95"), "a\n",
	"ends inside a character of shift_jis"},
    {"half of two bytes, and ASCII", "shift_jis", BYTES("a\n\x95 b"), "a\n", "0x95"},
    {"four bytes a character", "gb18030", BYTES("\x94\x39\xFC\x36"), "😀", NULL},
    {"half of four bytes", "gb18030", BYTES("a\x94\x39\xFC"), "a", "ends inside a character"},
    {"with a state", "iso-2022-jp", BYTES("a\x1B$B4A;z\x1B(B\n"), "a漢字\n", NULL},
    {"a mark on its letter", "windows-1258", BYTES("a\xEC"), "á", NULL},
    {"a letter that is held back at the end", "windows-1258", BYTES("cha"), "cha", NULL},
    {"a letter that is held back before a failure", "windows-1255", BYTES("\xE9\xFF"), "י", "0xFF"},
    {"NUL", "koi8-r", BYTES("\xC1\0b"), "а", "NUL"},
};

static void
decodes_as_named(void **state)
{
	const struct named *t = *state;
	struct decoded got = decode_as(t->charset, t->bytes, t->n);

	assert_int_equal(got.opened, 0);
	assert_string_equal(buf_text(&got.text), t->text);
	assert_int_equal(got.ended, t->says ? -1 : 0);
	if (t->says && !strstr(got.err.message, t->says))
		fail_msg("%s", got.err.message);
	buf_free(&got.text);
}

/* The same text in every encoding, with the end of a read at every offset. */
static void
decodes_across_the_ends_of_reads(void **state)
{
	static const struct {
		const char *charset, *mark, *fill;
		size_t nfill;
		const char *bytes;
		size_t n;
		const char *text;
	} encodings[] = {
	    {NULL, "", BYTES("x"), BYTES("aé€\r\n😀\rb"), "aé€\n😀\nb"},
	    {NULL, "", BYTES("x"), BYTES("a\xE9\r\n\x80\rb"), "aé\n€\nb"},
	    {NULL, "\xFF\xFE", BYTES("x\0"), BYTES("\xE9\0\r\0\n\0\x3D\xD8\x00\xDE\r\0b\0"),
		"é\n😀\nb"},
	    {NULL, "\xFE\xFF", BYTES("\0x"), BYTES("\0\xE9\0\r\0\n\xD8\x3D\xDE\x00\0\r\0b"),
		"é\n😀\nb"},
	    {"utf-16le", "", BYTES("x\0"), BYTES("\x3D\xD8\x00\xDE\r\0\n\0b\0"), "😀\nb"},
	    {"us-ascii", "", BYTES("x"), BYTES("a\r\nb"), "a\nb"},
	    {"koi8-r", "", BYTES("x"), BYTES("\xC1\r\n\xC2\rb"), "а\nб\nb"},
	    {"shift_jis", "", BYTES("x"), BYTES("\x95\x5C\r\n\x83\x5C\rb"), "表\nソ\nb"},
	    {"gb18030", "", BYTES("x"), BYTES("\x94\x39\xFC\x36\r\n\x94\x39\xFC\x36"), "😀\n😀"},
	    {"iso-2022-jp", "", BYTES("x"), BYTES("\x1B$B4A;z\x1B(B\r\nb"), "漢字\nb"},
	    {"windows-1258", "", BYTES("x"), BYTES("a\xEC\r\na\xEC\ra"), "á\ná\na"},
	};

	(void)state;
	for (size_t e = 0; e < COUNT(encodings); e++) {
		for (size_t back = 0; back < 24; back++) {
			struct buf file = {0};
			size_t fills = (DECODE_CHUNK - back) / encodings[e].nfill;
			buf_add_text(&file, encodings[e].mark);
			for (size_t i = 0; i < fills; i++)
				buf_add(&file, encodings[e].fill, encodings[e].nfill);
			buf_add(&file, encodings[e].bytes, encodings[e].n);
			struct decoded got = decode_as(encodings[e].charset, file.data, file.len);
			assert_int_equal(got.ended, 0);
			assert_int_equal(got.text.len, fills + strlen(encodings[e].text));
			assert_string_equal(got.text.data + fills, encodings[e].text);
			buf_free(&file);
			buf_free(&got.text);
		}
	}
}

static void
knows_the_encoding_from_the_last_byte_of_a_large_file(void **state)
{
	const size_t n = 3 * DECODE_CHUNK;
	char *bytes = malloc(n);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'a', n);
	bytes[n - 1] = '\xE9';
	struct decoded got = decode(bytes, n);
	assert_int_equal(got.encoding, ENCODING_WINDOWS_1252);
	assert_int_equal(got.text.len, n + 1);
	buf_free(&got.text);
	free(bytes);
}

/* What is counted does not depend on where reads end; nor does where the text ends. */
static void
counts_across_the_ends_of_reads(void **state)
{
	static const char end[] = "\xC3\xA9\xE2\x82\xAC\xE9\r\n\xF0\x9F\x98\x80\xE2\x82z\n\xE9\x1A";
	struct decoder *d = malloc(sizeof *d);
	struct error err;

	(void)state;
	assert_non_null(d);
	for (size_t back = 0; back < sizeof end; back++) {
		struct buf file = {0};
		for (size_t i = back; i < DECODE_CHUNK; i++)
			buf_add_char(&file, 'x');
		buf_add(&file, end, sizeof end - 1);
		int fd = file_with(file.data, file.len);
		assert_int_equal(decode_open(d, &(struct source){.fd = fd}, &err), 0);
		assert_int_equal(d->encoding, ENCODING_UTF8);
		assert_int_equal(d->end, file.len - 1);
		assert_int_equal(d->survey.whole, 3);
		assert_int_equal(d->survey.bad, 4);
		assert_int_equal(d->survey.bad_lines, 3);
		assert_int_equal(d->survey.foreign, 2 + 3 + 1 + 4 + 2 + 1);
		assert_int_equal(d->survey.foreign_lines, 3);
		close(fd);
		buf_free(&file);
	}
	free(d);
}

static void
shows_the_rest_of_the_line_where_it_stopped(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *rest;
	} files[] = {
	    {BYTES("\xC3\xA9\nab\xE9,c\r\nd"), "\xE9,c"},
	    {BYTES("\xE9\x81z\n"), "\x81z"},
	    {BYTES("a\0b"), ""},
	    {BYTES("\xFF\xFE\x00\xDE"), ""},
	    {BYTES("abc"), ""},
	};
	struct decoder *d = malloc(sizeof *d);
	struct error err;
	const char *text;

	(void)state;
	assert_non_null(d);
	for (size_t i = 0; i < COUNT(files); i++) {
		int fd = file_with(files[i].bytes, files[i].n);
		assert_int_equal(decode_open(d, &(struct source){.fd = fd}, &err), 0);
		while (decode_next(d, &text, &err) > 0)
			;
		struct text_slice rest = decode_rest(d);
		assert_int_equal(rest.n, strlen(files[i].rest));
		assert_memory_equal(rest.text, files[i].rest, rest.n);
		close(fd);
	}
	free(d);
}

/* What a converter knows of the bytes before is forgotten. */
static void
converts_again_after_rewind(void **state)
{
	struct decoder *d = malloc(sizeof *d);
	struct source source;
	struct error err;
	const char *text;

	(void)state;
	assert_non_null(d);
	open_source(&source, file_with(BYTES("4A\x1B$B4A")), "iso-2022-jp");
	assert_int_equal(decode_open(d, &source, &err), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(decode_next(d, &text, &err), 5);
		assert_memory_equal(text, "4A漢", 5);
		decode_rewind(d);
	}
	source_close(&source);
	close(source.fd);
	free(d);
}

static void
reads_again_after_rewind(void **state)
{
	struct decoder *d = malloc(sizeof *d);
	int fd = file_with(BYTES("\xEF\xBB\xBF"
				 "a\r"));
	struct error err;
	const char *text;

	(void)state;
	assert_non_null(d);
	assert_int_equal(decode_open(d, &(struct source){.fd = fd}, &err), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(decode_next(d, &text, &err), 2);
		assert_memory_equal(text, "a\n", 2);
		decode_rewind(d);
	}
	close(fd);
	free(d);
}

static void
says_that_a_file_cannot_be_read(void **state)
{
	struct decoder *d = malloc(sizeof *d);
	struct error err = {0};

	(void)state;
	assert_non_null(d);
	assert_int_equal(decode_open(d, &(struct source){.fd = -1}, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	free(d);
}

int
main(void)
{
	struct CMUnitTest tables[COUNT(good) + COUNT(bad) + COUNT(named)];
	const struct CMUnitTest others[] = {
	    cmocka_unit_test(decodes_across_the_ends_of_reads),
	    cmocka_unit_test(knows_the_encoding_from_the_last_byte_of_a_large_file),
	    cmocka_unit_test(counts_across_the_ends_of_reads),
	    cmocka_unit_test(shows_the_rest_of_the_line_where_it_stopped),
	    cmocka_unit_test(reads_again_after_rewind),
	    cmocka_unit_test(converts_again_after_rewind),
	    cmocka_unit_test(says_that_a_file_cannot_be_read),
	};
	size_t n = 0;

	for (size_t i = 0; i < COUNT(good); i++)
		tables[n++] = (struct CMUnitTest){
		    .name = good[i].name, .test_func = decodes, .initial_state = (void *)&good[i]};
	for (size_t i = 0; i < COUNT(bad); i++)
		tables[n++] = (struct CMUnitTest){
		    .name = bad[i].name, .test_func = refuses, .initial_state = (void *)&bad[i]};
	for (size_t i = 0; i < COUNT(named); i++)
		tables[n++] = (struct CMUnitTest){.name = named[i].name,
		    .test_func = decodes_as_named,
		    .initial_state = (void *)&named[i]};
	return cmocka_run_group_tests_name("decode: encodings", tables, NULL, NULL) +
	       cmocka_run_group_tests_name("decode", others, NULL, NULL);
}
