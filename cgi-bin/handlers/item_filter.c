/* The query parameters that select items of the library: see item_filter.h. */
#include "handlers/item_filter.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "http/choice.h"
#include "model/model_sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_IDS  1000
#define CONTAINS "__icontains"

/* The model whose items are the "tasks" of SD Elements. */
#define TASKS "standard"

const struct model *
item_filter_model(const struct request *r)
{
	return r->model ? r->model : model_find(TASKS, strlen(TASKS));
}

/* ------------------------------------------------------------ filters of every model */

/* What a filter is read with. `value` is not empty. Returns false if the reply has been made. */
struct reading {
	struct request *r;
	const struct model *model;
	const char *parameter, *value;
	struct library_filter *filter;
};

static bool
refuse(const struct reading *reading, const char *message)
{
	http_reply_field(reading->r->http, reading->parameter, message);
	return false;
}

static bool
read_search(const struct reading *reading)
{
	reading->filter->search = reading->value;
	return true;
}

/* Ids are only capital letters and digits, so that they need no quotes in the array. */
static bool
read_ids(const struct reading *reading)
{
	struct buf *ids = &reading->filter->ids;
	size_t count = 0, n = 0;

	for (const char *id = reading->value; *id; id += n + (id[n] == ',')) {
		struct text_slice one = {id, n = strcspn(id, ",")};
		one = text_trimmed(one.text, one.n);
		if (one.n == 0)
			continue;
		if (!model_is_id(reading->model->fields[0].prefix, one.text, one.n))
			return refuse(reading, "Write ids of items with commas between them.");
		if (++count > MAX_IDS)
			return refuse(reading, "Ask for at most 1000 items at a time.");
		buf_printf(ids, "%c%.*s", count > 1 ? ',' : '{', (int)one.n, one.text);
	}
	if (count)
		buf_add_char(ids, '}');
	return true;
}

static bool
read_updated_by(const struct reading *reading)
{
	const char *value = reading->value;

	if (!strchr(value, '@') && value[strspn(value, "0123456789")])
		return refuse(reading, "The id or the email of a user is required.");
	reading->filter->updated_by = value;
	return true;
}

static bool
read_time(const struct reading *reading, enum timestamp_day day, char us[LIBRARY_TIME_SIZE])
{
	int64_t time;

	if (!timestamp_parse(reading->value, day, &time))
		return refuse(reading,
		    "Enter a valid date or time, such as 2026-11-28 or 2026-11-28T13:20:00Z.");
	snprintf(us, LIBRARY_TIME_SIZE, "%" PRId64, time);
	return true;
}

static bool
read_updated_from(const struct reading *reading)
{
	return read_time(reading, TIMESTAMP_DAY_BEGINS, reading->filter->updated_from);
}

static bool
read_updated_to(const struct reading *reading)
{
	return read_time(reading, TIMESTAMP_DAY_ENDS, reading->filter->updated_to);
}

static const struct parameter {
	const char *name;
	bool (*read)(const struct reading *reading);
	bool has_index;
} parameters[] = {
    {"search", read_search, false},
    {"id__in", read_ids, true},
    {"last_updated_by", read_updated_by, false},
    {"last_updated_date_from", read_updated_from, false},
    {"last_updated_date_to", read_updated_to, false},
};

#define PARAMETERS (sizeof parameters / sizeof *parameters)

/* --------------------------------------------------------------- filters of fields */

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

/* Returns the value of that parameter, NULL if it has none. */
static const char *
given(const struct query *q, const char *parameter)
{
	const char *value = query_get(q, parameter);

	return value && *value ? value : NULL;
}

static const char *
given_for(const struct query *q, const struct field *f)
{
	return model_sql_is_filtered(f) ? given(q, f->filter) : NULL;
}

/* Returns the text that the field is to contain, NULL if none. */
static const char *
given_in(const struct query *q, const struct field *f)
{
	char parameter[128];

	if (!model_sql_is_words(f))
		return NULL;
	snprintf(parameter, sizeof parameter, "%s" CONTAINS, f->name);
	return given(q, parameter);
}

bool
item_filter_read(struct request *r, const struct model *m, struct library_filter *filter)
{
	const struct query *q = &r->http->query;

	for (const struct parameter *p = parameters; p < parameters + PARAMETERS; p++) {
		const struct reading reading = {r, m, p->name, given(q, p->name), filter};
		if (reading.value && !p->read(&reading))
			return false;
	}
	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		filter->fields[i] = given_for(q, f);
		filter->contains[i] = given_in(q, f);
		if (filter->fields[i] && !is_value(r, f, filter->fields[i]))
			return false;
	}
	return true;
}

void
item_filter_free(struct library_filter *filter)
{
	buf_free(&filter->ids);
}

bool
item_filter_scans(const struct query *q, const struct model *m)
{
	for (const struct parameter *p = parameters; p < parameters + PARAMETERS; p++)
		if (!p->has_index && given(q, p->name))
			return true;
	for (const struct field *f = m->fields; f < m->fields + m->nfields; f++)
		if (given_for(q, f) || given_in(q, f))
			return true;
	return false;
}
