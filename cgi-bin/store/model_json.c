/* The declaration of a content model as JSON: see model_json.h. */
#include "store/model_json.h"

#include <stdlib.h>
#include <string.h>

/* Which limits and which prefix the fields of a kind have. */
static const struct {
	bool min, max, prefix;
} has[FIELD_KINDS] = {
    [FIELD_ID] = {.prefix = true},
    [FIELD_LINE] = {.max = true},
    [FIELD_TEXT] = {.max = true},
    [FIELD_REF] = {.prefix = true},
    [FIELD_INTEGER] = {.min = true, .max = true},
    [FIELD_RULES] = {.max = true},
    [FIELD_TAGS] = {.max = true},
    [FIELD_REFS] = {.max = true, .prefix = true},
};

static void
limit(struct json *json, const char *key, bool has_it, long value)
{
	json_key(json, key);
	if (has_it)
		json_int(json, value);
	else
		json_null(json);
}

static void
default_value(struct json *json, const struct field *f)
{
	const char *text = f->on_add ? f->on_add : "";

	json_key(json, "default");
	if (f->kind == FIELD_ID || f->required)
		json_null(json);
	else if (f->kind == FIELD_DELETE || f->kind == FIELD_BOOLEAN)
		json_boolean(json, strcmp(text, "true") == 0);
	else if (f->kind == FIELD_INTEGER)
		json_int(json, strtol(text, NULL, 10));
	else
		json_text(json, text);
}

static void
field_json(struct json *json, const struct field *f)
{
	json_begin_object(json);
	json_key(json, "name");
	json_text(json, f->name);
	json_key(json, "label");
	json_text(json, f->label ? f->label : f->name);
	json_key(json, "kind");
	json_text(json, model_kinds[f->kind]);
	json_key(json, "required");
	json_boolean(json, f->required);
	limit(json, "min", has[f->kind].min, f->min);
	limit(json, "max", has[f->kind].max, f->max);
	json_key(json, "prefix");
	json_text(json, has[f->kind].prefix ? f->prefix : NULL);
	default_value(json, f);
	json_key(json, "help");
	json_text(json, f->help ? f->help : "");
	json_key(json, "listed");
	json_boolean(json, f->listed);
	json_key(json, "filter");
	json_text(json, f->filter);
	json_end_object(json);
}

void
model_json(struct json *json, const struct model *m)
{
	json_begin_object(json);
	json_key(json, "name");
	json_text(json, m->name);
	json_key(json, "title");
	json_text(json, m->title);
	json_key(json, "version");
	json_int(json, m->version);
	json_key(json, "heading");
	json_text(json, m->fields[m->heading].name);
	json_key(json, "prefix");
	json_text(json, m->fields[0].prefix);
	json_key(json, "fields");
	json_begin_array(json);
	for (size_t i = 0; i < m->nfields; i++)
		if (!m->fields[i].retired)
			field_json(json, &m->fields[i]);
	json_end_array(json);
	json_end_object(json);
}
