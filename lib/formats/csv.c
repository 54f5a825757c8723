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
#include "formats/decode.h"
#include "formats/findings.h"

#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CELL_BLOCK ((size_t)64 * 1024) /* by how much libcsv's buffer for a cell grows */
#define SNIFF_MAX  (1024 * 1024)       /* how much text is searched for the delimiter */

#define QUOTE_TWICE "write each double quote inside the cell twice: \"say \"\"yes\"\"\"."

static const struct {
	char c;
	const char *hint;
} delimiters[] = {
    {',', "A cell with a comma in it must stand in double quotes."},
    {';', "A cell with a semicolon in it must stand in double quotes."},
    {'\t', "A cell with a tab in it must stand in double quotes."},
};

#define NDELIMITERS (sizeof delimiters / sizeof *delimiters)

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

	int64_t entry;      /* records returned so far */
	int64_t row;        /* the row being read: its number, */
	int64_t row_line;   /* the line where it begins, */
	bool row_ended;     /* whether it is complete, */
	struct cell *cells; /* its cells (room for max_columns), */
	size_t ncells;      /* their number, even if beyond max_columns, */
	struct buf text;    /* their text, one after the other, */
	size_t too_long;    /* and the length of one beyond max_field_bytes, which is not kept */
	struct raw_cell *raw;

	struct decoder decoder;
};

/* A finding with the position of the row being read. */
static struct finding
here(const struct csv *c)
{
	return (struct finding){
	    .entry = c->columns.n ? c->entry + 1 : 0, .row = c->row, .line = c->row_line};
}

/*
 * Gets the next piece of text: a line with its LF, or the available part of it. Returns 1, 0 at the
 * end of the file (with an empty piece), or -1 after a finding.
 */
static int
next_piece(struct csv *c, struct text_slice *piece)
{
	*piece = (struct text_slice){0};
	c->line += c->line_ended;
	c->line_ended = false;
	if (!c->rest.n) {
		struct error err = {0};
		ssize_t got = decode_next(&c->decoder, &c->rest.text, &err);
		if (got < 0) {
			struct finding f = here(c);
			f.line = c->line;
			findings_tell(&c->to, f, "%s", err.message);
			return -1;
		}
		if (got == 0)
			return 0;
		c->rest.n = (size_t)got;
	}
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

/* Gives libcsv a piece of a row; an empty piece means the end of the file. */
static bool
parse(struct csv *c, struct text_slice piece)
{
	bool parsed =
	    piece.n ? csv_parse(&c->parser, piece.text, piece.n, on_cell, on_row, c) == piece.n
		    : csv_fini(&c->parser, on_cell, on_row, c) == 0;

	return parsed ? check_limits(c) : tell_broken(c, !piece.n);
}

/* Reads the next row that has at least one character. */
static enum reader_status
read_row(struct csv *c)
{
	struct text_slice piece;
	int got;

	c->row++;
	while ((got = next_piece(c, &piece)) > 0 && *piece.text == '\n')
		c->row++;
	if (got <= 0)
		return got ? READER_FAILED : READER_END;

	c->row_line = c->line;
	c->row_ended = false;
	c->ncells = c->too_long = 0;
	buf_clear(&c->text);
	bool fine = split_plain(c, piece) ? check_limits(c) : parse(c, piece);
	while (fine && !c->row_ended)
		fine = next_piece(c, &piece) >= 0 && parse(c, piece);
	if (!fine)
		return READER_FAILED;

	/* Set the pointers only now: the text may have moved while it grew. */
	const char *text = buf_text(&c->text);
	for (size_t i = 0; i < c->ncells; i++) {
		c->cells[i].kind = CELL_STRING;
		c->cells[i].text = text;
		text += c->cells[i].n;
	}
	return READER_RECORD;
}

static enum reader_status
read_filled_row(struct csv *c)
{
	enum reader_status status;

	do
		status = read_row(c);
	while (status == READER_RECORD && columns_blank(c->cells, c->ncells));
	return status;
}

/* The index of the delimiter; NDELIMITERS if it is not one. */
static size_t
find_delimiter(char ch)
{
	size_t i = 0;

	while (i < NDELIMITERS && delimiters[i].c != ch)
		i++;
	return i;
}

/* The delimiter named by a line such as sep=; or "sep=;" or sep=;;; (0 if it is another line). */
static char
sep_line(struct text_slice line)
{
	if (*line.text == '"') {
		line.text++;
		line.n--;
	}
	if (line.n < 5 || strncasecmp(line.text, "sep=", 4) != 0 || line.text[4] == '\n')
		return 0;
	char sep = line.text[4];
	for (size_t i = 5; i < line.n; i++) {
		if (line.text[i] != sep && !strchr(" \"\n", line.text[i]))
			return 0;
	}
	return sep;
}

/* Counts delimiters outside quotes. True if there is anything but delimiters, blanks and quotes. */
static bool
count_delimiters(struct text_slice piece, bool *quoted, size_t counts[NDELIMITERS])
{
	bool filled = false;

	for (size_t i = 0; i < piece.n; i++) {
		char ch = piece.text[i];
		size_t which = find_delimiter(ch);
		if (ch == '"')
			*quoted = !*quoted;
		else if (which < NDELIMITERS)
			counts[which] += !*quoted;
		else if (ch != ' ' && ch != '\n')
			filled = true;
	}
	return filled;
}

/*
 * Reads as far as needed to determine the delimiter. Sets *which to its index, or to NDELIMITERS if
 * it is not supported. False after a finding.
 */
static bool
sniff(struct csv *c, size_t *which, bool *has_sep_line)
{
	size_t counts[NDELIMITERS] = {0}, seen = 0;
	bool quoted = false, filled = false;
	struct text_slice piece;
	int got;

	while ((got = next_piece(c, &piece)) > 0 && seen < SNIFF_MAX) {
		char sep = seen ? 0 : sep_line(piece);
		if (sep) {
			*has_sep_line = true;
			*which = find_delimiter(sep);
			return true;
		}
		seen += piece.n;
		filled |= count_delimiters(piece, &quoted, counts);
		if (!c->line_ended || quoted)
			continue;
		if (filled)
			break;
		memset(counts, 0, sizeof counts);
	}
	*which = 0;
	for (size_t i = 1; i < NDELIMITERS; i++) {
		if (counts[i] > counts[*which])
			*which = i;
	}
	return got >= 0;
}

static bool
choose_delimiter(struct csv *c)
{
	size_t which;
	bool has_sep_line = false;
	struct text_slice skipped;

	c->line = 1;
	if (!sniff(c, &which, &has_sep_line))
		return false;
	if (which == NDELIMITERS)
		return findings_tell(&c->to, (struct finding){.row = 1, .line = 1},
		    "The first line (sep=) names a delimiter that is not supported. Use comma, "
		    "semicolon or tab.");
	csv_set_delim(&c->parser, (unsigned char)delimiters[which].c);
	c->columns.surplus_hint = delimiters[which].hint;

	decode_rewind(&c->decoder);
	c->rest = (struct text_slice){0};
	c->line = 1;
	c->line_ended = false;
	if (has_sep_line)
		c->row++;
	return !has_sep_line || next_piece(c, &skipped) > 0;
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
	rec->entry = ++c->entry;
	rec->row = c->row;
	rec->line = c->row_line;
	columns_record(&c->columns, c->cells, c->ncells, c->raw, rec);
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

static bool
start(struct csv *c, int fd)
{
	const struct finding whole_file = {0};
	struct error err = {0};

	if (!c->cells || !c->raw || csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return findings_tell_no_memory(&c->to, whole_file);
	csv_set_space_func(&c->parser, no_space);
	csv_set_blk_size(&c->parser, CELL_BLOCK);
	if (decode_open(&c->decoder, fd, &err) != 0)
		return findings_tell(&c->to, whole_file, "%s", err.message);
	if (c->decoder.encoding == ENCODING_WINDOWS_1252)
		findings_tell(&c->to,
		    (struct finding){.level = FINDING_WARNING, .sign = SIGN_ENCODING},
		    "The file is not UTF-8; it was read as Windows-1252.");
	if (!choose_delimiter(c))
		return false;

	enum reader_status status = read_filled_row(c);
	if (status == READER_END)
		return columns_open(&c->columns, NULL, 0, whole_file);
	return status == READER_RECORD && columns_open(&c->columns, c->cells, c->ncells, here(c));
}

struct reader *
csv_open(int fd, const struct model *m, const struct limits *limits, finding_fn *sink, void *ctx)
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
	c->columns = (struct columns){.model = m, .to = to};
	c->cells = calloc((size_t)limits->max_columns, sizeof *c->cells);
	c->raw = calloc((size_t)limits->max_columns, sizeof *c->raw);
	if (!start(c, fd)) {
		csv_close(&c->reader);
		return NULL;
	}
	return &c->reader;
}
