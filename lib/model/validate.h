/*
 * Turns a record of a file into a row as the library stores it: trims white space, unifies line
 * ends and applies the rule of each kind of field (model.h). Rules that need the library (is the id
 * known, does a new item lack a title) or the whole file (is an id repeated) are not checked here;
 * the database does that for all rows at once. Messages begin as in Django REST framework.
 */
#ifndef ACCESSION_VALIDATE_H
#define ACCESSION_VALIDATE_H

#include "base/buf.h"
#include "model/finding.h"
#include "model/model.h"
#include "model/record.h"

#include <stdbool.h>

/* A canonical value: text NULL means "the file says nothing, keep what is stored". */
struct value {
	const char *text; /* UTF-8, n bytes; integers and booleans ("true"/"false") as text too */
	size_t n;
};

struct row {
	struct value values[MODEL_MAX_FIELDS]; /* by field index; FIELD_DELETE: always true/false */
	bool mark_delete;
	struct buf arena; /* holds what had to be rewritten; freed by row_free */
};

/*
 * Fills *row from *rec. Reports all errors of the record to the sink, not just the first, and also
 * a lack of memory. Returns true if there were none. max_field_bytes (> 0) limits FIELD_TEXT in
 * addition to the model's own maximum. An absent or empty id becomes "", which asks for a new
 * number. If the row deletes an item, only the id is checked; its other values are NULL.
 *
 * `row` may be reused for the next record. Its values are valid until then, and no longer than
 * rec's cells, which they point into unless they had to be rewritten.
 */
bool validate_record(const struct model *m, const struct record *rec, int64_t max_field_bytes,
    struct row *row, finding_fn *sink, void *ctx);

/* Frees the row's memory and leaves it empty. */
void row_free(struct row *row);

#endif
