/* What is told of the encoding of a CSV file, with an example from it. */
#ifndef ACCESSION_CSV_ENCODING_H
#define ACCESSION_CSV_ENCODING_H

#include "base/text.h"
#include "formats/decode_survey.h"
#include "formats/findings.h"
#include "model/record.h"

/*
 * Reports why the file cannot be decoded any further: `cell` is what was decoded of the cell, and
 * `rest` are the bytes that follow; without them, the finding has no field and no value.
 */
void csv_tell_undecoded(const struct findings *to, struct finding at, struct text_slice cell,
    struct text_slice rest, const char *why);

/*
 * Warns of a file that was read as Windows-1252, with the first of the n cells of a row that shows
 * what was made of it. False, and nothing is told, if they have only ASCII.
 */
bool csv_tell_windows_1252(const struct findings *to, struct finding at,
    const struct decode_survey *s, const struct cell *cells, size_t n);

#endif
