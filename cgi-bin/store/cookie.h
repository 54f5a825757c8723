/*
 * The cookies of browsers: the session's, and the one by which a browser is known in which somebody
 * has signed in before.
 */
#ifndef ACCESSION_COOKIE_H
#define ACCESSION_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

enum cookie { COOKIE_SESSION, COOKIE_DEVICE };

/*
 * A cookie's name. With https it begins with __Host-: such a cookie can be set neither by a
 * neighbouring host, nor without encryption, nor for a part of the paths (RFC 6265bis, section
 * 4.1.3.2), so nobody can slip a session of theirs to somebody else.
 */
const char *cookie_name(enum cookie which, bool https);

/*
 * Finds the first cookie of that name in a Cookie header (RFC 6265, section 4.2; NULL: none was
 * sent) whose value is not empty. Returns the value, of *n bytes, in the header; or NULL.
 */
const char *cookie_find(const char *cookies, const char *name, size_t *n);

#endif
