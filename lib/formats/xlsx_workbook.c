/* From the package to the sheet to read: see xlsx_workbook.h. */
#include "formats/xlsx_workbook.h"

#include "formats/xlsx_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RELATIONS 4096
#define MAX_SHEETS    4096
#define MAX_NAME      1024 /* bytes of a target or an id */

#define TRANSITIONAL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define STRICT       "http://purl.oclc.org/ooxml/officeDocument/relationships"

/* Other kinds of zip archives, by a part that each of them has. */
static const struct {
	const char *part, *message;
} others[] = {
    {"word/document.xml", "The file is a Word document, not a workbook."},
    {"ppt/presentation.xml", "The file is a PowerPoint presentation, not a workbook."},
    {"META-INF/manifest.xml",
	"The file is an OpenDocument file (.ods), not an Excel workbook. Save it as .xlsx."},
    {"xl/workbook.bin", "The file is a binary Excel workbook (.xlsb). Save it as .xlsx."},
    {"Index/Document.iwa", "The file is an Apple Numbers document. Export it as .xlsx."},
};

enum relation_type { WORKBOOK, WORKSHEET, STYLES, STRINGS, OTHER };

/* The last segments of the URIs of relation types. */
static const char *const types[OTHER] = {
    [WORKBOOK] = "/officeDocument",
    [WORKSHEET] = "/worksheet",
    [STYLES] = "/styles",
    [STRINGS] = "/sharedStrings",
};

struct relation {
	enum relation_type type;
	bool external;
	char *id, *target;
};

struct relations {
	struct xlsx_xml xml;
	struct relation *list;
	size_t n;
};

struct sheets {
	struct xlsx_xml xml;
	struct xlsx_workbook *workbook;
	const struct relations *relations;
	const char *base;
	size_t seen;
};

static enum relation_type
type_of(const char *uri)
{
	static const char *const families[] = {TRANSITIONAL, STRICT};

	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		size_t n = strlen(families[i]);
		for (int t = 0; t < OTHER; t++) {
			if (strncmp(uri, families[i], n) == 0 && strcmp(uri + n, types[t]) == 0)
				return (enum relation_type)t;
		}
	}
	return OTHER;
}

static void
on_relation(void *ctx, const char **attributes)
{
	struct relations *r = ctx;
	const char *id = xlsx_attribute(attributes, "Id");
	const char *type = xlsx_attribute(attributes, "Type");
	const char *target = xlsx_attribute(attributes, "Target");
	const char *mode = xlsx_attribute(attributes, "TargetMode");

	if (!id || !type || !target || strlen(id) > MAX_NAME || strlen(target) > MAX_NAME)
		return;
	if (r->n == MAX_RELATIONS) {
		xlsx_xml_fail(&r->xml, ERROR_LIMIT,
		    "The workbook has more than %d parts. " XLSX_SAVE_AGAIN, MAX_RELATIONS);
		return;
	}
	struct relation *list = reallocarray(r->list, r->n + 1, sizeof *list);
	if (list) {
		r->list = list;
		list[r->n] = (struct relation){type_of(type), mode && strcmp(mode, "External") == 0,
		    strdup(id), strdup(target)};
		r->n++;
	}
	if (!list || !list[r->n - 1].id || !list[r->n - 1].target)
		xlsx_xml_fail(&r->xml, ERROR_SYSTEM, XLSX_NO_MEMORY);
}

static const struct xlsx_element relation_elements[] = {
    {.name = "Relationships", .parent = XLSX_ROOT},
    {.name = "Relationship", .parent = 0, .start = on_relation},
    {.name = NULL},
};

static void
free_relations(struct relations *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->list[i].id);
		free(r->list[i].target);
	}
	free(r->list);
}

/* The first relation with that type and, unless id is NULL, that id; NULL if there is none. */
static const struct relation *
find(const struct relations *r, enum relation_type type, const char *id)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->list[i].type == type && (!id || strcmp(r->list[i].id, id) == 0))
			return &r->list[i];
	}
	return NULL;
}

/* Whether one of the path's segments is "..". */
static bool
climbs(const char *path)
{
	for (const char *at = path; (at = strstr(at, "..")); at += 2) {
		if ((at == path || at[-1] == '/') && (at[2] == '\0' || at[2] == '/'))
			return true;
	}
	return false;
}

/*
 * The name of the part that is the target of a relation of a part in the folder `base` ("" or
 * ending in '/'). The caller frees it. NULL with *err set if the target is outside the file.
 */
static char *
resolve(const char *base, const struct relation *r, struct error *err)
{
	char *part;

	if (r->external || climbs(r->target) || !*r->target || strstr(r->target, "://")) {
		error_set(err, ERROR_INPUT,
		    "The workbook refers to a part outside the file (%.100s). " XLSX_SAVE_AGAIN,
		    r->target);
		return NULL;
	}
	int n = *r->target == '/' ? asprintf(&part, "%s", r->target + 1)
				  : asprintf(&part, "%s%s", base, r->target);
	if (n < 0) {
		error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
		return NULL;
	}
	return part;
}

/* Sets *part to the target of the relation with that type, if there is one. */
static int
resolve_type(const struct relations *r, enum relation_type type, const char *base, char **part,
    struct error *err)
{
	const struct relation *found = find(r, type, NULL);

	if (found)
		*part = resolve(base, found, err);
	return !found || *part ? 0 : -1;
}

static void
on_properties(void *ctx, const char **attributes)
{
	struct sheets *s = ctx;

	s->workbook->date1904 = xlsx_is_true(xlsx_attribute(attributes, "date1904"));
}

static void
on_sheet(void *ctx, const char **attributes)
{
	struct sheets *s = ctx;
	struct xlsx_workbook *w = s->workbook;
	const char *name = xlsx_attribute(attributes, "name");
	const char *state = xlsx_attribute(attributes, "state");
	const char *id = xlsx_attribute(attributes, TRANSITIONAL "|id");
	struct error err = {0};

	if (!id)
		id = xlsx_attribute(attributes, STRICT "|id");
	if (++s->seen > MAX_SHEETS)
		xlsx_xml_fail(&s->xml, ERROR_LIMIT,
		    "The workbook has more than %d sheets. Delete those that are not to be "
		    "imported.",
		    MAX_SHEETS);
	if (w->sheet || !id || s->seen > MAX_SHEETS || (state && strcmp(state, "visible") != 0))
		return;
	/* Only worksheets: a chart is a sheet of another type. */
	const struct relation *r = find(s->relations, WORKSHEET, id);
	if (!r)
		return;
	w->sheet = resolve(s->base, r, &err);
	w->sheet_name = strdup(name ? name : "");
	if (!w->sheet)
		xlsx_xml_fail(&s->xml, err.code, "%s", err.message);
	else if (!w->sheet_name)
		xlsx_xml_fail(&s->xml, ERROR_SYSTEM, XLSX_NO_MEMORY);
}

static const struct xlsx_element workbook_elements[] = {
    {.name = "workbook", .parent = XLSX_ROOT},
    {.name = "workbookPr", .parent = 0, .start = on_properties},
    {.name = "sheets", .parent = 0},
    {.name = "sheet", .parent = 2, .start = on_sheet},
    {.name = NULL},
};

/* Reads the workbook part and its relationships, which say where the other parts are. */
static int
read_parts(struct xlsx_workbook *w, struct xlsx_package *p, const char *part, struct error *err)
{
	const char *slash = strrchr(part, '/');
	const char *file = slash ? slash + 1 : part;
	struct relations relations = {0};
	struct sheets s = {.workbook = w, .relations = &relations};
	char *base = strndup(part, (size_t)(file - part)), *rels = NULL;
	int status = -1;

	if (!base || asprintf(&rels, "%s_rels/%s.rels", base, file) < 0) {
		rels = NULL;
		error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
		goto out;
	}
	s.base = base;
	if (xlsx_xml_read(&relations.xml, p, rels, relation_elements, &relations, err) != 0 ||
	    xlsx_xml_read(&s.xml, p, part, workbook_elements, &s, err) != 0 ||
	    resolve_type(&relations, STYLES, base, &w->styles, err) != 0 ||
	    resolve_type(&relations, STRINGS, base, &w->strings, err) != 0)
		goto out;
	status = w->sheet ? 0
			  : error_set(err, ERROR_INPUT,
				"The workbook has no visible sheet with cells. Unhide the one to "
				"be imported, or add one.");
out:
	free_relations(&relations);
	free(base);
	free(rels);
	return status;
}

int
xlsx_workbook_read(struct xlsx_workbook *w, struct xlsx_package *p, struct error *err)
{
	struct relations package = {0};
	char *part = NULL;
	int status = -1;

	*w = (struct xlsx_workbook){0};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (xlsx_package_has(p, others[i].part))
			return error_set(err, ERROR_INPUT, "%s", others[i].message);
	}
	if (!xlsx_package_has(p, "_rels/.rels"))
		return error_set(err, ERROR_INPUT,
		    "The file is a zip archive, but not an Excel workbook (.xlsx).");
	if (xlsx_xml_read(&package.xml, p, "_rels/.rels", relation_elements, &package, err) == 0 &&
	    resolve_type(&package, WORKBOOK, "", &part, err) == 0)
		status = part
			     ? read_parts(w, p, part, err)
			     : error_set(err, ERROR_INPUT,
				   "The file is a zip archive, but not an Excel workbook (.xlsx).");
	free_relations(&package);
	free(part);
	return status;
}

void
xlsx_workbook_free(struct xlsx_workbook *w)
{
	free(w->sheet_name);
	free(w->sheet);
	free(w->styles);
	free(w->strings);
	*w = (struct xlsx_workbook){0};
}
