/* Cells of files that give items back: see item_cell.h. */
#include "store/item_cell.h"

#include "base/timestamp.h"
#include "database/result.h"

#include <inttypes.h>
#include <stdio.h>

bool
item_cells_begin(struct buf *spelled, size_t cells)
{
	buf_clear(spelled);
	return buf_reserve(spelled, cells * TIMESTAMP_SIZE);
}

struct cell
item_cell_text(const PGresult *res, int col)
{
	return (struct cell){CELL_STRING, db_get_text(res, 0, col), db_get_size(res, 0, col)};
}

struct cell
item_cell_spelled(struct buf *spelled, enum cell_kind kind, const char *text)
{
	size_t start = spelled->len;

	buf_add_text(spelled, text);
	return (struct cell){kind, spelled->data + start, spelled->len - start};
}

struct cell
item_cell(const struct field *f, const PGresult *res, int col, struct buf *spelled)
{
	char number[24];

	if (f->kind == FIELD_DELETE)
		return item_cell_spelled(spelled, CELL_BOOLEAN, "false");
	if (db_is_null(res, 0, col))
		return item_cell_text(res, col);
	switch (f->kind) {
	case FIELD_INTEGER:
		snprintf(number, sizeof number, "%" PRId64, db_get_int(res, 0, col));
		return item_cell_spelled(spelled, CELL_NUMBER, number);
	case FIELD_BOOLEAN:
		return item_cell_spelled(
		    spelled, CELL_BOOLEAN, db_get_bool(res, 0, col) ? "true" : "false");
	default: return item_cell_text(res, col);
	}
}
