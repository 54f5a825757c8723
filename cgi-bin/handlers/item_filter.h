/* The query parameters that select items of the library, the same for lists and exports. */
#ifndef ACCESSION_ITEM_FILTER_H
#define ACCESSION_ITEM_FILTER_H

#include "http/request.h"
#include "store/library.h"

#include <stdbool.h>

/*
 * Reads search, active, phase, problem and tag into *filter. Returns false if one is wrong; the
 * reply (400) has been made.
 */
bool item_filter_read(struct request *r, struct library_filter *filter);

#endif
