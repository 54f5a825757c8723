/*
 * multipart/form-data (RFC 7578, RFC 2046 section 5.1), parsed while it arrives: feed it the body
 * in any slices, and it calls back with the parts. A few KiB of memory, whatever the body.
 *
 *	struct multipart *mp = multipart_open(boundary, &handler, ctx, err);
 *	while (more)
 *		if (multipart_feed(mp, bytes, n, err) != MULTIPART_OK)
 *			...
 *	multipart_finish(mp, err);
 *	multipart_close(mp);
 *
 * What it makes sure of:
 *
 *  1. A body that breaks off is never taken for a whole one: multipart_finish wants the closing
 *     delimiter.
 *  2. A delimiter is one only at the start of a line and only complete: followed by "--", or by
 *     nothing but spaces and tabs (64 bytes at most) up to the end of the line. Everything else is
 *data, byte for byte.
 *  3. Lines end with CRLF or, if the first delimiter's does, with LF throughout; in a body of one
 *     kind the other is data.
 *  4. What could be read in two ways is refused: parameters or headers twice, another disposition
 *     than form-data, transfer encodings, control characters (NUL too), names that are no UTF-8.
 */
#ifndef ACCESSION_MULTIPART_H
#define ACCESSION_MULTIPART_H

#include "base/error.h"

#include <stddef.h>

#define MULTIPART_MAX_BOUNDARY 70 /* RFC 2046 */
#define MULTIPART_MAX_PARTS    100
#define MULTIPART_MAX_HEADER   8192 /* bytes, all headers of a part */

/* UTF-8 without control characters; owned by the parser, valid until part_end returns. */
struct multipart_part {
	const char *name;
	const char *filename; /* the last component of the path given (filename* wins, RFC 5987),
				 may be ""; NULL: a plain field */
	const char *content_type; /* as given; "text/plain" if not */
};

/* What to call for each part, in this order; anything but 0 stops the parser. */
struct multipart_handler {
	int (*part_begin)(void *ctx, const struct multipart_part *part);
	int (*part_data)(void *ctx, const char *bytes, size_t n); /* n > 0; any number of times */
	int (*part_end)(void *ctx);
};

enum multipart_result {
	MULTIPART_OK,
	MULTIPART_STOPPED, /* by the handler, which alone knows why; *err is not touched */
	MULTIPART_FAILED,  /* *err says why: ERROR_INPUT, or ERROR_SYSTEM without memory */
};

struct multipart;

/*
 * A parser for that boundary: the Content-Type's parameter, without its quotes; 1 to 70 printable
 * ASCII characters, the last no space. The handler must outlive it. NULL: *err says why.
 */
struct multipart *multipart_open(
    const char *boundary, const struct multipart_handler *handler, void *ctx, struct error *err);

/* Parses n further bytes. Once it was not MULTIPART_OK, it and multipart_finish say the same again
 * and do nothing. */
enum multipart_result
multipart_feed(struct multipart *mp, const char *bytes, size_t n, struct error *err);

/* To be called at the end of the body: whether it was whole. */
enum multipart_result multipart_finish(struct multipart *mp, struct error *err);

/* Frees the parser, calling nothing; NULL is fine. */
void multipart_close(struct multipart *mp);

#endif
