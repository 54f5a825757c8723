/*
 * What the parser child says to the worker: frames of one byte of type, four bytes of length in
 * network byte order, and that many bytes.
 *
 *	FRAME_RECORD    a row of the staging table, in binary COPY format
 *	FRAME_FINDING   a struct finding
 *	FRAME_SHEET     where the fields stand, in formats that name cells
 *	FRAME_PROGRESS  how many bytes of the file are read
 *	FRAME_ROW       a record as the file has it, which the worker asked to get back
 *	FRAME_END       nothing follows: how many records, errors and warnings there were
 *
 * The child reads hostile files and may have been taken over by one: whoever reads frames checks
 * all.
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
};

#define FRAME_HEADER 5
#define FRAME_MAX    (2U * 1024 * 1024) /* bytes of the longest payload; a record stays below */

/* Findings carry at most so much of the value they are about. */
#define FRAME_VALUE_MAX 1000

struct frame {
	enum frame_type type;
	const char *data; /* n bytes, borrowed */
	size_t n;
};

struct frame_totals {
	int64_t records, errors, warnings;
};

/* Begins a frame in *out; its payload is what is appended until frame_end(out, what that returned).
 */
size_t frame_begin(struct buf *out, enum frame_type type);
void frame_end(struct buf *out, size_t begun);

/*
 * Looks at the n bytes: 1 and *f if they begin with a whole frame (of FRAME_HEADER + f->n bytes),
 * 0 if more bytes are needed to tell, -1 if this is no frame.
 */
int frame_parse(const char *bytes, size_t n, struct frame *f);

/*
 * Appends a finding. Its value is cut, and what is no UTF-8 in it replaced, so that it can be
 * stored.
 */
void frame_add_finding(struct buf *out, const struct finding *f);
/*
 * Appends a record's cells with their names, but for the columns that failed rows have anyway; what
 * cannot be stored is replaced. Of a record larger than a frame the cells that do not fit are NULL.
 */
void frame_add_row(struct buf *out, const struct record *rec);
void frame_add_sheet(struct buf *out, const struct sheet *sheet);
void frame_add_progress(struct buf *out, int64_t bytes);
void frame_add_end(struct buf *out, struct frame_totals totals);

/*
 * The contents of such frames. False if they are malformed, or are nothing that frame_add_* makes
 * of texts and counts. What *f points to is the frame's.
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
