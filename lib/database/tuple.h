/*
 * Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"): a 2-byte field
 * count, then for each field a 4-byte length, -1 for NULL, and that many bytes. All numbers are in
 * network byte order.
 */
#ifndef ACCESSION_TUPLE_H
#define ACCESSION_TUPLE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What COPY ... FROM STDIN (FORMAT binary) needs before the first row and after the last. */
extern const char tuple_header[19];
extern const char tuple_trailer[2];

/* Append a row: first its number of fields, then the fields. */
void tuple_begin(struct buf *out, size_t nfields);
void tuple_add_int2(struct buf *out, int16_t v);
void tuple_add_int4(struct buf *out, int32_t v);
void tuple_add_int8(struct buf *out, int64_t v);
void tuple_add_bool(struct buf *out, bool v);
void tuple_add_text(struct buf *out, const char *text, size_t n); /* or bytea; text NULL: NULL */
void tuple_add_null(struct buf *out);

/*
 * A field that is a text[]: between the two calls, append its n elements as texts or NULLs. Pass
 * tuple_end_texts what tuple_begin_texts returned.
 */
size_t tuple_begin_texts(struct buf *out, size_t n);
void tuple_end_texts(struct buf *out, size_t begun);

struct tuple_field {
	const char *data; /* n bytes, borrowed; NULL for SQL NULL */
	size_t n;
};

/*
 * Splits a row of exactly nfields fields. False if the n bytes are not exactly such a row. The
 * contents of the fields are not checked.
 */
bool tuple_split(const char *bytes, size_t n, struct tuple_field *fields, size_t nfields);

/* The field count at the start of a row; 0 if the n bytes cannot be the start of one. */
size_t tuple_count(const char *bytes, size_t n);

/* The field as an int8 or bool; 0 or false if it is not one. */
int64_t tuple_get_int8(const struct tuple_field *f);
bool tuple_get_bool(const struct tuple_field *f);

#endif
