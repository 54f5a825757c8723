/* Paths: see path.h. */
#include "http/path.h"

#include "http/query.h"

#include <string.h>

static bool
has_broken_escape(const char *path)
{
	while ((path = strchr(path, '%'))) {
		if (query_escape(path, strlen(path)) < 0)
			return true;
		path++;
	}
	return false;
}

/* Not isalnum, which would go by the locale. */
static bool
is_unreserved(int c)
{
	return c > 0 && strchr(QUERY_UNRESERVED, c);
}

void
path_decode(char *path)
{
	char *to = path;
	size_t left = strlen(path);

	if (has_broken_escape(path))
		return;
	while (left) {
		int c = query_escape(path, left);
		size_t n = is_unreserved(c) ? 3 : 1;

		*to++ = n == 3 ? (char)c : *path;
		path += n;
		left -= n;
	}
	*to = '\0';
}

bool
path_is_dots(const char *segment, size_t n)
{
	return (n == 1 || n == 2) && strspn(segment, ".") >= n;
}
