/*
 * What the first lines of a CSV file are where they are not what they have to be. Only the text
 * below the first row that was already read is looked at; it may end anywhere.
 */
#ifndef ACCESSION_CSV_OPENING_H
#define ACCESSION_CSV_OPENING_H

#include "base/text.h"
#include "model/model.h"

#include <stdbool.h>
#include <stdint.h>

/* Which of the next lines, from 1, seems to be the header; 0: none. */
int64_t csv_find_header(const struct model *m, struct text_slice below);

/* Whether the next line has only dashes, as below the header of a table drawn with characters. */
bool csv_is_drawn(struct text_slice below);

#endif
