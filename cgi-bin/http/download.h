/* Sending a file to be saved. */
#ifndef ACCESSION_DOWNLOAD_H
#define ACCESSION_DOWNLOAD_H

#include "http/http.h"

/*
 * Replies with the whole spooled file. The reply has a Content-Length, so that a client notices if
 * a handler dies while sending: a broken download never looks complete. Any filename will do;
 * whatever in it is not ASCII or could break the header becomes '_'.
 */
void download_spooled(struct http *http, int fd, const char *media_type, const char *filename);

/* Begins such a reply; the caller sends its `size` bytes with http_put. */
void download_begin(struct http *http, int64_t size, const char *media_type, const char *filename);

#endif
