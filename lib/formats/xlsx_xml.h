/*
 * Reads the XML parts of a workbook. A table lists the elements of interest, each with its parent;
 * all other elements are skipped with everything in them. Names are compared without their prefix,
 * in the namespaces of ECMA-376 (transitional) and ISO/IEC 29500 (strict).
 *
 * Hostile XML costs little: document types, and so entities, are refused, the depth and the length
 * of a tag are limited, and the limits of xlsx_package.h apply.
 */
#ifndef ACCESSION_XLSX_XML_H
#define ACCESSION_XLSX_XML_H

#include "base/error.h"
#include "formats/xlsx_package.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XLSX_ROOT         (-1) /* the parent of the root element */
#define XLSX_MAX_ELEMENTS 16   /* of a table */

struct xlsx_element {
	const char *name; /* NULL ends the table */
	int parent;       /* index in the table, or XLSX_ROOT */
	/* Any may be NULL. Attributes: names and values in turn, then NULL. Text: in pieces. */
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
	size_t ignored; /* number of skipped elements that are open inside it */
	int64_t fed;    /* bytes given to the parser */
	int64_t most;   /* give it no more than that; 0: everything */
	int64_t token;  /* bytes before the token that it is parsing */
	bool paused;
	bool last;             /* the parser was given everything */
	const char *namespace; /* of the last element; NULL at first */
	size_t namespace_n;
	int usual[XLSX_MAX_ELEMENTS + 1]; /* by the open element: its child that was met last */
	struct error err;
};

/*
 * Opens a part of the package. The table's functions are passed ctx. `part`, `elements` and ctx
 * belong to the caller and must stay valid until xlsx_xml_close, which must always be called.
 * Returns -1 as xlsx_package_open_part does.
 */
int xlsx_xml_open(struct xlsx_xml *x, struct xlsx_package *package, const char *part,
    const struct xlsx_element *elements, void *ctx, struct error *err);

/*
 * Reads on until a function of the table asks for a pause (returns 1) or the part, or as much of it
 * as the caller wants (`most`), ends (returns 0).
 * Returns -1 with ERROR_INPUT if the part is not well-formed or not of the expected kind,
 * ERROR_LIMIT beyond a limit, ERROR_SYSTEM without memory, or the error of a table function.
 */
int xlsx_xml_run(struct xlsx_xml *x, struct error *err);

/* For `end` functions of the table only: makes xlsx_xml_run return 1 after this element. */
void xlsx_xml_pause(struct xlsx_xml *x);

/* For functions of the table: makes xlsx_xml_run fail with this error. The first error counts. */
void xlsx_xml_fail(struct xlsx_xml *x, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void xlsx_xml_close(struct xlsx_xml *x);

/* Opens, runs and closes: for parts that are read without a pause. */
int xlsx_xml_read(struct xlsx_xml *x, struct xlsx_package *package, const char *part,
    const struct xlsx_element *elements, void *ctx, struct error *err);

/* The attribute's value, or NULL. A name in a namespace is written "namespace|name". */
const char *xlsx_attribute(const char **attributes, const char *name);

/* Whether the text is a true xsd:boolean; NULL is not. */
bool xlsx_is_true(const char *text);

/* Reads a number of digits only, up to max (at most 10^17). False if text (or NULL) is not one. */
bool xlsx_read_index(const char *text, size_t n, int64_t max, int64_t *value);

#endif
