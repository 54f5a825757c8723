/* The names of file formats: see format.h. */
#include "model/format.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

const struct format formats[] = {
    {FORMAT_CSV, "csv"},
    {FORMAT_JSON, "json"},
    {FORMAT_YAML, "yaml"},
    {FORMAT_XLSX, "xlsx"},
    {FORMATS, NULL},
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
