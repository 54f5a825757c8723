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
	XLSX_PLAIN,
	XLSX_PADDED,  /* integers with leading zeros: 00000 */
	XLSX_DATE,    /* a date, maybe with a time */
	XLSX_TIME,    /* a time of day: h:mm */
	XLSX_ELAPSED, /* hours that may exceed a day: [h]:mm */
};

struct xlsx_format {
	enum xlsx_form form;
	int width; /* XLSX_PADDED: the least number of digits */
};

/* The format with that id; `code` is its definition in styles.xml, or NULL if it is built in. */
struct xlsx_format xlsx_format_of(long id, const char *code);

#define XLSX_NUMBER_MAX 320 /* most bytes that xlsx_number writes, with a NUL */

/*
 * Writes the number in the n bytes of text as a spreadsheet shows it: whole numbers as plain
 * digits, others with 15 significant digits, dates as YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS with a
 * time, times as HH:MM:SS; never with thousands separators, percents or currencies. An impossible
 * date stays a number. Sets *kind to CELL_NUMBER, or to CELL_DATE or CELL_STRING if the result is
 * not spelled as a number. Returns the length; 0 if the text is not a number.
 */
size_t xlsx_number(const char *text, size_t n, struct xlsx_format format, bool date1904,
    char out[XLSX_NUMBER_MAX], enum cell_kind *kind);

#endif
