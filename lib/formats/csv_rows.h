/*
 * The rows of a CSV file, one after the other: what their cells are, by RFC 4180 and with what
 * programs add to it, and where they stand. Only one is held in memory.
 *
 *	struct csv_rows r = {.limits = ..., .to = ..., .columns = ...};
 *	if (csv_rows_open(&r, source))
 *		while ((status = csv_rows_next(&r)) == READER_RECORD)
 *			...
 *	csv_rows_close(&r);
 */
#ifndef ACCESSION_CSV_ROWS_H
#define ACCESSION_CSV_ROWS_H

#include "base/buf.h"
#include "base/text.h"
#include "formats/columns.h"
#include "formats/csv_delimiter.h"
#include "formats/decode.h"
#include "formats/findings.h"
#include "formats/reader.h"

#include <csv.h>

/* To be put behind "and " or the like, in messages about quotes. */
#define CSV_QUOTE_TWICE "write each double quote inside the cell twice: \"say \"\"yes\"\"\"."

struct csv_rows {
	/* For the caller to set. */
	struct limits limits;
	struct findings to;
	const struct columns *columns; /* what cells are called in findings */
	int64_t entry; /* the record that the next row is, if it is one; 0: the header */

	/* The last row. */
	int64_t row;        /* its number, from 1, */
	int64_t row_line;   /* the line where it begins, */
	bool row_ended;     /* whether it is complete, */
	struct cell *cells; /* its cells (room for max_columns), */
	size_t ncells;      /* their number, */
	struct buf text;    /* their text, one after the other, */
	size_t too_long;    /* and the length of one beyond max_field_bytes, which is not kept */

	/* The file. */
	const struct csv_delimiter *delimiter;
	bool guessed;       /* its encoding: it was read as Windows-1252, with a warning */
	bool told_encoding; /* that warning came */
	bool sniffing;      /* all of it is read once more, so nothing is reported yet */

	struct text_slice rest; /* decoded text behind the last row */
	int64_t line;           /* the line of the current piece of text */
	bool line_ended;        /* the current piece ends in LF */
	struct csv_parser parser;
	struct decoder decoder;
};

/*
 * Begins with the first row. False after a finding; the caller must call csv_rows_close even then.
 * Everything but what the caller sets is zero before.
 */
bool csv_rows_open(struct csv_rows *r, const struct source *source);

/*
 * Reads the next row that has at least one character: READER_RECORD, although it may be blank or
 * anything else.
 */
enum reader_status csv_rows_next(struct csv_rows *r);

/* A finding with the place of the last row. */
struct finding csv_rows_at(const struct csv_rows *r);

/* Whether nothing ends the last row but the end of the file. */
bool csv_rows_broke_off(const struct csv_rows *r);

void csv_rows_close(struct csv_rows *r);

#endif
