/*
 * The XLSX reader: see xlsx.h.
 *
 * xlsx_package.h unpacks the file, xlsx_workbook.h finds the sheet, xlsx_sheet.h reads its rows and
 * columns.h makes records of them. This file adds the place to error messages: `Sheet1!C7`.
 */
#include "formats/xlsx.h"

#include "formats/columns.h"
#include "formats/findings.h"
#include "formats/xlsx_sheet.h"
#include "formats/xlsx_workbook.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct xlsx {
	struct reader reader;
	struct limits limits;
	struct findings to;
	struct columns columns;
	enum reader_status status; /* READER_RECORD until the end or a failure */
	int64_t entry;             /* records returned so far */
	struct raw_cell *raw;
	struct buf sheet_name; /* as formulas write it, with the '!' */

	struct xlsx_package package;
	struct xlsx_workbook workbook;
	struct xlsx_strings strings;
	struct xlsx_styles styles;
	struct xlsx_sheet sheet;
};

/* A finding with the position of the row being read. */
static struct finding
here(const struct xlsx *x)
{
	return (struct finding){
	    .entry = x->columns.n ? x->entry + 1 : 0, .row = x->sheet.row.number};
}

/* Writes the sheet's name as formulas do: in quotes unless it is a plain word. */
static void
quote_sheet_name(struct buf *out, const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789_.";
	size_t n = (size_t)findings_shown(name, strlen(name));

	if (n && strspn(name, plain) == n) {
		buf_add(out, name, n);
	} else {
		buf_add_char(out, '\'');
		for (size_t i = 0; i < n; i++)
			buf_add(out, name[i] == '\'' ? "''" : name + i, name[i] == '\'' ? 2 : 1);
		buf_add_char(out, '\'');
	}
	buf_add_char(out, '!');
}

/* Reports what is wrong with the cell in column i (from 0) of the row being read. */
static void
tell_trouble(const struct xlsx *x, size_t i, struct finding f)
{
	const struct cell *cell = &x->sheet.row.cells[i];
	const char *sheet = buf_text(&x->sheet_name);
	int shown = findings_shown(cell->text, cell->n);
	char name[SHEET_CELL_NAME_MAX];

	sheet_cell_name(name, i + 1, f.row);
	f.value = cell->n ? cell->text : NULL;
	f.value_n = cell->n;
	switch (x->sheet.row.troubles[i]) {
	case XLSX_FINE: break;
	case XLSX_ERROR_VALUE:
		findings_tell(&x->to, f,
		    "The cell %s%s holds the error %.*s. Correct its formula, or put a value in "
		    "its place.",
		    sheet, name, shown, cell->text);
		break;
	case XLSX_NO_RESULT:
		findings_tell(&x->to, f,
		    "The cell %s%s is a formula whose result is not in the file. Open the file in "
		    "a spreadsheet program and save it, or put a value in the formula's place.",
		    sheet, name);
		break;
	case XLSX_NO_NUMBER:
		findings_tell(&x->to, f,
		    "The cell %s%s is marked as a number, but holds \"%.*s\". " XLSX_SAVE_AGAIN,
		    sheet, name, shown, cell->text);
		break;
	case XLSX_NO_STRING:
		findings_tell(&x->to, f,
		    "The cell %s%s refers to a text that is not in the file (%.*s). The workbook "
		    "is damaged. " XLSX_SAVE_AGAIN,
		    sheet, name, shown, cell->text);
		break;
	case XLSX_TOO_LONG:
		f.value = NULL;
		f.value_n = 0;
		findings_tell(&x->to, f,
		    "The cell %s%s has more than %" PRId64
		    " bytes, the limit (max_field_bytes). Shorten it.",
		    sheet, name, x->limits.max_field_bytes);
		break;
	}
}

/* The name of the column as the model, or else the file, spells it; NULL if it has none. */
static const char *
field_name(const struct xlsx *x, const struct raw_cell *raw)
{
	const char *nearest;
	int index;

	if (model_match_header(x->columns.model, raw->name, raw->name_n, &index, &nearest) ==
	    HEADER_FIELD)
		return x->columns.model->fields[index].name;
	return raw->name_n ? raw->name : NULL;
}

/* Reports what is wrong with the cells of the row that the record was made from. */
static void
tell_row(const struct xlsx *x, struct finding f)
{
	const struct xlsx_row *row = &x->sheet.row;
	char name[SHEET_CELL_NAME_MAX];

	for (size_t i = 0; row->troubled && i < row->n; i++) {
		f.field = field_name(x, &x->raw[i]);
		tell_trouble(x, i, f);
	}
	f.field = NULL;
	if (row->beyond)
		findings_tell(&x->to, f,
		    "The cell %s%s has a value, but the header names no column there. Empty the "
		    "cell.",
		    buf_text(&x->sheet_name), sheet_cell_name(name, row->beyond, row->number));
}

/* Reads the next row that is not blank. */
static enum reader_status
read_filled_row(struct xlsx *x)
{
	const struct xlsx_row *row = &x->sheet.row;
	struct error err = {0};
	int got;

	while ((got = xlsx_sheet_next(&x->sheet, &err)) > 0) {
		if (row->troubled || row->beyond)
			return READER_RECORD;
		enum row_kind kind = columns_look(&x->columns, row->cells, row->n);
		if (kind == ROW_RECORD)
			return READER_RECORD;
		if (kind == ROW_HEADER)
			columns_tell_header(&x->columns, here(x));
	}
	if (got < 0) {
		findings_tell(&x->to, here(x), "%s", err.message);
		return READER_FAILED;
	}
	return READER_END;
}

static enum reader_status
xlsx_next(struct reader *r, struct record *rec)
{
	struct xlsx *x = (struct xlsx *)r;
	const struct xlsx_row *row = &x->sheet.row;

	if (x->status != READER_RECORD)
		return x->status;
	x->status = read_filled_row(x);
	if (x->status == READER_END && !x->entry)
		findings_tell(&x->to, (struct finding){0}, "The file has a header but no records.");
	if (x->status != READER_RECORD)
		return x->status;
	struct finding f = here(x);
	if (x->entry == x->limits.max_records) {
		findings_tell(&x->to, f,
		    "This is record %" PRId64 "; the limit (max_records) is %" PRId64
		    ". Split the file.",
		    x->entry + 1, x->limits.max_records);
		return x->status = READER_FAILED;
	}
	rec->entry = ++x->entry;
	rec->row = row->number;
	rec->line = 0;
	columns_record(&x->columns, row->cells, row->n, x->raw, rec);
	tell_row(x, f);
	return READER_RECORD;
}

static int64_t
xlsx_offset(const struct reader *r)
{
	const struct xlsx *x = (const struct xlsx *)r;

	return x->status == READER_END ? x->package.file_size : xlsx_package_offset(&x->package);
}

static void
xlsx_places(const struct reader *r, struct sheet *sheet)
{
	const struct xlsx *x = (const struct xlsx *)r;

	sheet->name = buf_text(&x->sheet_name);
	columns_places(&x->columns, sheet->columns);
}

static void
xlsx_close(struct reader *r)
{
	struct xlsx *x = (struct xlsx *)r;

	xlsx_sheet_close(&x->sheet);
	xlsx_styles_free(&x->styles);
	xlsx_strings_free(&x->strings);
	xlsx_workbook_free(&x->workbook);
	xlsx_package_close(&x->package);
	columns_free(&x->columns);
	buf_free(&x->sheet_name);
	free(x->raw);
	free(x);
}

/* Opens everything up to the sheet, ready for its first row. */
static int
open_sheet(struct xlsx *x, int fd, struct error *err)
{
	struct xlsx_workbook *w = &x->workbook;
	struct xlsx_package *p = &x->package;
	struct xlsx_context context = {
	    &x->strings, &x->styles, false, x->limits.max_field_bytes, x->limits.max_columns};

	if (!x->raw)
		return error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	if (xlsx_package_open(p, fd, &x->limits, err) != 0 || xlsx_workbook_read(w, p, err) != 0)
		return -1;
	if (w->styles && xlsx_styles_read(&x->styles, p, w->styles, err) != 0)
		return -1;
	if (w->strings &&
	    xlsx_strings_read(&x->strings, p, w->strings, x->limits.max_shared_bytes, err) != 0)
		return -1;
	context.date1904 = w->date1904;
	quote_sheet_name(&x->sheet_name, w->sheet_name);
	return xlsx_sheet_open(&x->sheet, p, w->sheet, context, err);
}

/* Reads the header; false after a finding. */
static bool
read_header(struct xlsx *x)
{
	const struct xlsx_row *row = &x->sheet.row;
	enum reader_status status = read_filled_row(x);
	char name[SHEET_CELL_NAME_MAX];

	if (status != READER_RECORD)
		return status == READER_END &&
		       columns_open(&x->columns, NULL, 0, (struct finding){0});
	if (row->beyond)
		return findings_tell(&x->to, here(x),
		    "The header goes on to the cell %s%s; the limit (max_columns) is %" PRId64 ".",
		    buf_text(&x->sheet_name), sheet_cell_name(name, row->beyond, row->number),
		    x->limits.max_columns);
	if (row->troubled) {
		for (size_t i = 0; i < row->n; i++)
			tell_trouble(x, i, here(x));
		return false;
	}
	return columns_open(&x->columns, row->cells, row->n, here(x));
}

static bool
start(struct xlsx *x, int fd)
{
	struct error err = {0};

	if (open_sheet(x, fd, &err) != 0)
		return findings_tell(&x->to, (struct finding){0}, "%s", err.message);
	return read_header(x);
}

struct reader *
xlsx_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx)
{
	const struct findings to = {sink, ctx};
	struct xlsx *x = calloc(1, sizeof *x);

	if (!x) {
		findings_tell_no_memory(&to, (struct finding){0});
		return NULL;
	}
	x->reader = (struct reader){xlsx_next, xlsx_offset, xlsx_close, xlsx_places};
	x->limits = *limits;
	x->to = to;
	x->columns = (struct columns){
	    .model = m, .to = to, .surplus_hint = "Empty the cells to the right of the header."};
	x->raw = calloc((size_t)limits->max_columns, sizeof *x->raw);
	x->status = READER_RECORD;
	if (!start(x, fd)) {
		xlsx_close(&x->reader);
		return NULL;
	}
	return &x->reader;
}
