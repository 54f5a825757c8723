/* The query parameters that select items of the library, the same for lists and exports. */
#ifndef ACCESSION_ITEM_FILTER_H
#define ACCESSION_ITEM_FILTER_H

#include "http/request.h"
#include "store/library.h"

#include <stdbool.h>

/*
 * Reads `search` and the filters of the model's fields into *filter. Returns false if one is wrong;
 * the reply (400) has been made.
 */
bool item_filter_read(struct request *r, const struct model *m, struct library_filter *filter);

#endif
