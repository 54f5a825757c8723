/*
 * What each column of a sheet is used for. Of a row that deletes an item, only the id and what
 * deletes are.
 */
#ifndef ACCESSION_XLSX_USES_H
#define ACCESSION_XLSX_USES_H

#include "formats/columns.h"
#include "formats/xlsx_sheet.h"

#include <stdbool.h>
#include <stddef.h>

struct xlsx_uses {
	size_t ncolumns;
	int *fields;                          /* by column: the field that is read from it, or -1 */
	enum xlsx_taken *taken;               /* by column: how its numbers are */
	size_t read[MODEL_MAX_FIELDS], nread; /* the columns with a field, from 0, in order */
	size_t hidden[MODEL_MAX_FIELDS], nhidden; /* those of them that are hidden */
	int del;                                  /* the field that deletes items; -1: none */
	bool deletes;                             /* whether the row being read deletes one */
};

/* For so many columns, of which none has a use yet. False without memory. Call xlsx_uses_free. */
bool xlsx_uses_open(struct xlsx_uses *u, const struct model *m, size_t ncolumns);

/* Takes the uses from the header; `hidden` tells by column whether it is. */
void xlsx_uses_assign(struct xlsx_uses *u, const struct columns *columns, const bool *hidden);

/* Sees what the record of the next row does. */
void xlsx_uses_look(struct xlsx_uses *u, const struct record *rec);

/* Whether the value in column i, from 0, of the row being read is used for anything. */
bool xlsx_is_used(const struct xlsx_uses *u, size_t i);

void xlsx_uses_free(struct xlsx_uses *u);

#endif
