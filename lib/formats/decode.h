/*
 * Converts the bytes of a text file to a stream of UTF-8 with LF line ends.
 *
 * A byte order mark decides between UTF-8 and UTF-16. Without one, the file is UTF-8 if all of it
 * is well-formed (RFC 3629), otherwise Windows-1252. CRLF and CR become LF. The output never
 * contains U+0000.
 *
 *	if (decode_open(&d, fd, &err) == 0)
 *		while ((n = decode_next(&d, &text, &err)) > 0)
 *			...
 *
 * Nothing is allocated; the struct is large (DECODE_CHUNK times four) and belongs on the heap.
 */
#ifndef ACCESSION_DECODE_H
#define ACCESSION_DECODE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define DECODE_CHUNK (64 * 1024)

enum encoding {
	ENCODING_UTF8,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_WINDOWS_1252,
};

struct decoder {
	int fd;
	enum encoding encoding;
	int64_t start;     /* length of the byte order mark */
	int64_t offset;    /* bytes of the file read so far */
	int64_t bad_at;    /* first malformed byte in UTF-8 with a mark; INT64_MAX: none */
	size_t pos, len;   /* in[pos..len) was read but not decoded yet */
	bool eof;          /* nothing follows in[len - 1] */
	bool skip_lf;      /* the last character was a CR: skip an LF that follows it */
	char failure[256]; /* why decoding stopped; "" until then */
	unsigned char in[DECODE_CHUNK];
	char out[3 * DECODE_CHUNK]; /* no encoding here expands more than that */
};

/*
 * Starts decoding the regular file fd (the caller closes it) at its beginning, whatever its file
 * offset. Reads the whole file once if that is needed to determine the encoding. Returns 0, or -1
 * with ERROR_INPUT if it is not a text file but, say, a workbook, or ERROR_SYSTEM if reading fails.
 */
int decode_open(struct decoder *d, int fd, struct error *err);

/*
 * Gets the next piece of text, of *any* length: it may end inside a line or a character. Sets
 * *text, which is valid until the next call, and returns its length; 0 at the end. Returns -1 with
 * ERROR_INPUT where the file cannot be decoded, but only after all text before that place (so its
 * LFs give the line), or -1 with ERROR_SYSTEM if reading fails.
 */
ssize_t decode_next(struct decoder *d, const char **text, struct error *err);

/* Goes back to the first character. */
void decode_rewind(struct decoder *d);

#endif
