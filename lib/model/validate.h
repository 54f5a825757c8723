/*
 * From a record as the file has it to a row as the library keeps it: trimming, line ends, and the
 * rule of each kind of field (model.h). Rules that need the library (is the id known, is a title
 * missing on an add) or the whole file (is an id there twice) are not checked here; the database
 * does that for all rows at once. Messages begin as those of Django REST framework do.
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
 * Fills *row from *rec. Every error goes to the sink, all of a record's, not just the first; so
 * does a lack of memory. True if there was none. max_field_bytes (> 0) limits FIELD_TEXT beside the
 * model's own maximum. An absent or empty id is "", which asks for a new number. Of a row that
 * deletes only the id is looked at; its other values are NULL.
 *
 * `row` may be used again for the next record; its values live until then and no longer than rec's
 * cells, which they point into wherever nothing had to be rewritten.
 */
bool validate_record(const struct model *m, const struct record *rec, int64_t max_field_bytes,
    struct row *row, finding_fn *sink, void *ctx);

/* Frees the row's memory and leaves it empty. */
void row_free(struct row *row);

#endif
