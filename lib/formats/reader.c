/* The table of formats that can be read, and the calls they all share: see reader.h. */
#include "formats/reader.h"

#include "formats/csv.h"
#include "formats/json.h"
#include "formats/xlsx.h"
#include "formats/yaml.h"

typedef struct reader *open_fn(const struct source *source, const struct model *m,
    const struct limits *limits, finding_fn *sink, void *ctx);

static open_fn *const openers[FORMATS] = {
    [FORMAT_CSV] = csv_open,
    [FORMAT_JSON] = json_open,
    [FORMAT_YAML] = yaml_open,
    [FORMAT_XLSX] = xlsx_open,
};

struct reader *
reader_open(const struct format *format, const struct source *source, const struct model *m,
    const struct limits *limits, finding_fn *sink, void *ctx)
{
	return openers[format->id](source, m, limits, sink, ctx);
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

struct sheet
reader_sheet(const struct reader *r)
{
	struct sheet sheet = {0};

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
