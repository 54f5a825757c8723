/* Writes an item of a content model as JSON, by the model's field table. */
#ifndef ACCESSION_ITEM_H
#define ACCESSION_ITEM_H

#include "base/json_writer.h"
#include "model/model.h"

#include <libpq-fe.h>
#include <stdbool.h>

/*
 * Is the field a column of the library? All are, except mark_delete, which is a command in the
 * file.
 */
bool item_is_stored(const struct field *f);

/*
 * Writes an item's members (no braces) from a row of a binary result: the id from column id_col,
 * the rest from first_col on, in the order of the model. mark_delete is never true for an existing
 * item; it is written as false or left out.
 */
void item_members(struct json *json, const struct model *m, const PGresult *res, int row,
    int id_col, int first_col, bool with_mark_delete);

#endif
