/* The states that a job can be in: see job_status.h. */
#include "store/job_status.h"

#include <stdio.h>
#include <string.h>

#define STATUSES_MAX 32 /* bits of a set */

const char *const job_change_names[JOB_CHANGES + 1] = {
    [JOB_ACCEPT] = "accept_changes", [JOB_CANCEL] = "cancel", [JOB_RETRY] = "retry"};

enum column { COL_NAME, COL_TURN, COL_ACTIVE, COL_CHANGES };

/* The parameters are the names of the changes. */
static const struct statement read_statuses = {"job_statuses",
    "SELECT name, turn, active,"
    "       job_allows(name, $1), job_allows(name, $2), job_allows(name, $3)"
    "  FROM job_status"
    " ORDER BY position",
    JOB_CHANGES, true};

static struct job_status known[STATUSES_MAX];
static size_t nknown;

int
job_statuses_load(struct db *db, struct error *err)
{
	if (nknown)
		return 0;
	PGresult *res = db_query(db, &read_statuses, job_change_names, err);
	if (!res)
		return -1;
	for (int i = 0; i < PQntuples(res) && nknown < STATUSES_MAX; i++) {
		struct job_status *s = &known[nknown++];
		snprintf(s->name, sizeof s->name, "%s", db_get_text(res, i, COL_NAME));
		snprintf(s->turn, sizeof s->turn, "%s", db_get_text(res, i, COL_TURN));
		s->active = db_get_bool(res, i, COL_ACTIVE);
		for (int c = 0; c < JOB_CHANGES; c++)
			s->allows[c] = db_get_bool(res, i, COL_CHANGES + c);
	}
	PQclear(res);
	return 0;
}

const struct job_status *
job_statuses(size_t *n)
{
	*n = nknown;
	return known;
}

const struct job_status *
job_status_find(const char *name, size_t n)
{
	for (size_t i = 0; i < nknown; i++)
		if (strlen(known[i].name) == n && memcmp(known[i].name, name, n) == 0)
			return &known[i];
	return NULL;
}

unsigned
job_status_bit(const char *name, size_t n)
{
	const struct job_status *s = job_status_find(name, n);

	return s ? 1U << (s - known) : 0;
}

unsigned
job_statuses_ended(void)
{
	unsigned set = 0;

	for (size_t i = 0; i < nknown; i++)
		set |= known[i].active ? 0 : 1U << i;
	return set;
}

void
job_statuses_list(unsigned set, struct buf *out)
{
	size_t told = 0;

	for (size_t i = 0; i < nknown; i++)
		if (set & 1U << i)
			buf_printf(out, "%s%s", told++ ? "," : "", known[i].name);
}

void
job_status_actions_json(struct json *json, const char *name)
{
	const struct job_status *s = job_status_find(name, strlen(name));

	json_begin_object(json);
	for (int c = 0; c < JOB_CHANGES; c++) {
		json_key(json, job_change_names[c]);
		json_boolean(json, s && s->allows[c]);
	}
	json_end_object(json);
}

void
job_statuses_json(struct json *json)
{
	json_begin_array(json);
	for (const struct job_status *s = known; s < known + nknown; s++) {
		json_begin_object(json);
		json_key(json, "name");
		json_text(json, s->name);
		json_key(json, "active");
		json_boolean(json, s->active);
		json_key(json, "turn");
		json_text(json, *s->turn ? s->turn : NULL);
		json_key(json, "actions");
		json_begin_array(json);
		for (int c = 0; c < JOB_CHANGES; c++)
			if (s->allows[c])
				json_text(json, job_change_names[c]);
		json_end_array(json);
		json_end_object(json);
	}
	json_end_array(json);
}
