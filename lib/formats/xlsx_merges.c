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

/* Reads "C2:C4", from whichever of its corners: "C4:C2". */
static bool
read_range(const char *text, struct xlsx_range *range)
{
	const char *colon = strchr(text, ':');
	size_t one, two;
	int64_t first, last;

	if (!colon || !xlsx_read_cell_name(text, (size_t)(colon - text), &one, &first) ||
	    !xlsx_read_cell_name(colon + 1, strlen(colon + 1), &two, &last))
		return false;
	*range = (struct xlsx_range){.top = (int32_t)(first < last ? first : last),
	    .bottom = (int32_t)(first < last ? last : first),
	    .left = (int16_t)(one < two ? one : two),
	    .right = (int16_t)(one < two ? two : one)};
	return range->top && (one != two || first != last);
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

static bool
is_same_place(const struct xlsx_range *one, const struct xlsx_range *two)
{
	return one->top == two->top && one->left == two->left;
}

static int
by_place(const void *a, const void *b)
{
	const struct xlsx_range *one = a, *two = b;

	if (one->top != two->top)
		return one->top < two->top ? -1 : 1;
	if (one->left != two->left)
		return one->left < two->left ? -1 : 1;
	if (one->right != two->right)
		return one->right < two->right ? -1 : 1;
	return (one->bottom > two->bottom) - (one->bottom < two->bottom);
}

/* The smallest range that has both in it. */
static struct xlsx_range
around(const struct xlsx_range *one, const struct xlsx_range *two)
{
	return (struct xlsx_range){.top = one->top < two->top ? one->top : two->top,
	    .bottom = one->bottom > two->bottom ? one->bottom : two->bottom,
	    .left = one->left < two->left ? one->left : two->left,
	    .right = one->right > two->right ? one->right : two->right};
}

/* Sorts the ranges. Those with the same first cell become one, whose value is kept once. */
static void
sort_ranges(struct xlsx_merges *m)
{
	size_t kept = 0;

	qsort(m->list, m->n, sizeof *m->list, by_place);
	for (size_t i = 0; i < m->n; i++) {
		struct xlsx_range *last = &m->list[kept ? kept - 1 : 0];
		if (!kept || !is_same_place(last, &m->list[i])) {
			m->list[kept++] = m->list[i];
			continue;
		}
		bool clashes = last->clashes || last->right != m->list[i].right ||
			       last->bottom != m->list[i].bottom;
		*last = around(last, &m->list[i]);
		last->clashes = clashes;
	}
	m->n = kept;
}

int
xlsx_merges_read(struct xlsx_merges *m, struct xlsx_package *p, const char *part, size_t ncolumns,
    struct error *err)
{
	struct loading l = {.merges = m};
	int status;

	*m = (struct xlsx_merges){.ncolumns = ncolumns};
	if (xlsx_package_open_part(p, part, err) != 0)
		return -1;
	status = may_have_ranges(p, err);
	xlsx_package_put_back(p);
	if (status > 0) {
		status = xlsx_xml_read(&l.xml, p, part, elements, &l, err);
		xlsx_package_put_back(p);
	}
	if (status != 0 || !m->n)
		return status;
	sort_ranges(m);
	m->columns = calloc(ncolumns, sizeof *m->columns);
	m->unnamed = calloc(ncolumns, sizeof *m->unnamed);
	return m->columns && m->unnamed ? 0 : error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
}

/* The first of the columns that are read, as an index of `read`, that is not before that column. */
static size_t
first_read(const struct xlsx_merges *m, size_t column)
{
	size_t r = 0;

	while (r < m->nread && m->read[r] < column)
		r++;
	return r;
}

/*
 * Covers a column with a range while another covers it. Where neither has a value to give, nothing
 * is lost.
 */
static void
cover_again(struct xlsx_merged *c, const struct xlsx_range *range, enum xlsx_range_shows shows)
{
	bool harmless =
	    c->shows == shows && (shows == XLSX_SHOWS_NOTHING || shows == XLSX_SHOWS_HEADER);

	c->range = around(&c->range, range);
	if (harmless || c->shows == XLSX_SHOWS_CLASH)
		return;
	c->shows = XLSX_SHOWS_CLASH;
	c->told = false;
}

/* Covers the column, from 0, with the range. */
static struct xlsx_merged *
cover(struct xlsx_merges *m, size_t column, const struct xlsx_range *range,
    enum xlsx_range_shows shows)
{
	struct xlsx_merged *c = &m->columns[column];
	size_t at = m->ncovered;

	while (at && m->covered[at - 1] > column)
		at--;
	if (!at || m->covered[at - 1] != column) {
		memmove(m->covered + at + 1, m->covered + at,
		    (m->ncovered++ - at) * sizeof *m->covered);
		m->covered[at] = column;
	} else if (c->range.bottom >= range->top) {
		cover_again(c, range, shows);
		return c;
	}
	c->range = *range;
	c->shows = shows;
	c->told = false;
	return c;
}

/* Covers the columns of the range that are read. */
static void
cover_read(struct xlsx_merges *m, const struct xlsx_range *range, enum xlsx_range_shows shows)
{
	for (size_t r = first_read(m, (size_t)range->left - 1);
	     r < m->nread && m->read[r] < (size_t)range->right; r++)
		cover(m, m->read[r], range, shows);
}

void
xlsx_merges_below(struct xlsx_merges *m, int64_t row, const size_t *read, size_t nread)
{
	memcpy(m->read, read, nread * sizeof *read);
	m->nread = nread;
	for (; m->next < m->n && m->list[m->next].top <= row; m->next++) {
		if (m->list[m->next].bottom > row)
			cover_read(m, &m->list[m->next], XLSX_SHOWS_HEADER);
	}
}

const uint32_t *
xlsx_merges_find_unnamed(struct xlsx_merges *m, int64_t row, const struct columns *columns)
{
	bool found = false;

	for (size_t r = 0; r < m->n && m->list[r].top <= row; r++) {
		const struct xlsx_range *range = &m->list[r];
		size_t end = (size_t)range->right;
		for (size_t i = (size_t)range->left;
		     range->top == row && i < end && i < m->ncolumns; i++) {
			if (columns_field(columns, i))
				continue;
			m->unnamed[i] = (uint32_t)r + 1;
			found = true;
		}
	}
	return found ? m->unnamed : NULL;
}

static bool
is_blank_at(const struct xlsx_row *row, size_t i)
{
	return i >= row->n || (row->troubles[i] == XLSX_FINE && columns_blank(&row->cells[i], 1));
}

/* Keeps the value in the first cell of the range, whose first row this is. False without memory. */
static bool
take_value(struct xlsx_merges *m, const struct xlsx_range *range, const struct xlsx_row *row)
{
	size_t i = (size_t)range->left - 1, end = (size_t)range->right, r = first_read(m, i);

	if (r == m->nread || m->read[r] >= end)
		return true;
	bool across = m->read[r] > i || (r + 1 < m->nread && m->read[r + 1] < end);
	for (size_t beside = r + 1; beside < m->nread && m->read[beside] < end; beside++)
		cover(m, m->read[beside], range, XLSX_SHOWS_BESIDE);
	struct xlsx_merged *c = cover(m, m->read[r], range,
	    across           ? XLSX_SHOWS_ACROSS
	    : range->clashes ? XLSX_SHOWS_CLASH
			     : XLSX_SHOWS_VALUE);
	if (c->shows != XLSX_SHOWS_VALUE)
		return true;
	buf_clear(&c->text);
	buf_add(&c->text, row->cells[i].text, row->cells[i].n);
	c->kind = row->cells[i].kind;
	c->trouble = row->troubles[i];
	return !c->text.failed;
}

/* Ends the ranges that do not reach the row. */
static void
end(struct xlsx_merges *m, const struct xlsx_row *row)
{
	size_t kept = 0;

	for (size_t k = 0; k < m->ncovered; k++) {
		if (m->columns[m->covered[k]].range.bottom >= row->number)
			m->covered[kept++] = m->covered[k];
	}
	m->ncovered = kept;
}

/* Begins the ranges that have come up, some of them in blank rows above. False without memory. */
static bool
begin(struct xlsx_merges *m, const struct xlsx_row *row)
{
	bool ok = true;

	for (; m->next < m->n && m->list[m->next].top <= row->number; m->next++) {
		const struct xlsx_range *range = &m->list[m->next];
		if (range->bottom < row->number)
			continue;
		if (range->top == row->number && !is_blank_at(row, (size_t)range->left - 1))
			ok &= take_value(m, range, row);
		else
			cover_read(m, range, XLSX_SHOWS_NOTHING);
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
	row->troubles[i] = xlsx_is_usable(c->trouble) ? XLSX_FINE : c->trouble;
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
    [XLSX_SHOWS_CLASH] = {XLSX_MERGED_OWN, XLSX_MERGED_CLASH},
};

/* What the range that covers column i does to its cell in this row. */
static enum xlsx_merge
merge_of(const struct xlsx_merged *c, const struct xlsx_row *row, size_t i)
{
	bool blank = is_blank_at(row, i), first = c->range.top == row->number;

	if (first && (c->shows == XLSX_SHOWS_VALUE || (c->shows == XLSX_SHOWS_CLASH && !blank)))
		return XLSX_NOT_MERGED;
	return blank ? merges[c->shows].blank : merges[c->shows].filled;
}

/* Whether nobody can know what the cell has. */
static bool
is_unknown(const struct xlsx_merged *c, const struct xlsx_row *row, size_t i)
{
	return (c->merge == XLSX_MERGED_ACROSS && is_blank_at(row, i)) ||
	       c->merge == XLSX_MERGED_BESIDE || c->merge == XLSX_MERGED_CLASH;
}

bool
xlsx_merges_apply(struct xlsx_merges *m, struct xlsx_row *row)
{
	end(m, row);
	bool ok = begin(m, row);
	for (size_t k = 0; k < m->ncovered; k++) {
		size_t i = m->covered[k];
		struct xlsx_merged *c = &m->columns[i];
		c->merge = merge_of(c, row, i);
		if (c->merge == XLSX_MERGED_DOWN)
			give_value(c, row, i);
		else if (is_unknown(c, row, i))
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
	free(m->unnamed);
	free(m->list);
	*m = (struct xlsx_merges){0};
}
