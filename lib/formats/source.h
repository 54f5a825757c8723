/*
 * An uploaded file as a reader gets it: open, and with the charset that the upload named, if it
 * did.
 */
#ifndef ACCESSION_SOURCE_H
#define ACCESSION_SOURCE_H

#include "base/error.h"
#include "formats/charset.h"

#include <iconv.h>

struct source {
	int fd;                        /* a regular file */
	const struct charset *charset; /* NULL: none was named */
	iconv_t converter;             /* to UTF-8, if the charset needs one */
};

/*
 * Makes a source of fd, which stays the caller's. A converter reads files of its own, so this comes
 * before the process is confined. Returns 0, or -1 with ERROR_SYSTEM if there is no converter.
 */
int source_open(struct source *s, int fd, const struct charset *charset, struct error *err);

/* Frees the converter. */
void source_close(struct source *s);

#endif
