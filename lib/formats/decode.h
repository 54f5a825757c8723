/*
 * The bytes of a text file as a stream of UTF-8 with LF line ends.
 *
 * A byte order mark decides between UTF-8 and UTF-16; without one the file is UTF-8 if all of it is
 * well-formed (RFC 3629), else Windows-1252. CRLF and CR become LF. U+0000 never comes out.
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
	int64_t start;     /* bytes of the byte order mark */
	int64_t offset;    /* bytes of the file read so far */
	int64_t bad_at;    /* where UTF-8 by its mark is malformed; INT64_MAX: nowhere */
	size_t pos, len;   /* in[pos..len) is read and not yet decoded */
	bool eof;          /* nothing follows in[len - 1] */
	bool skip_lf;      /* the last character was a CR: an LF now belongs to it */
	char failure[256]; /* why decoding ended; "" while it goes on */
	unsigned char in[DECODE_CHUNK];
	char out[3 * DECODE_CHUNK]; /* no encoding here grows more than that */
};

/*
 * Starts decoding the regular file fd (the caller's to close) at its beginning, wherever its file
 * offset is. Reads it once from end to end if that is needed to know its encoding. -1 with
 * ERROR_INPUT if it is no text file but, say, a workbook; with ERROR_SYSTEM if it cannot be read.
 */
int decode_open(struct decoder *d, int fd, struct error *err);

/*
 * The next piece of text, of *any* length: it may end inside a line and inside a character. Returns
 * its length and sets *text, which lives until the next call; 0 at the end. -1 with ERROR_INPUT
 * where the file cannot be decoded, after all text before that place was returned (so counting
 * its LFs tells the line); with ERROR_SYSTEM if it cannot be read.
 */
ssize_t decode_next(struct decoder *d, const char **text, struct error *err);

/* Back to the first character. */
void decode_rewind(struct decoder *d);

#endif
