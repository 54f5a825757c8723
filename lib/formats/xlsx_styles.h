/* The styles of a workbook (ECMA-376 part 1, 18.8), as far as they say what a number means. */
#ifndef ACCESSION_XLSX_STYLES_H
#define ACCESSION_XLSX_STYLES_H

#include "base/error.h"
#include "formats/xlsx_number.h"
#include "formats/xlsx_package.h"

struct xlsx_styles {
	struct xlsx_format *list; /* by the index that cells give */
	size_t n;
	char **codes; /* the workbook's own, which the formats point to */
	size_t ncodes;
};

/* Reads the part. Returns -1 as xlsx_xml_read does. Always call xlsx_styles_free. */
int xlsx_styles_read(
    struct xlsx_styles *s, struct xlsx_package *p, const char *part, struct error *err);

/* A code, to be compared by its address, of numbers whose format is not in the file. */
extern const char xlsx_lost_code[];

/* The same of numbers in the format of a date or time that are outside of what sheets can show. */
extern const char xlsx_no_date_code[];

/*
 * The format of that style. Some programs lose the styles, or some of them: a number in a style
 * that is not there has the code xlsx_lost_code, except for the first, which is plain.
 */
struct xlsx_format xlsx_styles_get(const struct xlsx_styles *s, int64_t index);

void xlsx_styles_free(struct xlsx_styles *s);

#endif
