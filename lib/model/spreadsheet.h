/* What spreadsheet programs make of numbers: 12.0, 1.2E+01, and dates, which are numbers of days.
 */
#ifndef ACCESSION_SPREADSHEET_H
#define ACCESSION_SPREADSHEET_H

#include <stddef.h>

/*
 * The whole number that was in the cell: 12 for "12", "12.0" and "1.2E+01"; 15 for "1900-01-15", as
 * dates are stored as day numbers. 0 if the n bytes are not a number or digits of it were lost.
 */
long spreadsheet_number(const char *text, size_t n);

#endif
