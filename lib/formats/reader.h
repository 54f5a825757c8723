/*
 * Reading library files: one streaming reader per format behind one interface. Memory does not
 * grow with the file. Readers know the content model's headers, but no database and no HTTP; what
 * a cell may hold is checked later, by validate.h.
 *
 *	struct reader *r = reader_open(format, fd, model, &limits, sink, ctx);
 *	while (r && (got = reader_next(r, &rec)) == READER_RECORD)
 *		...
 *	reader_close(r);
 *
 * What is wrong with the file goes to the sink, as findings with file coordinates; a call that
 * returns READER_FAILED has told the sink why.
 */
#ifndef ACCESSION_READER_H
#define ACCESSION_READER_H

#include "model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cell_kind {
	CELL_ABSENT,  /* the file has no such column or key: the stored value stays */
	CELL_NULL,    /* json and yaml null: as an empty string */
	CELL_STRING,  /* text; everything in csv */
	CELL_NUMBER,  /* the number as the file spells it, e.g. "8", "1e3" */
	CELL_BOOLEAN, /* "true" or "false" */
	CELL_DATE,    /* text, of a cell that xlsx has as a date: "2026-11-23" */
	CELL_LIST,    /* a list of strings, joined here by ';' (only json and yaml, for tags) */
};

/* UTF-8, n bytes, not NUL terminated; line ends are LF; not trimmed. */
struct cell {
	enum cell_kind kind;
	const char *text;
	size_t n;
};

/* A cell as it stood in the file, with its header: for giving failed rows back. */
struct raw_cell {
	const char *name, *text;
	size_t name_n, n;
};

/* One data record; everything it points to is the reader's, valid until its next call. */
struct record {
	int64_t entry; /* 1-based ordinal of the record, blank ones not counted */
	int64_t row;   /* csv, xlsx: the spreadsheet row, header = 1; json, yaml: the record */
	int64_t line;  /* text formats: the line where the record begins, from 1; xlsx: 0 */
	struct cell cells[MODEL_MAX_FIELDS]; /* by field index of the model */
	const struct raw_cell *raw;          /* every cell in the order of the file */
	size_t nraw;
};

enum finding_level { FINDING_ERROR, FINDING_WARNING };

/* Something to tell the person whose file it is. 0 and NULL mean "none". Pointers are borrowed. */
struct finding {
	enum finding_level level;
	int64_t entry, row, line;
	const char *field; /* header of the field, as the model (or, unknown, the file) spells it */
	const char *value; /* what stood there, value_n bytes */
	size_t value_n;
	const char *details; /* one or two plain sentences: what is wrong and what to do */
};

typedef void finding_fn(void *ctx, const struct finding *f);

struct limits {
	int64_t max_records;
	int64_t max_field_bytes;
	int64_t max_columns;
	int64_t max_record_bytes;   /* csv: all its cells; 0: only the limits above count */
	int64_t max_depth;          /* json, yaml nesting */
	int64_t max_inflated_bytes; /* xlsx */
	int64_t max_inflate_ratio;  /* xlsx */
	int64_t max_shared_bytes;   /* xlsx: its table of shared strings */
};

enum reader_status { READER_RECORD, READER_END, READER_FAILED };

struct reader;

/* A file format; `extension` is its name in the API and on the disk. */
struct format {
	const char *extension;
	struct reader *(*open)(int fd, const struct model *m, const struct limits *limits,
	    finding_fn *sink, void *ctx);
};

/* All formats that can be read; ends with a NULL extension. */
extern const struct format formats[];

/* The format with that extension (n bytes, any case; "yml" is yaml), or NULL. */
const struct format *format_find(const char *extension, size_t n);

/*
 * Starts reading fd, a regular file at offset 0, which stays the caller's to close. Reads the
 * header where the format has one. NULL after a fatal finding.
 */
struct reader *reader_open(const struct format *format, int fd, const struct model *m,
    const struct limits *limits, finding_fn *sink, void *ctx);

/*
 * Reads the next record that is not blank. A record with a finding of its own (a row longer than
 * the header, say) is still returned, so that all its errors are found in one go. READER_END comes
 * once; a file without any record has been told to the sink by then.
 */
enum reader_status reader_next(struct reader *r, struct record *rec);

/* Bytes of the file consumed so far, for progress. */
int64_t reader_offset(const struct reader *r);

/* Where the fields stand in a sheet, so that cells can be named: sheet!B7. */
struct reader_sheet {
	const char *name;                 /* as formulas write it, the reader's; NULL: no sheet */
	size_t columns[MODEL_MAX_FIELDS]; /* by field: its column, from 1; 0: none */
};
struct reader_sheet reader_sheet(const struct reader *r);

/* Frees the reader; NULL is fine. */
void reader_close(struct reader *r);

/* For the implementations: every reader begins with this. */
struct reader {
	enum reader_status (*next)(struct reader *r, struct record *rec);
	int64_t (*offset)(const struct reader *r);
	void (*close)(struct reader *r);
	void (*sheet)(const struct reader *r, struct reader_sheet *sheet); /* NULL: no sheet */
};

#endif
