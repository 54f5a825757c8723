/*
 * The names of file formats. The code that reads and writes them is in formats/; a program that
 * only needs the names does not have to link the parsers.
 */
#ifndef ACCESSION_FORMAT_H
#define ACCESSION_FORMAT_H

#include <stddef.h>

enum format_id { FORMAT_CSV, FORMAT_JSON, FORMAT_YAML, FORMAT_XLSX, FORMATS };

struct format {
	enum format_id id;
	const char *extension; /* its name in the API and on the disk */
};

/* All formats, by id; ends with a NULL extension. */
extern const struct format formats[];

/* The format with that extension (n bytes, any case; "yml" is yaml), or NULL. */
const struct format *format_find(const char *extension, size_t n);

#endif
