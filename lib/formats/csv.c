/*
 * The CSV reader: see csv.h. csv_rows.h reads its rows, columns.h makes records of them; here is
 * decided what a row is.
 */
#include "formats/csv.h"

#include "base/text.h"
#include "formats/columns.h"
#include "formats/csv_mistakes.h"
#include "formats/csv_opening.h"
#include "formats/csv_rows.h"
#include "formats/findings.h"
#include "model/boolean.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SEP_LINE "sep="

struct csv {
	struct reader reader;
	struct findings to;
	struct columns columns;
	enum reader_status status; /* READER_RECORD until the end or a failure */
	bool some_short;           /* whether a row so far had fewer cells than the header */
	struct raw_cell *raw;
	struct csv_rows rows;
};

/* Whether the row is the line sep= that a file begins with; the delimiter has ended its cell. */
static bool
is_sep_row(const struct csv *c)
{
	const size_t n = strlen(SEP_LINE);
	const struct cell *first = c->rows.cells;
	const size_t ncells = c->rows.ncells;

	if (first->n < n || first->n > n + 1 || strncasecmp(first->text, SEP_LINE, n) != 0)
		return false;
	bool named = first->n > n && strchr(CSV_DELIMITERS, first->text[n]);
	return (named || (first->n == n && ncells > 1)) && columns_blank(first + 1, ncells - 1);
}

static void
tell_sep_row(const struct csv *c)
{
	struct finding f = csv_rows_at(&c->rows);

	f.entry = 0;
	f.level = FINDING_WARNING;
	f.sign = SIGN_HEADER_AGAIN;
	findings_tell(&c->to, f,
	    "This row names what separates cells (sep=), as the first line of a file does, so "
	    "files were joined here. It was skipped; see whether the rows below it belong here.");
}

/* Reads the next row that is a record, or the header at the beginning of the file. */
static enum reader_status
read_filled_row(struct csv *c)
{
	enum reader_status status;
	enum row_kind kind = ROW_BLANK;

	while (kind != ROW_RECORD && (status = csv_rows_next(&c->rows)) == READER_RECORD) {
		kind = columns_look(&c->columns, c->rows.cells, c->rows.ncells);
		if (kind == ROW_HEADER) {
			columns_tell_header(&c->columns, csv_rows_at(&c->rows));
		} else if (kind == ROW_RECORD && c->columns.n && is_sep_row(c)) {
			tell_sep_row(c);
			kind = ROW_HEADER;
		}
	}
	return kind == ROW_RECORD ? READER_RECORD : status;
}

/* Whether the row is a whole one in double quotes, so that it is a single cell. */
static bool
is_quoted_row(const struct csv *c)
{
	const struct cell *only = c->rows.cells;
	size_t delimiters_in = 0;

	/* Of two columns, a single cell with a comma may well be the first. */
	if (c->rows.ncells != 1 || c->columns.n < 3)
		return false;
	for (size_t i = 0; i < only->n; i++)
		delimiters_in += only->text[i] == c->rows.delimiter->c;
	return delimiters_in >= c->columns.n - 1;
}

/* Whether the row deletes its item, so that other cells of it do not matter. */
static bool
deletes(const struct csv *c)
{
	const struct cell *cell =
	    columns_cell(&c->columns, c->rows.cells, c->rows.ncells, FIELD_DELETE);
	bool is = false;

	if (!cell)
		return false;
	const char *text = cell->text;
	size_t n = cell->n;
	text_trim(&text, &n);
	return boolean_read(text, n, &is) && is;
}

static void
warn_short(const struct csv *c, const char *lacking)
{
	const struct cell *id = columns_cell(&c->columns, c->rows.cells, c->rows.ncells, FIELD_ID);
	const bool is_new = !id || columns_blank(id, 1);
	struct finding f = csv_rows_at(&c->rows);

	f.level = FINDING_WARNING;
	f.sign = SIGN_SHORT_ROW;
	findings_tell(&c->to, f,
	    "This row has %zu cell%s, the header has %zu. What it lacks (%s) %s. If that is to be "
	    "empty, give the row empty cells for it.",
	    c->rows.ncells, c->rows.ncells == 1 ? "" : "s", c->columns.n, lacking,
	    is_new ? "is what it is for new items by default"
		   : "was left as it is; if the item is new, it is what it is by default");
}

/*
 * Tells what is to be said of a row with fewer cells than the header. Returns true if its cells
 * cannot be relied on, after an error.
 */
static bool
look_at_short(struct csv *c)
{
	char lacking[512];

	if (!columns_lacking(&c->columns, c->rows.ncells, lacking, sizeof lacking))
		return false;
	bool broken_off = csv_rows_broke_off(&c->rows) && !c->some_short;
	c->some_short = true;
	if (is_quoted_row(c))
		return !findings_tell(&c->to, csv_rows_at(&c->rows),
		    "This row is a single cell, as it stands in double quotes as a whole. Take "
		    "them away; " CSV_QUOTE_TWICE);
	if (broken_off)
		return !findings_tell(&c->to, csv_rows_at(&c->rows),
		    "The file breaks off in this row: it has %zu cell%s, the header has %zu, and "
		    "no line end follows. Upload the whole file. If it is whole, write what the "
		    "row lacks (%s), or end the row with a line break.",
		    c->rows.ncells, c->rows.ncells == 1 ? "" : "s", c->columns.n, lacking);
	if (!deletes(c))
		warn_short(c, lacking);
	return false;
}

/* Leaves out the cells that the row lacks; they are not empty. */
static void
leave_out(struct csv *c)
{
	for (; c->rows.ncells < c->columns.n; c->rows.ncells++)
		c->rows.cells[c->rows.ncells] = (struct cell){CELL_ABSENT, "", 0};
}

static enum reader_status
csv_next(struct reader *reader, struct record *rec)
{
	struct csv *c = (struct csv *)reader;
	struct csv_rows *r = &c->rows;

	if (c->status != READER_RECORD)
		return c->status;
	r->entry++;
	c->status = read_filled_row(c);
	if (c->status == READER_END && r->entry == 1)
		findings_tell(&c->to, (struct finding){0}, "The file has a header but no records.");
	if (c->status != READER_RECORD)
		return c->status;
	if (r->entry > r->limits.max_records) {
		findings_tell(&c->to, csv_rows_at(r),
		    "This is record %" PRId64 "; the limit (max_records) is %" PRId64
		    ". Split the file.",
		    r->entry, r->limits.max_records);
		return c->status = READER_FAILED;
	}
	rec->entry = r->entry;
	rec->row = r->row;
	rec->line = r->row_line;
	bool broken = csv_tell_mistakes(r) || (r->ncells < c->columns.n && look_at_short(c));
	leave_out(c);
	columns_record(&c->columns, r->cells, r->ncells, c->raw, rec);
	rec->broken = broken;
	rec->guessed = r->guessed;
	return READER_RECORD;
}

static int64_t
csv_offset(const struct reader *reader)
{
	return ((const struct csv *)reader)->rows.decoder.offset;
}

static void
csv_close(struct reader *reader)
{
	struct csv *c = (struct csv *)reader;

	csv_rows_close(&c->rows);
	columns_free(&c->columns);
	free(c->raw);
	free(c);
}

/* Opens the columns, the row that was just read being the header. */
static bool
open_columns(struct csv *c)
{
	if (c->rows.delimiter->c == '|' && csv_is_drawn(c->rows.rest))
		return findings_tell(&c->to, csv_rows_at(&c->rows),
		    "This is a table with lines drawn around its cells, as in Markdown, not CSV: "
		    "below the header there are only dashes. Save it as CSV where it came from; or "
		    "delete the lines of dashes.");
	if (csv_tell_header_quotes(&c->rows))
		return false;
	int64_t below = csv_find_header(c->columns.model, c->rows.rest);
	c->columns.header_below = below ? c->rows.row + below : 0;
	return columns_open(&c->columns, c->rows.cells, c->rows.ncells, csv_rows_at(&c->rows));
}

/* Reads up to the header, and that. */
static bool
start(struct csv *c, const struct source *source)
{
	if (!c->raw)
		return findings_tell_no_memory(&c->to, (struct finding){0});
	if (!csv_rows_open(&c->rows, source))
		return false;
	c->columns.surplus_hint = c->rows.delimiter->hint;
	enum reader_status status = read_filled_row(c);
	if (status == READER_END)
		return columns_open(&c->columns, NULL, 0, (struct finding){0});
	return status == READER_RECORD && open_columns(c);
}

struct reader *
csv_open(const struct source *source, const struct model *m, const struct limits *limits,
    finding_fn *sink, void *ctx)
{
	const struct findings to = {sink, ctx};
	struct csv *c = calloc(1, sizeof *c);

	if (!c) {
		findings_tell_no_memory(&to, (struct finding){0});
		return NULL;
	}
	c->reader = (struct reader){csv_next, csv_offset, csv_close, NULL};
	c->to = to;
	c->columns = (struct columns){.model = m, .to = to, .delimiters = CSV_DELIMITERS};
	c->rows.limits = *limits;
	c->rows.to = to;
	c->rows.columns = &c->columns;
	c->raw = calloc((size_t)limits->max_columns, sizeof *c->raw);
	if (!start(c, source)) {
		csv_close(&c->reader);
		return NULL;
	}
	return &c->reader;
}
