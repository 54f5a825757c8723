/*
 * The CSV reader: RFC 4180 as spreadsheets write it. A header row, then a row per record.
 *
 * The delimiter is the comma, semicolon, tab or |, whichever is most frequent in the header, unless
 * the first line names it as for Excel: "sep=;". For encodings see decode.h, for the header
 * columns.h. Cells keep their white space and are always CELL_STRING; ="x" is x. A row shorter than
 * the header leaves the last cells out, with a warning; the last row of a file that has no other of
 * them and no last line end is an error, as the file breaks off there.
 */
#ifndef ACCESSION_CSV_H
#define ACCESSION_CSV_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *csv_open(const struct source *source, const struct model *m,
    const struct limits *limits, finding_fn *sink, void *ctx);

#endif
