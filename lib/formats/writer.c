/* The table of formats that can be written, and what they share: see writer.h. */
#include "formats/writer.h"

#include "base/spool.h"

#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)64 * 1024) /* the file is written in pieces of about this size */

const struct writer_format *const writer_formats[] = {
    &writer_csv,
    &writer_json,
    &writer_yaml,
    &writer_xlsx,
    NULL,
};

const struct writer_format *
writer_find(const char *extension)
{
	for (size_t i = 0; writer_formats[i]; i++)
		if (strcmp(writer_formats[i]->extension, extension) == 0)
			return writer_formats[i];
	return NULL;
}

/* Writes the buffer to the file if it has that many bytes. Passes on the error, if there is one. */
static int
flush(struct writer *w, size_t least, struct error *err)
{
	struct buf *out = &w->out;

	if (!w->error.code && out->failed)
		error_set(&w->error, ERROR_SYSTEM, "out of memory");
	if (!w->error.code && out->len >= least) {
		spool_write(w->fd, out->data, out->len, &w->error);
		buf_clear(out);
	}
	if (!w->error.code)
		return 0;
	*err = w->error;
	return -1;
}

struct writer *
writer_open(const struct writer_format *format, int fd, const char *dir, const char *const *columns,
    size_t ncolumns, struct error *err)
{
	struct writer *w = calloc(1, sizeof *w);

	if (!w) {
		error_set(err, ERROR_SYSTEM, "out of memory");
		return NULL;
	}
	w->format = format;
	w->columns = columns;
	w->ncolumns = ncolumns;
	w->fd = fd;
	w->dir = dir;
	if (format->begin)
		format->begin(w);
	if (flush(w, PIECE, err) < 0) {
		writer_close(w);
		return NULL;
	}
	return w;
}

int
writer_row(struct writer *w, const struct cell *cells, struct error *err)
{
	w->format->row(w, cells);
	w->rows++;
	return flush(w, PIECE, err);
}

int
writer_example(struct writer *w, struct error *err)
{
	if (w->format->has_header)
		return 0;
	struct cell *cells = calloc(w->ncolumns, sizeof *cells);
	if (!cells)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	for (size_t i = 0; i < w->ncolumns; i++)
		cells[i] = (struct cell){CELL_STRING, "", 0};
	int done = writer_row(w, cells, err);
	free(cells);
	return done;
}

int
writer_finish(struct writer *w, struct error *err)
{
	if (!w->error.code && w->format->end)
		w->format->end(w);
	return flush(w, 1, err);
}

void
writer_close(struct writer *w)
{
	if (!w)
		return;
	if (w->format->close)
		w->format->close(w);
	buf_free(&w->out);
	free(w);
}

bool
writer_needs_guard(const struct cell *cell)
{
	size_t at = 0;

	while (at < cell->n && cell->text[at] == ' ')
		at++;
	return cell->kind == CELL_STRING && at < cell->n && memchr("=+-@\t\r", cell->text[at], 6);
}
