/*
 * Writing CSV: RFC 4180 with commas and CRLF, in UTF-8 with a byte order mark, because Excel would
 * otherwise assume Windows-1252. Line breaks inside cells stay LF, as Excel itself writes them.
 */
#include "formats/writer.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Whether the text needs quotes: it has a quote, a delimiter, a line break or space at an end. */
static bool
needs_quotes(const char *text, size_t n)
{
	static const char special[] = {',', '"', '\n', '\r'};

	for (size_t i = 0; i < sizeof special; i++) {
		if (memchr(text, special[i], n))
			return true;
	}
	return n && (text[0] == ' ' || text[n - 1] == ' ');
}

/* Appends the text with every quote doubled. */
static void
add_quoted(struct buf *out, const char *text, size_t n)
{
	const char *quote;

	while (n && (quote = memchr(text, '"', n))) {
		size_t length = (size_t)(quote - text) + 1;
		buf_add(out, text, length);
		buf_add_char(out, '"');
		text += length;
		n -= length;
	}
	buf_add(out, text, n);
}

static void
add_cell(struct buf *out, const struct cell *cell)
{
	bool guard = writer_needs_guard(cell);

	if (cell->kind == CELL_BOOLEAN) {
		buf_add_text(out, cell->text[0] == 't' ? "True" : "False");
	} else if (guard || needs_quotes(cell->text, cell->n)) {
		buf_add_text(out, guard ? "\" " : "\"");
		add_quoted(out, cell->text, cell->n);
		buf_add_char(out, '"');
	} else {
		buf_add(out, cell->text, cell->n);
	}
}

static void
begin(struct writer *w)
{
	buf_add_text(&w->out, BYTE_ORDER_MARK);
	for (size_t i = 0; i < w->ncolumns; i++) {
		const struct cell name = {CELL_STRING, w->columns[i], strlen(w->columns[i])};
		buf_add_text(&w->out, i ? "," : "");
		add_cell(&w->out, &name);
	}
	buf_add_text(&w->out, "\r\n");
}

static void
row(struct writer *w, const struct cell *cells)
{
	for (size_t i = 0; i < w->ncolumns; i++) {
		if (i)
			buf_add_char(&w->out, ',');
		add_cell(&w->out, &cells[i]);
	}
	buf_add_text(&w->out, "\r\n");
}

const struct writer_format writer_csv = {
    .extension = "csv",
    .media_type = "text/csv; charset=utf-8",
    .has_header = true,
    .begin = begin,
    .row = row,
};
