/* Cells of files that give items back, from binary results that are one row each, as streamed. */
#ifndef ACCESSION_ITEM_CELL_H
#define ACCESSION_ITEM_CELL_H

#include "base/buf.h"
#include "model/record.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Empties *spelled, and makes room in it for a row of at most so many cells that are not in the
 * result as texts: it does not move while they are made. Returns false if out of memory.
 */
bool item_cells_begin(struct buf *spelled, size_t cells);

/* A column of text as it is, NULL as an empty one. The cell points into the result. */
struct cell item_cell_text(const PGresult *res, int col);

/* A text of less than TIMESTAMP_SIZE bytes that is copied to *spelled, which the cell points into.
 */
struct cell item_cell_spelled(struct buf *spelled, enum cell_kind kind, const char *text);

/*
 * A field's value, NULL as an empty text. A FIELD_DELETE has no column, and is false: no item that
 * is there is deleted. The cell points into the result or *spelled.
 */
struct cell item_cell(const struct field *f, const PGresult *res, int col, struct buf *spelled);

#endif
