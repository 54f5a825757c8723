/* From styles to number formats: see xlsx_styles.h. */
#include "formats/xlsx_styles.h"

#include "formats/xlsx_xml.h"

#include <stdlib.h>
#include <string.h>

/* Excel allows some 250 codes and 64,000 styles. */
#define MAX_CODES  4096
#define MAX_STYLES (128 * 1024)
#define MAX_ID     1000000
#define MAX_CODE   1024 /* bytes of a code, which has 255 characters at most; longer: General */

struct code {
	int64_t id;
	struct xlsx_format format;
};

struct loading {
	struct xlsx_xml xml;
	struct xlsx_styles *styles;
	struct code codes[MAX_CODES]; /* the workbook's own, which precede the styles in the file */
	size_t cap;                   /* capacity of styles->list */
};

/* The number format id that an element gives; 0, which is General, if it gives none. */
static int64_t
format_id(const char **attributes)
{
	const char *text = xlsx_attribute(attributes, "numFmtId");
	int64_t id;

	return text && xlsx_read_index(text, strlen(text), MAX_ID, &id) ? id : 0;
}

static void
on_code(void *ctx, const char **attributes)
{
	struct loading *l = ctx;
	struct xlsx_styles *s = l->styles;
	const char *code = xlsx_attribute(attributes, "formatCode");
	int64_t id = format_id(attributes);

	if (!code)
		return;
	if (s->ncodes == MAX_CODES) {
		xlsx_xml_fail(&l->xml, ERROR_LIMIT,
		    "The workbook has more than %d number formats. " XLSX_SAVE_AGAIN, MAX_CODES);
		return;
	}
	char *own = strdup(strlen(code) <= MAX_CODE ? code : "General");
	if (!own) {
		xlsx_xml_fail(&l->xml, ERROR_SYSTEM, XLSX_NO_MEMORY);
		return;
	}
	s->codes[s->ncodes] = own;
	l->codes[s->ncodes++] = (struct code){id, xlsx_format_of((long)id, own)};
}

static struct xlsx_format
find_format(const struct loading *l, int64_t id)
{
	for (size_t i = 0; i < l->styles->ncodes; i++) {
		if (l->codes[i].id == id)
			return l->codes[i].format;
	}
	return xlsx_format_of((long)id, NULL);
}

static void
on_style(void *ctx, const char **attributes)
{
	struct loading *l = ctx;
	struct xlsx_styles *s = l->styles;

	if (s->n == MAX_STYLES) {
		xlsx_xml_fail(&l->xml, ERROR_LIMIT,
		    "The workbook has more than %d cell styles. " XLSX_SAVE_AGAIN, MAX_STYLES);
		return;
	}
	if (s->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct xlsx_format *list = reallocarray(s->list, cap, sizeof *list);
		if (!list) {
			xlsx_xml_fail(&l->xml, ERROR_SYSTEM, XLSX_NO_MEMORY);
			return;
		}
		s->list = list;
		l->cap = cap;
	}
	s->list[s->n++] = find_format(l, format_id(attributes));
}

static const struct xlsx_element elements[] = {
    {.name = "styleSheet", .parent = XLSX_ROOT},
    {.name = "numFmts", .parent = 0},
    {.name = "numFmt", .parent = 1, .start = on_code},
    {.name = "cellXfs", .parent = 0},
    {.name = "xf", .parent = 3, .start = on_style},
    {.name = NULL},
};

int
xlsx_styles_read(struct xlsx_styles *s, struct xlsx_package *p, const char *part, struct error *err)
{
	struct loading *l = calloc(1, sizeof *l);

	*s = (struct xlsx_styles){.codes = calloc(MAX_CODES, sizeof *s->codes)};
	if (!l || !s->codes) {
		free(l);
		return error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	}
	l->styles = s;
	int status = xlsx_xml_read(&l->xml, p, part, elements, l, err);
	free(l);
	return status;
}

const char xlsx_lost_code[] = "[lost]/";
const char xlsx_no_date_code[] = "[date]/";

struct xlsx_format
xlsx_styles_get(const struct xlsx_styles *s, int64_t index)
{
	if (index > 0 && (uint64_t)index >= s->n)
		return (struct xlsx_format){XLSX_PLAIN, xlsx_lost_code};
	if (index < 0 || !s->n)
		return (struct xlsx_format){XLSX_PLAIN, NULL};
	return s->list[index];
}

void
xlsx_styles_free(struct xlsx_styles *s)
{
	for (size_t i = 0; i < s->ncodes; i++)
		free(s->codes[i]);
	free(s->codes);
	free(s->list);
	*s = (struct xlsx_styles){0};
}
