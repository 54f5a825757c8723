/*
 * FastCGI for a program that holds many requests at once: parses one request as nginx sends it, and
 * writes its reply (FastCGI specification, sections 3 and 5). A connection carries one request,
 * with an empty body. Each time more input arrives, pass everything received so far again.
 *
 *	struct fastcgi_request r = {0};
 *	switch (fastcgi_read(bytes, n, &r)) ...
 *	fastcgi_free(&r);
 */
#ifndef ACCESSION_FASTCGI_H
#define ACCESSION_FASTCGI_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FASTCGI_MAX_REQUEST 8192 /* bytes; no request here needs more */

struct fastcgi_request {
	uint16_t id;
	struct buf params; /* names and values, as received */
};

enum fastcgi_state {
	FASTCGI_MORE,   /* valid so far, but incomplete */
	FASTCGI_WHOLE,  /* a complete request */
	FASTCGI_BROKEN, /* not such a request, or too large */
};

/* Reads the first n bytes of a connection into *r, which must be empty and be freed in any case. */
enum fastcgi_state fastcgi_read(const char *bytes, size_t n, struct fastcgi_request *r);

void fastcgi_free(struct fastcgi_request *r);

/*
 * Finds the first parameter of that name: *value points to *n bytes inside the request, without a
 * NUL at the end. Returns false if there is none.
 */
bool
fastcgi_param(const struct fastcgi_request *r, const char *name, const char **value, size_t *n);

/*
 * Appends the whole reply: its n bytes of headers and body, at most 65535, and the end of the
 * request.
 */
void fastcgi_reply(struct buf *out, uint16_t id, const char *bytes, size_t n);

#endif
