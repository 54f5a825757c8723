/*
 * The JSON reader: RFC 8259, strictly. The file is an array of flat objects, one per record; which
 * keys they may have: see keys.h.
 *
 * UTF-8 with or without a byte order mark. Of what many parsers let pass, single quotes, comments,
 * trailing commas, NaN, leading zeros, lone surrogates and keys that are there twice are refused.
 * Numbers keep their spelling: no digit is lost, whatever the size. The value of a key may be a
 * list of strings (CELL_LIST). A record may have eight times max_field_bytes, at least 1 MiB; a
 * null in place of a record is a blank one.
 */
#ifndef ACCESSION_JSON_H
#define ACCESSION_JSON_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *
json_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx);

#endif
