/* A sheet of a spreadsheet: where its fields stand, and what its cells are called. */
#ifndef ACCESSION_SHEET_H
#define ACCESSION_SHEET_H

#include "model/model.h"

#include <stddef.h>
#include <stdint.h>

struct sheet {
	const char *name;                 /* as formulas write it, "Items!"; NULL: no sheet */
	size_t columns[MODEL_MAX_FIELDS]; /* by field: its column, from 1; 0: none */
};

#define SHEET_CELL_NAME_MAX 32

/* Writes a cell's name as people know it, like "C7", from its column (from 1) and row. */
const char *sheet_cell_name(char name[SHEET_CELL_NAME_MAX], size_t column, int64_t row);

#endif
