/*
 * Counts what the updates of a diff change, field by field: how often, and which values become
 * which ("priority 10 -> 7: 67 items"). This shows the shape of a revision at a glance, and signs
 * of a damaged file: a column that is cleared, shifted or truncated.
 */
#ifndef ACCESSION_DIFF_FIELDS_H
#define ACCESSION_DIFF_FIELDS_H

#include "base/json_writer.h"
#include "model/model.h"
#include "store/diff.h"

/* Only this many of the ways in which a field changes are named, the commonest ones. */
#define DIFF_KINDS_MAX 50

/* Can the field change? Every column of the library can, except the id and retired ones. */
bool diff_fields_has(const struct field *f);

/* What else to tell beside the counts. */
enum diff_fields_include { DIFF_FIELDS_TOTALS = 1, DIFF_FIELDS_REWRITTEN = 2 };

/* Reads the names of these, separated by commas: "totals", "rewritten". Others are ignored. */
unsigned diff_fields_includes(const char *names);

/*
 * Counts the changes that fit the filter, whose `after` is 0. The result is for diff_fields_json;
 * the caller clears it.
 */
PGresult *diff_fields(struct db *db, const struct model *m, int64_t job,
    const struct diff_filter *filter, unsigned includes, struct error *err);

/*
 * Writes {"results":[...]} with an object for each field, in the order of the model:
 *
 *	field       its name
 *	updates     updates in which it differs; of these
 *	cleared     are empty now
 *	filled      were empty before
 *	whitespace  differ only in spaces, tabs and line ends   (fields of text; else 0)
 *	moved       have the value that another updated item gave up   (fields of text; else 0)
 *	cut         have a new value of exactly 32,767 characters, where Excel cuts   (FIELD_TEXT)
 *	kinds       number of ways in which it changes
 *	changes     the commonest ways, {"original":10,"new":7,"updates":67}: pairs of values
 *
 * For a set (tags, rules) the changes are the members that are added ("original" is null) or
 * removed ("new" is null). A field of text has none.
 *
 * With DIFF_FIELDS_REWRITTEN a field also has
 *
 *	compared    updates whose words were compared: all, or a sample if that would take long
 *	            (FIELD_TEXT; else 0); of these
 *	rewritten   have less than half of their words in common with before
 *
 * and with DIFF_FIELDS_TOTALS the whole has "totals": how many changes of each operation there are.
 */
void
diff_fields_json(struct json *json, const struct model *m, const PGresult *res, unsigned includes);

#endif
