/* The query parameters that select items of the library: see item_filter.h. */
#include "handlers/item_filter.h"

#include "http/choice.h"

#include <string.h>
#include <strings.h>

bool
item_filter_read(struct request *r, struct library_filter *filter)
{
	const struct query *q = &r->http->query;
	const char *active = query_get(q, "active");

	filter->search = query_get(q, "search");
	filter->phase = query_get(q, "phase");
	filter->problem = query_get(q, "problem");
	filter->tag = query_get(q, "tag");
	if (!active || !*active)
		return true;
	if (strcasecmp(active, "true") == 0 || strcasecmp(active, "false") == 0) {
		filter->active = active;
		return true;
	}
	choice_refuse(r->http, "active", active, strlen(active));
	return false;
}
