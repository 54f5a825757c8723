/*
 * The JSON reader: RFC 8259, strictly. The file is an array of flat objects, one per record; see
 * keys.h for the keys they may have. Or it is such objects one after the other without an array
 * around them, as JSON Lines has one on each line.
 *
 * The file is UTF-8 with or without a byte order mark. Some things that many parsers accept are
 * refused: single quotes, comments, trailing commas, NaN, leading zeros, lone surrogates and
 * repeated keys. Numbers keep their spelling, so no digit is lost, whatever the size. The value of
 * a key may be a list of strings, for a FIELD_REFS also of numbers (CELL_LIST). A record may have
 * up to eight times max_field_bytes, or 1 MiB if that is more. A null instead of a record is a
 * blank record.
 */
#ifndef ACCESSION_JSON_H
#define ACCESSION_JSON_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *json_open(const struct source *source, const struct model *m,
    const struct limits *limits, finding_fn *sink, void *ctx);

#endif
