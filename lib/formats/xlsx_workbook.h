/*
 * What a workbook says of itself: where its parts are (relationships, ECMA-376 part 2, 9.3), which
 * sheet is the first that people see, and from when it counts days (part 1, 18.2).
 */
#ifndef ACCESSION_XLSX_WORKBOOK_H
#define ACCESSION_XLSX_WORKBOOK_H

#include "base/error.h"
#include "formats/xlsx_package.h"

#include <stdbool.h>

struct xlsx_workbook {
	char *sheet_name;       /* of the first visible worksheet */
	char *sheet;            /* its part */
	char *styles, *strings; /* further parts; NULL if there are none */
	bool date1904;          /* day 0 is 1904-01-01 */
};

/*
 * Reads it. -1 with ERROR_INPUT if this is another kind of file than a workbook, a part is missing
 * or broken or outside the file, or no sheet is visible. xlsx_workbook_free is due in any case.
 */
int xlsx_workbook_read(struct xlsx_workbook *w, struct xlsx_package *p, struct error *err);

void xlsx_workbook_free(struct xlsx_workbook *w);

#endif
