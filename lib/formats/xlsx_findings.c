/* What is told of rows: see xlsx_findings.h. */
#include "formats/xlsx_findings.h"

#include "base/text.h"
#include "formats/xlsx_shown.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* In quotes, unless it is a plain word. */
void
xlsx_findings_name(struct xlsx_findings *x, const char *name)
{
	struct buf *out = &x->sheet_name;
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";
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
tell_unlike(const struct xlsx_findings *x, size_t i, const char *name, struct finding f)
{
	const struct cell *cell = &x->sheet->row.cells[i];
	const char *sheet = buf_text(&x->sheet_name), *code = x->sheet->row.codes[i];
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
	else if (code == xlsx_no_date_code)
		findings_tell(&x->to, f,
		    "The cell %s%s is formatted as a date or time, but holds %s, which is none "
		    "(sheets "
		    "show #### there). The number was taken. " IF_MEANT
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
tell_trouble(const struct xlsx_findings *x, size_t i, struct finding f)
{
	const struct cell *cell = &x->sheet->row.cells[i];
	const char *sheet = buf_text(&x->sheet_name);
	int shown = findings_shown(cell->text, cell->n);
	char name[SHEET_CELL_NAME_MAX], seen[TEXT_SHOWN_SIZE];

	sheet_cell_name(name, i + 1, f.row);
	f.value = cell->n ? cell->text : NULL;
	f.value_n = cell->n;
	switch (x->sheet->row.troubles[i]) {
	case XLSX_FINE: break;
	case XLSX_SHOWN_UNLIKE: tell_unlike(x, i, name, f); break;
	case XLSX_NO_DATE:
		f.level = FINDING_WARNING;
		f.sign = SIGN_SHOWN;
		findings_tell(&x->to, f,
		    "The cell %s%s is marked as a date, but holds \"%s\", which is none. It was "
		    "taken "
		    "as text. If a date, or anything else, is meant, " WRITE_AGAIN,
		    sheet, name, text_show(seen, cell->text, cell->n));
		break;
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
		    sheet, name, x->sheet->context.max_field_bytes);
		break;
	}
}

bool
xlsx_findings_header(const struct xlsx_findings *x, struct finding at)
{
	const struct xlsx_row *row = &x->sheet->row;
	char name[SHEET_CELL_NAME_MAX];

	if (row->beyond)
		return findings_tell(&x->to, at,
		    "The header goes on to the cell %s%s; the limit (max_columns) is %" PRId64 ".",
		    buf_text(&x->sheet_name), sheet_cell_name(name, row->beyond, row->number),
		    x->sheet->context.max_columns);
	bool usable = true;
	for (size_t i = 0; row->troubled && i < row->n; i++) {
		if (xlsx_is_usable(row->troubles[i]))
			continue;
		tell_trouble(x, i, at);
		usable = false;
	}
	return usable;
}

static bool
is_range_used(const struct xlsx_findings *x, const struct xlsx_range *range)
{
	size_t i = (size_t)range->left - 1;

	while (i < (size_t)range->right && i < x->columns->n && !xlsx_is_used(x->uses, i))
		i++;
	return i < (size_t)range->right && i < x->columns->n;
}

/* Reports that column i, from 0, of the row being read is in a range of merged cells. */
static void
tell_merged(const struct xlsx_findings *x, size_t i, struct finding f)
{
	struct xlsx_merged *merged = &x->merges->columns[i];
	const char *sheet = buf_text(&x->sheet_name);
	char range[XLSX_RANGE_NAME_MAX], name[SHEET_CELL_NAME_MAX], value[TEXT_SHOWN_SIZE];

	xlsx_range_name(range, &merged->range);
	sheet_cell_name(name, i + 1, f.row);
	f.level = FINDING_WARNING;
	f.sign = SIGN_MERGED;
	f.field = columns_field(x->columns, i);
	if (i < x->sheet->row.n) {
		f.value = x->sheet->row.cells[i].text;
		f.value_n = x->sheet->row.cells[i].n;
	}
	switch (merged->merge) {
	case XLSX_NOT_MERGED:
	case XLSX_MERGED_BESIDE: break;
	case XLSX_MERGED_DOWN:
		if (xlsx_is_used(x->uses, i))
			findings_tell(&x->to, f,
			    "The cells %s%s are merged: this row, too, was given their value, "
			    "\"%s\". If that is not meant, unmerge them.",
			    sheet, range, text_show(value, f.value, f.value_n));
		break;
	case XLSX_MERGED_OWN:
		if (xlsx_is_used(x->uses, i))
			findings_tell(&x->to, f,
			    "The cells %s%s are merged, so the sheet does not show that the cell "
			    "%s has a value of its own, \"%s\". That was taken. If it is not "
			    "meant, unmerge them and correct it.",
			    sheet, range, name, text_show(value, f.value, f.value_n));
		break;
	case XLSX_MERGED_HEADER:
		if (xlsx_is_used(x->uses, i))
			findings_tell(&x->to,
			    (struct finding){.entry = f.entry, .row = f.row, .field = f.field},
			    "The cells %s%s are merged with the header, so it is not known what "
			    "the cell %s holds. Unmerge them, and fill it in.",
			    sheet, range, name);
		break;
	case XLSX_MERGED_CLASH:
		if (merged->told || !xlsx_is_used(x->uses, i))
			break;
		merged->told = true;
		findings_tell(&x->to,
		    (struct finding){.entry = f.entry, .row = f.row, .field = f.field},
		    "The cells %s%s are merged in ranges that overlap, so it is not known what the "
		    "cell %s holds, and the blank ones below it. Unmerge them, and fill in each "
		    "cell.",
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

/* Reports, once a range, values in columns that have no name as it is merged in the header. */
static void
tell_unnamed(const struct xlsx_findings *x, struct finding f)
{
	const struct xlsx_row *row = &x->sheet->row;
	const char *sheet = buf_text(&x->sheet_name);
	char name[SHEET_CELL_NAME_MAX], header[XLSX_RANGE_NAME_MAX];

	for (size_t i = 0; i < row->n; i++) {
		uint32_t place = x->columns->told_apart[i];
		struct xlsx_range *range = place ? &x->merges->list[place - 1] : NULL;
		if (!range || range->told || columns_blank(&row->cells[i], 1))
			continue;
		range->told = true;
		f.value = row->cells[i].text;
		f.value_n = row->cells[i].n;
		findings_tell(&x->to, f,
		    "The cells %s%s are merged in the header, so only the first of their columns "
		    "has a name, but the cell %s has a value. Unmerge them, and name each column, "
		    "or empty the cells below that have no name.",
		    sheet, xlsx_range_name(header, range), sheet_cell_name(name, i + 1, f.row));
	}
}

/* Warns that the row, or the column that deletes, is hidden. */
static void
tell_hidden(const struct xlsx_findings *x, struct finding f)
{
	const struct xlsx_uses *u = x->uses;
	bool column = false;

	for (size_t k = 0; u->deletes && k < u->nhidden; k++)
		column |= u->fields[u->hidden[k]] == u->del;
	if (!x->sheet->row.hidden && !column)
		return;
	f.level = FINDING_WARNING;
	f.sign = u->deletes ? SIGN_HIDDEN_DEL : SIGN_HIDDEN;
	if (!u->deletes)
		findings_tell(&x->to, f,
		    "This row is hidden in the sheet, but was read all the same. If it is not "
		    "meant to be imported, delete it.");
	else if (x->sheet->row.hidden)
		findings_tell(&x->to, f,
		    "This row is hidden in the sheet, and it DELETES its item. If that is not "
		    "meant, unhide the row, and empty its cell in the column \"%s\".",
		    x->columns->model->fields[u->del].name);
	else {
		f.field = x->columns->model->fields[u->del].name;
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
tell_hidden_cells(const struct xlsx_findings *x, struct finding f)
{
	const struct xlsx_row *row = &x->sheet->row;
	char name[SHEET_CELL_NAME_MAX], value[TEXT_SHOWN_SIZE];

	f.level = FINDING_WARNING;
	f.sign = SIGN_HIDDEN;
	for (size_t k = 0; k < x->uses->nhidden; k++) {
		const size_t i = x->uses->hidden[k];
		if (i >= row->n || !xlsx_is_used(x->uses, i) || x->uses->fields[i] == x->uses->del)
			continue;
		const struct cell *cell = &row->cells[i];
		if (cell->kind == CELL_ABSENT || columns_blank(cell, 1))
			continue;
		f.field = columns_field(x->columns, i);
		f.value = cell->text;
		f.value_n = cell->n;
		findings_tell(&x->to, f,
		    "The column \"%s\" is hidden in the sheet, but was read: the cell %s%s holds "
		    "\"%s\". If that is not meant to be imported, delete the column.",
		    f.field, buf_text(&x->sheet_name), sheet_cell_name(name, i + 1, f.row),
		    text_show(value, cell->text, cell->n));
	}
}

void
xlsx_findings_row(const struct xlsx_findings *x, struct finding f)
{
	const struct xlsx_row *row = &x->sheet->row;
	char name[SHEET_CELL_NAME_MAX];

	for (size_t i = 0; row->troubled && i < row->n; i++) {
		f.field = columns_field(x->columns, i);
		if (xlsx_is_used(x->uses, i))
			tell_trouble(x, i, f);
	}
	f.field = NULL;
	if (row->beyond)
		findings_tell(&x->to, f,
		    "The cell %s%s has a value, but the header names no column there. Empty the "
		    "cell.",
		    buf_text(&x->sheet_name), sheet_cell_name(name, row->beyond, row->number));
	if (x->columns->told_apart)
		tell_unnamed(x, f);
	for (size_t k = 0; k < x->merges->ncovered; k++)
		tell_merged(x, x->merges->covered[k], f);
	if (row->hidden || x->uses->deletes)
		tell_hidden(x, f);
	tell_hidden_cells(x, f);
}
