/* The path of a request, as the client wrote it. */
#ifndef ACCESSION_PATH_H
#define ACCESSION_PATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Decodes in place each "%XX" that stands for a letter, a digit or one of "-._~", which means the
 * same with and without its escape (RFC 3986, 6.2.2.2). All others stay as they are: an escaped
 * slash separates nothing, and there is never a NUL. So does a path with a broken escape, as a
 * whole. To decode twice is the same as once.
 */
void path_decode(char *path);

/* Whether the segment of n bytes is "." or "..", which names no resource. */
bool path_is_dots(const char *segment, size_t n);

#endif
