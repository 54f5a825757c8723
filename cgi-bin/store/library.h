/* The library itself: its items and their history, as the API shows them. */
#ifndef ACCESSION_LIBRARY_H
#define ACCESSION_LIBRARY_H

#include "base/buf.h"
#include "base/json_writer.h"
#include "database/db.h"
#include "model/model.h"
#include "model/record.h"

#include <stdbool.h>
#include <stdint.h>

#define LIBRARY_TIME_SIZE 24

/* Filters, as the client sent them; NULL or "": no such filter. */
struct library_filter {
	const char *id;         /* this one item */
	const char *after;      /* items after this one, in the order of ids */
	const char *search;     /* words in the id or a line of text, in any case */
	struct buf ids;         /* one of these items: "{T1,CT2}", to be freed by the caller */
	const char *updated_by; /* last updated by the person of that id or email */
	char updated_from[LIBRARY_TIME_SIZE], updated_to[LIBRARY_TIME_SIZE]; /* µs since 1970 */
	/* By the place of a field that has a filter: this value, valid for its kind, or, of a list,
	   this member. */
	const char *fields[MODEL_MAX_FIELDS];
	const char *contains[MODEL_MAX_FIELDS]; /* a text in the field, in any case */
	const char *order;                      /* from library_order(); NULL: by id */
	int64_t limit, offset;                  /* limit 0: all */
};

/*
 * Writes the ORDER BY list for an `ordering` parameter to *out. Returns NULL, or the first member
 * that the model's items cannot be sorted by, with its length in *n.
 */
const char *library_order(const struct model *m, const char *ordering, struct buf *out, size_t *n);

/* Streams the items (db_next, library_item_json). */
int library_stream(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err);

/*
 * Returns how many items pass the filter, regardless of limit and offset, or -1 with the error set.
 */
int64_t library_count(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err);

void library_item_json(struct json *json, const struct model *m, const PGresult *res, int row);

/* The most columns an export can have; six of them are read-only (see model_read_only). */
#define LIBRARY_MAX_COLUMNS (MODEL_MAX_FIELDS + 6)

/*
 * Lists the columns of exports: all fields of the model that are not retired, then the read-only
 * ones. Returns their number.
 */
size_t library_columns(const struct model *m, const char *columns[LIBRARY_MAX_COLUMNS]);

/* Like library_stream, but with the columns of exports (db_next, library_cells). */
int library_export_stream(
    struct db *db, const struct model *m, const struct library_filter *filter, struct error *err);

/*
 * Fills in the cells of an item from a row of library_export_stream, in the order of
 * library_columns. They point into the row and into *spelled, which is overwritten. Returns false
 * if out of memory.
 */
bool library_cells(const struct model *m, const PGresult *res, struct buf *spelled,
    struct cell cells[LIBRARY_MAX_COLUMNS]);

/* Streams what happened to an item, newest first (db_next, library_event_json). */
int library_history_stream(struct db *db, const struct model *m, const char *id, struct error *err);
void library_event_json(struct json *json, const struct model *m, const PGresult *res, int row);

#endif
