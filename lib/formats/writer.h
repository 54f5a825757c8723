/*
 * Writing library files: one streaming writer per format behind one interface, the counterpart of
 * reader.h. Memory does not grow with the file. Writers know columns and cells, but no database and
 * no HTTP.
 *
 *	struct writer *w = writer_open(format, fd, dir, columns, n, err);
 *	while (w && ...)
 *		failed = writer_row(w, cells, err) < 0;
 *	... writer_finish(w, err) ...
 *	writer_close(w);
 *
 * Guarantees, for cells that are UTF-8 without control characters other than LF and tab:
 *
 *  1. The format's reader, or another program, reads back exactly the cell, except for what claim 2
 *     adds. What a format cannot hold is refused, never cut.
 *  2. No cell becomes a formula, a link or a command: in csv and xlsx, text that begins with one
 *     of = + - @, tab or CR gets a space in front, which importing trims. In csv that holds for
 *     programs that separate by semicolon or tab as well, with and without quotes: see guard.h.
 *  3. No text becomes a number, a boolean, a date or null in YAML, whether it is read as 1.1 or
 *     1.2.
 */
#ifndef ACCESSION_WRITER_H
#define ACCESSION_WRITER_H

#include "base/buf.h"
#include "base/error.h"
#include "model/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer;

/* A file format; `extension` is its name in the API and on the disk. */
struct writer_format {
	const char *extension;
	const char *media_type;
	bool has_header; /* columns are named once, above the rows, not in every record */

	/* These append to w->out or set w->error. NULL: nothing to do. */
	void (*begin)(struct writer *w);
	void (*row)(struct writer *w, const struct cell *cells);
	void (*end)(struct writer *w);
	void (*close)(struct writer *w); /* always called, even if begin failed */
};

/* All formats that can be written; ends with NULL. */
extern const struct writer_format *const writer_formats[];

/* The format with exactly that extension, or NULL. */
const struct writer_format *writer_find(const char *extension);

/*
 * Starts writing to the empty file fd. The first of the columns identifies an item in errors, or if
 * that is empty its number. All arguments are borrowed until writer_close. Any unnamed temporary
 * files are made in the folder `dir`. Returns NULL with the error set on failure.
 */
struct writer *writer_open(const struct writer_format *format, int fd, const char *dir,
    const char *const *columns, size_t ncolumns, struct error *err);

/*
 * Writes a row: a cell per column, CELL_STRING, CELL_NUMBER (decimal, an integer of at most 15
 * digits) or CELL_BOOLEAN ("true", "false"). Cells that the format cannot hold are reported by
 * writer_finish, all of them together.
 */
int writer_row(struct writer *w, const struct cell *cells, struct error *err);

/*
 * Writes, instead of rows, what a template has besides the header: nothing, or in formats without a
 * header one record with empty values (a blank one, which importing skips).
 */
int writer_example(struct writer *w, struct error *err);

/*
 * Completes the file, which is not valid before. Returns 0, or -1 with ERROR_INPUT if there were
 * rows or cells that the format cannot hold (naming the first ten), or with ERROR_SYSTEM.
 */
int writer_finish(struct writer *w, struct error *err);

/* Frees the writer, even an unfinished one; NULL is fine. The file descriptor stays open. */
void writer_close(struct writer *w);

/* For the implementations. */

struct writer {
	const struct writer_format *format;
	const char *const *columns;
	size_t ncolumns;
	int64_t rows;       /* complete ones */
	struct buf out;     /* output not yet written to the file */
	struct error error; /* the first that happened */
	int fd;
	const char *dir;
	void *state; /* the format's own, freed by its close */
};

/* Whether a spreadsheet might take the cell for a formula (claim 2). */
bool writer_needs_guard(const struct cell *cell);

/* One file each, write_<name>.c. */
extern const struct writer_format writer_csv, writer_json, writer_yaml, writer_xlsx;

#endif
