/*
 * Merged cells (ECMA-376 part 1, 18.3.1.55). A sheet has the value of a range of merged cells in
 * its first cell only, and lists the ranges after all rows; so they are read beforehand. In a range
 * of one column, the value is that of each of its rows. In one of several columns nobody can know
 * what is meant; whether that matters depends on which of the columns are read. Where the first
 * cell is blank there is no value to give, but the sheet shows nothing of what the others hold.
 * Ranges that overlap, which spreadsheet programs do not write but others do, have no meaning.
 */
#ifndef ACCESSION_XLSX_MERGES_H
#define ACCESSION_XLSX_MERGES_H

#include "base/error.h"
#include "formats/columns.h"
#include "formats/xlsx_package.h"
#include "formats/xlsx_sheet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Columns and rows from 1. */
struct xlsx_range {
	int32_t top, bottom;
	int16_t left, right;
	bool clashes; /* it is several that begin in the same cell */
	bool told;    /* for the caller: that columns have no name for it */
};

/* What a range does to the cell of a row. */
enum xlsx_merge {
	XLSX_NOT_MERGED,
	XLSX_MERGED_DOWN, /* the cell was given the value of the range */
	XLSX_MERGED_OWN,  /* it has a value of its own, which the sheet does not show */
	/* The range has a value, and goes over several columns; a blank cell is now CELL_ABSENT: */
	XLSX_MERGED_ACROSS, /* the first of them that is read */
	XLSX_MERGED_BESIDE, /* another, in which the cell is blank */
	XLSX_MERGED_HEADER, /* the range begins in the header, and the cell is blank */
	XLSX_MERGED_CLASH,  /* several ranges overlap, and the cell is blank: now CELL_ABSENT */
};

/* What the sheet shows in a column of a range, below its first cell or beside it. */
enum xlsx_range_shows {
	XLSX_SHOWS_VALUE,   /* that of its first cell */
	XLSX_SHOWS_ACROSS,  /* the same, which goes over other columns that are read: this is the
			       first */
	XLSX_SHOWS_BESIDE,  /* in another of them */
	XLSX_SHOWS_HEADER,  /* a part of the header */
	XLSX_SHOWS_NOTHING, /* as its first cell is blank, or not in the file */
	XLSX_SHOWS_CLASH,   /* nobody knows what, as ranges overlap: the range is around them */
};

/* The range that covers a column in the row being read. */
struct xlsx_merged {
	struct xlsx_range range;
	enum xlsx_range_shows shows;
	enum xlsx_merge merge;     /* in this row */
	bool told;                 /* for the caller: that it goes across, or overlaps */
	enum xlsx_trouble trouble; /* of its value, with XLSX_SHOWS_VALUE */
	enum cell_kind kind;
	struct buf text;
};

struct xlsx_merges {
	struct xlsx_range *list; /* n of them, by their first cell; the first `next` were met */
	size_t n, next, cap;
	struct xlsx_merged *columns; /* by column; NULL if there are no ranges */
	/* By column: 1 + the index of the range that hides its name in the header; or 0. */
	uint32_t *unnamed;
	size_t ncolumns;
	size_t read[MODEL_MAX_FIELDS], nread; /* the columns that are read, from 0, in order */
	size_t covered[MODEL_MAX_FIELDS], ncovered; /* those of them in a range in this row */
};

/*
 * Reads the ranges of the sheet in that part: those that begin in the first `ncolumns` columns. The
 * part is unpacked once more for that, but parsed only if it has any. Returns -1 as xlsx_xml_read
 * does, and with ERROR_LIMIT if there are too many. Always call xlsx_merges_free.
 */
int xlsx_merges_read(struct xlsx_merges *m, struct xlsx_package *p, const char *part,
    size_t ncolumns, struct error *err);

/*
 * Leaves out the values of ranges that begin at or above that row, which is the header's. Only the
 * columns of `read`, nread of them (at most MODEL_MAX_FIELDS) from 0 and in order, are read.
 */
void xlsx_merges_below(struct xlsx_merges *m, int64_t row, const size_t *read, size_t nread);

/*
 * Finds the columns without a name that are, behind its first column, in a range that begins in the
 * header, whose row that is. Returns m->unnamed, or NULL if there are none.
 */
const uint32_t *
xlsx_merges_find_unnamed(struct xlsx_merges *m, int64_t row, const struct columns *columns);

/*
 * Gives the cells of the next row their values from ranges that began above it, and sets `covered`
 * and `merge` of each column in it. Costs no more than there are columns covered and ranges that
 * begin. The texts are valid until the next call. False without memory.
 */
bool xlsx_merges_apply(struct xlsx_merges *m, struct xlsx_row *row);

/* Writes the range's name, like "C2:C4". Returns name. */
#define XLSX_RANGE_NAME_MAX (2 * SHEET_CELL_NAME_MAX)
const char *xlsx_range_name(char name[XLSX_RANGE_NAME_MAX], const struct xlsx_range *range);

void xlsx_merges_free(struct xlsx_merges *m);

#endif
