/* From the package to the sheet to read: see xlsx_workbook.h. */
#include "formats/xlsx_workbook.h"

#include "formats/xlsx_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RELATIONS 4096
#define MAX_SHEETS    4096
#define MAX_NAME      1024 /* bytes of a target or an id */

#define PACKAGE_RELATIONS "_rels/.rels"
#define USUAL_WORKBOOK    "xl/workbook.xml"

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

/* The relations of a part. */
struct relations {
	struct xlsx_xml xml;
	const struct xlsx_package *package;
	const char *base; /* the folder of the part: "", or ending in a slash */
	struct relation *list;
	size_t n;
};

struct sheets {
	struct xlsx_xml xml;
	struct xlsx_workbook *workbook;
	const struct relations *relations;
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

/*
 * Takes the "." and ".." out of a path, in place (RFC 3986, 5.2.4: one that would climb out of the
 * package stays at its top), and makes backslashes slashes.
 */
static void
normalize(char *path)
{
	char *to = path;

	for (char *c = path; *c; c++)
		*c = *c == '\\' ? '/' : *c;
	for (const char *at = path; *at;) {
		size_t n = strcspn(at, "/");
		const char *next = at + n + (at[n] == '/');
		if (n == 2 && memcmp(at, "..", 2) == 0) {
			for (to -= to > path; to > path && to[-1] != '/';)
				to--;
		} else if (n > 1 || (n == 1 && *at != '.')) {
			memmove(to, at, (size_t)(next - at));
			to += next - at;
		}
		at = next;
	}
	*to = '\0';
}

/* The part that n bytes of a target name from that folder on. NULL without memory. */
static char *
part_at(const char *base, const char *target, size_t n)
{
	bool absolute = *target == '/' || *target == '\\';
	char *part;

	if (asprintf(&part, "%s%.*s", absolute ? "" : base, (int)n, target) < 0)
		return NULL;
	normalize(part);
	return part;
}

/*
 * The part that is the target of one of the relations. If it is not there, but is under its name
 * with a #, or from the top of the package on, as some programs write it, that is what is meant.
 * NULL without memory.
 */
static char *
find_part(const struct relations *r, const char *target)
{
	size_t n = strlen(target), path = strcspn(target, "#");
	const struct {
		const char *base;
		size_t n;
	} ways[] = {{r->base, n}, {"", path}};
	char *part = part_at(r->base, target, path);
	bool found = part && xlsx_package_has(r->package, part);

	for (size_t i = 0; part && !found && i < sizeof ways / sizeof *ways; i++) {
		char *other = part_at(ways[i].base, target, ways[i].n);
		found = other && strcmp(other, part) != 0 && xlsx_package_has(r->package, other);
		free(found ? part : other);
		part = found ? other : part;
	}
	return part;
}

/*
 * The name of the part that a relation leads to. The caller frees it. NULL with *err set if that is
 * outside the file.
 */
static char *
resolve(const struct relations *r, const struct relation *to, struct error *err)
{
	bool outside = to->external || strstr(to->target, "://");
	char *part = outside ? NULL : find_part(r, to->target);

	if (part && *part)
		return part;
	if (outside || part)
		error_set(err, ERROR_INPUT,
		    "The workbook refers to a part outside the file (%.100s). " XLSX_SAVE_AGAIN,
		    to->target);
	else
		error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	free(part);
	return NULL;
}

/* Sets *part to the target of the relation with that type, if there is one. */
static int
resolve_type(const struct relations *r, enum relation_type type, char **part, struct error *err)
{
	const struct relation *found = find(r, type, NULL);

	if (found)
		*part = resolve(r, found, err);
	return !found || *part ? 0 : -1;
}

/* The same for a part that some programs announce, but leave out because it would be empty. */
static int
resolve_optional(const struct relations *r, enum relation_type type, char **part, struct error *err)
{
	if (resolve_type(r, type, part, err) != 0)
		return -1;
	if (*part && !xlsx_package_has(r->package, *part)) {
		free(*part);
		*part = NULL;
	}
	return 0;
}

static void
on_properties(void *ctx, const char **attributes)
{
	struct sheets *s = ctx;

	s->workbook->date1904 = xlsx_is_true(xlsx_attribute(attributes, "date1904"));
}

/* Adds a sheet, whose part now belongs to the workbook. */
static void
add_page(struct sheets *s, const char *name, char *part, bool hidden)
{
	struct xlsx_workbook *w = s->workbook;
	struct xlsx_page *pages = reallocarray(w->pages, w->npages + 1, sizeof *pages);
	char *own = strdup(name ? name : "");

	w->pages = pages ? pages : w->pages;
	if (!pages || !own) {
		free(own);
		free(part);
		xlsx_xml_fail(&s->xml, ERROR_SYSTEM, XLSX_NO_MEMORY);
		return;
	}
	pages[w->npages++] = (struct xlsx_page){own, part, hidden};
}

static void
on_sheet(void *ctx, const char **attributes)
{
	struct sheets *s = ctx;
	const char *name = xlsx_attribute(attributes, "name");
	const char *state = xlsx_attribute(attributes, "state");
	const char *id = xlsx_attribute(attributes, TRANSITIONAL "|id");
	bool hidden = state && strcmp(state, "visible") != 0;
	struct error err = {0};

	if (!id)
		id = xlsx_attribute(attributes, STRICT "|id");
	if (++s->seen > MAX_SHEETS)
		xlsx_xml_fail(&s->xml, ERROR_LIMIT,
		    "The workbook has more than %d sheets. Delete those that are not to be "
		    "imported.",
		    MAX_SHEETS);
	/* Only worksheets: a chart is a sheet of another type. */
	const struct relation *r = id ? find(s->relations, WORKSHEET, id) : NULL;
	if (!r || s->seen > MAX_SHEETS)
		return;
	bool read = s->workbook->npages < XLSX_MAX_PAGES;
	char *part = read ? resolve(s->relations, r, &err) : strdup("");
	if (part)
		add_page(s, name, part, hidden);
	else if (!hidden)
		xlsx_xml_fail(&s->xml, err.code, "%s", err.message);
}

static const struct xlsx_element workbook_elements[] = {
    {.name = "workbook", .parent = XLSX_ROOT},
    {.name = "workbookPr", .parent = 0, .start = on_properties},
    {.name = "sheets", .parent = 0},
    {.name = "sheet", .parent = 2, .start = on_sheet},
    {.name = NULL},
};

static bool
has_visible_page(const struct xlsx_workbook *w)
{
	size_t i = 0;

	while (i < w->npages && w->pages[i].hidden)
		i++;
	return i < w->npages;
}

/* Reads the workbook part and its relationships, which say where the other parts are. */
static int
read_parts(struct xlsx_workbook *w, struct xlsx_package *p, const char *part, struct error *err)
{
	const char *slash = strrchr(part, '/');
	const char *file = slash ? slash + 1 : part;
	struct relations relations = {.package = p};
	struct sheets s = {.workbook = w, .relations = &relations};
	char *base = strndup(part, (size_t)(file - part)), *rels = NULL;
	int status = -1;

	if (!base || asprintf(&rels, "%s_rels/%s.rels", base, file) < 0) {
		rels = NULL;
		error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
		goto out;
	}
	relations.base = base;
	if (xlsx_xml_read(&relations.xml, p, rels, relation_elements, &relations, err) != 0 ||
	    xlsx_xml_read(&s.xml, p, part, workbook_elements, &s, err) != 0 ||
	    resolve_optional(&relations, STYLES, &w->styles, err) != 0 ||
	    resolve_optional(&relations, STRINGS, &w->strings, err) != 0)
		goto out;
	status = has_visible_page(w) ? 0
				     : error_set(err, ERROR_INPUT,
					   "The workbook has no visible sheet with cells. Unhide "
					   "the one to be imported, or add one.");
out:
	free_relations(&relations);
	free(base);
	free(rels);
	return status;
}

/* Sets *part to the workbook's part, or NULL if there is none. The caller frees it. */
static int
find_workbook(struct xlsx_package *p, char **part, struct error *err)
{
	struct relations package = {.package = p, .base = ""};
	int status = -1;

	*part = NULL;
	if (!xlsx_package_has(p, PACKAGE_RELATIONS)) {
		/* Some programs leave it out, and others find the workbook all the same. */
		*part = xlsx_package_has(p, USUAL_WORKBOOK) ? strdup(USUAL_WORKBOOK) : NULL;
		return 0;
	}
	if (xlsx_xml_read(&package.xml, p, PACKAGE_RELATIONS, relation_elements, &package, err) ==
	    0)
		status = resolve_type(&package, WORKBOOK, part, err);
	free_relations(&package);
	return status;
}

int
xlsx_workbook_read(struct xlsx_workbook *w, struct xlsx_package *p, struct error *err)
{
	char *part;

	*w = (struct xlsx_workbook){0};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (xlsx_package_has(p, others[i].part))
			return error_set(err, ERROR_INPUT, "%s", others[i].message);
	}
	if (find_workbook(p, &part, err) != 0)
		return -1;
	if (!part)
		return error_set(err, ERROR_INPUT,
		    "The file is a zip archive, but not an Excel workbook (.xlsx).");
	int status = read_parts(w, p, part, err);
	free(part);
	return status;
}

void
xlsx_workbook_free(struct xlsx_workbook *w)
{
	for (size_t i = 0; i < w->npages; i++) {
		free(w->pages[i].name);
		free(w->pages[i].part);
	}
	free(w->pages);
	free(w->styles);
	free(w->strings);
	*w = (struct xlsx_workbook){0};
}
