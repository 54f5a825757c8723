/* The rows of a file that errors are about: see collect_rows.h. */
#include "changes/collect_rows.h"

#include "base/config.h"
#include "base/log.h"
#include "parser/child.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct column {
	char *name; /* n bytes */
	size_t n;
	int64_t entry; /* the last record that had it */
};

struct collection {
	struct report *report;
	const char *model;
	const int64_t *next, *end;  /* the entries still to come */
	struct column *columns;     /* in the order in which they were seen */
	struct text_slice *cells;   /* of the row at hand, by column */
	size_t ncolumns, max;       /* max: of columns and cells */
	struct tuple_field *fields; /* of the row at hand: two for each of its cells */
};

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Sorts the numbers and drops duplicates. */
static void
sort_entries(struct buf *entries)
{
	int64_t *list = (int64_t *)entries->data;
	size_t n = entries->len / sizeof *list, kept = 0;

	qsort(list, n, sizeof *list, compare);
	for (size_t i = 0; i < n; i++)
		if (!kept || list[i] != list[kept - 1])
			list[kept++] = list[i];
	entries->len = kept * sizeof *list;
}

/* Whether the names are the same header. In CSV, "Title " in one record is "title" in another. */
static bool
is_same(struct text_slice a, struct text_slice b)
{
	text_trim(&a.text, &a.n);
	text_trim(&b.text, &b.n);
	return a.n == b.n && strncasecmp(a.text, b.text, a.n) == 0;
}

/* Adds a column. False if there are too many or memory runs out. */
static bool
add_column(struct collection *c, struct text_slice name)
{
	if (c->ncolumns == c->max)
		return false;
	struct column *column = &c->columns[c->ncolumns];
	*column = (struct column){malloc(name.n + 1), name.n, 0};
	if (!column->name)
		return false;
	memcpy(column->name, name.text, name.n);
	c->ncolumns++;
	return true;
}

/*
 * Returns the index of the column of that name that the record has not used yet, or `ncolumns` if
 * there is none. Searches from `at` on, as it is mostly the next one.
 */
static size_t
find_column(const struct collection *c, struct text_slice name, int64_t entry, size_t at)
{
	for (size_t i = 0; i < c->ncolumns; i++, at++) {
		if (at >= c->ncolumns)
			at = 0;
		const struct column *column = &c->columns[at];
		if (column->entry != entry &&
		    is_same((struct text_slice){column->name, column->n}, name))
			return at;
	}
	return c->ncolumns;
}

/* Takes a row from the child if it is one that was asked for and is due. */
static bool
accept_row(struct collection *c, const struct frame *frame)
{
	size_t nfields = tuple_count(frame->data, frame->n), at = 0;

	if (nfields > FRAME_ROW_CELLS + 2 * c->max || c->next == c->end ||
	    !frame_get_row(frame, c->fields, nfields))
		return false;
	int64_t entry = tuple_get_int8(&c->fields[FRAME_ROW_ENTRY]);
	while (c->next < c->end && *c->next < entry)
		c->next++; /* it could not be read */
	if (c->next == c->end || *c->next++ != entry)
		return false;
	memset(c->cells, 0, c->max * sizeof *c->cells);
	for (size_t i = FRAME_ROW_CELLS; i < nfields; i += 2, at++) {
		const struct tuple_field *cell = &c->fields[i];
		const struct text_slice name = {cell[0].data, cell[0].n};
		at = find_column(c, name, entry, at);
		if (at == c->ncolumns && !add_column(c, name))
			return false;
		c->columns[at].entry = entry;
		c->cells[at] = (struct text_slice){cell[1].data, cell[1].n};
	}
	report_add_row(c->report, c->model, entry, tuple_get_int8(&c->fields[FRAME_ROW_ROW]),
	    c->cells, c->ncolumns);
	return true;
}

static void
add_header(struct collection *c)
{
	for (size_t i = 0; i < c->ncolumns; i++)
		c->cells[i] = (struct text_slice){c->columns[i].name, c->columns[i].n};
	if (c->ncolumns)
		report_add_row(c->report, c->model, 0, 0, c->cells, c->ncolumns);
}

static int
read_rows(struct collection *c, struct child *child, struct loop *loop, struct error *err)
{
	struct child_failure failure;
	struct frame frame;
	int got = 0;

	while ((got = child_next(child, loop, &frame, err)) > 0)
		if (frame.type != FRAME_PROGRESS && frame.type != FRAME_END &&
		    !accept_row(c, &frame))
			child_blame(child, "sent what it should not");
	int ended = got < 0 ? -1 : child_end(child, loop, &failure, err);
	if (ended < 0)
		return -1;
	if (!ended)
		log_warning("failed rows: %s", failure.what);
	add_header(c);
	return 0;
}

static int
open_collection(struct collection *c, struct error *err)
{
	c->max = (size_t)config_int(SETTING_MAX_COLUMNS);
	c->columns = calloc(c->max, sizeof *c->columns);
	c->cells = calloc(c->max, sizeof *c->cells);
	c->fields = calloc(FRAME_ROW_CELLS + 2 * c->max, sizeof *c->fields);
	if (c->columns && c->cells && c->fields)
		return 0;
	return error_set(err, ERROR_SYSTEM, "out of memory");
}

static void
close_collection(struct collection *c)
{
	for (size_t i = 0; i < c->ncolumns; i++)
		free(c->columns[i].name);
	free(c->columns);
	free(c->cells);
	free(c->fields);
}

int
collect_rows(struct report *r, const struct stage_file *f, struct child *child, struct loop *loop,
    struct error *err)
{
	struct collection c = {.report = r, .model = f->model->name};
	int done = -1;

	sort_entries(&r->entries);
	c.next = (const int64_t *)r->entries.data;
	c.end = c.next + r->entries.len / sizeof *c.next;
	if (open_collection(&c, err) == 0 && child_order_rows(child, f->model, f->format, c.next,
						 (size_t)(c.end - c.next), err) == 0)
		done = read_rows(&c, child, loop, err);
	child_free(child);
	close_collection(&c);
	return done;
}
