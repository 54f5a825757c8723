/*
 * The names of file formats. What reads and writes them is in formats/, for programs that do; to
 * know their names no parser is needed.
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
