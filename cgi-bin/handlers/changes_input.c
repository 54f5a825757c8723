/* Changes of a diff, named in a body: see changes_input.h. */
#include "handlers/changes_input.h"

#include "handlers/diff_query.h"

#include <json-c/json.h>
#include <string.h>

#define ENTRY_MAX INT64_C(1000000000000000)

/* The parameters of the diff that a filter may have: it is about all pages, and held or not. */
static const char *const filters[] = {
    "op", "item", "search", "field", "original", "new", "whitespace", "rewritten", "warning", NULL};
enum { FILTERS = sizeof filters / sizeof filters[0] - 1 };

/* Reads an entry, or a pair of the first and the last. */
static bool
read_range(json_object *value, int64_t *first, int64_t *last)
{
	const bool pair = json_object_is_type(value, json_type_array);
	json_object *ends[] = {value, value};

	if (pair && json_object_array_length(value) != 2)
		return false;
	for (size_t i = 0; pair && i < 2; i++)
		ends[i] = json_object_array_get_idx(value, i);
	if (!json_object_is_type(ends[0], json_type_int) ||
	    !json_object_is_type(ends[1], json_type_int))
		return false;
	*first = json_object_get_int64(ends[0]);
	*last = json_object_get_int64(ends[1]);
	return *first > 0 && *first <= *last && *last <= ENTRY_MAX;
}

static bool
read_entries(json_object *list, struct buf *out)
{
	int64_t first, last;

	buf_add_char(out, '{');
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (!read_range(json_object_array_get_idx(list, i), &first, &last))
			return false;
		buf_printf(out, "%s[%lld,%lld]", i ? "," : "", (long long)first, (long long)last);
	}
	buf_add_char(out, '}');
	return !out->failed;
}

/* What is misspelt must not mean "all". */
static bool
is_filter(const char *name)
{
	const char *const *known = filters;

	while (*known && strcmp(*known, name) != 0)
		known++;
	return *known;
}

/* Is it something that a parameter can say? A text with U+0000 in it would be cut off there. */
static bool
is_value(json_object *value)
{
	return value && !json_object_is_type(value, json_type_object) &&
	       !json_object_is_type(value, json_type_array) &&
	       !(json_object_is_type(value, json_type_string) &&
		   strlen(json_object_get_string(value)) !=
		       (size_t)json_object_get_string_len(value));
}

/* Makes a query of the members of a filter. */
static bool
read_filter(json_object *members, struct query *q)
{
	struct buf text = {0};
	struct error err = {0};
	bool good = true;

	json_object_object_foreach(members, name, value)
	{
		good = good && is_filter(name) && is_value(value);
		if (good)
			query_add(&text, name, json_object_get_string(value));
	}
	good =
	    good && !text.failed && query_parse(q, buf_text(&text), text.len, FILTERS, &err) == 0;
	buf_free(&text);
	return good;
}

bool
changes_input_read(struct request *r, const char *name, const char *text, struct diff_place place,
    struct changes_input *in)
{
	json_object *value = json_tokener_parse(text);
	const bool list = json_object_is_type(value, json_type_array);
	bool good = list ? read_entries(value, &in->entries) : read_filter(value, &in->filter);

	json_object_put(value);
	if (!good) {
		http_reply_field(r->http, name,
		    list ? "Send entries, or pairs of the first and the last: [4,[7,9]]."
			 : "Send a filter, with the parameters that the diff takes, or a list of "
			   "entries.");
		return false;
	}
	in->which = (struct review_changes){.model = r->model, .job = r->id, .op = DIFF_OPS};
	if (list)
		in->which.entries = buf_text(&in->entries);
	else if (!diff_query_read(r->http, &in->filter, r->model, &in->which.op, &in->which.filter))
		return false;
	in->which.filter.place = place;
	return true;
}

void
changes_input_free(struct changes_input *in)
{
	buf_free(&in->entries);
	query_free(&in->filter);
}
