/*
 * Reading library files: one streaming reader per format behind one interface. Memory does not
 * grow with the file. Readers know the content model's headers, but no database and no HTTP; what
 * a cell may hold is checked later, by validate.h.
 *
 *	struct reader *r = reader_open(format, &source, model, &limits, sink, ctx);
 *	while (r && (got = reader_next(r, &rec)) == READER_RECORD)
 *		...
 *	reader_close(r);
 *
 * Errors in the file are reported to the sink, as findings with their place in the file. A call
 * that returns READER_FAILED has told the sink why.
 */
#ifndef ACCESSION_READER_H
#define ACCESSION_READER_H

#include "formats/limits.h"
#include "formats/source.h"
#include "model/finding.h"
#include "model/format.h"
#include "model/record.h"
#include "model/sheet.h"

#include <stdint.h>

enum reader_status { READER_RECORD, READER_END, READER_FAILED };

struct reader;

/*
 * Starts reading the source, a file at offset 0, which the caller closes after the reader. Reads
 * the header if the format has one. Returns NULL after a fatal finding.
 */
struct reader *reader_open(const struct format *format, const struct source *source,
    const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx);

/*
 * Reads the next record that is not blank. A record with findings of its own (a row longer than the
 * header, say) is still returned, so that all its errors are found in one pass. READER_END comes
 * once; by then the sink has been told if the file has no records.
 */
enum reader_status reader_next(struct reader *r, struct record *rec);

/* Bytes of the file consumed so far, for progress. */
int64_t reader_offset(const struct reader *r);

/* Where the fields are in the sheet; its name is NULL if the format has no sheets. */
struct sheet reader_sheet(const struct reader *r);

/* Frees the reader; NULL is fine. */
void reader_close(struct reader *r);

/* For the implementations: every reader begins with this. */
struct reader {
	enum reader_status (*next)(struct reader *r, struct record *rec);
	int64_t (*offset)(const struct reader *r);
	void (*close)(struct reader *r);
	void (*sheet)(const struct reader *r, struct sheet *sheet); /* NULL: no sheet */
};

#endif
