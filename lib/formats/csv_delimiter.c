/* The delimiter of a CSV file: see csv_delimiter.h. */
#include "formats/csv_delimiter.h"

#include <string.h>
#include <strings.h>

#define SNIFF_MAX (1024 * 1024) /* how much text is looked at */

static const struct csv_delimiter delimiters[] = {
    {',', "A cell with a comma in it must stand in double quotes."},
    {';', "A cell with a semicolon in it must stand in double quotes."},
    {'\t', "A cell with a tab in it must stand in double quotes."},
    {'|', "A cell with a | in it must stand in double quotes."},
};

/* The index of the delimiter; CSV_NDELIMITERS if it is not one. */
static size_t
find_delimiter(char ch)
{
	size_t i = 0;

	while (i < CSV_NDELIMITERS && delimiters[i].c != ch)
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

static void
count_delimiters(struct csv_sniffer *s, struct text_slice piece)
{
	for (size_t i = 0; i < piece.n; i++) {
		char ch = piece.text[i];
		size_t which = find_delimiter(ch);
		if (ch == '"')
			s->quoted = !s->quoted;
		else if (which < CSV_NDELIMITERS)
			s->counts[which] += !s->quoted;
		else if (ch != ' ' && ch != '\n')
			s->filled = true;
	}
}

bool
csv_sniff(struct csv_sniffer *s, struct text_slice piece)
{
	s->sep = s->seen ? 0 : sep_line(piece);
	s->has_sep_line = s->sep;
	if (s->has_sep_line)
		return false;
	s->seen += piece.n;
	count_delimiters(s, piece);
	bool row_ended = piece.text[piece.n - 1] == '\n' && !s->quoted;
	if (row_ended && s->filled)
		return false;
	if (row_ended)
		memset(s->counts, 0, sizeof s->counts);
	return s->seen < SNIFF_MAX;
}

const struct csv_delimiter *
csv_sniffed(const struct csv_sniffer *s)
{
	size_t most = 0;

	if (s->has_sep_line) {
		size_t named = find_delimiter(s->sep);
		return named < CSV_NDELIMITERS ? &delimiters[named] : NULL;
	}
	for (size_t i = 1; i < CSV_NDELIMITERS; i++) {
		if (s->counts[i] > s->counts[most])
			most = i;
	}
	return &delimiters[most];
}
