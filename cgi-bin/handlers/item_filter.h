/* The query parameters that select items of the library, the same for lists and exports. */
#ifndef ACCESSION_ITEM_FILTER_H
#define ACCESSION_ITEM_FILTER_H

#include "http/request.h"
#include "store/library.h"

#include <stdbool.h>

/*
 * The model whose items a request is about: {model} of the route or, where there is none, the one
 * that has the "tasks" of SD Elements; NULL if this program does not know it.
 */
const struct model *item_filter_model(const struct request *r);

/*
 * Reads `search`, `id__in`, `last_updated_...`, the filters of the model's fields and
 * `<field>__icontains` into *filter. Free it with item_filter_free in any case. Returns false if
 * one is wrong; the reply (400) has been made.
 */
bool item_filter_read(struct request *r, const struct model *m, struct library_filter *filter);

void item_filter_free(struct library_filter *filter);

/*
 * Does a list with this query have to look at the whole library, however few items it shows? Only
 * ids and their order have an index.
 */
bool item_filter_scans(const struct query *q, const struct model *m);

#endif
