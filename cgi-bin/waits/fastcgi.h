/*
 * FastCGI for whoever holds many requests at once: one request as nginx sends it, and its reply
 * (FastCGI specification, sections 3 and 5). A connection carries one request, whose body is empty;
 * all that was received so far is given again each time more of it has come.
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

#define FASTCGI_MAX_REQUEST 8192 /* bytes; nobody needs to send or keep more */

struct fastcgi_request {
	uint16_t id;
	struct buf params; /* names and values, as they came */
};

enum fastcgi_state {
	FASTCGI_MORE,   /* a good beginning */
	FASTCGI_WHOLE,  /* all of a request */
	FASTCGI_BROKEN, /* no such request, or one that is too large */
};

/* Reads the n bytes that a connection began with. *r, an empty one, is to be freed in any case. */
enum fastcgi_state fastcgi_read(const char *bytes, size_t n, struct fastcgi_request *r);

void fastcgi_free(struct fastcgi_request *r);

/*
 * The first parameter of that name: *value are n bytes of the request, without a NUL at their end.
 * False if there is none.
 */
bool
fastcgi_param(const struct fastcgi_request *r, const char *name, const char **value, size_t *n);

/* Appends the whole reply: its n bytes, headers and body, at most 65535; and its end. */
void fastcgi_reply(struct buf *out, uint16_t id, const char *bytes, size_t n);

#endif
