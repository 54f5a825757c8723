/*
 * What the updates of a diff change, counted field by field: how often, and which values become
 * which ("priority 10 -> 7: 67 items"). So a reader sees the shape of a revision at once, and signs
 * of a damaged file: a column that is cleared, shifted or cut.
 */
#ifndef ACCESSION_DIFF_FIELDS_H
#define ACCESSION_DIFF_FIELDS_H

#include "base/json_writer.h"
#include "model/model.h"
#include "store/diff.h"

/* Of the ways in which a field changes only so many are named, the commonest. */
#define DIFF_KINDS_MAX 50

/* Can the field change? All of the library's columns can, but the id. */
bool diff_fields_has(const struct field *f);

/* Counts: a row for diff_fields_json per field, in the order of the model. The caller's to clear.
 */
PGresult *diff_fields(
    struct db *db, const struct model *m, int64_t job, struct diff_place place, struct error *err);

/*
 * Writes one field:
 *
 *	field       its name
 *	updates     updates in which it differs; of these
 *	cleared     are empty now
 *	filled      were empty before
 *	whitespace  differ in spaces, tabs and line ends only   (fields of text; else 0)
 *	moved       have what another updated item gave up   (fields of text; else 0)
 *	cut         new values with exactly 32,767 characters: where Excel cuts   (FIELD_TEXT)
 *	kinds       how many ways to change there are
 *	changes     the commonest of them, {"original":10,"new":7,"updates":67}: pairs of values
 *
 * Of a set (tags, rules) the changes are the members that come in ("original" is null) or go out
 * ("new" is null). A field of text has none.
 */
void diff_fields_json(struct json *json, const struct model *m, const PGresult *res, int row);

#endif
