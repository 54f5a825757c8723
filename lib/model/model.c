/* Content models: see model.h. */
#include "model/model.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ID_MAX_DIGITS 15

static const struct model none = {.name = NULL};

const struct model *models = &none;

const char *const model_kinds[FIELD_KINDS] = {
    [FIELD_ID] = "id",
    [FIELD_LINE] = "line",
    [FIELD_TEXT] = "text",
    [FIELD_REF] = "ref",
    [FIELD_INTEGER] = "integer",
    [FIELD_BOOLEAN] = "boolean",
    [FIELD_RULES] = "rules",
    [FIELD_TAGS] = "tags",
    [FIELD_REFS] = "refs",
    [FIELD_DELETE] = "delete",
};

const char *const model_read_only[] = {
    "db_id",
    "type",
    "created_date",
    "created_by",
    "last_updated_date",
    "last_updated_by",
    NULL,
};

/* Headers that imports ignore as well, but exports do not write. */
static const char *const ignored[] = {
    MODEL_ADDED_ROW,
    MODEL_ADDED_ERRORS,
    MODEL_HELD_ENTRY,
    MODEL_HELD_NOTE,
    "_base",
    NULL,
};

static bool
same_name(const char *name, const char *text, size_t n)
{
	return strlen(name) == n && strncasecmp(name, text, n) == 0;
}

static bool
is_one_of(const char *const *names, const char *text, size_t n)
{
	while (*names && !same_name(*names, text, n))
		names++;
	return *names;
}

bool
model_is_added(const char *text, size_t n)
{
	text_trim(&text, &n);
	return same_name(MODEL_ADDED_ROW, text, n) || same_name(MODEL_ADDED_ERRORS, text, n);
}

const struct model *
model_find(const char *name, size_t n)
{
	for (const struct model *m = models; m->name; m++) {
		if (strlen(m->name) == n && memcmp(m->name, name, n) == 0)
			return m;
	}
	return NULL;
}

int
model_field_named(const struct model *m, const char *name)
{
	for (size_t i = 0; i < m->nfields; i++) {
		if (strcmp(m->fields[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

int
model_field_of_kind(const struct model *m, enum field_kind kind)
{
	for (size_t i = 0; i < m->nfields; i++) {
		if (m->fields[i].kind == kind)
			return (int)i;
	}
	return -1;
}

int
model_kind_named(const char *name)
{
	for (int k = 0; k < FIELD_KINDS; k++)
		if (strcmp(model_kinds[k], name) == 0)
			return k;
	return -1;
}

const char *
model_nothing(const struct field *f, char digits[MODEL_NUMBER_SIZE])
{
	if (f->kind == FIELD_BOOLEAN)
		return "false";
	if (f->kind != FIELD_INTEGER)
		return NULL;
	snprintf(digits, MODEL_NUMBER_SIZE, "%ld", f->min > 0 ? f->min : f->max < 0 ? f->max : 0);
	return digits;
}

bool
model_is_id(const char *prefix, const char *text, size_t n)
{
	size_t length = strlen(prefix);

	if (n && *text == 'C') {
		text++;
		n--;
	}
	if (n <= length || n - length > ID_MAX_DIGITS || memcmp(text, prefix, length) != 0)
		return false;
	if (text[length] == '0')
		return false;
	for (size_t i = length; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}

bool
model_is_ref(const char *prefix, const char *text, size_t n)
{
	return model_is_id(prefix, text, n) && (*prefix || *text != 'C');
}

/* How many typing errors a name of that length may have and still be suggested. */
static size_t
likely_errors(size_t length)
{
	if (length < 4)
		return 1;
	return length < 9 ? 2 : length / 3;
}

/* Whether the text is one of the field's synonyms. */
static bool
is_synonym(const struct field *f, const char *text, size_t n)
{
	for (const char *at = f->synonyms; at && *at;) {
		size_t length = strcspn(at, ";");
		if (length == n && strncasecmp(at, text, n) == 0)
			return true;
		at += length + (at[length] == ';');
	}
	return false;
}

/* Copies the text without what cannot be seen in it; what has no room is too long to be a name. */
static size_t
copy_visible(char visible[TEXT_DISTANCE_MAX + 1], const char *text, size_t n)
{
	size_t used = 0;
	uint32_t c;

	for (size_t i = 0, length; i < n; i += length) {
		length = text_decode(text + i, n - i, &c);
		if (!length || used + length > TEXT_DISTANCE_MAX + 1)
			return TEXT_DISTANCE_MAX + 1;
		if (text_is_invisible(c))
			continue;
		memcpy(visible + used, text + i, length);
		used += length;
	}
	return used;
}

static const char *
nearest_name(const struct model *m, const char *text, size_t n)
{
	const char *nearest = NULL;
	size_t best = TEXT_DISTANCE_MAX;
	char visible[TEXT_DISTANCE_MAX + 1];

	n = copy_visible(visible, text, n);
	if (n > TEXT_DISTANCE_MAX)
		return NULL;
	text = visible;

	for (size_t i = 0; i < m->nfields; i++)
		if (!m->fields[i].retired && is_synonym(&m->fields[i], text, n))
			return m->fields[i].name;
	for (size_t i = 0; i < m->nfields || model_read_only[i - m->nfields]; i++) {
		const char *name =
		    i < m->nfields ? m->fields[i].name : model_read_only[i - m->nfields];
		size_t length = strlen(name);
		size_t distance = text_distance(name, length, text, n);

		if (i < m->nfields && m->fields[i].retired)
			continue;
		if (distance < best && distance <= likely_errors(length)) {
			best = distance;
			nearest = name;
		}
	}
	return nearest;
}

void
model_trim_header(const char **text, size_t *n)
{
	static const char mark[] = "\xC3\xAF\xC2\xBB\xC2\xBF";
	const size_t length = sizeof mark - 1;

	text_trim(text, n);
	while (*n >= length && memcmp(*text, mark, length) == 0) {
		*text += length;
		*n -= length;
		text_trim(text, n);
	}
}

enum header_match
model_match_header(
    const struct model *m, const char *text, size_t n, int *index, const char **nearest)
{
	*index = -1;
	*nearest = NULL;
	model_trim_header(&text, &n);
	for (size_t i = 0; i < m->nfields; i++) {
		if (!same_name(m->fields[i].name, text, n))
			continue;
		if (m->fields[i].retired)
			return HEADER_RETIRED;
		*index = (int)i;
		return HEADER_FIELD;
	}
	if (is_one_of(model_read_only, text, n) || is_one_of(ignored, text, n))
		return HEADER_READ_ONLY;
	*nearest = nearest_name(m, text, n);
	return HEADER_UNKNOWN;
}
