/* A data record as it is in the file: readers return it, and validate.h checks it. */
#ifndef ACCESSION_RECORD_H
#define ACCESSION_RECORD_H

#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cell_kind {
	CELL_ABSENT,  /* the file has no such column or key: the stored value stays */
	CELL_NULL,    /* null in json and yaml: treated as an empty string */
	CELL_STRING,  /* text; everything in csv */
	CELL_NUMBER,  /* the number as the file spells it, e.g. "8", "1e3" */
	CELL_BOOLEAN, /* "true" or "false" */
	CELL_DATE,    /* the text of a date cell in xlsx: "2026-11-23" */
	CELL_LIST,    /* a list, joined here by ';' (only json and yaml, for tags and references) */
};

/* UTF-8, n bytes, not NUL terminated; line ends are LF; not trimmed. */
struct cell {
	enum cell_kind kind;
	const char *text;
	size_t n;
};

/* A cell as it was in the file, with its header: for returning failed rows to people. */
struct raw_cell {
	const char *name, *text;
	size_t name_n, n;
};

/* A data record. Everything it points to belongs to the reader and is valid until its next call. */
struct record {
	int64_t entry; /* 1-based ordinal of the record, blank ones not counted */
	int64_t row;   /* csv, xlsx: the spreadsheet row, header = 1; json, yaml: the record */
	int64_t line;  /* text formats: the line where the record begins, from 1; xlsx: 0 */
	struct cell cells[MODEL_MAX_FIELDS]; /* by field index of the model */
	const struct raw_cell *raw;          /* every cell in the order of the file */
	size_t nraw;
	/* It is of a table, where exports put a space before what might be a formula (writer.h). */
	bool guarded;
	bool broken;  /* what its cells are cannot be known; that was told, and is all to be told */
	bool guessed; /* the encoding was, which was told: letters may be wrong for that alone */
};

#endif
