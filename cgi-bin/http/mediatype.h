/*
 * Header values of the shape `type; name=value; name="value"`: Content-Type (RFC 9110 section
 * 8.3.1, parameters 5.6.6) and Content-Disposition (RFC 6266), which shares the grammar. Accepted
 * beyond it: white space round '=', and any character but ';' and '"' in a value without quotes,
 * because clients send both.
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
	const char *value; /* a quoted one without its quotes, but with its backslashes */
	size_t value_n;
	bool quoted;
};

/* Whether the value's type, any case, is `type`, e.g. "application/json". Parameters are ignored.
 */
bool mediatype_is(const char *value, const char *type);

/* Where the value's parameters begin, for parameter_next. */
const char *mediatype_parameters(const char *value);

/*
 * Reads the parameter at *at into *p and moves *at behind it. 1 if there was one, 0 at the end, -1
 * if what stands there is no parameter.
 */
int parameter_next(const char **at, struct parameter *p);

/* Whether the parameter has that name; names have no case. */
bool parameter_is(const struct parameter *p, const char *name);

/*
 * Appends the value of the parameter `name`, quotes and backslash escapes resolved, to *out. 1 if
 * it is there once, 0 if it is not; -1, and *out as before, if it is there twice or the value is
 * malformed.
 */
int mediatype_parameter(const char *value, const char *name, struct buf *out);

#endif
