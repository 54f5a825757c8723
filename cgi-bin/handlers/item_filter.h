/* The query parameters that choose items of the library, alike for lists and exports. */
#ifndef ACCESSION_ITEM_FILTER_H
#define ACCESSION_ITEM_FILTER_H

#include "http/request.h"
#include "store/library.h"

#include <stdbool.h>

/* Reads search, active, phase, problem and tag into *filter. False: the reply (400) is made. */
bool item_filter_read(struct request *r, struct library_filter *filter);

#endif
