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

/* Appends the text as it is, and what follows the cell: most cells, in one step. */
static void
add_plain(struct buf *out, const char *text, size_t n, char behind)
{
	if (!buf_reserve(out, n + 1))
		return;
	char *at = out->data + out->len;
	if (n)
		memcpy(at, text, n);
	at[n] = behind;
	at[n + 1] = '\0';
	out->len += n + 1;
}

/* Whether neither a formula nor a space can be what the text begins with: at a glance. */
static bool
begins_with_letter(const char *text, size_t n)
{
	return n && *text > '@' && *text <= '~';
}

static void
add_text(struct buf *out, const struct cell *cell, char behind)
{
	const char *text = cell->text;
	const size_t n = cell->n;
	enum guard_need need = guard_look(text, n);
	bool space = !begins_with_letter(text, n) && writer_needs_guard(cell);

	if (need == GUARD_PLAIN && !space && !(n && (text[0] == ' ' || text[n - 1] == ' '))) {
		add_plain(out, text, n, behind);
		return;
	}
	buf_add_char(out, '"');
	if (need == GUARD_WHOLE)
		buf_add_text(out, GUARD_MARK);
	if (space)
		buf_add_char(out, ' ');
	if (need == GUARD_WHOLE)
		add_guarded(out, text, n);
	else
		add_quoted(out, text, n);
	add_plain(out, "\"", 1, behind);
}

static void
add_cell(struct buf *out, const struct cell *cell, char behind)
{
	bool yes = cell->kind == CELL_BOOLEAN && cell->text[0] == 't';

	switch (cell->kind) {
	case CELL_BOOLEAN: add_plain(out, yes ? "True" : "False", yes ? 4 : 5, behind); break;
	case CELL_NUMBER: add_plain(out, cell->text, cell->n, behind); break;
	default: add_text(out, cell, behind);
	}
}

/* What follows column i, but for the LF of a row. */
static char
behind(const struct writer *w, size_t i)
{
	return i + 1 < w->ncolumns ? ',' : '\r';
}

static void
begin(struct writer *w)
{
	buf_add_text(&w->out, BYTE_ORDER_MARK);
	for (size_t i = 0; i < w->ncolumns; i++) {
		const struct cell name = {CELL_STRING, w->columns[i], strlen(w->columns[i])};
		add_cell(&w->out, &name, behind(w, i));
	}
	buf_add_char(&w->out, '\n');
}

static void
row(struct writer *w, const struct cell *cells)
{
	for (size_t i = 0; i < w->ncolumns; i++)
		add_cell(&w->out, &cells[i], behind(w, i));
	buf_add_char(&w->out, '\n');
}

const struct writer_format writer_csv = {
    .extension = "csv",
    .media_type = "text/csv; charset=utf-8",
    .has_header = true,
    .begin = begin,
    .row = row,
};
