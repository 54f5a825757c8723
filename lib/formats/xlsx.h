/*
 * The XLSX reader: the first visible sheet of an Excel workbook (ECMA-376, transitional or strict).
 * A header row, then a row per record; header: see columns.h.
 *
 * Cells are what a spreadsheet program shows of them, except that numbers, dates and booleans have
 * one spelling each (xlsx_number.h). A formula is its stored result. A cell that has none, or an
 * error, is a finding of its row, and comes as CELL_ABSENT with its text in `raw`. Only a row is
 * held in memory, and the table of shared strings.
 */
#ifndef ACCESSION_XLSX_H
#define ACCESSION_XLSX_H

#include "formats/reader.h"

/* As reader_open; for the table of formats. */
struct reader *
xlsx_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx);

#endif
