/*
 * Files in a charset that their upload names, lib/formats/charset.c and decode.c. The input is a
 * line with the name, and then the file.
 */
#include "base/buf.h"
#include "formats/decode.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BLANKS (DECODE_CHUNK / 4 * 4)

/* A file after `before` blanks, which move it to the end of what is read at once. */
static int
file_with(size_t before, const uint8_t *bytes, size_t n)
{
	static char blanks[BLANKS];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	memset(blanks, ' ', sizeof blanks);
	HOLDS(fd >= 0 && write(fd, blanks, before) == (ssize_t)before);
	HOLDS(write(fd, bytes, n) == (ssize_t)n);
	return fd;
}

/* Reads all that can be decoded into *text. Returns what decode_next returned last. */
static ssize_t
read_all(struct decoder *d, struct buf *text, struct error *err)
{
	const char *piece = NULL;
	ssize_t n;

	while ((n = decode_next(d, &piece, err)) > 0)
		buf_add(text, piece, (size_t)n);
	HOLDS(n == 0 || (err->code == ERROR_INPUT && fuzz_is_string(err->message)));
	HOLDS(fuzz_is_text(text->data, text->len));
	HOLDS(!text->len || !memchr(text->data, '\r', text->len));
	return n;
}

/* Reads the source twice; the text and the end are the same. False if it is no text file. */
static bool
read_twice(const struct source *s, struct buf *text, ssize_t *end, struct error *err)
{
	static struct decoder d;
	struct buf again = {0};

	if (decode_open(&d, s, err) != 0)
		return false;
	HOLDS(d.encoding != ENCODING_UTF16);
	*end = read_all(&d, text, err);
	struct text_slice rest = decode_rest(&d);
	HOLDS(*end < 0 || !rest.n);
	decode_rewind(&d);
	HOLDS(read_all(&d, &again, err) == *end);
	HOLDS(fuzz_same(again.data, again.len, text->data, text->len));
	buf_free(&again);
	return true;
}

/* Whether blanks before the file change only where it is: a blank is a byte, and there is no mark.
 */
static bool
is_movable(const struct charset *c, const uint8_t *bytes, size_t n)
{
	return c->encoding != ENCODING_UTF16 && c->encoding != ENCODING_UTF16LE &&
	       c->encoding != ENCODING_UTF16BE && n && bytes[0] < 0x80 && bytes[0] != 'P' &&
	       bytes[0] != '%';
}

static void
check_moved(struct source s, const uint8_t *bytes, size_t n, const struct buf *text, ssize_t end)
{
	struct buf moved = {0};
	struct error err = {0};
	const size_t before = BLANKS - n / 2;
	ssize_t moved_end = 0;

	s.fd = file_with(before, bytes, n);
	HOLDS(read_twice(&s, &moved, &moved_end, &err) && moved_end == end);
	HOLDS(moved.len == before + text->len);
	HOLDS(!text->len || memcmp(moved.data + before, text->data, text->len) == 0);
	close(s.fd);
	buf_free(&moved);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *name = fuzz_take_line(&bytes, &n);
	const struct charset *charset = charset_find(name, strlen(name));
	struct buf text = {0};
	struct source s;
	struct error err = {0};
	ssize_t end = 0;

	if (charset) {
		HOLDS(source_open(&s, file_with(0, bytes, n), charset, &err) == 0);
		if (read_twice(&s, &text, &end, &err) && is_movable(charset, bytes, n))
			check_moved(s, bytes, n, &text, end);
		fuzz_plant(text.data, text.len);
		close(s.fd);
		source_close(&s);
	}
	buf_free(&text);
	free(name);
	return 0;
}
