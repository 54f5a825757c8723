/* What all fuzz targets share: see fuzz.h. */
#include "fuzz.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLANT "4242"

_Noreturn void
fuzz_broken(const char *file, int line, const char *function, const char *condition)
{
	fprintf(stderr, "%s:%d: %s: does not hold: %s\n", file, line, function, condition);
	abort();
}

bool
fuzz_is_text(const char *text, size_t n)
{
	return text_is_utf8(text, n) && (!n || !memchr(text, '\0', n));
}

bool
fuzz_is_string(const char *text)
{
	return !text || fuzz_is_text(text, strlen(text));
}

bool
fuzz_same(const char *a, size_t na, const char *b, size_t nb)
{
	return !a == !b && na == nb && (!a || memcmp(a, b, na) == 0);
}

void
fuzz_plant(const char *text, size_t n)
{
	static int wanted = -1;

	if (wanted < 0)
		wanted = getenv("FUZZ_PLANT") != NULL;
	/* libFuzzer tries what memmem searches for. */
	if (!wanted || !n || !memmem(text, n, PLANT, strlen(PLANT)))
		return;
	volatile char *small = malloc(n - 1);
	for (size_t i = 0; small && i < n; i++)
		small[i] = text[i];
	free((void *)small);
}

char *
fuzz_take_line(const uint8_t **bytes, size_t *n)
{
	const uint8_t *lf = *n ? memchr(*bytes, '\n', *n) : NULL;
	size_t length = lf ? (size_t)(lf - *bytes) : *n;
	char *line = calloc(1, length + 1);

	HOLDS(line);
	if (length)
		memcpy(line, *bytes, length);
	*bytes += length + (lf != NULL);
	*n -= length + (lf != NULL);
	return line;
}
