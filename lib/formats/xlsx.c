/*
 * The XLSX reader: see xlsx.h.
 *
 * xlsx_package.h unpacks the file, xlsx_workbook.h finds the sheets and xlsx_survey.h chooses one,
 * xlsx_sheet.h reads its rows, xlsx_merges.h fills in merged cells and columns.h makes records of
 * them. This file adds the place to messages: `Sheet1!C7`. What is odd about a cell is told only if
 * its value is used.
 */
#include "formats/xlsx.h"

#include "base/text.h"
#include "formats/columns.h"
#include "formats/findings.h"
#include "formats/xlsx_merges.h"
#include "formats/xlsx_sheet.h"
#include "formats/xlsx_shown.h"
#include "formats/xlsx_survey.h"
#include "formats/xlsx_workbook.h"
#include "model/boolean.h"

#include <inttypes.h>
#include <stdio.h>
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
	int *fields;            /* by column: the field that is read from it, or -1 */
	bool *read;             /* by column: whether there is one */
	enum xlsx_taken *taken; /* by column: how its numbers are */
	bool hidden;            /* whether a column is that is read */
	int del;                /* the field that deletes items; -1: none */
	bool deletes;           /* whether the row being read deletes one */
	struct buf sheet_name;  /* as formulas write it, with the '!' */

	struct xlsx_package package;
	struct xlsx_workbook workbook;
	struct xlsx_strings strings;
	struct xlsx_styles styles;
	struct xlsx_merges merges;
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

#define IF_MEANT    "If the number is meant, nothing is to be done. "
#define WRITE_AGAIN "write that again in a cell that is formatted as text."

/* Warns of a number in column i that the sheet shows in another way. */
static void
tell_unlike(const struct xlsx *x, size_t i, const char *name, struct finding f)
{
	const struct cell *cell = &x->sheet.row.cells[i];
	const char *sheet = buf_text(&x->sheet_name), *code = x->sheet.row.codes[i];
	char shown[XLSX_SHOWN_MAX], plain[XLSX_SHOWN_MAX], seen[TEXT_SHOWN_SIZE];

	f.level = FINDING_WARNING;
	f.sign = SIGN_SHOWN;
	snprintf(plain, sizeof plain, "%.*s", (int)cell->n, cell->text);
	xlsx_show(code, plain, shown);
	if (*shown)
		findings_tell(&x->to, f,
		    "The cell %s%s shows \"%s\", but holds %s, which was taken. " IF_MEANT
		    "If what it shows is meant, " WRITE_AGAIN,
		    sheet, name, text_show(seen, shown, strlen(shown)), plain);
	else if (code == xlsx_lost_code)
		findings_tell(&x->to, f,
		    "The cell %s%s holds %s, which was taken, but the file has lost the number "
		    "format in which it was shown. " IF_MEANT
		    "If it was a date, or anything else, " WRITE_AGAIN,
		    sheet, name, plain);
	else
		findings_tell(&x->to, f,
		    "The cell %s%s holds %s, which was taken, but shows it in another way (its "
		    "number format is %s). " IF_MEANT "If what it shows is meant, " WRITE_AGAIN,
		    sheet, name, plain, text_show(seen, code, strlen(code)));
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
	case XLSX_SHOWN_UNLIKE: tell_unlike(x, i, name, f); break;
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

/* Whether the value in column i, from 0, of the row being read is used for anything. */
static bool
is_used(const struct xlsx *x, size_t i)
{
	int field = i < (size_t)x->limits.max_columns ? x->fields[i] : -1;

	return field >= 0 && (!x->deletes || field == 0 || field == x->del);
}

static bool
is_range_used(const struct xlsx *x, const struct xlsx_range *range)
{
	size_t i = (size_t)range->left - 1;

	while (i < (size_t)range->right && i < x->columns.n && !is_used(x, i))
		i++;
	return i < (size_t)range->right && i < x->columns.n;
}

/* Reports that column i, from 0, of the row being read is in a range of merged cells. */
static void
tell_merged(const struct xlsx *x, size_t i, struct finding f)
{
	struct xlsx_merged *merged = &x->merges.columns[i];
	const char *sheet = buf_text(&x->sheet_name);
	char range[XLSX_RANGE_NAME_MAX], name[SHEET_CELL_NAME_MAX], value[TEXT_SHOWN_SIZE];

	xlsx_range_name(range, &merged->range);
	sheet_cell_name(name, i + 1, f.row);
	f.level = FINDING_WARNING;
	f.sign = SIGN_MERGED;
	f.field = columns_field(&x->columns, i);
	if (i < x->sheet.row.n) {
		f.value = x->sheet.row.cells[i].text;
		f.value_n = x->sheet.row.cells[i].n;
	}
	switch (merged->merge) {
	case XLSX_NOT_MERGED:
	case XLSX_MERGED_BESIDE: break;
	case XLSX_MERGED_DOWN:
		if (is_used(x, i))
			findings_tell(&x->to, f,
			    "The cells %s%s are merged: this row, too, was given their value, "
			    "\"%s\". If that is not meant, unmerge them.",
			    sheet, range, text_show(value, f.value, f.value_n));
		break;
	case XLSX_MERGED_OWN:
		if (is_used(x, i))
			findings_tell(&x->to, f,
			    "The cells %s%s are merged, so the sheet does not show that the cell "
			    "%s has a value of its own, \"%s\". That was taken. If it is not "
			    "meant, unmerge them and correct it.",
			    sheet, range, name, text_show(value, f.value, f.value_n));
		break;
	case XLSX_MERGED_HEADER:
		if (is_used(x, i))
			findings_tell(&x->to,
			    (struct finding){.entry = f.entry, .row = f.row, .field = f.field},
			    "The cells %s%s are merged with the header, so it is not known what "
			    "the "
			    "cell %s holds. Unmerge them, and fill it in.",
			    sheet, range, name);
		break;
	case XLSX_MERGED_ACROSS:
		if (merged->told || !is_range_used(x, &merged->range))
			break;
		merged->told = true;
		findings_tell(&x->to, (struct finding){.entry = f.entry, .row = f.row},
		    "The cells %s%s are merged across columns, so it is not known what each of "
		    "them holds. Unmerge them, and fill in each cell.",
		    sheet, range);
		break;
	}
}

/* Warns that the row, or the column that deletes, is hidden. */
static void
tell_hidden(const struct xlsx *x, struct finding f)
{
	bool column = false;

	for (size_t i = 0; x->deletes && i < x->columns.n; i++)
		column |= x->fields[i] == x->del && x->sheet.hidden[i];
	if (!x->sheet.row.hidden && !column)
		return;
	f.level = FINDING_WARNING;
	f.sign = x->deletes ? SIGN_HIDDEN_DEL : SIGN_HIDDEN;
	if (!x->deletes)
		findings_tell(&x->to, f,
		    "This row is hidden in the sheet, but was read all the same. If it is not "
		    "meant to be imported, delete it.");
	else if (x->sheet.row.hidden)
		findings_tell(&x->to, f,
		    "This row is hidden in the sheet, and it DELETES its item. If that is not "
		    "meant, unhide the row, and empty its cell in the column \"%s\".",
		    x->columns.model->fields[x->del].name);
	else {
		f.field = x->columns.model->fields[x->del].name;
		findings_tell(&x->to, f,
		    "This row DELETES its item, as the column \"%s\" says, which is hidden in the "
		    "sheet. If that is not meant, unhide the column, and empty the cell.",
		    f.field);
	}
}

/*
 * Warns of what a hidden column says of the row. That of what deletes items matters only where it
 * does, which tell_hidden tells.
 */
static void
tell_hidden_cells(const struct xlsx *x, struct finding f)
{
	const struct xlsx_row *row = &x->sheet.row;
	char name[SHEET_CELL_NAME_MAX], value[TEXT_SHOWN_SIZE];

	f.level = FINDING_WARNING;
	f.sign = SIGN_HIDDEN;
	for (size_t i = 0; i < x->columns.n && i < row->n; i++) {
		const struct cell *cell = &row->cells[i];
		if (!x->sheet.hidden[i] || !is_used(x, i) || x->fields[i] == x->del ||
		    cell->kind == CELL_ABSENT || columns_blank(cell, 1))
			continue;
		f.field = columns_field(&x->columns, i);
		f.value = cell->text;
		f.value_n = cell->n;
		findings_tell(&x->to, f,
		    "The column \"%s\" is hidden in the sheet, but was read: the cell %s%s holds "
		    "\"%s\". If that is not meant to be imported, delete the column.",
		    f.field, buf_text(&x->sheet_name), sheet_cell_name(name, i + 1, f.row),
		    text_show(value, cell->text, cell->n));
	}
}

/* Reports what is odd about the row that the record was made from. */
static void
tell_row(const struct xlsx *x, struct finding f)
{
	const struct xlsx_row *row = &x->sheet.row;
	char name[SHEET_CELL_NAME_MAX];

	for (size_t i = 0; row->troubled && i < row->n; i++) {
		f.field = columns_field(&x->columns, i);
		if (is_used(x, i))
			tell_trouble(x, i, f);
	}
	f.field = NULL;
	if (row->beyond)
		findings_tell(&x->to, f,
		    "The cell %s%s has a value, but the header names no column there. Empty the "
		    "cell.",
		    buf_text(&x->sheet_name), sheet_cell_name(name, row->beyond, row->number));
	for (size_t k = 0; k < x->merges.ncovered; k++)
		tell_merged(x, x->merges.covered[k], f);
	if (row->hidden || x->deletes)
		tell_hidden(x, f);
	if (x->hidden)
		tell_hidden_cells(x, f);
}

/* Whether a cell whose value would be used has none. */
static bool
is_troubled(const struct xlsx *x)
{
	const struct xlsx_row *row = &x->sheet.row;
	size_t i = 0;

	while (row->troubled && i < row->n &&
	       (row->troubles[i] == XLSX_FINE || (x->columns.n && x->fields[i] < 0)))
		i++;
	return row->troubled && i < row->n;
}

/* Whether the record deletes an item. */
static bool
deletes(const struct xlsx *x, const struct record *rec)
{
	const struct cell *cell = x->del >= 0 ? &rec->cells[x->del] : NULL;
	bool is = false;

	if (!cell || cell->kind == CELL_ABSENT || !cell->n)
		return false;
	struct text_slice word = {cell->text, cell->n};
	text_trim(&word.text, &word.n);
	return boolean_read(word.text, word.n, &is) && is;
}

/* Reads the next row that is not blank. */
static enum reader_status
read_filled_row(struct xlsx *x)
{
	const struct xlsx_row *row = &x->sheet.row;
	struct error err = {0};
	int got;

	while ((got = xlsx_sheet_next(&x->sheet, &err)) > 0) {
		if (row->beyond || is_troubled(x))
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
	if (!xlsx_merges_apply(&x->merges, &x->sheet.row)) {
		findings_tell_no_memory(&x->to, f);
		return x->status = READER_FAILED;
	}
	columns_record(&x->columns, row->cells, row->n, x->raw, rec);
	x->deletes = deletes(x, rec);
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
	xlsx_merges_free(&x->merges);
	xlsx_styles_free(&x->styles);
	xlsx_strings_free(&x->strings);
	xlsx_workbook_free(&x->workbook);
	xlsx_package_close(&x->package);
	columns_free(&x->columns);
	buf_free(&x->sheet_name);
	free(x->fields);
	free(x->read);
	free(x->taken);
	free(x->raw);
	free(x);
}

/* Opens everything that sheets need. */
static int
open_workbook(struct xlsx *x, int fd, struct error *err)
{
	struct xlsx_workbook *w = &x->workbook;
	struct xlsx_package *p = &x->package;

	if (!x->raw || !x->fields || !x->read || !x->taken)
		return error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	if (xlsx_package_open(p, fd, &x->limits, err) != 0 || xlsx_workbook_read(w, p, err) != 0)
		return -1;
	if (w->styles && xlsx_styles_read(&x->styles, p, w->styles, err) != 0)
		return -1;
	return w->strings
		   ? xlsx_strings_read(&x->strings, p, w->strings, x->limits.max_shared_bytes, err)
		   : 0;
}

/* Opens the sheet, ready for its first row. */
static int
open_sheet(
    struct xlsx *x, const struct xlsx_page *page, struct xlsx_context context, struct error *err)
{
	quote_sheet_name(&x->sheet_name, page->name);
	if (xlsx_merges_read(
		&x->merges, &x->package, page->part, (size_t)x->limits.max_columns, err) != 0)
		return -1;
	return xlsx_sheet_open(&x->sheet, &x->package, page->part, context, err);
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

/*
 * How numbers in the field are taken: those of text, and ids, as the sheet shows them, but not what
 * is a number itself. Of a list of numbers, 21,163 may be two; spreadsheet programs make one of it.
 */
static enum xlsx_taken
taken_as(const struct field *f)
{
	switch (f->kind) {
	case FIELD_ID:
	case FIELD_LINE:
	case FIELD_TEXT:
	case FIELD_RULES:
	case FIELD_TAGS: return XLSX_TAKEN_SHOWN;
	case FIELD_REF: return *f->prefix ? XLSX_TAKEN_SHOWN : XLSX_TAKEN_STORED;
	case FIELD_REFS: return *f->prefix ? XLSX_TAKEN_SHOWN : XLSX_TAKEN_APART;
	case FIELD_INTEGER:
	case FIELD_BOOLEAN:
	case FIELD_DELETE: break;
	}
	return XLSX_TAKEN_STORED;
}

/* Prepares for the rows below the header. */
static void
assign_columns(struct xlsx *x)
{
	const struct model *m = x->columns.model;
	size_t places[MODEL_MAX_FIELDS] = {0};

	columns_places(&x->columns, places);
	for (size_t i = 0; i < m->nfields; i++) {
		if (!places[i])
			continue;
		x->fields[places[i] - 1] = (int)i;
		x->read[places[i] - 1] = true;
		x->taken[places[i] - 1] = taken_as(&m->fields[i]);
	}
	for (size_t i = 0; i < x->columns.n; i++)
		x->hidden |= x->read[i] && x->sheet.hidden[i];
	x->sheet.context.taken = x->taken;
	size_t read[MODEL_MAX_FIELDS], nread = 0;
	for (size_t i = 0; i < x->columns.n; i++) {
		if (x->read[i])
			read[nread++] = i;
	}
	xlsx_merges_below(&x->merges, x->sheet.row.number, read, nread);
}

static bool
start(struct xlsx *x, int fd)
{
	struct xlsx_context context = {.strings = &x->strings,
	    .styles = &x->styles,
	    .max_field_bytes = x->limits.max_field_bytes,
	    .max_columns = x->limits.max_columns};
	struct error err = {0};
	size_t page;

	if (open_workbook(x, fd, &err) != 0)
		return findings_tell(&x->to, (struct finding){0}, "%s", err.message);
	context.date1904 = x->workbook.date1904;
	const struct xlsx_survey survey = {
	    &x->workbook, &x->package, context, x->columns.model, x->to};
	if (!xlsx_survey(&survey, &page))
		return false;
	if (open_sheet(x, &x->workbook.pages[page], context, &err) != 0)
		return findings_tell(&x->to, (struct finding){0}, "%s", err.message);
	if (!read_header(x))
		return false;
	assign_columns(x);
	return true;
}

struct reader *
xlsx_open(const struct source *source, const struct model *m, const struct limits *limits,
    finding_fn *sink, void *ctx)
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
	x->fields = malloc((size_t)limits->max_columns * sizeof *x->fields);
	for (int64_t i = 0; x->fields && i < limits->max_columns; i++)
		x->fields[i] = -1;
	x->read = calloc((size_t)limits->max_columns, sizeof *x->read);
	x->taken = calloc((size_t)limits->max_columns, sizeof *x->taken);
	x->del = model_field_of_kind(m, FIELD_DELETE);
	x->status = READER_RECORD;
	if (!start(x, source->fd)) {
		xlsx_close(&x->reader);
		return NULL;
	}
	return &x->reader;
}
