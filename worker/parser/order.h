/*
 * What the worker tells the parser child about its file, in frames (frame.h):
 *
 *	FRAME_MODEL   the content model, as its declaration
 *	FRAME_FORMAT  the file's format, by its extension
 *	FRAME_WANTED  optional, one or more: ascending numbers of records, each 8 bytes in network
 *	              byte order: the child is to give back these, as the file has them
 */
#ifndef ACCESSION_ORDER_H
#define ACCESSION_ORDER_H

#include "base/buf.h"
#include "base/error.h"
#include "declaration/declaration.h"
#include "model/format.h"

#include <stddef.h>
#include <stdint.h>

struct order {
	struct declaration model;
	const struct format *format;
	struct buf wanted; /* int64_t: numbers of records; empty: parse all */
};

/* Appends the order. */
void order_write(struct buf *out, const struct model *m, const char *format, const int64_t *wanted,
    size_t nwanted);

/*
 * Reads an order of n bytes. Returns 0, or -1 with ERROR_INPUT if it is none that order_write could
 * have written, or with ERROR_SYSTEM. The caller frees *o in any case. Must not be copied.
 */
int order_read(const char *bytes, size_t n, struct order *o, struct error *err)
    __attribute__((warn_unused_result));

void order_free(struct order *o);

#endif
