/*
 * Writing xlsx (ISO/IEC 29500) with libxlsxwriter in its constant-memory mode: one sheet, header in
 * row 1, inline texts.
 *
 * libxlsxwriter leaves some things to its caller, which are done here:
 *
 *  - Text like "_x000D_" stands for a character in this format, so its underscore is escaped.
 *  - A sheet's limits count UTF-16 units; libxlsxwriter would refuse too late or not name the item.
 *  - It ignores failed writes to its temporary files, so a full disk would truncate the sheet. The
 *    finished file is therefore read back once.
 */
#include "formats/writer.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#define SHEET         "xl/worksheets/sheet1.xml"
#define MAX_ITEMS     (LXW_ROW_MAX - 1)
#define MAX_TEXT      32767      /* UTF-16 units in a cell */
#define ZIP32_MAX     0xf0000000 /* a sheet of so many bytes surely needs no ZIP64 */
#define ESCAPE_LENGTH 7          /* _x000D_ */
#define MAX_NAMED     10
#define NAMES_SIZE    512
#define ID_SHOWN      24
#define COLUMN_WIDTH  20
#define READ_SIZE     (64 * 1024)

struct xlsx {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	struct buf text;        /* the cell being written */
	int64_t refused;        /* number of cells that are too long */
	char names[NAMES_SIZE]; /* names of the first of them */
	size_t nnames;
};

static void
fail(struct writer *w, const char *what)
{
	error_errno(&w->error, "writing xlsx: %s", what);
}

static void
check(struct writer *w, lxw_error code)
{
	if (code != LXW_NO_ERROR && !w->error.code)
		error_set(&w->error, ERROR_SYSTEM, "writing xlsx: %s", lxw_strerror(code));
}

static bool
is_escape(const char *text, size_t n)
{
	if (n < ESCAPE_LENGTH || text[1] != 'x' || text[ESCAPE_LENGTH - 1] != '_')
		return false;
	for (size_t i = 2; i < ESCAPE_LENGTH - 1; i++) {
		if (!strchr("0123456789abcdefABCDEF", text[i]))
			return false;
	}
	return true;
}

/* Appends the text, writing "_x005F_" for the underscore of anything that looks like an escape. */
static void
add_escaped(struct buf *out, const char *text, size_t n)
{
	const char *low;

	while (n && (low = memchr(text, '_', n))) {
		size_t before = (size_t)(low - text);
		buf_add(out, text, before);
		buf_add_text(out, is_escape(low, n - before) ? "_x005F_" : "_");
		text += before + 1;
		n -= before + 1;
	}
	buf_add(out, text, n);
}

static size_t
utf16_units(const char *text, size_t n)
{
	size_t units = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		units += (c & 0xc0) != 0x80;
		units += c >= 0xf0; /* a surrogate pair */
	}
	return units;
}

static void
refuse(struct writer *w, struct xlsx *x, const struct cell *id, size_t column)
{
	char name[32]; /* an id in part, or the number of a row of the sheet */

	if (x->refused++ >= MAX_NAMED)
		return;
	if (id->n)
		snprintf(name, sizeof name, "%.*s", (int)(id->n < ID_SHOWN ? id->n : ID_SHOWN),
		    id->text);
	else
		snprintf(name, sizeof name, "item %" PRId64, w->rows + 1);
	x->nnames += (size_t)snprintf(x->names + x->nnames, NAMES_SIZE - x->nnames, "%s%s (%.20s)",
	    x->nnames ? ", " : "", name, w->columns[column]);
}

static void
put_text(struct writer *w, struct xlsx *x, const struct cell *cells, size_t column)
{
	const struct cell *cell = &cells[column];
	struct buf *text = &x->text;

	buf_clear(text);
	if (writer_needs_guard(cell))
		buf_add_char(text, ' ');
	add_escaped(text, cell->text, cell->n);
	if (text->failed)
		check(w, LXW_ERROR_MEMORY_MALLOC_FAILED);
	else if (utf16_units(buf_text(text), text->len) > MAX_TEXT)
		refuse(w, x, &cells[0], column);
	else if (!x->refused)
		check(w, worksheet_write_string(x->sheet, (lxw_row_t)w->rows + 1, (lxw_col_t)column,
			     buf_text(text), NULL));
}

static void
put_number(struct writer *w, struct xlsx *x, const struct cell *cell, lxw_col_t column)
{
	char digits[32];

	snprintf(digits, sizeof digits, "%.*s", (int)cell->n, cell->text);
	check(w, worksheet_write_number(
		     x->sheet, (lxw_row_t)w->rows + 1, column, strtod(digits, NULL), NULL));
}

static void
row(struct writer *w, const struct cell *cells)
{
	struct xlsx *x = w->state;

	/* The export will be refused, but the message shall say how many items there are. */
	if (w->rows >= MAX_ITEMS)
		return;
	for (size_t i = 0; i < w->ncolumns; i++) {
		const struct cell *cell = &cells[i];
		if (cell->kind == CELL_STRING)
			put_text(w, x, cells, i);
		else if (x->refused)
			continue;
		else if (cell->kind == CELL_NUMBER)
			put_number(w, x, cell, (lxw_col_t)i);
		else
			check(w, worksheet_write_boolean(x->sheet, (lxw_row_t)w->rows + 1,
				     (lxw_col_t)i, cell->text[0] == 't', NULL));
	}
}

static void
begin(struct writer *w)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = (char *)w->dir};
	struct xlsx *x = calloc(1, sizeof *x);
	char path[64]; /* the library only accepts file names */

	w->state = x;
	snprintf(path, sizeof path, "/proc/self/fd/%d", w->fd);
	if (x)
		x->book = workbook_new_opt(path, &options);
	if (!x || !x->book || !(x->sheet = workbook_add_worksheet(x->book, NULL))) {
		fail(w, w->dir);
		return;
	}
	lxw_format *bold = workbook_add_format(x->book);
	if (!bold) {
		fail(w, "format");
		return;
	}
	lxw_col_t last = (lxw_col_t)(w->ncolumns - 1);
	format_set_bold(bold);
	worksheet_freeze_panes(x->sheet, 1, 0);
	check(w, worksheet_set_column(x->sheet, 0, last, COLUMN_WIDTH, NULL));
	for (lxw_col_t i = 0; i <= last; i++)
		check(w, worksheet_write_string(x->sheet, 0, i, w->columns[i], bold));
}

/* Reports what a sheet cannot hold. */
static bool
check_limits(struct writer *w, const struct xlsx *x)
{
	const char *remedy = "Narrow the export down, or choose csv, json or yaml.";
	char more[40] = "";

	if (x->refused > MAX_NAMED)
		snprintf(more, sizeof more, " and %" PRId64 " more", x->refused - MAX_NAMED);
	if (w->rows > MAX_ITEMS)
		error_set(&w->error, ERROR_INPUT,
		    "The export has %" PRId64 " items; an xlsx sheet holds %d. %s", w->rows,
		    MAX_ITEMS, remedy);
	else if (x->refused)
		error_set(&w->error, ERROR_INPUT,
		    "An xlsx cell holds %d characters; these are longer: %s%s. %s", MAX_TEXT,
		    x->names, more, remedy);
	return !w->error.code;
}

/* Closes the workbook. Returns the bytes of the sheet's rows, -1 on error. */
static off_t
close_book(struct writer *w, struct xlsx *x)
{
	FILE *rows = x->sheet->file;

	lxw_worksheet_write_single_row(x->sheet);
	off_t size = fflush(rows) == 0 && !ferror(rows) ? ftello(rows) : -1;
	if (size < 0) {
		fail(w, w->dir);
		return -1;
	}
	if (size > ZIP32_MAX)
		x->book->options.use_zip64 = LXW_TRUE;
	lxw_error code = workbook_close(x->book); /* frees it, too */
	x->book = NULL;
	check(w, code);
	return w->error.code ? -1 : size;
}

/*
 * Whether the sheet is complete: there are exactly as many bytes between its <sheetData> and
 * </sheetData> as were written, and its end is there.
 */
static bool
is_whole(zip_file_t *sheet, off_t size)
{
	static const char open_tag[] = "<sheetData>", close_tag[] = "</sheetData>",
			  end_tag[] = "</worksheet>";
	char *bytes = malloc(READ_SIZE + 1), tail[1024];
	off_t data = -1; /* bytes seen since <sheetData> */
	size_t ntail = 0;
	zip_int64_t n;

	while (bytes && (n = zip_fread(sheet, bytes, READ_SIZE)) > 0) {
		size_t from = 0;
		bytes[n] = '\0';
		if (data < 0) { /* it is in the first piece */
			const char *tag = strstr(bytes, open_tag);
			if (!tag)
				break;
			data = 0;
			from = (size_t)(tag - bytes) + strlen(open_tag);
		}
		off_t left = size - data;
		data += (off_t)((size_t)n - from);
		if (left > 0)
			from = left < (off_t)((size_t)n - from) ? from + (size_t)left : (size_t)n;
		size_t keep = (size_t)n - from;
		if (ntail + keep >= sizeof tail)
			break;
		memcpy(tail + ntail, bytes + from, keep);
		ntail += keep;
	}
	bool whole = bytes && n == 0 && ntail > strlen(close_tag) + strlen(end_tag) &&
		     memcmp(tail, close_tag, strlen(close_tag)) == 0 &&
		     memcmp(tail + ntail - strlen(end_tag), end_tag, strlen(end_tag)) == 0;
	free(bytes);
	return whole;
}

static void
read_back(struct writer *w, off_t size)
{
	int copy = dup(w->fd);
	zip_t *zip = copy >= 0 ? zip_fdopen(copy, 0, NULL) : NULL;
	zip_file_t *sheet = zip ? zip_fopen(zip, SHEET, 0) : NULL;

	if (!sheet || !is_whole(sheet, size))
		error_set(&w->error, ERROR_SYSTEM,
		    "writing xlsx: the file is not whole; is there space in %s?", w->dir);
	if (sheet)
		zip_fclose(sheet);
	if (zip)
		zip_discard(zip);
	else if (copy >= 0)
		close(copy);
}

static void
end(struct writer *w)
{
	struct xlsx *x = w->state;

	if (!check_limits(w, x))
		return;
	off_t size = close_book(w, x);
	if (size >= 0)
		read_back(w, size);
}

static void
close_writer(struct writer *w)
{
	struct xlsx *x = w->state;

	if (!x)
		return;
	if (x->sheet && x->book)
		fclose(x->sheet->file); /* the library forgets to */
	lxw_workbook_free(x->book);
	buf_free(&x->text);
	free(x);
}

const struct writer_format writer_xlsx = {
    .extension = "xlsx",
    .media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    .has_header = true,
    .begin = begin,
    .row = row,
    .end = end,
    .close = close_writer,
};
