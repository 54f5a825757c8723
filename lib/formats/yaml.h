/*
 * The YAML reader: YAML 1.1 as libyaml parses it, of which little is left. The file is one
 * document, a sequence of flat mappings, one per record; which keys they may have: see keys.h.
 *
 * What a value means is decided by its field, not by YAML's types: `no`, `007` and `1e3` are
 * the text they look like. Only a plain null, Null, NULL, ~ or nothing is CELL_NULL, everything
 * else CELL_STRING. The value of a key may be a sequence of scalars (CELL_LIST). Anchors, aliases,
 * tags and further documents are refused.
 *
 * UTF-8, or UTF-16 with a byte order mark. A record may have eight times max_field_bytes, at least
 * 1 MiB; what a mapping should be and is null is a blank record.
 */
#ifndef ACCESSION_YAML_H
#define ACCESSION_YAML_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *
yaml_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx);

#endif
