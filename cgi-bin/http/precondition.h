/* If-Match: what the client has seen, by its ETags (RFC 9110, 13.1.1). */
#ifndef ACCESSION_PRECONDITION_H
#define ACCESSION_PRECONDITION_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Does the header ask for anything? "*" does not: what it is about is there. NULL: no header. */
bool precondition_given(const char *header);

/*
 * Is one of these values in the list? The comparison is strong, so that a weak tag (W/"...") is
 * none of them; a value without quotes is taken too. *first gets the first value of the list, or if
 * it has none the header itself, for when the answer is no. An empty value in `known` is never in
 * it.
 */
bool precondition_met(
    const char *header, const struct text_slice *known, size_t n, struct text_slice *first);

#endif
