/* Writes an item of a content model as JSON, by the model's field table. */
#ifndef ACCESSION_ITEM_H
#define ACCESSION_ITEM_H

#include "base/json_writer.h"
#include "model/model.h"

#include <libpq-fe.h>
#include <stdbool.h>

/*
 * Writes an item's members (no braces) from a row of a binary result: the id from column id_col,
 * the rest from first_col on, in the order of the model. A FIELD_DELETE is never true for an
 * existing item; it is written as false or left out. Retired fields are in the row and left out.
 */
void item_members(struct json *json, const struct model *m, const PGresult *res, int row,
    int id_col, int first_col, bool with_delete);

#endif
