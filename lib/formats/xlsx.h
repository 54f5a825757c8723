/*
 * The XLSX reader: the first visible sheet of an Excel workbook (ECMA-376, transitional or strict).
 * A header row (see columns.h), then a row per record.
 *
 * Cells read as a spreadsheet program shows them, except that numbers, dates and booleans have only
 * one spelling (xlsx_number.h). A formula reads as its stored result. If it has none, or an error,
 * the row gets a finding and the cell is CELL_ABSENT, with its text in `raw`. Only one row and the
 * table of shared strings are held in memory.
 */
#ifndef ACCESSION_XLSX_H
#define ACCESSION_XLSX_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *xlsx_open(const struct source *source, const struct model *m,
    const struct limits *limits, finding_fn *sink, void *ctx);

#endif
