/* Rows and cells: see xlsx_sheet.h. */
#include "formats/xlsx_sheet.h"

#include "formats/columns.h"
#include "formats/xlsx_shown.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHARED SIZE_MAX

/* Converts the cell's text, which is in s->text from s->cell.start on, and fills *cell. */
typedef enum xlsx_trouble convert_fn(struct xlsx_sheet *s, struct cell *cell);

static convert_fn convert_number, convert_shared, convert_text, convert_boolean, convert_error,
    convert_date;

/* 18.18.11 ST_CellType; the first is the default. */
static const struct {
	const char *name;
	convert_fn *convert;
} types[] = {
    {"n", convert_number},
    {"s", convert_shared},
    {"inlineStr", convert_text},
    {"str", convert_text},
    {"b", convert_boolean},
    {"e", convert_error},
    {"d", convert_date},
};

#define NTYPES ((int)(sizeof types / sizeof *types))

static const char *
own_text(const struct xlsx_sheet *s)
{
	return buf_text(&s->text) + s->cell.start;
}

static size_t
own_length(const struct xlsx_sheet *s)
{
	return s->text.len - s->cell.start;
}

static void
replace_text(struct xlsx_sheet *s, const char *text, size_t n)
{
	s->text.len = s->cell.start;
	buf_add(&s->text, text, n);
}

static enum xlsx_taken
taken(const struct xlsx_sheet *s, size_t column)
{
	return s->context.taken && column <= (size_t)s->context.max_columns
		   ? s->context.taken[column - 1]
		   : XLSX_TAKEN_STORED;
}

/* Whether the number may be shown with commas; `shown` is empty if it is not known how it is. */
static bool
may_have_commas(const char *code, const char *number, const char *shown)
{
	return *shown ? strchr(shown, ',') != NULL : code && strcspn(number, ".") > 3;
}

/* Takes a number as the sheet shows it, if that is known and says all of it. */
static enum xlsx_trouble
show_number(struct xlsx_sheet *s, struct cell *cell, const char *number, enum xlsx_taken as)
{
	const char *code = s->cell.format.code;
	char shown[XLSX_SHOWN_MAX];
	enum xlsx_shown is = xlsx_show(code, number, shown);

	if (as == XLSX_TAKEN_APART && !may_have_commas(code, number, shown))
		return XLSX_FINE;
	switch (is) {
	case XLSX_AS_STORED: break;
	case XLSX_AS_SHOWN:
		cell->kind = CELL_STRING;
		replace_text(s, shown, strlen(shown));
		break;
	case XLSX_UNLIKE: s->row.codes[s->cell.column - 1] = code; return XLSX_SHOWN_UNLIKE;
	}
	return XLSX_FINE;
}

/* Takes a number that should be a date, but cannot be one, as it is. */
static enum xlsx_trouble
refuse_date(struct xlsx_sheet *s)
{
	if (s->cell.column > (size_t)s->context.max_columns)
		return XLSX_FINE;
	s->row.codes[s->cell.column - 1] = xlsx_no_date_code;
	return XLSX_SHOWN_UNLIKE;
}

static enum xlsx_trouble
convert_number(struct xlsx_sheet *s, struct cell *cell)
{
	enum xlsx_taken as = taken(s, s->cell.column);
	char spelled[XLSX_NUMBER_MAX];
	size_t n = xlsx_number(
	    own_text(s), own_length(s), s->cell.format, s->context.date1904, spelled, &cell->kind);

	if (!n)
		return XLSX_NO_NUMBER;
	replace_text(s, spelled, n);
	if (cell->kind == CELL_NUMBER && s->cell.format.form != XLSX_PLAIN)
		return refuse_date(s);
	if (cell->kind == CELL_NUMBER && as != XLSX_TAKEN_STORED)
		return show_number(s, cell, spelled, as);
	return XLSX_FINE;
}

static enum xlsx_trouble
convert_date(struct xlsx_sheet *s, struct cell *cell)
{
	char spelled[XLSX_NUMBER_MAX];
	size_t n = xlsx_iso_date(own_text(s), own_length(s), spelled);

	cell->kind = n ? CELL_DATE : CELL_STRING;
	if (n)
		replace_text(s, spelled, n);
	return n ? XLSX_FINE : XLSX_NO_DATE;
}

static enum xlsx_trouble
convert_shared(struct xlsx_sheet *s, struct cell *cell)
{
	struct text_slice string;
	int64_t index;

	if (!xlsx_read_index(own_text(s), own_length(s), INT32_MAX, &index) ||
	    !xlsx_strings_get(s->context.strings, index, &string))
		return XLSX_NO_STRING;
	*cell = (struct cell){CELL_STRING, string.text, string.n};
	if ((int64_t)string.n <= s->context.max_field_bytes)
		return XLSX_FINE;
	cell->n = (size_t)s->context.max_field_bytes;
	while (cell->n && (string.text[cell->n] & 0xC0) == 0x80)
		cell->n--;
	return XLSX_TOO_LONG;
}

static enum xlsx_trouble
convert_text(struct xlsx_sheet *s, struct cell *cell)
{
	(void)s;
	cell->kind = CELL_STRING;
	return XLSX_FINE;
}

static enum xlsx_trouble
convert_boolean(struct xlsx_sheet *s, struct cell *cell)
{
	const char *word = xlsx_is_true(own_text(s)) ? "true" : "false";

	cell->kind = CELL_BOOLEAN;
	replace_text(s, word, strlen(word));
	return XLSX_FINE;
}

static enum xlsx_trouble
convert_error(struct xlsx_sheet *s, struct cell *cell)
{
	(void)s;
	(void)cell;
	return XLSX_ERROR_VALUE;
}

bool
xlsx_read_cell_name(const char *name, size_t n, size_t *column, int64_t *row)
{
	const char *end = name + n;

	*column = 0;
	name += n && *name == '$';
	for (; name < end && *column <= XLSX_MAX_COLUMN; name++) {
		char letter = *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
		if (letter < 'A' || letter > 'Z')
			break;
		*column = *column * 26 + (size_t)(letter - 'A') + 1;
	}
	name += name < end && *name == '$';
	return *column && *column <= XLSX_MAX_COLUMN &&
	       xlsx_read_index(name, (size_t)(end - name), XLSX_MAX_ROW, row);
}

/* A size of nothing hides as well. */
static bool
is_hidden(const char **attributes, const char *size)
{
	const char *measure = xlsx_attribute(attributes, size);

	return xlsx_is_true(xlsx_attribute(attributes, "hidden")) ||
	       (measure && *measure == '0' && strtod(measure, NULL) == 0);
}

static void
on_columns(void *ctx, const char **attributes)
{
	struct xlsx_sheet *s = ctx;
	const char *min = xlsx_attribute(attributes, "min");
	const char *max = xlsx_attribute(attributes, "max");
	int64_t first, last;

	if (!is_hidden(attributes, "width") || !min || !max ||
	    !xlsx_read_index(min, strlen(min), XLSX_MAX_COLUMN, &first) ||
	    !xlsx_read_index(max, strlen(max), XLSX_MAX_COLUMN, &last))
		return;
	if (last > s->context.max_columns)
		last = s->context.max_columns;
	if (first && first <= last)
		memset(s->hidden + first - 1, true, (size_t)(last - first + 1));
}

static void
on_row(void *ctx, const char **attributes)
{
	struct xlsx_sheet *s = ctx;
	const char *r = xlsx_attribute(attributes, "r");
	int64_t last = s->row.number, number = last + 1;

	s->row.n = s->row.beyond = s->cell.column = 0;
	s->row.troubled = false;
	s->row.hidden = is_hidden(attributes, "ht");
	buf_clear(&s->text);
	if (r && !xlsx_read_index(r, strlen(r), XLSX_MAX_ROW, &number))
		xlsx_xml_fail(&s->xml, ERROR_INPUT,
		    "The workbook is damaged: a row below row %" PRId64
		    " has the number \"%.20s\". " XLSX_SAVE_AGAIN,
		    last, r);
	else if (number <= last || number > XLSX_MAX_ROW)
		xlsx_xml_fail(&s->xml, ERROR_INPUT,
		    "The workbook is damaged: its rows are not in order (row %" PRId64
		    " is followed by row %" PRId64 "). " XLSX_SAVE_AGAIN,
		    last, number);
	else
		s->row.number = number;
}

static void
on_row_end(void *ctx)
{
	struct xlsx_sheet *s = ctx;

	if (s->text.failed)
		xlsx_xml_fail(&s->xml, ERROR_SYSTEM, XLSX_NO_MEMORY);
	xlsx_xml_pause(&s->xml);
}

/* Fails because the cell is there already, or of another row; `name` is what it claims. */
static void
refuse_cell(struct xlsx_sheet *s, const char *name)
{
	xlsx_xml_fail(&s->xml, ERROR_INPUT,
	    "The workbook is damaged: row %" PRId64
	    " has a cell \"%.20s\" where none can be. " XLSX_SAVE_AGAIN,
	    s->row.number, name);
}

static int
find_type(const char *name)
{
	int i = 0;

	while (i < NTYPES && (types[i].name[0] != name[0] || strcmp(types[i].name, name) != 0))
		i++;
	return i;
}

static void
on_cell(void *ctx, const char **attributes)
{
	struct xlsx_sheet *s = ctx;
	size_t last = s->cell.column, column = last + 1;
	int64_t row = s->row.number, style = 0;
	const char *name = NULL, *type = NULL, *index = NULL;

	for (; *attributes; attributes += 2) {
		/* All of them have one letter, as there are so many. */
		switch (attributes[0][1] ? '\0' : attributes[0][0]) {
		case 'r': name = attributes[1]; break;
		case 's': index = attributes[1]; break;
		case 't': type = attributes[1]; break;
		}
	}
	if (name && !xlsx_read_cell_name(name, strlen(name), &column, &row)) {
		refuse_cell(s, name);
		return;
	}
	if (column > XLSX_MAX_COLUMN || s->seen[column - 1] == row || row != s->row.number) {
		char counted[SHEET_CELL_NAME_MAX];
		refuse_cell(s, name ? name : sheet_cell_name(counted, column, row));
		return;
	}
	if (index && !xlsx_read_index(index, strlen(index), INT32_MAX, &style))
		style = 0;
	memset(&s->cell, 0, sizeof s->cell);
	s->cell.column = column;
	s->seen[column - 1] = (int32_t)row;
	s->cell.type = type ? find_type(type) : 0;
	s->cell.format = xlsx_styles_get(s->context.styles, style);
	s->cell.start = s->text.len;
	if (s->cell.type == NTYPES)
		xlsx_xml_fail(&s->xml, ERROR_INPUT,
		    "The workbook is damaged: a cell of row %" PRId64
		    " has the unknown type \"%.20s\". " XLSX_SAVE_AGAIN,
		    s->row.number, type);
}

/* Adds a cell to the row, with empty cells for those that the file has not given before it. */
static void
add_cell(struct xlsx_sheet *s, struct cell cell, enum xlsx_trouble trouble)
{
	struct xlsx_row *row = &s->row;
	size_t at = s->cell.column - 1;

	for (; row->n <= at; row->n++) {
		row->cells[row->n] = (struct cell){CELL_STRING, "", 0};
		row->troubles[row->n] = XLSX_FINE;
		s->starts[row->n] = SHARED;
	}
	s->starts[at] = cell.text ? SHARED : s->cell.start;
	if (!cell.text)
		cell.n = own_length(s);
	row->cells[at] = cell;
	row->troubles[at] = trouble;
	row->troubled |= trouble != XLSX_FINE;
}

/*
 * Converts a complete cell. False if it is empty: it has no value, or is a formula whose result is
 * the empty text.
 */
static bool
convert(struct xlsx_sheet *s, struct cell *cell, enum xlsx_trouble *trouble)
{
	convert_fn *conversion = types[s->cell.type].convert;

	*cell = (struct cell){0};
	if ((int64_t)s->cell.n > s->context.max_field_bytes)
		*trouble = XLSX_TOO_LONG;
	else if (s->cell.n)
		*trouble = conversion(s, cell);
	else if (s->cell.formula && !(s->cell.value && conversion == convert_text))
		*trouble = XLSX_NO_RESULT;
	else
		return false;
	if (!xlsx_is_usable(*trouble))
		cell->kind = CELL_ABSENT;
	return *trouble != XLSX_FINE || cell->n || (!cell->text && own_length(s));
}

static void
on_cell_end(void *ctx)
{
	struct xlsx_sheet *s = ctx;
	struct cell cell;
	enum xlsx_trouble trouble;

	if (s->text.failed || !convert(s, &cell, &trouble))
		return;
	if (s->cell.column <= (size_t)s->context.max_columns) {
		add_cell(s, cell, trouble);
		return;
	}
	/* Not kept, as a row may have any number of cells there. */
	struct cell own = {CELL_STRING, own_text(s), own_length(s)};
	if (!s->row.beyond && trouble != XLSX_ERROR_VALUE &&
	    !columns_blank(cell.text ? &cell : &own, 1))
		s->row.beyond = s->cell.column;
	s->text.len = s->cell.start;
}

static void
on_formula(void *ctx, const char **attributes)
{
	(void)attributes;
	((struct xlsx_sheet *)ctx)->cell.formula = true;
}

static void
on_run(void *ctx, const char **attributes)
{
	struct xlsx_sheet *s = ctx;

	s->cell.run = s->text.len;
	s->cell.preserved = xlsx_text_is_preserved(attributes);
}

/* Some programs write both <v> and <is>: the later one counts. */
static void
on_inline(void *ctx, const char **attributes)
{
	struct xlsx_sheet *s = ctx;

	(void)attributes;
	s->cell.value = true;
	s->cell.n = 0;
	s->text.len = s->cell.start;
}

static void
on_value(void *ctx, const char **attributes)
{
	on_inline(ctx, attributes);
	on_run(ctx, attributes);
	((struct xlsx_sheet *)ctx)->cell.preserved = true;
}

static void
on_text(void *ctx, const char *text, size_t n)
{
	struct xlsx_sheet *s = ctx;

	s->cell.n += n;
	if ((int64_t)s->cell.n <= s->context.max_field_bytes)
		buf_add(&s->text, text, n);
}

static void
on_run_end(void *ctx)
{
	struct xlsx_sheet *s = ctx;

	xlsx_text_unwrap(&s->text, s->cell.run, s->cell.preserved);
}

enum {
	WORKSHEET,
	SHEET_DATA,
	ROW,
	CELL,
	FORMULA,
	VALUE,
	INLINE,
	INLINE_TEXT,
	RUN,
	RUN_TEXT,
	COLUMNS,
	COLUMN
};

static const struct xlsx_element elements[] = {
    [WORKSHEET] = {.name = "worksheet", .parent = XLSX_ROOT},
    [SHEET_DATA] = {.name = "sheetData", .parent = WORKSHEET},
    [ROW] = {.name = "row", .parent = SHEET_DATA, .start = on_row, .end = on_row_end},
    [CELL] = {.name = "c", .parent = ROW, .start = on_cell, .end = on_cell_end},
    [FORMULA] = {.name = "f", .parent = CELL, .start = on_formula},
    [VALUE] = {"v", CELL, on_value, on_run_end, on_text},
    [INLINE] = {.name = "is", .parent = CELL, .start = on_inline},
    [INLINE_TEXT] = {"t", INLINE, on_run, on_run_end, on_text},
    [RUN] = {.name = "r", .parent = INLINE},
    [RUN_TEXT] = {"t", RUN, on_run, on_run_end, on_text},
    [COLUMNS] = {.name = "cols", .parent = WORKSHEET},
    [COLUMN] = {.name = "col", .parent = COLUMNS, .start = on_columns},
    {.name = NULL},
};

_Static_assert(sizeof elements / sizeof *elements <= XLSX_MAX_ELEMENTS, "the table is too long");

int
xlsx_sheet_open(struct xlsx_sheet *s, struct xlsx_package *p, const char *part,
    struct xlsx_context context, struct error *err)
{
	size_t n = (size_t)context.max_columns;

	*s = (struct xlsx_sheet){.context = context};
	s->row.cells = calloc(n, sizeof *s->row.cells);
	s->row.troubles = calloc(n, sizeof *s->row.troubles);
	s->row.codes = calloc(n, sizeof *s->row.codes);
	s->starts = calloc(n, sizeof *s->starts);
	s->seen = calloc(XLSX_MAX_COLUMN, sizeof *s->seen);
	s->hidden = calloc(n, sizeof *s->hidden);
	if (!s->row.cells || !s->row.troubles || !s->row.codes || !s->starts || !s->seen ||
	    !s->hidden)
		return error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	return xlsx_xml_open(&s->xml, p, part, elements, s, err);
}

int
xlsx_sheet_next(struct xlsx_sheet *s, struct error *err)
{
	int status = xlsx_xml_run(&s->xml, err);

	/* Set the pointers only now: the text may have moved while it grew. */
	for (size_t i = 0; status == 1 && i < s->row.n; i++) {
		if (s->starts[i] != SHARED)
			s->row.cells[i].text = buf_text(&s->text) + s->starts[i];
	}
	return status;
}

void
xlsx_sheet_close(struct xlsx_sheet *s)
{
	xlsx_xml_close(&s->xml);
	buf_free(&s->text);
	free(s->row.cells);
	free(s->row.troubles);
	free(s->row.codes);
	free(s->starts);
	free(s->seen);
	free(s->hidden);
}
