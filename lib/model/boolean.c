/* Booleans as people and programs spell them: see boolean.h. */
#include "model/boolean.h"

#include "model/decimal.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *word;
	bool is;
} words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}, {"yes", true},
    {"no", false}, {"y", true}, {"n", false}, {"t", true}, {"f", false}, {"on", true},
    {"off", false}};

bool
boolean_read(const char *text, size_t n, bool *is)
{
	long number;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i].word) == n && strncasecmp(words[i].word, text, n) == 0) {
			*is = words[i].is;
			return true;
		}
	}
	if (!decimal_integer(text, n, true, &number) || (number != 0 && number != 1))
		return false;
	*is = number == 1;
	return true;
}

bool
boolean_is_off(const struct field *f, const char *text, size_t n)
{
	bool is;

	return f && (f->kind == FIELD_BOOLEAN || f->kind == FIELD_DELETE) &&
	       boolean_read(text, n, &is) && !is;
}
