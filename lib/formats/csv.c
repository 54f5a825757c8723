/*
 * The CSV reader: see csv.h.
 *
 * decode.h provides text, libcsv splits it into cells, columns.h makes records of them. libcsv is
 * given one line (or the available part of it) at a time, for two reasons. It skips blank lines
 * silently, so rows can only be numbered as in a spreadsheet by counting lines; and callbacks
 * cannot stop it, so the input limits what a call can do. Only one record is held in memory, and no
 * cell exceeds max_field_bytes by more than one piece of text.
 */
#include "formats/csv.h"

#include "base/buf.h"
#include "base/text.h"
#include "formats/columns.h"
#include "formats/csv_delimiter.h"
#include "formats/csv_opening.h"
#include "formats/decode.h"
#include "formats/findings.h"
#include "model/boolean.h"

#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CELL_BLOCK ((size_t)64 * 1024) /* by how much libcsv's buffer for a cell grows */

#define EXAMPLE_MAX 40 /* bytes that an example shows before what it is about */

/* libcsv's names for parser.pstate, which csv.h lacks. */
enum { FIELD_NOT_BEGUN = 1, FIELD_BEGUN = 2 };

#define QUOTE_TWICE "write each double quote inside the cell twice: \"say \"\"yes\"\"\"."

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define SEP_LINE        "sep="

struct csv {
	struct reader reader;
	struct limits limits;
	struct findings to;
	struct columns columns;
	struct csv_parser parser;
	enum reader_status status; /* READER_RECORD until the end or a failure */

	struct text_slice rest; /* decoded text not parsed yet */
	int64_t line;           /* the line of the current piece of text */
	bool line_ended;        /* the current piece ends in LF */
	bool sniffing;          /* all of it is read once more, so nothing is reported yet */

	int64_t entry;      /* records returned so far */
	int64_t row;        /* the row being read: its number, */
	int64_t row_line;   /* the line where it begins, */
	bool row_ended;     /* whether it is complete, */
	struct cell *cells; /* its cells (room for max_columns), */
	size_t ncells;      /* their number, even if beyond max_columns, */
	struct buf text;    /* their text, one after the other, */
	size_t too_long;    /* and the length of one beyond max_field_bytes, which is not kept */
	struct raw_cell *raw;
	bool some_short;    /* whether a row so far had fewer cells than the header */
	bool told_encoding; /* or it need not be */

	struct decoder decoder;
};

/* A finding with the position of the row being read. */
static struct finding
here(const struct csv *c)
{
	return (struct finding){
	    .entry = c->columns.n ? c->entry + 1 : 0, .row = c->row, .line = c->row_line};
}

/* The text from shortly before `at` on, or as far as it goes, beginning with a whole character. */
static struct text_slice
from_shortly_before(struct text_slice text, size_t at)
{
	size_t begin = at > EXAMPLE_MAX ? at - EXAMPLE_MAX : 0;

	while (begin < at && (text.text[begin] & 0xC0) == 0x80)
		begin++;
	return (struct text_slice){text.text + begin, text.n - begin};
}

/* Reports that the file cannot be decoded any further, with what is known of the cell. */
static void
tell_undecoded(struct csv *c, const char *why)
{
	struct finding f = here(c);
	struct text_slice rest = decode_rest(&c->decoder);
	struct text_slice cell = {(const char *)c->parser.entry_buf, c->parser.entry_pos};
	struct buf value = {0};
	char shown[TEXT_SHOWN_SIZE];

	f.line = c->line;
	if (rest.n) {
		if (cell.n)
			cell = from_shortly_before(cell, cell.n);
		buf_add(&value, cell.text, cell.n);
		for (size_t i = 0; i < rest.n && !strchr(CSV_DELIMITERS "\"", rest.text[i]); i++)
			buf_add_char(&value, rest.text[i]);
		f.field = columns_field(&c->columns, c->ncells);
		f.value = text_show(shown, buf_text(&value), value.len);
		f.value_n = strlen(shown);
	}
	findings_tell(&c->to, f, "%s", why);
	buf_free(&value);
}

/* Decodes more text. Returns 1, 0 at the end of the file, or -1 after a finding. */
static int
refill(struct csv *c)
{
	struct error err = {0};
	ssize_t got = decode_next(&c->decoder, &c->rest.text, &err);

	if (got < 0 && !c->sniffing)
		tell_undecoded(c, err.message);
	if (got <= 0)
		return (int)got;
	c->rest.n = (size_t)got;
	return 1;
}

/*
 * Gets the next piece of text: a line with its LF, or the available part of it. Returns 1, 0 at the
 * end of the file (with an empty piece), or -1 after a finding.
 */
static int
next_piece(struct csv *c, struct text_slice *piece)
{
	int got;

	*piece = (struct text_slice){0};
	c->line += c->line_ended;
	c->line_ended = false;
	if (!c->rest.n && (got = refill(c)) <= 0)
		return got;
	const char *lf = memchr(c->rest.text, '\n', c->rest.n);
	*piece = c->rest;
	if (lf) {
		piece->n = (size_t)(lf - piece->text) + 1;
		c->line_ended = true;
	}
	c->rest.text += piece->n;
	c->rest.n -= piece->n;
	return 1;
}

/* Tells libcsv that no character is white space, so that it trims nothing. */
static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void
on_cell(void *s, size_t n, void *ctx)
{
	struct csv *c = ctx;

	if ((int64_t)n > c->limits.max_field_bytes) {
		c->too_long = n;
	} else if ((int64_t)c->ncells < c->limits.max_columns) {
		buf_add(&c->text, s, n);
		c->cells[c->ncells].n = n;
	}
	c->ncells++;
}

static void
on_row(int end, void *ctx)
{
	(void)end;
	((struct csv *)ctx)->row_ended = true;
}

/*
 * Splits a whole row that has no quotes at its delimiters, which is several times faster than the
 * parser. False if the row is not like that.
 */
static bool
split_plain(struct csv *c, struct text_slice row)
{
	if (!c->line_ended || memchr(row.text, '"', row.n))
		return false;

	const char *at = row.text, *lf = row.text + row.n - 1, *end;
	int delimiter = csv_get_delim(&c->parser);
	while ((end = memchr(at, delimiter, (size_t)(lf - at)))) {
		on_cell((char *)at, (size_t)(end - at), c);
		at = end + 1;
	}
	on_cell((char *)at, (size_t)(lf - at), c);
	on_row('\n', c);
	return true;
}

/* Reports what libcsv did not accept. */
static bool
tell_broken(struct csv *c, bool at_end)
{
	struct finding f = here(c);

	if (csv_error(&c->parser) != CSV_EPARSE)
		return findings_tell_no_memory(&c->to, f);
	if (at_end)
		return findings_tell(&c->to, f,
		    "Cell %zu of this row begins with a double quote that is never closed: the "
		    "file ends inside the cell. Add the closing double quote, and " QUOTE_TWICE,
		    c->ncells + 1);
	if (c->parser.quoted)
		return findings_tell(&c->to, f,
		    "Cell %zu of this row goes on after its closing double quote (on line %" PRId64
		    "). Let nothing stand between that quote and the next cell, and " QUOTE_TWICE,
		    c->ncells + 1, c->line);
	return findings_tell(&c->to, f,
	    "Cell %zu of this row has a double quote but does not begin with one (on line %" PRId64
	    "). Put the whole cell in double quotes, without a space before them, and " QUOTE_TWICE,
	    c->ncells + 1, c->line);
}

static bool
check_limits(struct csv *c)
{
	/* libcsv's buffer only grows when a cell, maybe with its closing quote, fills it. */
	size_t held = csv_get_buffer_size(&c->parser), reached = c->too_long;
	if (!reached && held > CELL_BLOCK)
		reached = held - CELL_BLOCK - 1;
	if ((int64_t)reached > c->limits.max_field_bytes)
		return findings_tell(&c->to, here(c),
		    "A cell of this row has %zu bytes%s; the limit (max_field_bytes) is %" PRId64
		    ". Shorten it; if no cell is meant to be that long, look for a double quote "
		    "that is missing.",
		    reached, c->too_long ? "" : " and goes on", c->limits.max_field_bytes);
	if ((int64_t)c->ncells > c->limits.max_columns)
		return findings_tell(&c->to, here(c),
		    "This row has %zu cells%s; the limit (max_columns) is %" PRId64 ".", c->ncells,
		    c->row_ended ? "" : " and goes on", c->limits.max_columns);
	if (c->text.failed)
		return findings_tell_no_memory(&c->to, here(c));
	if (c->limits.max_record_bytes && (int64_t)c->text.len > c->limits.max_record_bytes)
		return findings_tell(&c->to, here(c),
		    "This row has %zu bytes%s; the limit (max_record_bytes) is %" PRId64
		    ". Shorten it; if no row is meant to be that long, look for a double quote "
		    "that is missing.",
		    c->text.len, c->row_ended ? "" : " and goes on", c->limits.max_record_bytes);
	return true;
}

/*
 * To be called where the next byte is a double quote. Makes the parser forget what the cell begins
 * with if that is nothing: the = of ="x", by which programs keep spreadsheets from changing x, with
 * spaces behind it or none, and the byte order mark of a file that was joined to another.
 */
static void
forget_prefix(struct csv *c)
{
	static const char *const nothing[] = {"=", BYTE_ORDER_MARK, BYTE_ORDER_MARK "="};
	struct csv_parser *p = &c->parser;
	size_t n = p->entry_pos;

	if (p->pstate != FIELD_BEGUN || p->quoted)
		return;
	while (n && p->entry_buf[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
		if (strlen(nothing[i]) == n && memcmp(nothing[i], p->entry_buf, n) == 0) {
			p->entry_pos = 0;
			p->pstate = FIELD_NOT_BEGUN;
			return;
		}
	}
}

/* Where a double quote follows what forget_prefix looks for, behind `from`; piece.n if nowhere. */
static size_t
find_prefixed(struct text_slice piece, size_t from)
{
	const size_t mark = strlen(BYTE_ORDER_MARK);
	const char *at = piece.text + from, *end = piece.text + piece.n;

	if (!from && piece.n > mark && memcmp(at, BYTE_ORDER_MARK "\"", mark + 1) == 0)
		return mark;
	while (at < end && (at = memchr(at, '=', (size_t)(end - at)))) {
		do
			at++;
		while (at < end && *at == ' ');
		if (at < end && *at == '"')
			return (size_t)(at - piece.text);
	}
	return piece.n;
}

/* Gives libcsv a piece of a row; an empty piece means the end of the file. */
static bool
parse(struct csv *c, struct text_slice piece)
{
	bool parsed = piece.n || csv_fini(&c->parser, on_cell, on_row, c) == 0;

	for (size_t at = 0, next; parsed && at < piece.n; at = next) {
		if (piece.text[at] == '"')
			forget_prefix(c);
		next = find_prefixed(piece, at);
		parsed = csv_parse(&c->parser, piece.text + at, next - at, on_cell, on_row, c) ==
			 next - at;
	}
	return parsed ? check_limits(c) : tell_broken(c, !piece.n);
}

/* Narrows the text to what stands in ="...", maybe with spaces around that. False if it is none. */
static bool
find_wrapped(struct text_slice *text)
{
	const char *at = text->text;
	size_t n = text->n;

	text_trim(&at, &n); /* at its end alone: it begins with = */
	do {
		at++;
		n--;
	} while (n && *at == ' ');
	*text = (struct text_slice){at + 1, n - 2};
	return n >= 2 && *at == '"' && at[n - 1] == '"';
}

/* The length of x, which is moved to the beginning of the cell's text, if that is ="x"; else n. */
static size_t
unwrap(char *cell, size_t n)
{
	struct text_slice x = {cell, n};
	size_t length = 0;

	if (!find_wrapped(&x))
		return n;
	for (size_t i = 0; i < x.n; i++) {
		if (x.text[i] == '"' && (++i == x.n || x.text[i] != '"'))
			return n;
	}
	for (size_t i = 0; i < x.n; i++) {
		i += x.text[i] == '"';
		cell[length++] = x.text[i];
	}
	return length;
}

/* Sets the cells' texts once the row is complete: until then it may move. */
static void
set_cells(struct csv *c)
{
	const char *text = buf_text(&c->text);

	for (size_t i = 0; i < c->ncells; i++) {
		c->cells[i].kind = CELL_STRING;
		c->cells[i].text = text;
		text += c->cells[i].n;
	}
}

/*
 * Makes x of each cell ="x", which stands as "=""x""" in the file; inside x, quotes are doubled.
 * Without a quote around the cell, forget_prefix has seen to it.
 */
static void
unwrap_cells(struct csv *c)
{
	for (size_t i = 0; i < c->ncells; i++) {
		struct cell *cell = &c->cells[i];
		if (cell->n && *cell->text == '=')
			cell->n = unwrap((char *)cell->text, cell->n); /* ours, in c->text */
	}
}

/*
 * Warns of a file that is not UTF-8, with the first cell that shows what was made of it. Nothing is
 * told where the row has only ASCII.
 */
static void
tell_encoding(struct csv *c)
{
	const struct decode_survey *s = &c->decoder.survey;
	struct finding f = here(c);
	char shown[TEXT_SHOWN_SIZE], both[128] = "";
	size_t i = 0, at = 0;

	while (i < c->ncells && (at = text_ascii(c->cells[i].text, c->cells[i].n)) == c->cells[i].n)
		i++;
	if (i == c->ncells)
		return;
	struct text_slice cell = {c->cells[i].text, c->cells[i].n};
	struct text_slice example = from_shortly_before(cell, at);
	f.level = FINDING_WARNING;
	f.sign = SIGN_ENCODING;
	f.entry = 0;
	f.value = cell.text;
	f.value_n = cell.n;
	if (s->telling)
		snprintf(both, sizeof both,
		    " But %" PRId64 " character%s of it look%s like UTF-8, and %s misread: it may "
		    "consist of several files.",
		    s->whole, s->whole == 1 ? "" : "s", s->whole == 1 ? "s" : "",
		    s->whole == 1 ? "was" : "were");
	findings_tell(&c->to, f,
	    "The file is not UTF-8; it was read as Windows-1252. Look whether accented letters and "
	    "signs are right: %" PRId64 " on %" PRId64 " line%s, first in row %" PRId64
	    ": \"%s%s\".%s%s If they are not, save the file again as UTF-8 (in Excel: Save as, CSV "
	    "UTF-8).",
	    s->foreign, s->foreign_lines, s->foreign_lines == 1 ? "" : "s", f.row,
	    example.n < cell.n ? "..." : "", text_show(shown, example.text, example.n),
	    s->cr && !s->lf ? " Its lines end as on old Macs, whose encoding, MacRoman, has other "
			      "letters."
			    : "",
	    both);
	c->told_encoding = true;
}

/* Reads the next row that has at least one character. */
static enum reader_status
read_row(struct csv *c)
{
	struct text_slice piece;
	int got;

	c->row++;
	c->row_ended = false;
	c->ncells = c->too_long = 0;
	buf_clear(&c->text);
	while ((got = next_piece(c, &piece)) > 0 && *piece.text == '\n')
		c->row++;
	if (got <= 0)
		return got ? READER_FAILED : READER_END;

	c->row_line = c->line;
	bool plain = split_plain(c, piece);
	bool fine = plain ? check_limits(c) : parse(c, piece);
	while (fine && !c->row_ended)
		fine = next_piece(c, &piece) >= 0 && parse(c, piece);
	if (!fine)
		return READER_FAILED;
	set_cells(c);
	if (!plain)
		unwrap_cells(c);
	if (!c->told_encoding)
		tell_encoding(c);
	return READER_RECORD;
}

/* Whether the row is the line sep= that a file begins with; the delimiter has ended its cell. */
static bool
is_sep_row(const struct csv *c)
{
	const size_t n = strlen(SEP_LINE);
	const struct cell *first = c->cells;

	if (first->n < n || first->n > n + 1 || strncasecmp(first->text, SEP_LINE, n) != 0)
		return false;
	bool named = first->n > n && strchr(CSV_DELIMITERS, first->text[n]);
	return (named || (first->n == n && c->ncells > 1)) &&
	       columns_blank(first + 1, c->ncells - 1);
}

static void
tell_sep_row(const struct csv *c)
{
	struct finding f = here(c);

	f.entry = 0;
	f.level = FINDING_WARNING;
	f.sign = SIGN_HEADER_AGAIN;
	findings_tell(&c->to, f,
	    "This row names what separates cells (sep=), as the first line of a file does, so "
	    "files "
	    "were joined here. It was skipped; see whether the rows below it belong here.");
}

static enum reader_status
read_filled_row(struct csv *c)
{
	enum reader_status status;
	enum row_kind kind = ROW_BLANK;

	while (kind != ROW_RECORD && (status = read_row(c)) == READER_RECORD) {
		kind = columns_look(&c->columns, c->cells, c->ncells);
		if (kind == ROW_HEADER) {
			columns_tell_header(&c->columns, here(c));
		} else if (kind == ROW_RECORD && c->columns.n && is_sep_row(c)) {
			tell_sep_row(c);
			kind = ROW_HEADER;
		}
	}
	return kind == ROW_RECORD ? READER_RECORD : status;
}

/* Reads as far as needed to know the delimiter, and goes back to the first row. */
static bool
choose_delimiter(struct csv *c)
{
	struct csv_sniffer sniffer = {0};
	struct text_slice piece;

	c->line = 1;
	c->sniffing = true;
	while (next_piece(c, &piece) > 0 && csv_sniff(&sniffer, piece))
		;
	c->sniffing = false;
	const struct csv_delimiter *found = csv_sniffed(&sniffer);
	if (!found)
		return findings_tell(&c->to, (struct finding){.row = 1, .line = 1},
		    "The first line (sep=) names a delimiter that is not supported. "
		    "Use " CSV_DELIMITERS_SPELT ".");
	csv_set_delim(&c->parser, (unsigned char)found->c);
	c->columns.surplus_hint = found->hint;

	decode_rewind(&c->decoder);
	c->rest = (struct text_slice){0};
	c->line = 1;
	c->line_ended = false;
	if (sniffer.has_sep_line)
		c->row++;
	return !sniffer.has_sep_line || next_piece(c, &piece) > 0;
}

/* Leaves out the cells that the row lacks; they are not empty. */
static void
leave_out(struct csv *c)
{
	for (size_t i = c->ncells; i < c->columns.n; i++)
		c->cells[i] = (struct cell){CELL_ABSENT, "", 0};
}

/* Whether the row is a whole one in double quotes, so that it is a single cell. */
static bool
is_quoted_row(struct csv *c)
{
	const char delimiter = (char)csv_get_delim(&c->parser);
	size_t delimiters_in = 0;

	/* Of two columns, a single cell with a comma may well be the first. */
	if (c->ncells != 1 || c->columns.n < 3)
		return false;
	for (size_t i = 0; i < c->cells->n; i++)
		delimiters_in += c->cells->text[i] == delimiter;
	return delimiters_in >= c->columns.n - 1;
}

/* Whether the row deletes its item, so that other cells of it do not matter. */
static bool
deletes(const struct csv *c)
{
	const struct cell *cell = columns_cell(&c->columns, c->cells, c->ncells, FIELD_DELETE);
	bool is = false;

	if (!cell)
		return false;
	const char *text = cell->text;
	size_t n = cell->n;
	text_trim(&text, &n);
	return boolean_read(text, n, &is) && is;
}

static void
warn_short(const struct csv *c, const char *lacking)
{
	const struct cell *id = columns_cell(&c->columns, c->cells, c->ncells, FIELD_ID);
	const bool is_new = !id || columns_blank(id, 1);
	struct finding f = here(c);

	f.level = FINDING_WARNING;
	f.sign = SIGN_SHORT_ROW;
	findings_tell(&c->to, f,
	    "This row has %zu cell%s, the header has %zu. What it lacks (%s) %s. If that is to be "
	    "empty, give the row empty cells for it.",
	    c->ncells, c->ncells == 1 ? "" : "s", c->columns.n, lacking,
	    is_new ? "is what it is for new items by default"
		   : "was left as it is; if the item is new, it is what it is by default");
}

/*
 * Tells what is to be said of a row with fewer cells than the header. Returns true if its cells
 * cannot be relied on, after an error.
 */
static bool
look_at_short(struct csv *c)
{
	char lacking[512];

	if (!columns_lacking(&c->columns, c->ncells, lacking, sizeof lacking))
		return false;
	bool last = !c->line_ended && c->decoder.end == c->decoder.size;
	bool broken_off = last && !c->some_short;
	c->some_short = true;
	if (is_quoted_row(c))
		return !findings_tell(&c->to, here(c),
		    "This row is a single cell, as it stands in double quotes as a whole. Take "
		    "them away; " QUOTE_TWICE);
	if (broken_off)
		return !findings_tell(&c->to, here(c),
		    "The file breaks off in this row: it has %zu cell%s, the header has %zu, and "
		    "no line end follows. Upload the whole file. If it is whole, write what the "
		    "row lacks (%s), or end the row with a line break.",
		    c->ncells, c->ncells == 1 ? "" : "s", c->columns.n, lacking);
	if (!deletes(c))
		warn_short(c, lacking);
	return false;
}

static enum reader_status
csv_next(struct reader *r, struct record *rec)
{
	struct csv *c = (struct csv *)r;

	if (c->status != READER_RECORD)
		return c->status;
	c->status = read_filled_row(c);
	if (c->status == READER_END && !c->entry)
		findings_tell(&c->to, (struct finding){0}, "The file has a header but no records.");
	if (c->status != READER_RECORD)
		return c->status;
	if (c->entry == c->limits.max_records) {
		findings_tell(&c->to, here(c),
		    "This is record %" PRId64 "; the limit (max_records) is %" PRId64
		    ". Split the file.",
		    c->entry + 1, c->limits.max_records);
		return c->status = READER_FAILED;
	}
	rec->entry = c->entry + 1;
	rec->row = c->row;
	rec->line = c->row_line;
	size_t n = c->ncells;
	bool broken = false;
	if (n < c->columns.n) {
		broken = look_at_short(c);
		leave_out(c);
		n = c->columns.n;
	}
	c->entry++;
	columns_record(&c->columns, c->cells, n, c->raw, rec);
	rec->broken = broken;
	return READER_RECORD;
}

static int64_t
csv_offset(const struct reader *r)
{
	return ((const struct csv *)r)->decoder.offset;
}

static void
csv_close(struct reader *r)
{
	struct csv *c = (struct csv *)r;

	csv_free(&c->parser);
	columns_free(&c->columns);
	buf_free(&c->text);
	free(c->cells);
	free(c->raw);
	free(c);
}

/* Opens the columns, the row that was just read being the header. */
static bool
open_columns(struct csv *c)
{
	if (csv_get_delim(&c->parser) == '|' && csv_is_drawn(c->rest))
		return findings_tell(&c->to, here(c),
		    "This is a table with lines drawn around its cells, as in Markdown, not CSV: "
		    "below the header there are only dashes. Save it as CSV where it came from; or "
		    "delete the lines of dashes.");
	int64_t below = csv_find_header(c->columns.model, c->rest);
	c->columns.header_below = below ? c->row + below : 0;
	return columns_open(&c->columns, c->cells, c->ncells, here(c));
}

static bool
start(struct csv *c, const struct source *source)
{
	const struct finding whole_file = {0};
	struct error err = {0};

	if (!c->cells || !c->raw || csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return findings_tell_no_memory(&c->to, whole_file);
	csv_set_space_func(&c->parser, no_space);
	csv_set_blk_size(&c->parser, CELL_BLOCK);
	if (decode_open(&c->decoder, source, &err) != 0)
		return findings_tell(&c->to, whole_file, "%s", err.message);
	c->told_encoding = c->decoder.charset || c->decoder.encoding != ENCODING_WINDOWS_1252;
	if (!choose_delimiter(c))
		return false;

	enum reader_status status = read_filled_row(c);
	if (status == READER_END)
		return columns_open(&c->columns, NULL, 0, whole_file);
	return status == READER_RECORD && open_columns(c);
}

struct reader *
csv_open(const struct source *source, const struct model *m, const struct limits *limits,
    finding_fn *sink, void *ctx)
{
	const struct findings to = {sink, ctx};
	struct csv *c = calloc(1, sizeof *c);

	if (!c) {
		findings_tell_no_memory(&to, (struct finding){0});
		return NULL;
	}
	c->reader = (struct reader){csv_next, csv_offset, csv_close, NULL};
	c->limits = *limits;
	c->to = to;
	c->columns = (struct columns){.model = m, .to = to, .delimiters = CSV_DELIMITERS};
	c->cells = calloc((size_t)limits->max_columns, sizeof *c->cells);
	c->raw = calloc((size_t)limits->max_columns, sizeof *c->raw);
	if (!start(c, source)) {
		csv_close(&c->reader);
		return NULL;
	}
	return &c->reader;
}
