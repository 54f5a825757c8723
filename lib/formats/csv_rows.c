/*
 * The rows of a CSV file: see csv_rows.h.
 *
 * decode.h provides text, libcsv splits it into cells. libcsv is given one line (or the available
 * part of it) at a time, for two reasons. It skips blank lines silently, so rows can only be
 * numbered as in a spreadsheet by counting lines; and callbacks cannot stop it, so the input limits
 * what a call can do. No cell exceeds max_field_bytes by more than one piece of text.
 */
#include "formats/csv_rows.h"

#include "formats/csv_encoding.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CELL_BLOCK ((size_t)64 * 1024) /* by how much libcsv's buffer for a cell grows */

/* libcsv's names for parser.pstate, which csv.h lacks. */
enum { FIELD_NOT_BEGUN = 1, FIELD_BEGUN = 2 };

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct finding
csv_rows_at(const struct csv_rows *r)
{
	return (struct finding){.entry = r->entry, .row = r->row, .line = r->row_line};
}

/* Reports that the text cannot be decoded any further, with what is known of the cell. */
static void
tell_undecoded(const struct csv_rows *r, const char *why)
{
	const struct text_slice cell = {(const char *)r->parser.entry_buf, r->parser.entry_pos};
	struct finding f = csv_rows_at(r);

	f.line = r->line;
	f.field = columns_field(r->columns, r->ncells);
	csv_tell_undecoded(&r->to, f, cell, decode_rest(&r->decoder), why);
}

/* Decodes more text. Returns 1, 0 at the end of the file, or -1 after a finding. */
static int
refill(struct csv_rows *r)
{
	struct error err = {0};
	ssize_t got = decode_next(&r->decoder, &r->rest.text, &err);

	if (got < 0 && !r->sniffing)
		tell_undecoded(r, err.message);
	if (got <= 0)
		return (int)got;
	r->rest.n = (size_t)got;
	return 1;
}

/*
 * Gets the next piece of text: a line with its LF, or the available part of it. Returns 1, 0 at the
 * end of the file (with an empty piece), or -1 after a finding.
 */
static int
next_piece(struct csv_rows *r, struct text_slice *piece)
{
	int got;

	*piece = (struct text_slice){0};
	r->line += r->line_ended;
	r->line_ended = false;
	if (!r->rest.n && (got = refill(r)) <= 0)
		return got;
	const char *lf = memchr(r->rest.text, '\n', r->rest.n);
	*piece = r->rest;
	if (lf) {
		piece->n = (size_t)(lf - piece->text) + 1;
		r->line_ended = true;
	}
	r->rest.text += piece->n;
	r->rest.n -= piece->n;
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
	struct csv_rows *r = ctx;

	if ((int64_t)n > r->limits.max_field_bytes) {
		r->too_long = n;
	} else if ((int64_t)r->ncells < r->limits.max_columns) {
		buf_add(&r->text, s, n);
		r->cells[r->ncells].n = n;
	}
	r->ncells++;
}

static void
on_row(int end, void *ctx)
{
	(void)end;
	((struct csv_rows *)ctx)->row_ended = true;
}

/*
 * Splits a whole row that has no quotes at its delimiters, which is several times faster than the
 * parser. False if the row is not like that.
 */
static bool
split_plain(struct csv_rows *r, struct text_slice row)
{
	if (!r->line_ended || memchr(row.text, '"', row.n))
		return false;

	const char *at = row.text, *lf = row.text + row.n - 1, *end;
	int delimiter = csv_get_delim(&r->parser);
	while ((end = memchr(at, delimiter, (size_t)(lf - at)))) {
		on_cell((char *)at, (size_t)(end - at), r);
		at = end + 1;
	}
	on_cell((char *)at, (size_t)(lf - at), r);
	on_row('\n', r);
	return true;
}

/* Reports what libcsv did not accept. */
static bool
tell_broken(struct csv_rows *r, bool at_end)
{
	struct finding f = csv_rows_at(r);

	if (csv_error(&r->parser) != CSV_EPARSE)
		return findings_tell_no_memory(&r->to, f);
	if (at_end)
		return findings_tell(&r->to, f,
		    "Cell %zu of this row begins with a double quote that is never closed: the "
		    "file ends inside the cell. Add the closing double quote, and " CSV_QUOTE_TWICE,
		    r->ncells + 1);
	if (r->parser.quoted)
		return findings_tell(&r->to, f,
		    "Cell %zu of this row goes on after its closing double quote (on line %" PRId64
		    "). Let nothing stand between that quote and the next cell, "
		    "and " CSV_QUOTE_TWICE,
		    r->ncells + 1, r->line);
	return findings_tell(&r->to, f,
	    "Cell %zu of this row has a double quote but does not begin with one (on line %" PRId64
	    "). Put the whole cell in double quotes, without a space before them, "
	    "and " CSV_QUOTE_TWICE,
	    r->ncells + 1, r->line);
}

static bool
check_limits(struct csv_rows *r)
{
	/* libcsv's buffer only grows when a cell, maybe with its closing quote, fills it. */
	size_t held = csv_get_buffer_size(&r->parser), reached = r->too_long;
	if (!reached && held > CELL_BLOCK)
		reached = held - CELL_BLOCK - 1;
	if ((int64_t)reached > r->limits.max_field_bytes)
		return findings_tell(&r->to, csv_rows_at(r),
		    "A cell of this row has %zu bytes%s; the limit (max_field_bytes) is %" PRId64
		    ". Shorten it; if no cell is meant to be that long, look for a double quote "
		    "that is missing.",
		    reached, r->too_long ? "" : " and goes on", r->limits.max_field_bytes);
	if ((int64_t)r->ncells > r->limits.max_columns)
		return findings_tell(&r->to, csv_rows_at(r),
		    "This row has %zu cells%s; the limit (max_columns) is %" PRId64 ".", r->ncells,
		    r->row_ended ? "" : " and goes on", r->limits.max_columns);
	if (r->text.failed)
		return findings_tell_no_memory(&r->to, csv_rows_at(r));
	if (r->limits.max_record_bytes && (int64_t)r->text.len > r->limits.max_record_bytes)
		return findings_tell(&r->to, csv_rows_at(r),
		    "This row has %zu bytes%s; the limit (max_record_bytes) is %" PRId64
		    ". Shorten it; if no row is meant to be that long, look for a double quote "
		    "that is missing.",
		    r->text.len, r->row_ended ? "" : " and goes on", r->limits.max_record_bytes);
	return true;
}

/*
 * To be called where the next byte is a double quote. Makes the parser forget what the cell begins
 * with if that is nothing: the = of ="x", by which programs keep spreadsheets from changing x, with
 * spaces behind it or none, and the byte order mark of a file that was joined to another.
 */
static void
forget_prefix(struct csv_rows *r)
{
	static const char *const nothing[] = {"=", BYTE_ORDER_MARK, BYTE_ORDER_MARK "="};
	struct csv_parser *p = &r->parser;
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
	if (!from) { /* the = may be in the piece before */
		while (at < end && *at == ' ')
			at++;
		if (at < end && *at == '"' && at > piece.text)
			return (size_t)(at - piece.text);
	}
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
parse(struct csv_rows *r, struct text_slice piece)
{
	bool parsed = piece.n || csv_fini(&r->parser, on_cell, on_row, r) == 0;

	for (size_t at = 0, next; parsed && at < piece.n; at = next) {
		if (piece.text[at] == '"')
			forget_prefix(r);
		next = find_prefixed(piece, at);
		parsed = csv_parse(&r->parser, piece.text + at, next - at, on_cell, on_row, r) ==
			 next - at;
	}
	return parsed ? check_limits(r) : tell_broken(r, !piece.n);
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
set_cells(struct csv_rows *r)
{
	const char *text = buf_text(&r->text);

	for (size_t i = 0; i < r->ncells; i++) {
		r->cells[i].kind = CELL_STRING;
		r->cells[i].text = text;
		text += r->cells[i].n;
	}
}

/*
 * Makes x of each cell ="x", which stands as "=""x""" in the file; inside x, quotes are doubled.
 * Without a quote around the cell, forget_prefix has seen to it.
 */
static void
unwrap_cells(struct csv_rows *r)
{
	for (size_t i = 0; i < r->ncells; i++) {
		struct cell *cell = &r->cells[i];
		if (cell->n && *cell->text == '=')
			cell->n = unwrap((char *)cell->text, cell->n); /* ours, in r->text */
	}
}

enum reader_status
csv_rows_next(struct csv_rows *r)
{
	struct text_slice piece;
	int got;

	r->row++;
	r->row_ended = false;
	r->ncells = r->too_long = 0;
	buf_clear(&r->text);
	while ((got = next_piece(r, &piece)) > 0 && *piece.text == '\n')
		r->row++;
	if (got <= 0)
		return got ? READER_FAILED : READER_END;

	r->row_line = r->line;
	bool plain = split_plain(r, piece);
	bool fine = plain ? check_limits(r) : parse(r, piece);
	while (fine && !r->row_ended)
		fine = next_piece(r, &piece) >= 0 && parse(r, piece);
	if (!fine)
		return READER_FAILED;
	set_cells(r);
	if (!plain)
		unwrap_cells(r);
	if (r->guessed && !r->told_encoding)
		r->told_encoding = csv_tell_windows_1252(
		    &r->to, csv_rows_at(r), &r->decoder.survey, r->cells, r->ncells);
	return READER_RECORD;
}

/* Reads as far as needed to know the delimiter, and goes back to the first row. */
static bool
choose_delimiter(struct csv_rows *r)
{
	struct csv_sniffer sniffer = {0};
	struct text_slice piece;

	r->line = 1;
	r->sniffing = true;
	while (next_piece(r, &piece) > 0 && csv_sniff(&sniffer, piece))
		;
	r->sniffing = false;
	r->delimiter = csv_sniffed(&sniffer);
	if (!r->delimiter)
		return findings_tell(&r->to, (struct finding){.row = 1, .line = 1},
		    "The first line (sep=) names a delimiter that is not supported. "
		    "Use " CSV_DELIMITERS_SPELT ".");
	csv_set_delim(&r->parser, (unsigned char)r->delimiter->c);

	decode_rewind(&r->decoder);
	r->rest = (struct text_slice){0};
	r->line = 1;
	r->line_ended = false;
	if (sniffer.has_sep_line)
		r->row++;
	return !sniffer.has_sep_line || next_piece(r, &piece) > 0;
}

bool
csv_rows_open(struct csv_rows *r, const struct source *source)
{
	const struct finding whole_file = {0};
	struct error err = {0};

	r->cells = calloc((size_t)r->limits.max_columns, sizeof *r->cells);
	if (!r->cells || csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return findings_tell_no_memory(&r->to, whole_file);
	csv_set_space_func(&r->parser, no_space);
	csv_set_blk_size(&r->parser, CELL_BLOCK);
	if (decode_open(&r->decoder, source, &err) != 0)
		return findings_tell(&r->to, whole_file, "%s", err.message);
	r->guessed = !r->decoder.charset && r->decoder.encoding == ENCODING_WINDOWS_1252;
	return choose_delimiter(r);
}

bool
csv_rows_broke_off(const struct csv_rows *r)
{
	return !r->line_ended && r->decoder.end == r->decoder.size;
}

void
csv_rows_close(struct csv_rows *r)
{
	csv_free(&r->parser);
	buf_free(&r->text);
	free(r->cells);
}
