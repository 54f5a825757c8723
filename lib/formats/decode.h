/*
 * Converts the bytes of a text file to a stream of UTF-8 with LF line ends.
 *
 * A byte order mark decides between UTF-8 and UTF-16; it may be there twice, or be encoded twice.
 * Without one, the file is UTF-8 if all of it is well-formed (RFC 3629). If it is not, it is either
 * UTF-8 that was damaged, and cannot be decoded from the first bad byte on, or Windows-1252.
 * Counted are sequences of several bytes that are whole, those of them that are telling (see
 * is_telling: hardly there by chance), and what is broken: bad bytes, or several that begin like a
 * sequence. It is damaged UTF-8
 *
 * - if there are as many whole as broken ones or more, and a telling one or twice as many; or
 * - if there are two or more telling ones, and one for every four broken ones; or
 * - if nothing is broken but that the file ends after two or three bytes of a sequence.
 *
 * In case of doubt it is damaged: an error is better than wrong letters. CRLF and CR become LF. A
 * Ctrl-Z at the end of the file is not part of the text. The output never contains U+0000.
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
#include "base/text.h"

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

/* What a file consists of that is not well-formed UTF-8; all zero for others. */
struct decode_survey {
	int64_t foreign, foreign_lines; /* bytes beyond ASCII, and the lines that have some */
	int64_t broken;                 /* sequences that are not whole, or bytes in none */
	int64_t bad, bad_lines;         /* those that belong to no sequence of UTF-8 */
	int64_t whole, telling; /* sequences of several bytes; those hardly there by chance */
	size_t cut;             /* bytes of a sequence that the file ends in, 0 if it does not */
	bool cr, lf;            /* whether it has any */
	bool foreign_here, bad_here; /* while counting: seen on this line */
	bool whole_before;           /* and a sequence right before this byte */
};

struct decoder {
	int fd;
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
	struct decode_survey survey;
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

/*
 * After a failure: the bytes at which decoding stopped and those behind them on the same line, as
 * far as they were read; none if the text was not UTF-8 or Windows-1252.
 */
struct text_slice decode_rest(const struct decoder *d);

/* Goes back to the first character. */
void decode_rewind(struct decoder *d);

#endif
