/*
 * The columns of a table (csv, xlsx): what its header row names, and how a row below it becomes a
 * record. The columns _row and _errors, which lists of failed rows have, are ignored, as read-only
 * ones are; a column without a name is fine as long as nothing stands in it.
 */
#ifndef ACCESSION_COLUMNS_H
#define ACCESSION_COLUMNS_H

#include "formats/findings.h"
#include "formats/reader.h"

struct column;

struct columns {
	const struct model *model;
	struct findings to;
	const char *surplus_hint; /* one more sentence for rows longer than the header, or "" */
	struct column *list;      /* n of them; NULL before columns_open */
	size_t n;
};

/*
 * Matches the n cells of the header row and copies their text. `at` is where it stands. All that
 * is wrong with the header is told; false then. n = 0 stands for a table without any row. The
 * caller sets model, to and surplus_hint before, and calls columns_free after, also on failure.
 */
bool columns_open(struct columns *c, const struct cell *cells, size_t n, struct finding at);

/*
 * Fills rec->cells and rec->raw from the n cells of a row; entry, row and line are set. Missing
 * cells at the end are empty ones. Tells of values that are in no column. `raw` has room for
 * the longer of row and header; rec points into it, into the cells' text and into c.
 */
void columns_record(const struct columns *c, const struct cell *cells, size_t n,
    struct raw_cell *raw, struct record *rec);

/* Which column, from 1, holds each field of the model; those of others stay as they are. */
void columns_places(const struct columns *c, size_t columns[MODEL_MAX_FIELDS]);

/* Whether all cells are empty or white space. */
bool columns_blank(const struct cell *cells, size_t n);

void columns_free(struct columns *c);

#endif
