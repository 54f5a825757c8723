/* A sheet of a spreadsheet: the columns of its fields and the names of its cells. */
#ifndef ACCESSION_SHEET_H
#define ACCESSION_SHEET_H

#include "model/model.h"

#include <stddef.h>
#include <stdint.h>

struct sheet {
	const char *name;                 /* as formulas write it, "Items!"; NULL: no sheet */
	size_t columns[MODEL_MAX_FIELDS]; /* the column of each field, from 1; 0: none */
};

#define SHEET_CELL_NAME_MAX 32

/* Writes the name, like "C7", of the cell in that column and row, both counted from 1. */
const char *sheet_cell_name(char name[SHEET_CELL_NAME_MAX], size_t column, int64_t row);

#endif
