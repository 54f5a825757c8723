/*
 * The XLSX reader: see xlsx.h.
 *
 * xlsx_package.h unpacks the file, xlsx_workbook.h finds the sheets and xlsx_survey.h chooses one,
 * xlsx_sheet.h reads its rows, xlsx_merges.h fills in merged cells and columns.h makes records of
 * them. xlsx_uses.h knows what the columns are for, and xlsx_findings.h tells what is odd about a
 * row.
 */
#include "formats/xlsx.h"

#include "formats/columns.h"
#include "formats/findings.h"
#include "formats/xlsx_findings.h"
#include "formats/xlsx_merges.h"
#include "formats/xlsx_sheet.h"
#include "formats/xlsx_survey.h"
#include "formats/xlsx_uses.h"
#include "formats/xlsx_workbook.h"

#include <inttypes.h>
#include <stdlib.h>

struct xlsx {
	struct reader reader;
	struct limits limits;
	struct columns columns;
	enum reader_status status; /* READER_RECORD until the end or a failure */
	int64_t entry;             /* records returned so far */
	struct raw_cell *raw;

	struct xlsx_package package;
	struct xlsx_workbook workbook;
	struct xlsx_strings strings;
	struct xlsx_styles styles;
	struct xlsx_merges merges;
	struct xlsx_sheet sheet;
	struct xlsx_uses uses;
	struct xlsx_findings findings;
};

/* A finding with the position of the row being read. */
static struct finding
here(const struct xlsx *x)
{
	return (struct finding){
	    .entry = x->columns.n ? x->entry + 1 : 0, .row = x->sheet.row.number};
}

/* Empties cells that have nothing but an error, where the header names no column: nobody looks. */
static void
drop_stray_errors(struct xlsx *x)
{
	struct xlsx_row *row = &x->sheet.row;

	for (size_t i = 0; x->columns.n && i < row->n; i++) {
		if (row->troubles[i] != XLSX_ERROR_VALUE || columns_field(&x->columns, i))
			continue;
		row->cells[i] = (struct cell){CELL_STRING, "", 0};
		row->troubles[i] = XLSX_FINE;
	}
	while (row->n && !row->cells[row->n - 1].n && row->troubles[row->n - 1] == XLSX_FINE)
		row->n--;
}

/* Whether a cell whose value would be used has none. */
static bool
is_troubled(const struct xlsx *x)
{
	const struct xlsx_row *row = &x->sheet.row;
	size_t i = 0;

	while (row->troubled && i < row->n &&
	       (row->troubles[i] == XLSX_FINE || (x->columns.n && x->uses.fields[i] < 0)))
		i++;
	return row->troubled && i < row->n;
}

/* Reads the next row that is not blank. */
static enum reader_status
read_filled_row(struct xlsx *x)
{
	const struct xlsx_row *row = &x->sheet.row;
	struct error err = {0};
	int got;

	while ((got = xlsx_sheet_next(&x->sheet, &err)) > 0) {
		if (row->troubled)
			drop_stray_errors(x);
		if (row->beyond || is_troubled(x))
			return READER_RECORD;
		enum row_kind kind = columns_look(&x->columns, row->cells, row->n);
		if (kind == ROW_RECORD)
			return READER_RECORD;
		if (kind == ROW_HEADER)
			columns_tell_header(&x->columns, here(x));
	}
	if (got < 0) {
		findings_tell(&x->findings.to, here(x), "%s", err.message);
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
		findings_tell(
		    &x->findings.to, (struct finding){0}, "The file has a header but no records.");
	if (x->status != READER_RECORD)
		return x->status;
	struct finding f = here(x);
	if (x->entry == x->limits.max_records) {
		findings_tell(&x->findings.to, f,
		    "This is record %" PRId64 "; the limit (max_records) is %" PRId64
		    ". Split the file.",
		    x->entry + 1, x->limits.max_records);
		return x->status = READER_FAILED;
	}
	rec->entry = ++x->entry;
	rec->row = row->number;
	rec->line = 0;
	if (!xlsx_merges_apply(&x->merges, &x->sheet.row)) {
		findings_tell_no_memory(&x->findings.to, f);
		return x->status = READER_FAILED;
	}
	columns_record(&x->columns, row->cells, row->n, x->raw, rec);
	xlsx_uses_look(&x->uses, rec);
	xlsx_findings_row(&x->findings, f);
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

	sheet->name = buf_text(&x->findings.sheet_name);
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
	buf_free(&x->findings.sheet_name);
	xlsx_uses_free(&x->uses);
	free(x->raw);
	free(x);
}

/* Opens everything that sheets need. */
static int
open_workbook(struct xlsx *x, int fd, struct error *err)
{
	struct xlsx_workbook *w = &x->workbook;
	struct xlsx_package *p = &x->package;

	x->raw = calloc((size_t)x->limits.max_columns, sizeof *x->raw);
	if (!x->raw || !xlsx_uses_open(&x->uses, x->columns.model, (size_t)x->limits.max_columns))
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
	xlsx_findings_name(&x->findings, page->name);
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

	if (status != READER_RECORD)
		return status == READER_END &&
		       columns_open(&x->columns, NULL, 0, (struct finding){0});
	return xlsx_findings_header(&x->findings, here(x)) &&
	       columns_open(&x->columns, row->cells, row->n, here(x));
}

/* Prepares for the rows below the header. */
static void
prepare_rows(struct xlsx *x)
{
	xlsx_uses_assign(&x->uses, &x->columns, x->sheet.hidden);
	x->sheet.context.taken = x->uses.taken;
	x->columns.told_apart =
	    xlsx_merges_find_unnamed(&x->merges, x->sheet.row.number, &x->columns);
	xlsx_merges_below(&x->merges, x->sheet.row.number, x->uses.read, x->uses.nread);
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
		return findings_tell(&x->findings.to, (struct finding){0}, "%s", err.message);
	context.date1904 = x->workbook.date1904;
	const struct xlsx_survey survey = {
	    &x->workbook, &x->package, context, x->columns.model, x->findings.to};
	if (!xlsx_survey(&survey, &page))
		return false;
	if (open_sheet(x, &x->workbook.pages[page], context, &err) != 0)
		return findings_tell(&x->findings.to, (struct finding){0}, "%s", err.message);
	if (!read_header(x))
		return false;
	prepare_rows(x);
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
	x->findings = (struct xlsx_findings){.to = to,
	    .sheet = &x->sheet,
	    .merges = &x->merges,
	    .columns = &x->columns,
	    .uses = &x->uses};
	x->columns = (struct columns){
	    .model = m, .to = to, .surplus_hint = "Empty the cells to the right of the header."};
	x->status = READER_RECORD;
	if (!start(x, source->fd)) {
		xlsx_close(&x->reader);
		return NULL;
	}
	return &x->reader;
}
