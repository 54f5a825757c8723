/* Reporting what is wrong with a file: see findings.h. */
#include "formats/findings.h"

#include <stdarg.h>
#include <stdio.h>

#define SHOWN_MAX 80

bool
findings_tell(const struct findings *to, struct finding f, const char *format, ...)
{
	char details[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(details, sizeof details, format, ap);
	va_end(ap);
	f.details = details;
	to->sink(to->ctx, &f);
	return false;
}

bool
findings_tell_no_memory(const struct findings *to, struct finding f)
{
	return findings_tell(to, f, FINDINGS_NO_MEMORY);
}

const char *
findings_fields(const struct model *m, char *list, size_t size)
{
	size_t used = 0;

	list[0] = '\0';
	for (size_t i = 0; i < m->nfields && used < size; i++) {
		if (!m->fields[i].retired)
			used += (size_t)snprintf(
			    list + used, size - used, "%s%s", used ? ", " : "", m->fields[i].name);
	}
	return list;
}

int
findings_shown(const char *text, size_t n)
{
	if (n > SHOWN_MAX) {
		n = SHOWN_MAX;
		while (n && (text[n] & 0xC0) == 0x80)
			n--;
	}
	return (int)n;
}
