/*
 * The YAML reader: a small subset of YAML 1.1 as libyaml parses it. The file is one document, a
 * sequence of flat mappings, one per record; see keys.h for the keys they may have.
 *
 * The field, not YAML's types, decides what a value means: `no`, `007` and `1e3` are the text they
 * look like. Only a plain null, Null, NULL, ~ or nothing is CELL_NULL; everything else is
 * CELL_STRING. The value of a key may be a sequence of scalars (CELL_LIST). Anchors, aliases, tags
 * and further documents are refused. U+0085, U+2028 and U+2029 are characters like others, as in
 * YAML 1.2. A comment that cuts or empties a value that may be text is a warning.
 *
 * The file is UTF-8, or UTF-16 with a byte order mark. A record may have up to eight times
 * max_field_bytes, or 1 MiB if that is more. A null instead of a mapping is a blank record.
 */
#ifndef ACCESSION_YAML_H
#define ACCESSION_YAML_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *yaml_open(const struct source *source, const struct model *m,
    const struct limits *limits, finding_fn *sink, void *ctx);

#endif
