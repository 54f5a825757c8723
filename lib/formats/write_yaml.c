/*
 * Writing YAML: a sequence of flat mappings that YAML 1.1 and 1.2 read the same way.
 *
 * Text is written in one of three styles: plain, only if it is text by the rules of every version;
 * literal ("|-"), which keeps longer texts readable, if no parser would change a byte of it;
 * otherwise in double quotes, which can hold everything. Libyaml's emitter would also choose a
 * style, but it folds long lines and does not know which plain scalars other parsers take for a
 * type.
 */
#include "formats/writer.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#define NEXT_LINE           0x85
#define LINE_SEPARATOR      0x2028
#define PARAGRAPH_SEPARATOR 0x2029
#define BYTE_ORDER_MARK     0xfeff

/* Plain words that, in some capitalisation, are not text in YAML 1.1 or 1.2. */
static const char *const typed_words[] = {
    "y", "n", "yes", "no", "on", "off", "true", "false", "null"};

/* Whether the character needs no escape: printable (YAML 1.1, section 4.1.1), not a line break. */
static bool
is_verbatim(uint32_t c)
{
	return !text_is_control(c) && !text_is_noncharacter(c) && c != LINE_SEPARATOR &&
	       c != PARAGRAPH_SEPARATOR && c != BYTE_ORDER_MARK;
}

/* Whether no character needs an escape; LF and tab need none if the style allows them. */
static bool
all_verbatim(const char *text, size_t n, bool lines)
{
	uint32_t c;

	for (size_t i = 0, length; i < n; i += length) {
		length = text_decode(text + i, n - i, &c);
		if (!length || !(is_verbatim(c) || (lines && (c == '\n' || c == '\t'))))
			return false;
	}
	return true;
}

/* Requires a letter at the start, so that it is not a number, a date or an indicator. */
static bool
can_be_plain(const char *text, size_t n)
{
	if (!n || !text_is_letter(text[0]) || text[n - 1] == ' ' || memchr(text, ':', n) ||
	    memchr(text, '#', n))
		return false;
	for (size_t i = 0; i < sizeof typed_words / sizeof *typed_words; i++) {
		if (strlen(typed_words[i]) == n && strncasecmp(typed_words[i], text, n) == 0)
			return false;
	}
	return all_verbatim(text, n, false);
}

/* No space at the ends: the first line sets the indentation, and the last line's end is cut. */
static bool
can_be_literal(const char *text, size_t n)
{
	return n && memchr(text, '\n', n) && !strchr(" \t\n", text[0]) &&
	       !strchr(" \t\n", text[n - 1]) && all_verbatim(text, n, true);
}

static void
add_literal(struct buf *out, const char *text, size_t n)
{
	buf_add_text(out, "|-");
	while (n) {
		const char *lf = memchr(text, '\n', n);
		size_t length = lf ? (size_t)(lf - text) : n;
		buf_add_text(out, length ? "\n    " : "\n");
		buf_add(out, text, length);
		text += length + (lf != NULL);
		n -= length + (lf != NULL);
	}
}

static void
add_escape(struct buf *out, uint32_t c)
{
	switch (c) {
	case '\n': buf_add_text(out, "\\n"); break;
	case '\t': buf_add_text(out, "\\t"); break;
	default:
		buf_printf(out,
		    c <= 0xff     ? "\\x%02" PRIX32
		    : c <= 0xffff ? "\\u%04" PRIX32
				  : "\\U%08" PRIX32,
		    c);
	}
}

static void
add_quoted(struct buf *out, const char *text, size_t n)
{
	uint32_t c;

	buf_add_char(out, '"');
	for (size_t i = 0, length; i < n; i += length) {
		length = text_decode(text + i, n - i, &c);
		if (!length) { /* not UTF-8: impossible, but must not make the file unreadable */
			c = 0xfffd;
			length = 1;
			add_escape(out, c);
		} else if (!is_verbatim(c)) {
			add_escape(out, c);
		} else {
			if (c == '"' || c == '\\')
				buf_add_char(out, '\\');
			buf_add(out, text + i, length);
		}
	}
	buf_add_char(out, '"');
}

static void
add_cell(struct buf *out, const struct cell *cell)
{
	if (cell->kind != CELL_STRING || can_be_plain(cell->text, cell->n))
		buf_add(out, cell->text, cell->n);
	else if (can_be_literal(cell->text, cell->n))
		add_literal(out, cell->text, cell->n);
	else
		add_quoted(out, cell->text, cell->n);
}

static void
row(struct writer *w, const struct cell *cells)
{
	for (size_t i = 0; i < w->ncolumns; i++) {
		buf_printf(&w->out, "%s %s: ", i ? " " : "-", w->columns[i]);
		add_cell(&w->out, &cells[i]);
		buf_add_char(&w->out, '\n');
	}
}

static void
end(struct writer *w)
{
	if (!w->rows)
		buf_add_text(&w->out, "[]\n");
}

const struct writer_format writer_yaml = {
    .extension = "yaml",
    .media_type = "application/yaml",
    .row = row,
    .end = end,
};
