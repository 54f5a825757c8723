/*
 * Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"): a field count
 * of 2 bytes, then each field as a length of 4 bytes, -1 for NULL, and that many bytes; all numbers
 * in network byte order.
 */
#ifndef ACCESSION_TUPLE_H
#define ACCESSION_TUPLE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What COPY ... FROM STDIN (FORMAT binary) wants before the first row and after the last. */
extern const char tuple_header[19];
extern const char tuple_trailer[2];

/* Append a row: its number of fields first, then the fields. */
void tuple_begin(struct buf *out, size_t nfields);
void tuple_add_int2(struct buf *out, int16_t v);
void tuple_add_int4(struct buf *out, int32_t v);
void tuple_add_int8(struct buf *out, int64_t v);
void tuple_add_bool(struct buf *out, bool v);
void tuple_add_text(struct buf *out, const char *text, size_t n); /* or bytea; text NULL: NULL */
void tuple_add_null(struct buf *out);

/*
 * A field that is a text[]: between the two calls stand its n elements, appended as texts or NULLs.
 * tuple_end_texts takes what tuple_begin_texts returned.
 */
size_t tuple_begin_texts(struct buf *out, size_t n);
void tuple_end_texts(struct buf *out, size_t begun);

struct tuple_field {
	const char *data; /* n bytes, borrowed; NULL for SQL NULL */
	size_t n;
};

/*
 * Takes apart a row of exactly nfields fields. False if the n bytes are anything else, up to the
 * last byte; what the fields hold is not looked at.
 */
bool tuple_split(const char *bytes, size_t n, struct tuple_field *fields, size_t nfields);

/* How many fields a row says it has; 0 if the n bytes cannot begin one. */
size_t tuple_count(const char *bytes, size_t n);

/* The field as an int8 or bool; 0 or false if it is none. */
int64_t tuple_get_int8(const struct tuple_field *f);
bool tuple_get_bool(const struct tuple_field *f);

#endif
