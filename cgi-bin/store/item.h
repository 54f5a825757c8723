/* An item of a content model in SQL and in JSON, by the model's field table. */
#ifndef ACCESSION_ITEM_H
#define ACCESSION_ITEM_H

#include "base/buf.h"
#include "base/json_writer.h"
#include "model/model.h"

#include <libpq-fe.h>
#include <stdbool.h>

/* Is the field a column of the library? All are but mark_delete, a command of the file. */
bool item_is_stored(const struct field *f);

/*
 * Appends the item's columns but the id, in the order of the model: ", <prefix>title, ..." where
 * prefix is e.g. "t." or "old_". Returns how many.
 */
int item_columns(const struct model *m, const char *prefix, struct buf *sql);

/*
 * Writes an item's members (no braces) from a row of a binary result: the id from id_col, the rest
 * from first_col on, as item_columns lists them. mark_delete, which is never true of an item that
 * exists, is written as false or left out.
 */
void item_members(struct json *json, const struct model *m, const PGresult *res, int row,
    int id_col, int first_col, bool with_mark_delete);

#endif
