/*
 * Writing CSV: RFC 4180 with commas and CRLF, in UTF-8 with a byte order mark, because Excel would
 * otherwise assume Windows-1252. Line breaks inside cells stay LF, as Excel itself writes them. A
 * cell has quotes if any program could split it, and then maybe a guard.
 */
#include "formats/writer.h"

#include "formats/guard.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

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

/* Appends the text, which is guarded. */
static void
add_guarded(struct buf *out, const char *text, size_t n)
{
	struct text_slice rest = {text, n}, piece;

	while (rest.n) {
		bool space = guard_take(&rest, &piece);
		add_quoted(out, piece.text, piece.n);
		if (space)
			buf_add_char(out, ' ');
	}
}

static void
add_text(struct buf *out, const struct cell *cell)
{
	const char *text = cell->text;
	const size_t n = cell->n;
	enum guard_need need = guard_look(text, n);
	bool space = writer_needs_guard(cell);

	if (need == GUARD_PLAIN && !space && !(n && (text[0] == ' ' || text[n - 1] == ' '))) {
		buf_add(out, text, n);
		return;
	}
	buf_add_text(out, need == GUARD_WHOLE ? "\"" GUARD_MARK : "\"");
	if (space)
		buf_add_char(out, ' ');
	if (need == GUARD_WHOLE)
		add_guarded(out, text, n);
	else
		add_quoted(out, text, n);
	buf_add_char(out, '"');
}

static void
add_cell(struct buf *out, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_BOOLEAN: buf_add_text(out, cell->text[0] == 't' ? "True" : "False"); break;
	case CELL_NUMBER: buf_add(out, cell->text, cell->n); break;
	default: add_text(out, cell);
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
