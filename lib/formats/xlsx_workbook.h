/*
 * The structure of a workbook: where its parts are (relationships, ECMA-376 part 2, 9.3), which
 * worksheets it has, and the date from which it counts days (part 1, 18.2).
 */
#ifndef ACCESSION_XLSX_WORKBOOK_H
#define ACCESSION_XLSX_WORKBOOK_H

#include "base/error.h"
#include "formats/xlsx_package.h"

#include <stdbool.h>
#include <stddef.h>

#define XLSX_MAX_PAGES 100 /* only so many sheets are looked at, and have a part below */

/* A worksheet. */
struct xlsx_page {
	char *name, *part;
	bool hidden;
};

struct xlsx_workbook {
	struct xlsx_page *pages; /* in the order of the workbook; at least one is visible */
	size_t npages;
	char *styles, *strings; /* further parts; NULL if missing */
	bool date1904;          /* day 0 is 1904-01-01 */
};

/*
 * Reads it. Returns 0, or -1 with ERROR_INPUT if the file is not a workbook, a part is missing,
 * broken or outside the file, or no sheet is visible. Always call xlsx_workbook_free.
 */
int xlsx_workbook_read(struct xlsx_workbook *w, struct xlsx_package *p, struct error *err);

void xlsx_workbook_free(struct xlsx_workbook *w);

#endif
