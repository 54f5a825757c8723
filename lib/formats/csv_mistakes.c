/* Mistakes in the rows of a CSV file: see csv_mistakes.h. */
#include "formats/csv_mistakes.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

/* Signs by which people or programs quote, beside the one that does in CSV. */
static const char *const odd_quotes[] = {"\u201c", "\u201d", "\u201e", "\u201f", "\u2018", "\u2019",
    "\u201a", "\u201b", "\u00ab", "\u00bb", "'", "`", "\u00b4"};

/* Takes the text before the next `end`, or all of it, off the text, and the `end`, too. */
static struct text_slice
take_until(struct text_slice *text, char end)
{
	const char *at = text->n ? memchr(text->text, end, text->n) : NULL;
	struct text_slice taken = {text->text, at ? (size_t)(at - text->text) : text->n};
	size_t gone = taken.n + (at != NULL);

	*text = (struct text_slice){text->text + gone, text->n - gone};
	return taken;
}

static bool
is_id(const struct csv_rows *r, struct text_slice text)
{
	return model_is_id(r->columns->model->fields[0].prefix, text.text, text.n);
}

/* Whether a line of a cell begins as a row does: with an id, and a delimiter without a space. */
static bool
looks_like_row(const struct csv_rows *r, struct text_slice line)
{
	const char delimiter = r->delimiter->c;
	struct text_slice rest = line;
	struct text_slice id = take_until(&rest, delimiter);

	return id.n < line.n && is_id(r, id) && !(rest.n && *rest.text == ' ');
}

static void
warn_swallowed(const struct csv_rows *r, size_t cell, struct text_slice line, int64_t number)
{
	struct finding f = csv_rows_at(r);
	char shown[TEXT_SHOWN_SIZE];

	f.level = FINDING_WARNING;
	f.sign = SIGN_SWALLOWED;
	f.field = columns_field(r->columns, cell);
	findings_tell(&r->to, f,
	    "The cell goes on over line %" PRId64 ", which looks like a row of its own (\"%s\"): "
	    "its closing quote may be missing. It was taken as it is. If it is, close the quote in "
	    "line %" PRId64 ".",
	    number, text_show(shown, line.text, line.n), number - 1);
}

/* Looks for a row inside a cell; the first is told. */
static void
look_for_swallowed(const struct csv_rows *r)
{
	int64_t number = r->row_line;

	for (size_t i = 0; i < r->ncells; i++) {
		struct text_slice rest = {r->cells[i].text, r->cells[i].n};
		struct text_slice line = take_until(&rest, '\n');
		while (line.text + line.n < r->cells[i].text + r->cells[i].n) {
			line = take_until(&rest, '\n');
			number++;
			if (looks_like_row(r, line)) {
				warn_swallowed(r, i, line, number);
				return;
			}
		}
	}
}

/* The length of the odd quote that the text begins or ends with; 0 if it does not. */
static size_t
odd_quote(struct text_slice text, bool at_end)
{
	for (size_t i = 0; i < sizeof odd_quotes / sizeof *odd_quotes; i++) {
		size_t n = strlen(odd_quotes[i]);
		if (text.n >= n &&
		    memcmp(text.text + (at_end ? text.n - n : 0), odd_quotes[i], n) == 0)
			return n;
	}
	return 0;
}

/* Whether the text stands in odd quotes; sets what is between them. */
static bool
is_in_odd_quotes(struct text_slice text, struct text_slice *inside)
{
	size_t begin = odd_quote(text, false), end = odd_quote(text, true);

	if (!begin || !end || begin + end > text.n)
		return false;
	*inside = text_trimmed(text.text + begin, text.n - begin - end);
	return true;
}

static bool
tell_odd_quotes(const struct csv_rows *r, size_t cell, struct text_slice text)
{
	struct finding f = csv_rows_at(r);

	f.value = text.text;
	f.value_n = text.n;
	return !findings_tell(&r->to, f,
	    "Cell %zu of this row stands in %.*s, which is no quote of CSV. Put cells in \", or in "
	    "no quotes at all.",
	    cell + 1, (int)odd_quote(text, false), text.text);
}

/*
 * Whether a cell is a row, or the beginning of one, by another delimiter: what stands in the place
 * of the id is one, or there are as many cells as in the header and that is empty.
 */
static bool
is_by_delimiter(const struct csv_rows *r, struct text_slice cell, char delimiter, size_t id_at)
{
	struct text_slice id = {0};
	size_t n = 0;

	while (cell.n) {
		struct text_slice one = take_until(&cell, delimiter);
		if (n++ == id_at)
			id = text_trimmed(one.text, one.n);
	}
	if (n < 2 || n <= id_at)
		return false;
	return id.n ? is_id(r, id) : r->ncells == 1 && n == r->columns->n;
}

static bool
tell_other_delimiter(const struct csv_rows *r, struct text_slice cell)
{
	const size_t id_at = columns_of_id(r->columns);
	char ours[TEXT_SHOWN_SIZE], theirs[TEXT_SHOWN_SIZE];
	const char *other = CSV_DELIMITERS;

	if (id_at && r->ncells > 1)
		return false;
	while (*other && (*other == r->delimiter->c || !is_by_delimiter(r, cell, *other, id_at)))
		other++;
	if (!*other || r->ncells >= r->columns->n)
		return false;
	return !findings_tell(&r->to, csv_rows_at(r),
	    "This row has %zu cell%s, the header has %zu: it is separated by %s, but the header by "
	    "%s. Separate all rows by the same character.",
	    r->ncells, r->ncells == 1 ? "" : "s", r->columns->n, text_show(theirs, other, 1),
	    text_show(ours, &r->delimiter->c, 1));
}

static bool
tell_other_header(const struct csv_rows *r)
{
	if (!columns_are_other_header(r->columns, r->cells, r->ncells))
		return false;
	return !findings_tell(&r->to, csv_rows_at(r),
	    "This row is another header, with other columns than the first row: files were joined "
	    "here. Split the file there, and upload the parts one after the other.");
}

bool
csv_tell_mistakes(const struct csv_rows *r)
{
	const size_t id_at = columns_of_id(r->columns);
	struct text_slice inside;

	if (r->line > r->row_line)
		look_for_swallowed(r);
	if (id_at >= r->ncells && r->ncells > 1)
		return false;
	const size_t at = id_at < r->ncells ? id_at : 0;
	struct text_slice id = text_trimmed(r->cells[at].text, r->cells[at].n);
	if (!id.n || is_id(r, id))
		return false;
	return tell_other_header(r) || tell_other_delimiter(r, id) ||
	       (at == id_at && is_in_odd_quotes(id, &inside) && tell_odd_quotes(r, at, id));
}

bool
csv_tell_header_quotes(const struct csv_rows *r)
{
	struct text_slice name;
	const char *nearest;
	int index;

	for (size_t i = 0; i < r->ncells; i++) {
		struct text_slice text = text_trimmed(r->cells[i].text, r->cells[i].n);
		if (is_in_odd_quotes(text, &name) &&
		    model_match_header(r->columns->model, name.text, name.n, &index, &nearest) !=
			HEADER_UNKNOWN)
			return tell_odd_quotes(r, i, text);
	}
	return false;
}
