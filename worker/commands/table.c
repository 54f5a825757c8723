/* Query results as people read them: see table.h. */
#include "commands/table.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "database/db.h"

#include <ctype.h>
#include <inttypes.h>

#define GAP 2 /* spaces between columns */

/* Types that are not shown as text: pg_type.oid, fixed for all time. */
enum { TYPE_BOOL = 16, TYPE_INT8 = 20, TYPE_INT4 = 23, TYPE_TIMESTAMPTZ = 1184 };

/* Appends text without anything that a terminal would obey. Returns its width in characters. */
static int
add_clean(struct buf *out, const char *text, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; width++) {
		uint32_t c = 0;
		size_t length = text_decode(text + i, n - i, &c);
		if (length && !text_is_control(c))
			buf_add(out, text + i, length);
		else
			buf_add_char(out, '?');
		i += length ? length : 1;
	}
	return width;
}

/* "2025-01-31T10:20:30.123456+00:00" as "2025-01-31 10:20:30+00:00". */
static int
add_time(struct buf *out, int64_t us)
{
	char text[TIMESTAMP_SIZE];

	timestamp_format(us, text);
	size_t before = out->len;
	buf_printf(out, "%.10s %.8s%s", text, text + 11, text + 26);
	return (int)(out->len - before);
}

/* Replaces *out by a cell (row -1: the column's heading). Returns its width. */
static int
format_cell(struct buf *out, const PGresult *res, int row, int col)
{
	buf_clear(out);
	if (row < 0) {
		for (const char *c = PQfname(res, col); *c; c++)
			buf_add_char(out, *c == '_' ? ' ' : (char)toupper((unsigned char)*c));
		return (int)out->len;
	}
	if (db_is_null(res, row, col))
		return 0;
	switch (PQftype(res, col)) {
	case TYPE_BOOL: buf_add_text(out, db_get_bool(res, row, col) ? "yes" : "no"); break;
	case TYPE_INT4:
	case TYPE_INT8: buf_printf(out, "%" PRId64, db_get_int(res, row, col)); break;
	case TYPE_TIMESTAMPTZ: return add_time(out, db_get_time(res, row, col));
	default: return add_clean(out, db_get_text(res, row, col), db_get_size(res, row, col));
	}
	return (int)out->len;
}

int
table_print(FILE *out, const PGresult *res, struct error *err)
{
	struct buf cell = {0};
	int widths[TABLE_MAX_COLUMNS] = {0};
	int ncols = PQnfields(res) < TABLE_MAX_COLUMNS ? PQnfields(res) : TABLE_MAX_COLUMNS;
	bool failed = false;

	for (int row = -1; row < PQntuples(res); row++)
		for (int col = 0; col < ncols; col++) {
			int width = format_cell(&cell, res, row, col);
			widths[col] = width > widths[col] ? width : widths[col];
			failed |= cell.failed;
		}
	for (int row = -1; row < PQntuples(res) && !failed; row++) {
		int owed = 0; /* spaces before the next cell, so that lines do not end with any */
		for (int col = 0; col < ncols; col++) {
			bool right =
			    PQftype(res, col) == TYPE_INT8 || PQftype(res, col) == TYPE_INT4;
			int pad = widths[col] - format_cell(&cell, res, row, col);
			failed |= cell.failed;
			if (cell.len > 0)
				fprintf(
				    out, "%*s%s", owed + (right ? pad : 0), "", buf_text(&cell));
			owed = GAP + (cell.len == 0 ? owed + pad : right ? 0 : pad);
		}
		fputc('\n', out);
	}
	buf_free(&cell);
	return failed ? error_set(err, ERROR_SYSTEM, "out of memory") : 0;
}
