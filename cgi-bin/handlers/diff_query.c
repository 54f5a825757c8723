/* Which changes of a diff are asked for: see diff_query.h. */
#include "handlers/diff_query.h"

#include "http/choice.h"
#include "model/sign.h"
#include "store/diff_fields.h"

#include <string.h>

#define LIMIT_MAX 1000

/* A parameter that is "true" or not there. Returns false if the reply has been made. */
static bool
read_true(struct http *http, const struct query *q, const char *name, bool *is)
{
	const char *value = query_get(q, name);

	*is = value && *value;
	if (!*is || strcmp(value, "true") == 0)
		return true;
	choice_refuse(http, name, value, strlen(value));
	return false;
}

/* Reads how the field changes. An empty value counts as a value: the field was or is empty. */
static bool
read_kind(struct http *http, const struct query *q, struct diff_filter *filter)
{
	bool whitespace, rewritten;

	filter->original = query_get(q, "original");
	filter->new = query_get(q, "new");
	if (!read_true(http, q, "whitespace", &whitespace) ||
	    !read_true(http, q, "rewritten", &rewritten))
		return false;
	if (whitespace && rewritten) {
		http_reply_field(http, "rewritten", "This is not possible with whitespace=true.");
		return false;
	}
	filter->edit = whitespace ? "whitespace" : rewritten ? "rewritten" : NULL;
	if (!*filter->field && (filter->original || filter->new || filter->edit)) {
		http_reply_field(http, "field", "This field is required.");
		return false;
	}
	return true;
}

bool
diff_query_filter(
    struct http *http, const struct query *q, const struct model *m, struct diff_filter *filter)
{
	const char *search = query_get(q, "search");
	const char *field = query_get(q, "field");
	const char *warning = query_get(q, "warning");
	const char *item = query_get(q, "item");

	*filter = (struct diff_filter){.search = search ? search : "",
	    .field = field ? field : "",
	    .warning = warning ? warning : "",
	    .item = item ? item : ""};
	bool known = !*filter->field;
	for (size_t i = 0; i < m->nfields; i++)
		if (diff_fields_has(&m->fields[i]) && strcmp(m->fields[i].name, filter->field) == 0)
			known = true;
	if (!known) {
		choice_refuse(http, "field", filter->field, strlen(filter->field));
		return false;
	}
	if (*filter->warning && !sign_named(filter->warning)) {
		choice_refuse(http, "warning", filter->warning, strlen(filter->warning));
		return false;
	}
	return read_kind(http, q, filter);
}

bool
diff_query_read(struct http *http, const struct query *q, const struct model *m,
    enum diff_op *wanted, struct diff_filter *filter)
{
	const char *op = query_get(q, "op");

	*wanted = DIFF_OPS;
	for (int i = 0; op && i < DIFF_OPS; i++)
		if (strcmp(diff_op_names[i], op) == 0)
			*wanted = (enum diff_op)i;
	if (op && *op && *wanted == DIFF_OPS) {
		choice_refuse(http, "op", op, strlen(op));
		return false;
	}
	if (!diff_query_filter(http, q, m, filter))
		return false;
	if (query_int(q, "after", 0, INT64_MAX, &filter->after) == QUERY_INVALID) {
		http_reply_field(http, "after", "A valid entry number is required.");
		return false;
	}
	if (query_int(q, "limit", 1, LIMIT_MAX, &filter->limit) == QUERY_INVALID) {
		http_reply_field(http, "limit", "A whole number from 1 to 1000 is required.");
		return false;
	}
	return true;
}
