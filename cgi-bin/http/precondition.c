/* If-Match: see precondition.h. */
#include "http/precondition.h"

#include <string.h>

#define SPACE " \t"

bool
precondition_given(const char *header)
{
	if (!header)
		return false;
	const struct text_slice value = text_trimmed(header, strlen(header));
	return value.n > 0 && !(value.n == 1 && *value.text == '*');
}

/* Takes the next member of the list, with its quotes if it has any, and moves past it. */
static struct text_slice
next_member(const char **at)
{
	const char *begin = *at + strspn(*at, SPACE ","), *end = begin;

	if (strncmp(end, "W/", 2) == 0)
		end += 2;
	if (*end == '"') {
		end = strchr(end + 1, '"');
		end = end ? end + 1 : begin + strlen(begin);
	} else {
		end += strcspn(end, SPACE ",");
	}
	*at = end;
	return (struct text_slice){begin, (size_t)(end - begin)};
}

/* What stands between the quotes. */
static struct text_slice
unquoted(struct text_slice tag)
{
	if (tag.n >= 2 && tag.text[0] == '"' && tag.text[tag.n - 1] == '"')
		return (struct text_slice){tag.text + 1, tag.n - 2};
	return tag;
}

bool
precondition_met(
    const char *header, const struct text_slice *known, size_t n, struct text_slice *first)
{
	bool found = false;

	*first = text_trimmed(header, strlen(header));
	for (struct text_slice tag; (tag = next_member(&header)).n > 0;) {
		const struct text_slice value = unquoted(tag);
		if (!found && value.n > 0)
			*first = value;
		found = found || value.n > 0;
		for (size_t i = 0; i < n; i++)
			if (known[i].n > 0 && value.n == known[i].n &&
			    memcmp(value.text, known[i].text, value.n) == 0)
				return true;
	}
	return false;
}
