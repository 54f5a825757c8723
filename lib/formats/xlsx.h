/*
 * The XLSX reader: a sheet of an Excel workbook (ECMA-376, transitional or strict), the first
 * visible one that has the header. A header row (see columns.h), then a row per record.
 *
 * Cells read as a spreadsheet program shows them: numbers only where the field is text, else as
 * they are (xlsx_number.h, xlsx_shown.h); dates and booleans have one spelling. A formula reads as
 * its stored result. If it has none, or an error, and the value is used, the row gets a finding and
 * the cell is CELL_ABSENT, with its text in `raw`. Merged and hidden cells are read, with a
 * warning. Only one row, the table of shared strings and the list of merged cells are held in
 * memory.
 */
#ifndef ACCESSION_XLSX_H
#define ACCESSION_XLSX_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *xlsx_open(const struct source *source, const struct model *m,
    const struct limits *limits, finding_fn *sink, void *ctx);

#endif
