/* The cookies of browsers: see cookie.h. */
#include "store/cookie.h"

#include <string.h>

static const char *const names[][2] = {
    [COOKIE_SESSION] = {"accession_session", "__Host-accession_session"},
    [COOKIE_DEVICE] = {"accession_device", "__Host-accession_device"},
};

const char *
cookie_name(enum cookie which, bool https)
{
	return names[which][https];
}

const char *
cookie_find(const char *cookies, const char *name, size_t *n)
{
	const size_t length = strlen(name);

	for (const char *c = cookies; c && *c; c += strcspn(c, ";")) {
		c += strspn(c, "; \t");
		const char *value = c + length + 1;
		if (strncmp(c, name, length) != 0 || c[length] != '=')
			continue;
		*n = strcspn(value, "; \t");
		if (*n > 0)
			return value;
	}
	return NULL;
}
