/* Merged cells: see xlsx_merges.h. */
#include "formats/xlsx_merges.h"

#include "formats/columns.h"
#include "formats/xlsx_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RANGES (256 * 1024)
#define PIECE      ((size_t)64 * 1024)

#define ELEMENT   "mergeCell"
#define ELEMENT_N (sizeof ELEMENT - 1)

/* The ranges of a part that is read. */
struct loading {
	struct xlsx_xml xml;
	struct xlsx_merges *merges;
};

/*
 * Whether the open part may have merged cells: 1 or 0, or -1 as xlsx_package_read. This costs a
 * tenth of parsing it. Text in which every other byte is 0 is not searched.
 */
static int
may_have_ranges(struct xlsx_package *p, struct error *err)
{
	char *piece = malloc(ELEMENT_N + PIECE);
	size_t kept = 0;
	bool first = true, found = false;
	ssize_t got = 0;

	if (!piece)
		return error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	while (!found && (got = xlsx_package_read(p, piece + kept, PIECE, err)) > 0) {
		size_t n = kept + (size_t)got;
		found = memmem(piece, n, ELEMENT, ELEMENT_N) ||
			(first && memchr(piece, '\0', n < 4 ? n : 4)) ||
			(first && (piece[0] & 0xFE) == 0xFE);
		kept = n < ELEMENT_N ? n : ELEMENT_N;
		memmove(piece, piece + n - kept, kept);
		first = false;
	}
	free(piece);
	return got < 0 ? -1 : found;
}

/* Reads "C2:C4". */
static bool
read_range(const char *text, struct xlsx_range *range)
{
	const char *colon = strchr(text, ':');
	size_t left, right;
	int64_t top, bottom;

	if (!colon || !xlsx_read_cell_name(text, (size_t)(colon - text), &left, &top) ||
	    !xlsx_read_cell_name(colon + 1, strlen(colon + 1), &right, &bottom))
		return false;
	*range = (struct xlsx_range){(int32_t)top, (int32_t)bottom, (int16_t)left, (int16_t)right};
	return top && left <= right && top <= bottom && (left < right || top < bottom);
}

static void
on_range(void *ctx, const char **attributes)
{
	struct loading *l = ctx;
	struct xlsx_merges *m = l->merges;
	const char *ref = xlsx_attribute(attributes, "ref");
	struct xlsx_range range;

	if (!ref || !read_range(ref, &range) || (size_t)range.left > m->ncolumns)
		return;
	if (m->n == MAX_RANGES) {
		xlsx_xml_fail(&l->xml, ERROR_LIMIT,
		    "The sheet has more than %d ranges of merged cells. Unmerge those that are to "
		    "be imported, and fill in their values.",
		    MAX_RANGES);
		return;
	}
	if (m->n == m->cap) {
		size_t cap = m->cap ? 2 * m->cap : 64;
		struct xlsx_range *list = reallocarray(m->list, cap, sizeof *list);
		if (!list) {
			xlsx_xml_fail(&l->xml, ERROR_SYSTEM, XLSX_NO_MEMORY);
			return;
		}
		m->list = list;
		m->cap = cap;
	}
	m->list[m->n++] = range;
}

static const struct xlsx_element elements[] = {
    {.name = "worksheet", .parent = XLSX_ROOT},
    {.name = "mergeCells", .parent = 0},
    {.name = "mergeCell", .parent = 1, .start = on_range},
    {.name = NULL},
};

static int
by_place(const void *a, const void *b)
{
	const struct xlsx_range *one = a, *two = b;

	if (one->top != two->top)
		return one->top < two->top ? -1 : 1;
	return (one->left > two->left) - (one->left < two->left);
}

/* What is unpacked here is unpacked again for the rows, and counts only then. */
int
xlsx_merges_read(struct xlsx_merges *m, struct xlsx_package *p, const char *part, size_t ncolumns,
    struct error *err)
{
	struct loading l = {.merges = m};
	int64_t inflated = p->inflated;
	int status;

	*m = (struct xlsx_merges){.ncolumns = ncolumns};
	if (xlsx_package_open_part(p, part, err) != 0)
		return -1;
	status = may_have_ranges(p, err);
	xlsx_package_put_back(p);
	p->inflated = inflated;
	if (status > 0) {
		status = xlsx_xml_read(&l.xml, p, part, elements, &l, err);
		xlsx_package_put_back(p);
		p->inflated = inflated;
	}
	if (status != 0 || !m->n)
		return status;
	qsort(m->list, m->n, sizeof *m->list, by_place);
	m->columns = calloc(ncolumns, sizeof *m->columns);
	return m->columns ? 0 : error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
}

/* Covers the columns of the range that are read. */
static void
cover(struct xlsx_merges *m, const struct xlsx_range *range, enum xlsx_range_shows shows,
    const bool *read)
{
	for (size_t i = (size_t)range->left - 1; i < (size_t)range->right && i < m->ncolumns; i++) {
		if (!read[i])
			continue;
		m->columns[i].range = *range;
		m->columns[i].shows = shows;
	}
}

void
xlsx_merges_below(struct xlsx_merges *m, int64_t row, const bool *read)
{
	for (; m->next < m->n && m->list[m->next].top <= row; m->next++) {
		if (m->list[m->next].bottom > row)
			cover(m, &m->list[m->next], XLSX_SHOWS_HEADER, read);
	}
}

/* Whether a column of the range is read that does not have its value. */
static bool
goes_across(const struct xlsx_merges *m, const struct xlsx_range *range, const bool *read)
{
	for (size_t i = (size_t)range->left; i < (size_t)range->right && i < m->ncolumns; i++) {
		if (read[i])
			return true;
	}
	return false;
}

static bool
is_blank_at(const struct xlsx_row *row, size_t i)
{
	return i >= row->n || (row->troubles[i] == XLSX_FINE && columns_blank(&row->cells[i], 1));
}

/* Keeps the value in the first cell of the range, whose first row this is. False without memory. */
static bool
take_value(struct xlsx_merges *m, const struct xlsx_range *range, const struct xlsx_row *row,
    const bool *read)
{
	size_t i = (size_t)range->left - 1;
	struct xlsx_merged *c = &m->columns[i];
	bool across = goes_across(m, range, read);

	if (across)
		cover(m, range, XLSX_SHOWS_BESIDE, read);
	c->range = *range;
	c->shows = across ? XLSX_SHOWS_ACROSS : XLSX_SHOWS_VALUE;
	c->told = false;
	buf_clear(&c->text);
	buf_add(&c->text, row->cells[i].text, row->cells[i].n);
	c->kind = row->cells[i].kind;
	c->trouble = row->troubles[i];
	return !c->text.failed;
}

/* Begins the ranges that have come up, some of them in blank rows above. False without memory. */
static bool
begin(struct xlsx_merges *m, const struct xlsx_row *row, const bool *read)
{
	bool ok = true;

	for (; m->next < m->n && m->list[m->next].top <= row->number; m->next++) {
		const struct xlsx_range *range = &m->list[m->next];
		if (range->top == row->number && !is_blank_at(row, (size_t)range->left - 1))
			ok &= take_value(m, range, row, read);
		else
			cover(m, range, XLSX_SHOWS_NOTHING, read);
	}
	return ok;
}

/* Makes the row as long as it must be to have that cell. */
static struct cell *
reach(struct xlsx_row *row, size_t i)
{
	for (; row->n <= i; row->n++) {
		row->cells[row->n] = (struct cell){CELL_STRING, "", 0};
		row->troubles[row->n] = XLSX_FINE;
	}
	return &row->cells[i];
}

/* Gives the value to a blank cell below the first. */
static void
give_value(const struct xlsx_merged *c, struct xlsx_row *row, size_t i)
{
	*reach(row, i) = (struct cell){c->kind, buf_text(&c->text), c->text.len};
	/* How it is shown was told with the first cell. */
	row->troubles[i] = c->trouble == XLSX_SHOWN_UNLIKE ? XLSX_FINE : c->trouble;
	row->troubled |= row->troubles[i] != XLSX_FINE;
}

/* By what the range shows: what it does to a cell with a value, and to a blank one. */
static const struct {
	enum xlsx_merge filled, blank;
} merges[] = {
    [XLSX_SHOWS_VALUE] = {XLSX_MERGED_OWN, XLSX_MERGED_DOWN},
    [XLSX_SHOWS_ACROSS] = {XLSX_MERGED_ACROSS, XLSX_MERGED_ACROSS},
    [XLSX_SHOWS_BESIDE] = {XLSX_NOT_MERGED, XLSX_MERGED_BESIDE},
    [XLSX_SHOWS_HEADER] = {XLSX_MERGED_OWN, XLSX_MERGED_HEADER},
    [XLSX_SHOWS_NOTHING] = {XLSX_MERGED_OWN, XLSX_NOT_MERGED},
};

/* What the range that covers column i does to its cell in this row. */
static enum xlsx_merge
merge_of(const struct xlsx_merged *c, const struct xlsx_row *row, size_t i, bool read)
{
	if (c->range.bottom < row->number || (!read && c->shows != XLSX_SHOWS_ACROSS))
		return XLSX_NOT_MERGED;
	if (c->range.top == row->number && c->shows == XLSX_SHOWS_VALUE)
		return XLSX_NOT_MERGED;
	return is_blank_at(row, i) ? merges[c->shows].blank : merges[c->shows].filled;
}

bool
xlsx_merges_apply(struct xlsx_merges *m, struct xlsx_row *row, const bool *read)
{
	if (!m->columns)
		return true;
	bool ok = begin(m, row, read);
	for (size_t i = 0; i < m->ncolumns; i++) {
		struct xlsx_merged *c = &m->columns[i];
		c->merge = merge_of(c, row, i, read[i]);
		if (c->merge == XLSX_MERGED_DOWN)
			give_value(c, row, i);
		else if (c->merge == XLSX_MERGED_BESIDE)
			reach(row, i)->kind = CELL_ABSENT;
	}
	return ok;
}

const char *
xlsx_range_name(char name[XLSX_RANGE_NAME_MAX], const struct xlsx_range *range)
{
	char first[SHEET_CELL_NAME_MAX], last[SHEET_CELL_NAME_MAX];

	snprintf(name, XLSX_RANGE_NAME_MAX, "%s:%s",
	    sheet_cell_name(first, (size_t)range->left, range->top),
	    sheet_cell_name(last, (size_t)range->right, range->bottom));
	return name;
}

void
xlsx_merges_free(struct xlsx_merges *m)
{
	for (size_t i = 0; m->columns && i < m->ncolumns; i++)
		buf_free(&m->columns[i].text);
	free(m->columns);
	free(m->list);
	*m = (struct xlsx_merges){0};
}
