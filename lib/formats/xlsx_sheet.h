/*
 * Reads the rows of a worksheet (ECMA-376 part 1, 18.3), one at a time. Rows and cells may be left
 * out, or be there without a value, which makes no difference. The cells of a row may be in any
 * order.
 */
#ifndef ACCESSION_XLSX_SHEET_H
#define ACCESSION_XLSX_SHEET_H

#include "base/buf.h"
#include "base/error.h"
#include "formats/reader.h"
#include "formats/xlsx_strings.h"
#include "formats/xlsx_styles.h"
#include "formats/xlsx_xml.h"

#define XLSX_MAX_ROW    1048576
#define XLSX_MAX_COLUMN 16384

/* Why a cell has no usable value, or one that may not be what was meant. */
enum xlsx_trouble {
	XLSX_FINE,
	XLSX_SHOWN_UNLIKE, /* a number that is shown in another way than it was taken */
	XLSX_NO_DATE,      /* its text should be a date, but is not, and was taken as text */
	/* From here on it has none: */
	XLSX_ERROR_VALUE, /* its text is the error: #REF! */
	XLSX_NO_RESULT,   /* a formula that was never calculated */
	XLSX_NO_NUMBER,   /* its text should be a number, but is not */
	XLSX_NO_STRING,   /* there is no such shared string */
	XLSX_TOO_LONG,    /* its text is only the beginning */
};

static inline bool
xlsx_is_usable(enum xlsx_trouble trouble)
{
	return trouble <= XLSX_NO_DATE;
}

struct xlsx_row {
	int64_t number;     /* in the sheet, from 1 */
	struct cell *cells; /* cells that have no usable value are CELL_ABSENT */
	size_t n;           /* cells up to the last that is not empty, at most max_columns */
	enum xlsx_trouble *troubles; /* one for each cell */
	bool troubled;               /* whether any of them is not XLSX_FINE */
	const char **codes; /* by cell with XLSX_SHOWN_UNLIKE: its number format; NULL: General */
	size_t beyond;      /* the first column, from 1, after max_columns that has a value; or 0 */
	bool hidden;
};

/* How the numbers in a column are taken. */
enum xlsx_taken {
	XLSX_TAKEN_STORED,
	XLSX_TAKEN_SHOWN, /* as the sheet shows them */
	XLSX_TAKEN_APART, /* as stored, unless the sheet shows several between commas: 21,163 */
};

/* What a sheet needs from the rest of the workbook. */
struct xlsx_context {
	const struct xlsx_strings *strings;
	const struct xlsx_styles *styles;
	bool date1904;
	int64_t max_field_bytes, max_columns;
	const enum xlsx_taken *taken; /* by column; NULL: as they are stored */
};

struct xlsx_sheet {
	struct xlsx_context context;
	struct xlsx_xml xml;
	struct xlsx_row row;
	struct buf text; /* text of the row's cells that do not point to shared strings */
	size_t *starts;  /* by cell: where its text begins there; SIZE_MAX if not there */
	int32_t *seen; /* by column, even beyond max_columns: the last row that has a cell there */
	bool *hidden;  /* by column */
	struct {
		size_t column;             /* from 1: this cell's, or the last one's; 0: none */
		int type;                  /* index in the table of types */
		struct xlsx_format format; /* of numbers */
		bool formula, value;
		size_t start, run; /* where its text and the last run of it begin */
		bool preserved;    /* keep white space around the run */
		size_t n;          /* bytes of text, even if not all were kept */
	} cell;                    /* the cell being read */
};

/* Opens the part. Returns -1 as xlsx_xml_open does. Always call xlsx_sheet_close. */
int xlsx_sheet_open(struct xlsx_sheet *s, struct xlsx_package *p, const char *part,
    struct xlsx_context context, struct error *err);

/*
 * Reads the next row into s->row, where it is valid until the next call. Returns 1, or 0 after the
 * last row, or -1 with *err as xlsx_xml_run does, also if rows are not in order or a cell is there
 * twice; s->row.number then says where.
 */
int xlsx_sheet_next(struct xlsx_sheet *s, struct error *err);

/*
 * Reads a name like "C7", c7 or $C$7 of n bytes. False if it is not one, or is outside the limits
 * of a sheet.
 */
bool xlsx_read_cell_name(const char *name, size_t n, size_t *column, int64_t *row);

void xlsx_sheet_close(struct xlsx_sheet *s);

#endif
