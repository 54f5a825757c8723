/*
 * The CSV reader: RFC 4180 as spreadsheets write it. A header row, then a row per record.
 *
 * The delimiter is the comma, semicolon or tab of which the header has most; a first line "sep=;",
 * as Excel takes it, decides it. Encodings: see decode.h; header: see columns.h. Cells come with
 * their white space and always as CELL_STRING; a row shorter than the header has empty cells there.
 */
#ifndef ACCESSION_CSV_H
#define ACCESSION_CSV_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *
csv_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx);

#endif
