/*
 * Charsets that a client can name when it uploads a text file, "text/csv; charset=koi8-r": those of
 * the Encoding Standard (WHATWG) and some older ones of DOS, Windows and Macs. A name of the former
 * means what it means to a browser: "iso-8859-1" is read as Windows-1252, "shift_jis" as
 * Windows-31J. UTF-7 and EBCDIC are left out: text in them can be taken for other text.
 */
#ifndef ACCESSION_CHARSET_H
#define ACCESSION_CHARSET_H

#include "model/format.h"

#include <stdbool.h>
#include <stddef.h>

/* How bytes become characters. */
enum encoding {
	ENCODING_UTF8,
	ENCODING_ASCII,
	ENCODING_UTF16, /* in the order of bytes that the file shows */
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_WINDOWS_1252,
	ENCODING_CONVERTED, /* by iconv */
};

struct charset {
	const char *name; /* as it is kept and shown */
	enum encoding encoding;
	const char *converter; /* iconv's name of it; NULL: none is needed */
	const char *names;     /* all its names, as charset_find compares them */
};

/* All charsets; ends with a NULL name. */
extern const struct charset charsets[];

/*
 * The charset of that name (n bytes, from outside), or NULL. Only letters, in any case, and digits
 * count, and not an "x-" in front: "ISO_8859-5:1988" is "iso885951988".
 */
const struct charset *charset_find(const char *name, size_t n);

/* Whether a file of that format can be in the charset. */
bool charset_fits(const struct charset *c, enum format_id format);

#endif
