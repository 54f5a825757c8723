/*
 * Header values of the shape `type; name=value; name="value"`: Content-Type (RFC 9110 section
 * 8.3.1, parameters 5.6.6) and Content-Disposition (RFC 6266), which shares the grammar. Because
 * clients send them, white space around '=' is accepted too, and any character but ';' and '"' in a
 * value without quotes.
 */
#ifndef ACCESSION_MEDIATYPE_H
#define ACCESSION_MEDIATYPE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* One parameter, as pointers into the header value. */
struct parameter {
	const char *name;
	size_t name_n;
	const char *value; /* without the quotes of a quoted value, but with its backslashes */
	size_t value_n;
	bool quoted;
};

/* Is the value's type, in any case, `type`, e.g. "application/json"? Ignores parameters. */
bool mediatype_is(const char *value, const char *type);

/* Where the value's parameters begin, for parameter_next. */
const char *mediatype_parameters(const char *value);

/*
 * Reads the parameter at *at into *p and moves *at past it. Returns 1 if there was one, 0 at the
 * end, or -1 if the text there is not a parameter.
 */
int parameter_next(const char **at, struct parameter *p);

/* Does the parameter have that name, in any case? */
bool parameter_is(const struct parameter *p, const char *name);

/*
 * Appends the value of the parameter `name`, with quotes and backslash escapes resolved, to *out.
 * Returns 1 if the parameter is there once and 0 if it is not. Returns -1, and leaves *out
 * unchanged, if it is there twice or the value is malformed.
 */
int mediatype_parameter(const char *value, const char *name, struct buf *out);

#endif
