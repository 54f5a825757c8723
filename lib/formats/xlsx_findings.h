/*
 * What is told of a sheet's rows, with the place: `Sheet1!C7`. What is odd about a cell is told
 * only if its value is used.
 */
#ifndef ACCESSION_XLSX_FINDINGS_H
#define ACCESSION_XLSX_FINDINGS_H

#include "base/buf.h"
#include "formats/columns.h"
#include "formats/findings.h"
#include "formats/xlsx_merges.h"
#include "formats/xlsx_sheet.h"
#include "formats/xlsx_uses.h"

/* The rest belongs to the caller. */
struct xlsx_findings {
	struct findings to;
	struct buf sheet_name; /* as formulas write it, with the '!' */
	const struct xlsx_sheet *sheet;
	struct xlsx_merges *merges;
	const struct columns *columns;
	const struct xlsx_uses *uses;
};

/* Sets the name from that of the sheet; free it with buf_free. */
void xlsx_findings_name(struct xlsx_findings *x, const char *name);

/* Reports what is wrong with the cells of the header; false if there is anything. */
bool xlsx_findings_header(const struct xlsx_findings *x, struct finding at);

/* Reports what is odd about the row, at `f`, that a record was made from. */
void xlsx_findings_row(const struct xlsx_findings *x, struct finding f);

#endif
