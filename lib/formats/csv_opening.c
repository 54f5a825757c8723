/* The first lines of a CSV file: see csv_opening.h. */
#include "formats/csv_opening.h"

#include "formats/columns.h"

#include <string.h>

#define LOOKED_AT 20 /* lines where the header is looked for */
#define DASHES    3  /* that a line below a header has at least */

/* Takes the next line off the text, and its LF off the line. */
static struct text_slice
take_line(struct text_slice *text)
{
	const char *lf = text->n ? memchr(text->text, '\n', text->n) : NULL;
	struct text_slice line = {text->text, lf ? (size_t)(lf - text->text) : text->n};
	size_t taken = line.n + (lf != NULL);

	*text = (struct text_slice){text->text + taken, text->n - taken};
	return line;
}

int64_t
csv_find_header(const struct model *m, struct text_slice below)
{
	for (int64_t line = 1; below.n && line <= LOOKED_AT; line++) {
		if (columns_are_named(m, take_line(&below)))
			return line;
	}
	return 0;
}

bool
csv_is_drawn(struct text_slice below)
{
	struct text_slice line = take_line(&below);
	size_t dashes = 0, corners = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (!line.text[i] || !strchr("-=|+: ", line.text[i]))
			return false;
		dashes += line.text[i] == '-' || line.text[i] == '=';
		corners += line.text[i] == '|' || line.text[i] == '+';
	}
	return dashes >= DASHES && corners;
}
