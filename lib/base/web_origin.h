/*
 * The origin of a web page (RFC 6454): a scheme, a host and a port. It is what "the same site"
 * means to a browser, and the beginning of every absolute link.
 */
#ifndef ACCESSION_WEB_ORIGIN_H
#define ACCESSION_WEB_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

struct web_origin {
	bool https;
	const char *host; /* inside the text that was parsed; an IPv6 address has its brackets */
	size_t host_n;
	unsigned port; /* of the scheme, if the text has none */
};

/*
 * Parses "https://host" or "http://host:port", without anything after it. Returns false if the text
 * is something else.
 */
bool web_origin_parse(const char *text, struct web_origin *origin);

/* Is the text such an origin? */
bool web_origin_is(const char *text);

/* Are they the same? The case of a host does not matter, nor whether a usual port is written. */
bool web_origin_same(const struct web_origin *a, const struct web_origin *b);

#endif
