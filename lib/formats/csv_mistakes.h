/*
 * What goes wrong where CSV files are written by hand or put together: a closing quote that is
 * missing, rows with another delimiter, or other columns, than the header's, quotes that are none.
 */
#ifndef ACCESSION_CSV_MISTAKES_H
#define ACCESSION_CSV_MISTAKES_H

#include "formats/csv_rows.h"

#include <stdbool.h>

/*
 * Tells what looks like a mistake in the last row, a record. Returns true if its cells cannot be
 * relied on, after an error; a warning is told at most once.
 */
bool csv_tell_mistakes(const struct csv_rows *r);

/* Tells that names in the last row, the header, stand in quotes that are none; false if not. */
bool csv_tell_header_quotes(const struct csv_rows *r);

#endif
