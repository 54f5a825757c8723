/*
 * Texts of a workbook: the table of shared strings (ECMA-376 part 1, 18.4), which cells refer to by
 * index, and what all texts in a workbook need to be unwrapped. The table is the one thing of a
 * workbook that is held in memory as a whole; it has a limit.
 */
#ifndef ACCESSION_XLSX_STRINGS_H
#define ACCESSION_XLSX_STRINGS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "formats/xlsx_package.h"

struct xlsx_strings {
	struct buf text; /* all strings, one behind the other */
	struct buf ends; /* a size_t for each: where it ends in text */
};

/*
 * Reads the part. Runs of rich text become one text, phonetic hints are left out. -1 as
 * xlsx_xml_read, with ERROR_LIMIT also if the table needs more than max_bytes, of which each string
 * takes 8 beside its text. xlsx_strings_free is due in any case.
 */
int xlsx_strings_read(struct xlsx_strings *s, struct xlsx_package *p, const char *part,
    int64_t max_bytes, struct error *err);

/* The string of that index, which lives as long as s. False if there is none. */
bool xlsx_strings_get(const struct xlsx_strings *s, int64_t index, struct text_slice *string);

void xlsx_strings_free(struct xlsx_strings *s);

/* Whether white space at the ends of a <t> with these attributes counts. */
bool xlsx_text_is_preserved(const char **attributes);

/*
 * Unwraps in place what was appended to b since it had `from` bytes: cuts white space at both ends
 * unless it is preserved, decodes _xHHHH_ (18.18.23 ST_Xstring; _x005F_ stands for the underscore
 * of a literal one; NUL and half a surrogate pair stay as they are), and makes CRLF and CR an LF.
 */
void xlsx_text_unwrap(struct buf *b, size_t from, bool preserved);

#endif
