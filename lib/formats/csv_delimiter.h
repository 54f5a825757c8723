/*
 * What separates the cells of a CSV file: of a few characters the most frequent one in its first
 * row that has anything in it, or the one that the first line names, as for Excel: "sep=;".
 *
 *	struct csv_sniffer s = {0};
 *	while ((there is another piece) && csv_sniff(&s, piece))
 *		;
 *	delimiter = csv_sniffed(&s);
 */
#ifndef ACCESSION_CSV_DELIMITER_H
#define ACCESSION_CSV_DELIMITER_H

#include "base/text.h"

#define CSV_DELIMITERS       ",;\t|"
#define CSV_DELIMITERS_SPELT "comma, semicolon, tab or |"
#define CSV_NDELIMITERS      (sizeof CSV_DELIMITERS - 1)

struct csv_delimiter {
	char c;
	const char *hint; /* a sentence about cells that have it in them */
};

struct csv_sniffer {
	size_t counts[CSV_NDELIMITERS]; /* how often each is in the row, outside quotes */
	size_t seen;                    /* bytes */
	bool quoted;                    /* within quotes */
	bool filled;       /* the row has something beside delimiters, blanks and quotes */
	bool has_sep_line; /* the first line is no row, but names the delimiter: */
	char sep;
};

/*
 * Takes the next piece of the text: a line with its LF, or a part of one. Returns whether more of
 * them are needed; there is a limit.
 */
bool csv_sniff(struct csv_sniffer *s, struct text_slice piece);

/* The delimiter as far as is known; NULL if the file names one that is not among them. */
const struct csv_delimiter *csv_sniffed(const struct csv_sniffer *s);

#endif
