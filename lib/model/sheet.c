/* A sheet of a spreadsheet: see sheet.h. */
#include "model/sheet.h"

#include <inttypes.h>
#include <stdio.h>

const char *
sheet_cell_name(char name[SHEET_CELL_NAME_MAX], size_t column, int64_t row)
{
	char letters[8], *at = letters + sizeof letters - 1;

	*at = '\0';
	for (; column && at > letters; column = (column - 1) / 26)
		*--at = (char)('A' + (column - 1) % 26);
	snprintf(name, SHEET_CELL_NAME_MAX, "%s%" PRId64, at, row);
	return name;
}
