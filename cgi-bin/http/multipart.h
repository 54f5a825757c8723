/*
 * multipart/form-data (RFC 7578, RFC 2046 section 5.1), parsed while it arrives. Feed the body in
 * slices of any size; the parser calls back with the parts. It needs a few KiB of memory, however
 * large the body.
 *
 *	struct multipart *mp = multipart_open(boundary, &handler, ctx, err);
 *	while (more)
 *		if (multipart_feed(mp, bytes, n, err) != MULTIPART_OK)
 *			...
 *	multipart_finish(mp, err);
 *	multipart_close(mp);
 *
 * The parser guarantees:
 *
 * 1. A truncated body is never taken for a complete one: multipart_finish requires the closing
 *    delimiter.
 * 2. A delimiter counts only at the start of a line and only if complete: followed by "--", or by
 *    nothing but spaces and tabs (64 bytes at most) up to the end of the line. Everything else is
 *    data, byte for byte.
 * 3. Lines end with CRLF or, if the line of the first delimiter does, with LF throughout. In a body
 *    of one kind, the other line end is data.
 * 4. Anything that could be read in two ways is refused: repeated parameters or headers, a
 *    disposition other than form-data, transfer encodings, control characters (NUL too), and names
 *    that are not UTF-8.
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

/* Called for each part, in this order. Returning anything but 0 stops the parser. */
struct multipart_handler {
	int (*part_begin)(void *ctx, const struct multipart_part *part);
	int (*part_data)(void *ctx, const char *bytes, size_t n); /* n > 0; any number of times */
	int (*part_end)(void *ctx);
};

enum multipart_result {
	MULTIPART_OK,
	MULTIPART_STOPPED, /* by the handler, which knows why; *err is unchanged */
	MULTIPART_FAILED,  /* *err says why: ERROR_INPUT, or ERROR_SYSTEM if out of memory */
};

struct multipart;

/*
 * Returns a parser for the boundary: the Content-Type's parameter without its quotes, 1 to 70
 * printable ASCII characters, not ending with a space. The handler must outlive the parser. Returns
 * NULL with the error set.
 */
struct multipart *multipart_open(
    const char *boundary, const struct multipart_handler *handler, void *ctx, struct error *err);

/*
 * Parses n more bytes. After any result but MULTIPART_OK, this function and multipart_finish return
 * that result again and do nothing.
 */
enum multipart_result
multipart_feed(struct multipart *mp, const char *bytes, size_t n, struct error *err);

/* Call at the end of the body: says whether the body was complete. */
enum multipart_result multipart_finish(struct multipart *mp, struct error *err);

/* Frees the parser without calling the handler; mp may be NULL. */
void multipart_close(struct multipart *mp);

#endif
