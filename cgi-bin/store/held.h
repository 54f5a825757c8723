/* The changes of a diff that are held back, as rows of a file to be mended and imported again. */
#ifndef ACCESSION_HELD_H
#define ACCESSION_HELD_H

#include "base/buf.h"
#include "database/db.h"
#include "model/model.h"
#include "model/record.h"
#include "store/diff.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The fields, which entry of the job's file it was, and why it is held. */
#define HELD_MAX_COLUMNS (MODEL_MAX_FIELDS + 2)

/* Whose changes, and which columns the file has. */
struct held {
	const struct model *model;
	int64_t job;
	struct diff_place place;
	bool fields[MODEL_MAX_FIELDS]; /* by index */
};

/*
 * Finds out which columns there are, after the other members have been filled in: the id, and the
 * fields that the job's file said something about (all, if that is not known) and that are not
 * retired. Returns 0, or -1 with the error set.
 */
int held_find(struct db *db, struct held *h, struct error *err) __attribute__((warn_unused_result));

/* Lists the columns: these fields in the order of the model, and the two of held changes. Returns
 * their number. */
size_t held_columns(const struct held *h, const char *columns[HELD_MAX_COLUMNS]);

/* Streams the changes in the order of the file: see db_next, held_cells. */
int held_stream(struct db *db, const struct held *h, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Fills in the cells of a change, in the order of held_columns: what the item would become. A
 * deletion has the id and the command alone; an item that had no id in its file has none here. They
 * point into the row and into *spelled, which is overwritten. Returns false if out of memory.
 */
bool held_cells(const struct held *h, const PGresult *res, struct buf *spelled,
    struct cell cells[HELD_MAX_COLUMNS]);

#endif
