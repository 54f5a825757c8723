/*
 * Converts the bytes of a text file to a stream of UTF-8 with LF line ends.
 *
 * A byte order mark decides between UTF-8 and UTF-16; it may be there twice, or be encoded twice.
 * Without one, the file is UTF-8 if all of it is well-formed (RFC 3629). If it is not, it is either
 * UTF-8 that was damaged, and cannot be decoded from the first bad byte on, or Windows-1252: see
 * decode_survey.h.
 *
 * If the upload named a charset, nothing is guessed: the first byte that stands for nothing in it
 * is an error. Only a byte order mark knows better, as everywhere (WHATWG). CRLF and CR become LF.
 * A Ctrl-Z at the end of the file is not part of the text. The output never contains U+0000.
 *
 *	if (decode_open(&d, &source, &err) == 0)
 *		while ((n = decode_next(&d, &text, &err)) > 0)
 *			...
 *
 * Nothing is allocated; the struct is large (DECODE_CHUNK times four) and belongs on the heap.
 */
#ifndef ACCESSION_DECODE_H
#define ACCESSION_DECODE_H

#include "base/error.h"
#include "base/text.h"
#include "formats/decode_survey.h"
#include "formats/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define DECODE_CHUNK (64 * 1024)

struct decoder {
	int fd;
	/* The charset that was named and holds; NULL: none, or a mark is there. */
	const struct charset *charset;
	iconv_t converter; /* the source's; NULL: none */
	enum encoding encoding;
	int64_t size;      /* of the file */
	int64_t start;     /* length of the byte order mark */
	int64_t end;       /* where the text ends: before a last Ctrl-Z */
	int64_t at;        /* offset of in[len] in the file */
	int64_t offset;    /* bytes of the file read so far, for progress */
	int64_t bad_at;    /* first malformed byte in UTF-8; INT64_MAX: none */
	size_t pos, len;   /* in[pos..len) was read but not decoded yet */
	bool eof;          /* nothing follows in[len - 1] */
	bool skip_lf;      /* the last character was a CR: skip an LF that follows it */
	char failure[512]; /* why decoding stopped, at in[pos]; "" until then */
	/* All zero unless the file was taken for UTF-8 and is not well-formed. */
	struct decode_survey survey;
	unsigned char in[DECODE_CHUNK];
	char out[3 * DECODE_CHUNK]; /* no encoding here expands more than that */
};

/*
 * Starts decoding the source, which the caller closes, at its beginning, whatever its file offset.
 * Reads the whole file once if that is needed to determine the encoding. Returns 0, or -1
 * with ERROR_INPUT if it is not a text file but, say, a workbook, or ERROR_SYSTEM if reading fails.
 */
int decode_open(struct decoder *d, const struct source *source, struct error *err);

/*
 * Gets the next piece of text, of *any* length: it may end inside a line or a character. Sets
 * *text, which is valid until the next call, and returns its length; 0 at the end. Returns -1 with
 * ERROR_INPUT where the file cannot be decoded, but only after all text before that place (so its
 * LFs give the line), or -1 with ERROR_SYSTEM if reading fails.
 */
ssize_t decode_next(struct decoder *d, const char **text, struct error *err);

/*
 * After a failure: the bytes at which decoding stopped and those behind them on the same line, as
 * far as they were read; none if the text was neither UTF-8 nor Windows-1252.
 */
struct text_slice decode_rest(const struct decoder *d);

/* Goes back to the first character. */
void decode_rewind(struct decoder *d);

#endif
