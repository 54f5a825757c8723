/*
 * The XML parts of a workbook, read by what is wanted of them: a table names the elements, each
 * with its parent, and everything else is passed over with all that is in it. Names count without
 * their prefix, in the namespaces of ECMA-376 (transitional) and ISO/IEC 29500 (strict).
 *
 * Hostile XML costs little: no document type and so no entities, limits on depth and on the length
 * of a tag, and the limits of xlsx_package.h.
 */
#ifndef ACCESSION_XLSX_XML_H
#define ACCESSION_XLSX_XML_H

#include "base/error.h"
#include "formats/xlsx_package.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XLSX_ROOT (-1) /* the parent of the root element */

struct xlsx_element {
	const char *name; /* NULL ends the table */
	int parent;       /* index in the table, or XLSX_ROOT */
	/* Any may be NULL. Attributes are names and values in turn, then NULL; text comes in
	 * pieces. */
	void (*start)(void *ctx, const char **attributes);
	void (*end)(void *ctx);
	void (*text)(void *ctx, const char *text, size_t n);
};

struct xlsx_xml {
	struct xlsx_package *package;
	const char *part;
	const struct xlsx_element *elements;
	void *ctx;
	struct XML_ParserStruct *parser;
	int at;         /* the element of the table that is open, or XLSX_ROOT */
	size_t ignored; /* how many elements are open inside it that are not in the table */
	int64_t fed;    /* bytes given to the parser, */
	int64_t token;  /* and those up to the token it is at */
	bool paused;
	bool last; /* the parser has it all */
	struct error err;
};

/*
 * Opens a part of the package. `part`, `elements` and ctx, which the table's functions get, stay
 * the caller's and must live until xlsx_xml_close, which is due in any case. -1 as
 * xlsx_package_open_part does.
 */
int xlsx_xml_open(struct xlsx_xml *x, struct xlsx_package *package, const char *part,
    const struct xlsx_element *elements, void *ctx, struct error *err);

/*
 * Reads on until a function of the table says pause (1) or the part ends (0). -1 with ERROR_INPUT
 * if it is not well-formed or not the kind of part it should be, ERROR_LIMIT beyond a limit,
 * ERROR_SYSTEM without memory, or with the error that a function of the table gave.
 */
int xlsx_xml_run(struct xlsx_xml *x, struct error *err);

/* For functions of the table, `end` alone: makes xlsx_xml_run return 1 after this element. */
void xlsx_xml_pause(struct xlsx_xml *x);

/* For functions of the table: makes xlsx_xml_run fail with this error. The first one counts. */
void xlsx_xml_fail(struct xlsx_xml *x, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void xlsx_xml_close(struct xlsx_xml *x);

/* Opens, runs and closes: for parts that are read in one go. */
int xlsx_xml_read(struct xlsx_xml *x, struct xlsx_package *package, const char *part,
    const struct xlsx_element *elements, void *ctx, struct error *err);

/* The attribute's value, or NULL. A name in a namespace is written "namespace|name". */
const char *xlsx_attribute(const char **attributes, const char *name);

/* Whether the text is an xsd:boolean that is true; NULL is not. */
bool xlsx_is_true(const char *text);

/* Reads digits alone, up to max (at most 10^17). False if the text (may be NULL) is anything else.
 */
bool xlsx_read_index(const char *text, size_t n, int64_t max, int64_t *value);

#endif
