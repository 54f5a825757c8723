/*
 * Changes of a diff, as the body of a request names them: a list of entries, [4,[7,9]], where a
 * pair is all from the first to the last; or a filter, {"op":"update","field":"priority"}, with the
 * parameters that the diff takes; {} are all of them.
 */
#ifndef ACCESSION_CHANGES_INPUT_H
#define ACCESSION_CHANGES_INPUT_H

#include "http/query.h"
#include "http/request.h"
#include "store/review.h"

#include <stdbool.h>

/* Empty at first; `which` points into the rest. changes_input_free it in any case. */
struct changes_input {
	struct review_changes which;
	struct buf entries;
	struct query filter;
};

/*
 * Reads changes of the request's job and model from the JSON of the body's member `name`. Returns
 * false if something is wrong with it; the reply (400) has been made.
 */
bool changes_input_read(struct request *r, const char *name, const char *text,
    struct diff_place place, struct changes_input *in);

void changes_input_free(struct changes_input *in);

#endif
