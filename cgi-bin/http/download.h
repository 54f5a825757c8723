/* Sending a file to be saved. */
#ifndef ACCESSION_DOWNLOAD_H
#define ACCESSION_DOWNLOAD_H

#include "http/http.h"

/*
 * Replies with all that the spooled file holds. With its length, so that a client notices if a
 * handler dies while sending: a download that breaks off never looks whole. The name may be any;
 * what could break the header, or is no ASCII, becomes '_' in it.
 */
void download_spooled(struct http *http, int fd, const char *media_type, const char *filename);

/* Begins such a reply of `size` bytes, which the caller sends by http_put. */
void download_begin(struct http *http, int64_t size, const char *media_type, const char *filename);

#endif
