/*
 * The CSV reader: RFC 4180 as spreadsheets write it. A header row, then a row per record.
 *
 * The delimiter is the comma, semicolon or tab, whichever is most frequent in the header, unless
 * the first line names it as for Excel: "sep=;". For encodings see decode.h, for the header
 * columns.h. Cells keep their white space and are always CELL_STRING. A row shorter than the header
 * is filled up with empty cells.
 */
#ifndef ACCESSION_CSV_H
#define ACCESSION_CSV_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *
csv_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx);

#endif
