/*
 * The rows of a worksheet (ECMA-376 part 1, 18.3), one at a time. Rows and cells may be left out,
 * and may be there without a value; what has no value does not count.
 */
#ifndef ACCESSION_XLSX_SHEET_H
#define ACCESSION_XLSX_SHEET_H

#include "base/buf.h"
#include "base/error.h"
#include "formats/reader.h"
#include "formats/xlsx_strings.h"
#include "formats/xlsx_styles.h"
#include "formats/xlsx_xml.h"

/* Why a cell has no value to go on with. */
enum xlsx_trouble {
	XLSX_FINE,
	XLSX_ERROR_VALUE, /* its text is the error: #REF! */
	XLSX_NO_RESULT,   /* a formula that nobody has calculated */
	XLSX_NO_NUMBER,   /* its text should be a number */
	XLSX_NO_STRING,   /* there is no such shared string */
	XLSX_TOO_LONG,    /* its text is the beginning */
};

struct xlsx_row {
	int64_t number;     /* of the sheet, from 1 */
	struct cell *cells; /* troubled ones are CELL_ABSENT */
	size_t n;           /* up to the last cell that has something, at most max_columns */
	enum xlsx_trouble *troubles; /* a cell each */
	bool troubled;               /* whether one of them is not XLSX_FINE */
	size_t beyond; /* the first column behind max_columns that has something, from 1, or 0 */
};

/* What a sheet takes from the rest of the workbook. */
struct xlsx_context {
	const struct xlsx_strings *strings;
	const struct xlsx_styles *styles;
	bool date1904;
	int64_t max_field_bytes, max_columns;
};

struct xlsx_sheet {
	struct xlsx_context context;
	struct xlsx_xml xml;
	struct xlsx_row row;
	struct buf text; /* of the row's cells that do not point to shared strings */
	size_t *starts;  /* where in it each of them begins; SIZE_MAX for those that do */
	struct {
		size_t column;             /* from 1; the last one that was there, or 0 */
		int type;                  /* index in the table of types */
		struct xlsx_format format; /* of numbers */
		bool formula, value;
		size_t start, run; /* where its text and the last run of that begin */
		bool preserved;    /* white space around the run */
		size_t n;          /* bytes of text, even if not all were kept */
	} cell;                    /* the one that is being read */
};

/* Opens the part. -1 as xlsx_xml_open; xlsx_sheet_close is due in any case. */
int xlsx_sheet_open(struct xlsx_sheet *s, struct xlsx_package *p, const char *part,
    struct xlsx_context context, struct error *err);

/*
 * Reads the next row into s->row, where it stays until the next call: 1, or 0 behind the last. -1
 * with *err as xlsx_xml_run, also if rows or cells are not in order; s->row.number is where.
 */
int xlsx_sheet_next(struct xlsx_sheet *s, struct error *err);

void xlsx_sheet_close(struct xlsx_sheet *s);

#endif
