/* Choosing a sheet: see xlsx_survey.h. */
#include "formats/xlsx_survey.h"

#include "base/text.h"
#include "formats/columns.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Filled rows of a sheet in which the header is looked for, and below it, records. */
#define MAX_ROWS  1000
#define MAX_BYTES (1024 * 1024) /* of a sheet that are looked at, whatever is in them */

/* What the first rows of a sheet have. */
struct view {
	bool broken;    /* they cannot be read */
	int64_t header; /* the row of the header; 0: there is none */
	bool first;     /* and it is the first row that is filled */
	size_t id;      /* its column of ids, from 0 */
	bool records;   /* there are records below it */
	size_t fields;  /* how many fields the first filled row names */
	/* If there is no header, but a row that names two fields or more: which, as bits, */
	uint32_t columns;
	bool rows; /* and whether there are rows below it. */
	/* The first row, not below a header, that begins with an id and has more; 0: none. */
	int64_t ids;
};

struct names {
	uint32_t found; /* the fields that a row names, as bits; id, which is the first, alone: 1 */
	size_t fields;  /* how many they are */
	size_t id;      /* the column of id, from 0 */
	bool unknown;   /* it has other words, too */
};

_Static_assert(MODEL_MAX_FIELDS <= 32, "fields are bits of a uint32_t");

static struct names
read_names(const struct model *m, const struct xlsx_row *row)
{
	struct names names = {0};
	const char *nearest;
	int index;

	for (size_t i = 0; i < row->n; i++) {
		const struct cell *cell = &row->cells[i];
		if (columns_blank(cell, 1))
			continue;
		switch (model_match_header(m, cell->text, cell->n, &index, &nearest)) {
		case HEADER_FIELD:
			names.id = index == 0 ? i : names.id;
			names.fields += !(names.found & UINT32_C(1) << index);
			names.found |= UINT32_C(1) << index;
			break;
		case HEADER_READ_ONLY:
		case HEADER_RETIRED: break;
		case HEADER_UNKNOWN: names.unknown = true; break;
		}
	}
	return names;
}

/* Whether the first cell of the row that is filled is an id of the model, and another is filled. */
static bool
begins_with_id(const struct model *m, const struct xlsx_row *row)
{
	size_t i = 0, more;

	while (i < row->n && columns_blank(&row->cells[i], 1))
		i++;
	if (i == row->n)
		return false;
	struct text_slice text = text_trimmed(row->cells[i].text, row->cells[i].n);
	more = i + 1;
	return model_is_id(m->fields[0].prefix, text.text, text.n) && more < row->n &&
	       !columns_blank(row->cells + more, row->n - more);
}

static size_t
count_letters(struct text_slice text)
{
	size_t n = 0;

	while (n < text.n && isalpha((unsigned char)text.text[n]))
		n++;
	return n;
}

/* Whether the text is an id of something else: P1 where ours are T1 and CT1. */
static bool
is_other_id(const struct model *m, struct text_slice text)
{
	const char *prefix = m->fields[0].prefix;
	size_t letters = count_letters(text), digits = letters, own = strlen(prefix);

	while (digits < text.n && isdigit((unsigned char)text.text[digits]))
		digits++;
	if (!letters || digits == letters || digits < text.n)
		return false;
	bool custom = letters == own + 1 && (*text.text == 'C' || *text.text == 'c');
	return !(letters == own || custom) || strncasecmp(text.text + custom, prefix, own) != 0;
}

/* Whether a row below the header may be a record, not one of a list of something else. */
static bool
is_record(const struct view *view, const struct model *m, const struct xlsx_row *row)
{
	return view->id >= row->n ||
	       !is_other_id(m, text_trimmed(row->cells[view->id].text, row->cells[view->id].n));
}

/* "id" alone may stand anywhere, but with another field it is a header. */
static void
look_at_row(struct view *view, const struct model *m, const struct xlsx_row *row, bool first)
{
	struct names names = read_names(m, row);

	if (first)
		view->fields = names.fields;
	view->rows = view->columns != 0;
	if (names.found & 1 && (names.fields > 1 || (first && !names.unknown))) {
		view->header = row->number;
		view->first = first;
		view->id = names.id;
	} else if (names.fields > 1 && !view->columns) {
		view->columns = names.found;
	}
	if (!view->header && !view->ids && begins_with_id(m, row))
		view->ids = row->number;
}

/* Looks at a sheet. If it is broken, *err says why, and *at below which row. */
static struct view
look(const struct xlsx_survey *s, const struct xlsx_page *page, struct error *err, int64_t *at)
{
	struct view view = {0};
	struct xlsx_sheet sheet;
	const struct xlsx_row *row = &sheet.row;
	int rows = 0, below = 0, got = 1;

	view.broken = xlsx_sheet_open(&sheet, s->package, page->part, s->context, err) != 0;
	sheet.xml.most = MAX_BYTES;
	while (!view.broken && (view.header ? below : rows) < MAX_ROWS && !view.records &&
	       (got = xlsx_sheet_next(&sheet, err)) > 0) {
		if (!row->troubled && !row->beyond && columns_blank(row->cells, row->n))
			continue;
		if (view.header) {
			view.records = is_record(&view, s->model, row);
			below++;
		} else {
			look_at_row(&view, s->model, row, rows++ == 0);
		}
	}
	view.broken |= got < 0 && !view.header;
	*at = row->number;
	xlsx_sheet_close(&sheet);
	xlsx_package_put_back(s->package);
	return view;
}

/* The first visible sheet with a header in its place, or that is broken; n if there is none. */
static size_t
find_headed(const struct xlsx_survey *s, const struct view *views, size_t n)
{
	size_t i = 0;

	while (i < n && (s->workbook->pages[i].hidden ||
			    !((views[i].header && views[i].first) || views[i].broken)))
		i++;
	return i;
}

/* The visible sheet whose first row names most fields. */
static size_t
find_nearest(const struct xlsx_survey *s, const struct view *views, size_t n)
{
	const struct xlsx_page *pages = s->workbook->pages;
	size_t best = n;

	for (size_t i = 0; i < n; i++) {
		if (!pages[i].hidden && (best == n || views[i].fields > views[best].fields))
			best = i;
	}
	return best;
}

/* The first sheet, visible or not, that has a header anywhere; n if there is none. */
static size_t
find_header(const struct xlsx_survey *s, const struct view *views, size_t n, bool hidden)
{
	size_t i = 0;

	while (i < n && (s->workbook->pages[i].hidden != hidden || !views[i].header))
		i++;
	return i;
}

static const char *
show_name(const struct xlsx_survey *s, size_t page, char shown[TEXT_SHOWN_SIZE])
{
	const char *name = s->workbook->pages[page].name;

	return text_show(shown, name, strlen(name));
}

/* Writes the names of the fields, which are bits, into the list. */
static const char *
list_fields(const struct model *m, uint32_t fields, char *list, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < m->nfields && used < size; i++) {
		if (fields & UINT32_C(1) << i)
			used += (size_t)snprintf(
			    list + used, size - used, "%s%s", used ? ", " : "", m->fields[i].name);
	}
	return list;
}

/* Warns of a sheet that is not read, if it looks as if it had records. */
static void
tell_other(const struct xlsx_survey *s, const struct view *view, size_t page, size_t chosen)
{
	const struct finding f = {.level = FINDING_WARNING, .sign = SIGN_OTHER_SHEET};
	char one[TEXT_SHOWN_SIZE], other[TEXT_SHOWN_SIZE], columns[512];

	show_name(s, chosen, one);
	show_name(s, page, other);
	if (view->records && s->workbook->pages[page].hidden)
		findings_tell(&s->to, f,
		    "The sheet \"%s\" has records, too, but it is hidden, and was not read; only "
		    "the sheet \"%s\" was. If they are to be imported, unhide it, and put all "
		    "records on one sheet, or import it as a file of its own.",
		    other, one);
	else if (view->records)
		findings_tell(&s->to, f,
		    "The sheet \"%s\" has records, too; only the sheet \"%s\" was read. Put all "
		    "records on one sheet, or import the other as a file of its own.",
		    other, one);
	else if (view->ids && !s->workbook->pages[page].hidden)
		findings_tell(&s->to, f,
		    "The sheet \"%s\" has rows that begin with an id (the first is row %" PRId64
		    "), but above them no header that is known, and was not read; only the sheet "
		    "\"%s\" was. If they are to be imported, give them the columns' names, and put "
		    "all records on one sheet, or import it as a file of its own.",
		    other, view->ids, one);
	else if (view->rows && !view->header && !s->workbook->pages[page].hidden)
		findings_tell(&s->to, f,
		    "The sheet \"%s\" has columns of records (%s), but no column \"%s\", and was "
		    "not read; only the sheet \"%s\" was. If they are to be imported, add that "
		    "column, and put all records on one sheet, or import it as a file of its own.",
		    other, list_fields(s->model, view->columns, columns, sizeof columns),
		    s->model->fields[0].name, one);
}

/* Writes the names of the visible sheets, or as many as there is room for, but for one. */
static void
list_names(const struct xlsx_survey *s, size_t except, struct buf *list)
{
	char shown[TEXT_SHOWN_SIZE];

	for (size_t i = 0; i < s->workbook->npages && list->len < 400; i++) {
		if (i != except && !s->workbook->pages[i].hidden)
			buf_printf(list, "%s\"%s\"", list->len ? ", " : "", show_name(s, i, shown));
	}
}

/* Tells that no visible sheet has the header. False if the nearest is not worth being read. */
static bool
tell_missing(const struct xlsx_survey *s, const struct view *views, size_t n, size_t nearest)
{
	const struct finding f = {0};
	size_t below = find_header(s, views, n, false), hidden = find_header(s, views, n, true);
	char shown[TEXT_SHOWN_SIZE], fields[512];
	struct buf others = {0};

	if (below < n)
		return findings_tell(&s->to, f,
		    "The header of the sheet \"%s\" is in row %" PRId64
		    ". It must be the first row that is not empty: delete the rows above it.",
		    show_name(s, below, shown), views[below].header);
	if (hidden < n)
		findings_tell(&s->to, f,
		    "Only the sheet \"%s\" has a header, but it is hidden, and hidden sheets are "
		    "not read. Unhide it if its records are to be imported.",
		    show_name(s, hidden, shown));
	list_names(s, nearest, &others);
	if (hidden == n && others.len && !views[nearest].fields)
		findings_tell(&s->to, f,
		    "No sheet has a header. The first row of the sheet \"%s\" was looked at, and "
		    "that of %s: it must name the columns, which can be: %s.",
		    show_name(s, nearest, shown), buf_text(&others),
		    findings_fields(s->model, fields, sizeof fields));
	else if (others.len)
		findings_tell(&s->to, f,
		    "No sheet has a complete header. The columns of the sheet \"%s\" were looked "
		    "at, as the other sheets (%s) have fewer that are known.",
		    show_name(s, nearest, shown), buf_text(&others));
	bool alone = hidden == n && !others.len;
	buf_free(&others);
	return alone || views[nearest].fields;
}

/* Tells why the sheet cannot be read. */
static bool
tell_broken(const struct xlsx_survey *s, size_t page)
{
	struct error err = {0};
	int64_t row = 0;

	look(s, &s->workbook->pages[page], &err, &row);
	return findings_tell(&s->to, (struct finding){.row = row}, "%s", err.message);
}

bool
xlsx_survey(const struct xlsx_survey *s, size_t *page)
{
	const struct xlsx_workbook *w = s->workbook;
	struct view views[XLSX_MAX_PAGES] = {0};
	size_t n = w->npages < XLSX_MAX_PAGES ? w->npages : XLSX_MAX_PAGES;
	struct error err = {0};
	int64_t row;

	for (size_t i = 0; i < n; i++)
		views[i] = look(s, &w->pages[i], &err, &row);
	*page = find_headed(s, views, n);
	if (*page < n && views[*page].broken)
		return tell_broken(s, *page);
	if (*page < n) {
		for (size_t i = 0; i < n; i++) {
			if (i != *page)
				tell_other(s, &views[i], i, *page);
		}
		return true;
	}
	*page = find_nearest(s, views, n);
	if (*page == n)
		return findings_tell(&s->to, (struct finding){0},
		    "The workbook begins with %d hidden sheets. Unhide the one to be imported, or "
		    "move it to the beginning.",
		    XLSX_MAX_PAGES);
	return tell_missing(s, views, n, *page);
}
