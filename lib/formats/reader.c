/* The table of formats that can be read, and the calls they all share: see reader.h. */
#include "formats/reader.h"

#include "formats/csv.h"
#include "formats/json.h"
#include "formats/xlsx.h"
#include "formats/yaml.h"

#include <string.h>
#include <strings.h>

const struct format formats[] = {
    {"csv", csv_open},
    {"json", json_open},
    {"yaml", yaml_open},
    {"xlsx", xlsx_open},
    {NULL, NULL},
};

/* Other spellings of extensions. */
static const struct {
	const char *alias, *extension;
} aliases[] = {
    {"yml", "yaml"},
};

static bool
same_extension(const char *known, const char *given, size_t n)
{
	return strlen(known) == n && strncasecmp(known, given, n) == 0;
}

const struct format *
format_find(const char *extension, size_t n)
{
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (same_extension(aliases[i].alias, extension, n)) {
			extension = aliases[i].extension;
			n = strlen(extension);
			break;
		}
	for (const struct format *f = formats; f->extension; f++)
		if (same_extension(f->extension, extension, n))
			return f;
	return NULL;
}

struct reader *
reader_open(const struct format *format, int fd, const struct model *m, const struct limits *limits,
    finding_fn *sink, void *ctx)
{
	return format->open(fd, m, limits, sink, ctx);
}

enum reader_status
reader_next(struct reader *r, struct record *rec)
{
	return r->next(r, rec);
}

int64_t
reader_offset(const struct reader *r)
{
	return r->offset(r);
}

struct reader_sheet
reader_sheet(const struct reader *r)
{
	struct reader_sheet sheet = {0};

	if (r->sheet)
		r->sheet(r, &sheet);
	return sheet;
}

void
reader_close(struct reader *r)
{
	if (r)
		r->close(r);
}
