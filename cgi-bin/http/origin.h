/*
 * Our own origin, as clients see it: what ACCESSION_PUBLIC_URL says, or else what nginx says of
 * this request (HTTPS) and the client's Host header.
 */
#ifndef ACCESSION_ORIGIN_H
#define ACCESSION_ORIGIN_H

#include "base/buf.h"
#include "http/http.h"

#include <stdbool.h>

/* Appends "https://host", for absolute links. */
void origin_add(const struct http *h, struct buf *out);

/* Do clients reach us by https? */
bool origin_is_https(const struct http *h);

/*
 * Does a request that needs no credentials come from our own pages, or from a program? A page of
 * another site could sign its visitors in as somebody else. Browsers say where a request comes from
 * (Origin, Sec-Fetch-Site). Whoever says nothing must send JSON, which no form of another site can.
 * Returns NULL, or what is wrong.
 */
const char *origin_refusal(const struct http *h);

#endif
