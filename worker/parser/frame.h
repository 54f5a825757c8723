/*
 * What the parser child sends to the worker: frames of one byte of type, four bytes of length in
 * network byte order, and that many bytes.
 *
 *	FRAME_RECORD    a row of the staging table, in binary COPY format
 *	FRAME_FINDING   a struct finding
 *	FRAME_SHEET     where the fields are, in formats whose cells have names
 *	FRAME_PROGRESS  how many bytes of the file have been read
 *	FRAME_ROW       a record as the file has it, which the worker asked for
 *	FRAME_END       the last frame: how many records, errors and warnings there were
 *
 * The child reads hostile files and may have been taken over by one, so whoever reads frames must
 * check everything.
 */
#ifndef ACCESSION_FRAME_H
#define ACCESSION_FRAME_H

#include "base/buf.h"
#include "database/tuple.h"
#include "model/finding.h"
#include "model/record.h"
#include "model/sheet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_type {
	FRAME_RECORD = 'r',
	FRAME_FINDING = 'f',
	FRAME_SHEET = 's',
	FRAME_PROGRESS = 'p',
	FRAME_ROW = 'o',
	FRAME_END = 'e',
	/* from the worker to the child: see order.h */
	FRAME_MODEL = 'm',
	FRAME_FORMAT = 't',
	FRAME_WANTED = 'w',
};

#define FRAME_HEADER 5
#define FRAME_MAX    (2U * 1024 * 1024) /* bytes of the longest payload; a record stays below */

/* A finding carries at most this many bytes of the value it is about. */
#define FRAME_VALUE_MAX 1000

struct frame {
	enum frame_type type;
	const char *data; /* n bytes, borrowed */
	size_t n;
};

struct frame_totals {
	int64_t records, errors, warnings;
};

/* Begins a frame in *out: append its payload, then call frame_end with what this returned. */
size_t frame_begin(struct buf *out, enum frame_type type);
void frame_end(struct buf *out, size_t begun);

/*
 * Returns 1 and sets *f if the n bytes begin with a whole frame (of FRAME_HEADER + f->n bytes), 0
 * if more bytes are needed to tell, -1 if this is no frame.
 */
int frame_parse(const char *bytes, size_t n, struct frame *f);

/*
 * Appends a finding. Its value is truncated, and invalid UTF-8 in it replaced, so that it can be
 * stored.
 */
void frame_add_finding(struct buf *out, const struct finding *f);
/*
 * Appends a record's cells with their names, except for the columns that failed rows have anyway.
 * What cannot be stored is replaced. If the record is larger than a frame, the cells that do not
 * fit are NULL.
 */
void frame_add_row(struct buf *out, const struct record *rec);
void frame_add_sheet(struct buf *out, const struct sheet *sheet);
void frame_add_progress(struct buf *out, int64_t bytes);
void frame_add_end(struct buf *out, struct frame_totals totals);

/*
 * Read the contents of such frames. Return false if they are malformed or could not have come from
 * frame_add_*, given texts and counts. What *f points to is the frame's.
 */
bool frame_get_finding(const struct frame *frame, struct finding *f);
bool frame_get_sheet(const struct frame *frame, struct sheet *sheet);
bool frame_get_progress(const struct frame *frame, int64_t *bytes);
/*
 * A row's nfields = tuple_count() fields: those of enum frame_row, then a name and a text (or NULL)
 * per cell.
 */
enum frame_row { FRAME_ROW_ENTRY, FRAME_ROW_ROW, FRAME_ROW_CELLS };
bool frame_get_row(const struct frame *frame, struct tuple_field *fields, size_t nfields);
bool frame_get_end(const struct frame *frame, struct frame_totals *totals);

#endif
