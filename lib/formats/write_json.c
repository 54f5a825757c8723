/* Writing JSON: an array of flat objects, indented for people; UTF-8 unchanged. */
#include "formats/writer.h"

#include "base/json_writer.h"

static void
add_cell(struct buf *out, const struct cell *cell)
{
	/* A document of its own, so that we control the layout around it. */
	struct json value = {.out = out};

	if (cell->kind == CELL_STRING)
		json_string(&value, cell->text, cell->n);
	else
		json_raw(&value, cell->text, cell->n);
}

static void
begin(struct writer *w)
{
	buf_add_char(&w->out, '[');
}

static void
row(struct writer *w, const struct cell *cells)
{
	buf_add_text(&w->out, w->rows ? ",\n  {" : "\n  {");
	for (size_t i = 0; i < w->ncolumns; i++) {
		buf_printf(&w->out, "%s\n    \"%s\": ", i ? "," : "", w->columns[i]);
		add_cell(&w->out, &cells[i]);
	}
	buf_add_text(&w->out, "\n  }");
}

static void
end(struct writer *w)
{
	buf_add_text(&w->out, w->rows ? "\n]\n" : "]\n");
}

const struct writer_format writer_json = {
    .extension = "json",
    .media_type = "application/json",
    .begin = begin,
    .row = row,
    .end = end,
};
