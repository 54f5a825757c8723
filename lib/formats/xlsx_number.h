/*
 * Numbers as workbooks store them (doubles in decimal; dates as days since an epoch), and the
 * number formats that say what they mean (ECMA-376 part 1, 18.8.30 and 18.17.4).
 */
#ifndef ACCESSION_XLSX_NUMBER_H
#define ACCESSION_XLSX_NUMBER_H

#include "formats/reader.h"

#include <stdbool.h>
#include <stddef.h>

enum xlsx_form {
	XLSX_PLAIN,   /* a number */
	XLSX_DATE,    /* a date, maybe with a time */
	XLSX_TIME,    /* a time of day: h:mm */
	XLSX_ELAPSED, /* hours that may exceed a day: [h]:mm */
};

struct xlsx_format {
	enum xlsx_form form;
	const char *code; /* of a number, as xlsx_show takes it; NULL: General */
};

/*
 * The format with that id; `code` is its definition in styles.xml, which must outlive it, or NULL
 * if it is built in.
 */
struct xlsx_format xlsx_format_of(long id, const char *code);

#define XLSX_NUMBER_MAX 320 /* most bytes that xlsx_number and xlsx_iso_date write, with a NUL */

/*
 * Writes the number in the n bytes of text: whole numbers as plain digits, others with 15
 * significant digits, dates as YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS with a time, times as HH:MM:SS;
 * never with thousands separators, percents or currencies. An impossible date stays a number. Sets
 * *kind to CELL_NUMBER or CELL_DATE. Returns the length; 0 if the text is not a number.
 */
size_t xlsx_number(const char *text, size_t n, struct xlsx_format format, bool date1904,
    char out[XLSX_NUMBER_MAX], enum cell_kind *kind);

/*
 * Writes a date or time of ISO 8601 (2026-02-01, 2026-02-01T12:30:00.5Z, T12:30) as xlsx_number
 * writes the same date. Returns the length; 0 if the n bytes are none.
 */
size_t xlsx_iso_date(const char *text, size_t n, char out[XLSX_NUMBER_MAX]);

#endif
