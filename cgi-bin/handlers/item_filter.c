/* The query parameters that select items of the library: see item_filter.h. */
#include "handlers/item_filter.h"

#include "http/choice.h"
#include "model/model_sql.h"

#include <string.h>
#include <strings.h>

/* Can a field of that kind have the value? If not, the reply has been made. */
static bool
is_value(struct request *r, const struct field *f, const char *value)
{
	int64_t number;

	if (f->kind == FIELD_BOOLEAN && strcasecmp(value, "true") != 0 &&
	    strcasecmp(value, "false") != 0) {
		choice_refuse(r->http, f->filter, value, strlen(value));
		return false;
	}
	if (f->kind == FIELD_INTEGER &&
	    query_int(&r->http->query, f->filter, INT64_MIN, INT64_MAX, &number) == QUERY_INVALID) {
		http_reply_field(r->http, f->filter, "A whole number is required.");
		return false;
	}
	return true;
}

bool
item_filter_read(struct request *r, const struct model *m, struct library_filter *filter)
{
	const struct query *q = &r->http->query;

	filter->search = query_get(q, "search");
	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		const char *value = model_sql_is_filtered(f) ? query_get(q, f->filter) : NULL;
		if (!value || !*value)
			continue;
		if (!is_value(r, f, value))
			return false;
		filter->fields[i] = value;
	}
	return true;
}
