/* Which changes of a diff are asked for: parameters of a query, or members of a filter in a body.
 */
#ifndef ACCESSION_DIFF_QUERY_H
#define ACCESSION_DIFF_QUERY_H

#include "http/http.h"
#include "model/model.h"
#include "store/diff.h"

#include <stdbool.h>

/*
 * Reads which changes are asked for, of any operation; the filter points into the query. Returns
 * false if something is wrong with it; the reply (400) has been made.
 */
bool diff_query_filter(
    struct http *http, const struct query *q, const struct model *m, struct diff_filter *filter);

/*
 * The same, with the operation (DIFF_OPS: all), and the rows by their place.
 */
bool diff_query_read(struct http *http, const struct query *q, const struct model *m,
    enum diff_op *wanted, struct diff_filter *filter);

#endif
