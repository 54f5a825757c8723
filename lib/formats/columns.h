/*
 * The columns of a table (csv, xlsx): matching its header row and turning the rows below it into
 * records. Columns that files of failed rows or of held changes add, such as _row and _note,
 * are ignored like read-only ones, and so are those of retired fields, with a warning. A column
 * without a name is accepted as long as it is empty.
 *
 *	columns_open(c, header...);
 *	for each row:
 *		if (columns_look(c, row...) == ROW_RECORD)
 *			columns_record(c, row..., rec);
 */
#ifndef ACCESSION_COLUMNS_H
#define ACCESSION_COLUMNS_H

#include "base/buf.h"
#include "base/text.h"
#include "formats/findings.h"
#include "formats/reader.h"

struct column;

struct columns {
	const struct model *model;
	struct findings to;
	const char *surplus_hint; /* an extra sentence for rows longer than the header, or "" */
	const char *delimiters;   /* what may separate cells, if it is a text file; else NULL */
	/* By column: not 0 where the caller tells of values that have no name; NULL: nowhere */
	const uint32_t *told_apart;
	int64_t header_below; /* a row that looks more like the header than the first; or 0 */
	struct column *list;  /* n of them; NULL before columns_open */
	size_t n;
	struct buf plain; /* texts of the last record without their guards */
};

/*
 * Matches the n cells of the header row, which is at `at`, and copies their text. Reports
 * everything that is wrong with the header, and returns false if there was an error. n = 0 means a
 * table without any row. The caller first sets the fields before `list`, and later calls
 * columns_free, even after a failure.
 */
bool columns_open(struct columns *c, const struct cell *cells, size_t n, struct finding at);

/* Whether the text is a line of a header: names of columns and what separates them, with the id. */
bool columns_are_named(const struct model *m, struct text_slice text);

/* The index of the column of the id; the number of columns if there is none. */
size_t columns_of_id(const struct columns *c);

/*
 * Whether a row whose id is none, and which is not the header again, is a header all the same: the
 * id's cell, or the only one, has the name of a column, or several names.
 */
bool columns_are_other_header(const struct columns *c, const struct cell *cells, size_t n);

enum row_kind {
	ROW_RECORD,
	ROW_BLANK, /* all its cells are blank or, once the header is known, switches that are off */
	ROW_HEADER, /* it is the header again, to be told by columns_tell_header */
};

/* What a row of n cells is. Only a ROW_RECORD counts. */
enum row_kind columns_look(const struct columns *c, const struct cell *cells, size_t n);

/* Warns that the row at `at` is the header again. */
void columns_tell_header(const struct columns *c, struct finding at);

/*
 * Fills rec->cells and rec->raw from the n cells of a row; the caller has set entry, row and line.
 * Cells missing at the end are empty; guards (guard.h) are taken off. Reports values outside the
 * named columns. `raw` must have room for the longer of row and header; rec points into it, into
 * the cells' text and into c.
 */
void columns_record(struct columns *c, const struct cell *cells, size_t n, struct raw_cell *raw,
    struct record *rec);

/*
 * Writes the names of the fields whose columns a row of n cells lacks into the list, separated by
 * commas. False if there are none.
 */
bool columns_lacking(const struct columns *c, size_t n, char *list, size_t size);

/* Of a row of n cells, that of the first field of the kind; NULL if it lacks it. */
const struct cell *
columns_cell(const struct columns *c, const struct cell *cells, size_t n, enum field_kind kind);

/* The name of column i, from 0, as the model or else the file spells it; NULL if it has none. */
const char *columns_field(const struct columns *c, size_t i);

/* Sets the column, from 1, of each field in the header; other fields' entries stay unchanged. */
void columns_places(const struct columns *c, size_t columns[MODEL_MAX_FIELDS]);

/* Whether all cells are empty or white space. */
bool columns_blank(const struct cell *cells, size_t n);

void columns_free(struct columns *c);

#endif
