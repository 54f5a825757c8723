/*
 * Numbers as a sheet shows them: number formats (ECMA-376 part 1, 18.8.31) such as 0.00, #,##0, 0%,
 * "V"0 or 0.00E+00, in decimal, so that 0.285 is shown as 0.29 although no double is exactly that.
 * Dates are not shown by it: see xlsx_number.h.
 */
#ifndef ACCESSION_XLSX_SHOWN_H
#define ACCESSION_XLSX_SHOWN_H

#include <stddef.h>

enum xlsx_shown {
	XLSX_AS_STORED, /* as it is stored */
	XLSX_AS_SHOWN,  /* in another way, which is in `out` */
	XLSX_UNLIKE,    /* in another way that is no way to take it: with digits or the sign left
			   out ("" in `out`, if it is not known) */
};

#define XLSX_SHOWN_MAX 1024 /* most bytes that are written, with a NUL */

/*
 * How a number is shown that xlsx_number spells as `number`; `code` is NULL for the format General.
 * Thousands and decimals are separated as in English. Spaces at the ends are left in.
 */
enum xlsx_shown xlsx_show(const char *code, const char *number, char out[XLSX_SHOWN_MAX]);

#endif
