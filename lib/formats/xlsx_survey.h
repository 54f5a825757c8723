/*
 * Which sheet of a workbook is read: the first visible one that has the header, whatever stands on
 * the sheets before it ("Read me"). Only the first rows of each sheet are looked at.
 */
#ifndef ACCESSION_XLSX_SURVEY_H
#define ACCESSION_XLSX_SURVEY_H

#include "formats/findings.h"
#include "formats/xlsx_sheet.h"
#include "formats/xlsx_workbook.h"

#include <stdbool.h>
#include <stddef.h>

struct xlsx_survey {
	const struct xlsx_workbook *workbook;
	struct xlsx_package *package;
	struct xlsx_context context;
	const struct model *model;
	struct findings to;
};

/*
 * Sets *page to the index of the sheet to read. If none has the header it is the one that comes
 * nearest. Warns of each other sheet that has a header and records, hidden or not, and of a visible
 * one whose header lacks the id, or that has rows with ids without a header; if there is no header,
 * tells on which sheets it was looked for. Returns false after a finding that leaves nothing to
 * read, also if a sheet is broken before its header.
 */
bool xlsx_survey(const struct xlsx_survey *s, size_t *page);

#endif
