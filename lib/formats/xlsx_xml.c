/* XML parts by tables of elements: see xlsx_xml.h. */
#include "formats/xlsx_xml.h"

#include <expat.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE     (64 * 1024)
#define MAX_DEPTH 64                 /* of skipped elements */
#define MAX_TOKEN (256 * 1024)       /* bytes of a tag with its attributes, or of a comment */
#define MAX_HELD  (16 * 1024 * 1024) /* bytes of memory of a parser */

#define SEPARATOR '|' /* expat puts it between namespace and name; not possible in a URI */

static const char *const namespaces[] = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
};

/*
 * expat remembers every name it meets for as long as the parser exists, so the memory that it holds
 * is counted. Its allocators get no context: the count is per thread, for all parsers in it.
 */
static _Thread_local size_t held;

static void *
limited_realloc(void *block, size_t n)
{
	size_t before = malloc_usable_size(block);

	if (n > MAX_HELD || held - before > MAX_HELD - n)
		return NULL;
	void *moved = realloc(block, n);
	if (moved)
		held = held - before + malloc_usable_size(moved);
	return moved;
}

static void *
limited_malloc(size_t n)
{
	return limited_realloc(NULL, n);
}

static void
limited_free(void *block)
{
	held -= malloc_usable_size(block);
	free(block);
}

static const XML_Memory_Handling_Suite limited = {limited_malloc, limited_realloc, limited_free};

void
xlsx_xml_fail(struct xlsx_xml *x, enum error_code code, const char *format, ...)
{
	char message[sizeof x->err.message];
	va_list ap;

	if (x->err.code)
		return;
	va_start(ap, format);
	vsnprintf(message, sizeof message, format, ap);
	va_end(ap);
	error_set(&x->err, code, "%s", message);
	XML_StopParser(x->parser, XML_FALSE);
}

void
xlsx_xml_pause(struct xlsx_xml *x)
{
	if (!x->err.code && XML_StopParser(x->parser, XML_TRUE) == XML_STATUS_OK)
		x->paused = true;
}

/*
 * The name without its namespace; NULL if that is not one of those above. As nearly all elements of
 * a part are in one, that of the last element is tried first.
 */
static const char *
local_name(struct xlsx_xml *x, const char *name)
{
	if (x->namespace && strncmp(name, x->namespace, x->namespace_n) == 0 &&
	    name[x->namespace_n] == SEPARATOR)
		return name + x->namespace_n + 1;
	const char *separator = strrchr(name, SEPARATOR);
	size_t n = separator ? (size_t)(separator - name) : 0;
	for (size_t i = 0; separator && i < sizeof namespaces / sizeof *namespaces; i++) {
		if (strlen(namespaces[i]) == n && memcmp(namespaces[i], name, n) == 0) {
			x->namespace = namespaces[i];
			x->namespace_n = n;
			return separator + 1;
		}
	}
	return NULL;
}

/* The table index of the element with that name inside the open one; -1 if not in the table. */
static int
find_child(struct xlsx_xml *x, const char *name)
{
	const char *local = local_name(x, name);
	int *usual = &x->usual[x->at + 1];

	if (!local)
		return -1;
	/* A row has hardly anything but cells, and a cell its value. */
	if (x->elements[*usual].parent == x->at && strcmp(x->elements[*usual].name, local) == 0)
		return *usual;
	for (int i = 0; x->elements[i].name; i++) {
		if (x->elements[i].parent == x->at && strcmp(x->elements[i].name, local) == 0)
			return *usual = i;
	}
	return -1;
}

static void
on_start(void *ctx, const char *name, const char **attributes)
{
	struct xlsx_xml *x = ctx;

	if (x->err.code)
		return;
	int child = x->ignored ? -1 : find_child(x, name);
	if (child >= 0) {
		x->at = child;
		if (x->elements[child].start)
			x->elements[child].start(x->ctx, attributes);
	} else if (x->at == XLSX_ROOT && !x->ignored) {
		xlsx_xml_fail(x, ERROR_INPUT,
		    "The file is not a workbook, or it is damaged: %s is no %s. " XLSX_SAVE_AGAIN,
		    x->part, x->elements[0].name);
	} else if (++x->ignored > MAX_DEPTH) {
		xlsx_xml_fail(x, ERROR_LIMIT,
		    "The workbook is damaged: the elements of %s are nested more than %d "
		    "deep. " XLSX_SAVE_AGAIN,
		    x->part, MAX_DEPTH);
	}
}

static void
on_end(void *ctx, const char *name)
{
	struct xlsx_xml *x = ctx;

	(void)name;
	if (x->err.code)
		return;
	if (x->ignored) {
		x->ignored--;
		return;
	}
	const struct xlsx_element *e = &x->elements[x->at];
	x->at = e->parent;
	if (e->end)
		e->end(x->ctx);
}

static void
on_text(void *ctx, const char *text, int n)
{
	struct xlsx_xml *x = ctx;

	if (!x->err.code && !x->ignored && x->at != XLSX_ROOT && x->elements[x->at].text)
		x->elements[x->at].text(x->ctx, text, (size_t)n);
}

static void
on_doctype(void *ctx, const char *name, const char *system, const char *public, int internal)
{
	struct xlsx_xml *x = ctx;

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	xlsx_xml_fail(x, ERROR_INPUT,
	    "%s has a document type declaration, which no workbook may have. " XLSX_SAVE_AGAIN,
	    x->part);
}

int
xlsx_xml_open(struct xlsx_xml *x, struct xlsx_package *package, const char *part,
    const struct xlsx_element *elements, void *ctx, struct error *err)
{
	*x = (struct xlsx_xml){
	    .package = package, .part = part, .elements = elements, .ctx = ctx, .at = XLSX_ROOT};
	if (xlsx_package_open_part(package, part, err) != 0)
		return -1;
	x->parser = XML_ParserCreate_MM(NULL, &limited, (const char[]){SEPARATOR, '\0'});
	if (!x->parser)
		return error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	return 0;
}

/* Explains why the parser stopped. */
static int
tell(const struct xlsx_xml *x, struct error *err)
{
	enum XML_Error code = XML_GetErrorCode(x->parser);

	if (x->err.code) {
		*err = x->err;
		return -1;
	}
	if (code == XML_ERROR_NO_MEMORY)
		return error_set(err, ERROR_LIMIT,
		    "The workbook is damaged: reading %s takes more than %d bytes of memory, or "
		    "the server ran out of it. " XLSX_SAVE_AGAIN,
		    x->part, MAX_HELD);
	return error_set(err, ERROR_INPUT,
	    "The workbook is damaged: %s is no XML (%s, at line %lu). " XLSX_SAVE_AGAIN, x->part,
	    XML_ErrorString(code), XML_GetCurrentLineNumber(x->parser));
}

/* Whether there is more of the part that the parser is to see. */
static bool
has_more(const struct xlsx_xml *x)
{
	return !x->last && (!x->most || x->fed < x->most);
}

/* Gives the parser the next piece of text, or lets it continue with the last one. */
static int
feed(struct xlsx_xml *x, enum XML_Status *status, struct error *err)
{
	if (x->paused) {
		x->paused = false;
		*status = XML_ResumeParser(x->parser);
		return 0;
	}
	void *piece = XML_GetBuffer(x->parser, PIECE);
	if (!piece)
		return tell(x, err);
	int64_t left = x->most ? x->most - x->fed : PIECE;
	ssize_t got =
	    xlsx_package_read(x->package, piece, left < PIECE ? (size_t)left : PIECE, err);
	if (got < 0)
		return -1;
	x->fed += got;
	x->last = got == 0;
	*status = XML_ParseBuffer(x->parser, (int)got, x->last);
	return 0;
}

int
xlsx_xml_run(struct xlsx_xml *x, struct error *err)
{
	enum XML_Status status = XML_STATUS_OK;

	do {
		if (feed(x, &status, err) != 0)
			return -1;
		if (status == XML_STATUS_ERROR)
			return tell(x, err);
		if (status == XML_STATUS_SUSPENDED)
			return 1;
		/* expat holds a token in memory until it is complete. -1: it has not begun yet. */
		XML_Index token = XML_GetCurrentByteIndex(x->parser);
		x->token = token >= 0 ? token : x->token;
		if (!x->last && x->fed - x->token > MAX_TOKEN)
			return error_set(err, ERROR_LIMIT,
			    "The workbook is damaged: a tag in %s has more than %d "
			    "bytes. " XLSX_SAVE_AGAIN,
			    x->part, MAX_TOKEN);
	} while (has_more(x));
	return 0;
}

void
xlsx_xml_close(struct xlsx_xml *x)
{
	if (x->parser)
		XML_ParserFree(x->parser);
	x->parser = NULL;
}

int
xlsx_xml_read(struct xlsx_xml *x, struct xlsx_package *package, const char *part,
    const struct xlsx_element *elements, void *ctx, struct error *err)
{
	int status = xlsx_xml_open(x, package, part, elements, ctx, err);

	if (status == 0)
		status = xlsx_xml_run(x, err);
	xlsx_xml_close(x);
	return status;
}

const char *
xlsx_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2) {
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	}
	return NULL;
}

bool
xlsx_is_true(const char *text)
{
	return text && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

bool
xlsx_read_index(const char *text, size_t n, int64_t max, int64_t *value)
{
	int64_t v = 0;

	if (!text || !n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = v * 10 + (text[i] - '0');
		if (v > max)
			return false;
	}
	*value = v;
	return true;
}
