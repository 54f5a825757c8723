/* What is told of the encoding of a CSV file: see csv_encoding.h. */
#include "formats/csv_encoding.h"

#include "base/buf.h"
#include "formats/csv_delimiter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXAMPLE_MAX 40 /* bytes that an example shows before what it is about */

/* The text from shortly before `at` on, or as far as it goes, beginning with a whole character. */
static struct text_slice
from_shortly_before(struct text_slice text, size_t at)
{
	size_t begin = at > EXAMPLE_MAX ? at - EXAMPLE_MAX : 0;

	while (begin < at && (text.text[begin] & 0xC0) == 0x80)
		begin++;
	return (struct text_slice){text.text + begin, text.n - begin};
}

void
csv_tell_undecoded(const struct findings *to, struct finding at, struct text_slice cell,
    struct text_slice rest, const char *why)
{
	struct buf value = {0};
	char shown[TEXT_SHOWN_SIZE];

	if (rest.n) {
		if (cell.n)
			cell = from_shortly_before(cell, cell.n);
		buf_add(&value, cell.text, cell.n);
		for (size_t i = 0; i < rest.n && !strchr(CSV_DELIMITERS "\"", rest.text[i]); i++)
			buf_add_char(&value, rest.text[i]);
		at.value = text_show(shown, buf_text(&value), value.len);
		at.value_n = strlen(shown);
	} else {
		at.field = NULL;
	}
	findings_tell(to, at, "%s", why);
	buf_free(&value);
}

bool
csv_tell_windows_1252(const struct findings *to, struct finding at, const struct decode_survey *s,
    const struct cell *cells, size_t n)
{
	char shown[TEXT_SHOWN_SIZE], both[128] = "";
	size_t i = 0, first = 0;

	while (i < n && (first = text_ascii(cells[i].text, cells[i].n)) == cells[i].n)
		i++;
	if (i == n)
		return false;
	struct text_slice cell = {cells[i].text, cells[i].n};
	struct text_slice example = from_shortly_before(cell, first);
	at.level = FINDING_WARNING;
	at.sign = SIGN_ENCODING;
	at.entry = 0;
	at.value = cell.text;
	at.value_n = cell.n;
	if (s->telling)
		snprintf(both, sizeof both,
		    " But %" PRId64 " character%s of it look%s like UTF-8, and %s misread: it may "
		    "consist of several files.",
		    s->whole, s->whole == 1 ? "" : "s", s->whole == 1 ? "s" : "",
		    s->whole == 1 ? "was" : "were");
	findings_tell(to, at,
	    "The file is not UTF-8; it was read as Windows-1252. Look whether accented letters and "
	    "signs are right: %" PRId64 " on %" PRId64 " line%s, first in row %" PRId64
	    ": \"%s%s\".%s%s If they are not, save the file again as UTF-8 (in Excel: Save as, CSV "
	    "UTF-8).",
	    s->foreign, s->foreign_lines, s->foreign_lines == 1 ? "" : "s", at.row,
	    example.n < cell.n ? "..." : "", text_show(shown, example.text, example.n),
	    s->cr && !s->lf ? " Its lines end as on old Macs, whose encoding, MacRoman, has other "
			      "letters."
			    : "",
	    both);
	return true;
}
