/*
 * Texts of a workbook: the table of shared strings (ECMA-376 part 1, 18.4), which cells refer to by
 * index, and the unwrapping that all texts in a workbook need. The table is the only thing in a
 * workbook that is held in memory as a whole; its size is limited.
 */
#ifndef ACCESSION_XLSX_STRINGS_H
#define ACCESSION_XLSX_STRINGS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "formats/xlsx_package.h"

struct xlsx_strings {
	struct buf text; /* all strings, one after the other */
	struct buf ends; /* a size_t for each: where it ends in text */
};

/*
 * Reads the part. Runs of rich text become one text; phonetic hints are left out. Returns -1 as
 * xlsx_xml_read does, and with ERROR_LIMIT if the table needs more than max_bytes, counting 8 for
 * each string in addition to its text. Always call xlsx_strings_free.
 */
int xlsx_strings_read(struct xlsx_strings *s, struct xlsx_package *p, const char *part,
    int64_t max_bytes, struct error *err);

/* Gets the string with that index, which is valid as long as s. False if there is none. */
bool xlsx_strings_get(const struct xlsx_strings *s, int64_t index, struct text_slice *string);

void xlsx_strings_free(struct xlsx_strings *s);

/* Whether white space at the ends of a <t> with these attributes is significant. */
bool xlsx_text_is_preserved(const char **attributes);

/*
 * Unwraps in place what was appended to b since it had `from` bytes: trims white space at both ends
 * unless it is preserved, decodes _xHHHH_ (18.18.23 ST_Xstring; a literal one has _x005F_ for its
 * first underscore; NUL and half a surrogate pair stay as they are), and changes CRLF and CR to LF.
 */
void xlsx_text_unwrap(struct buf *b, size_t from, bool preserved);

#endif
