/* Changes that look like an accident because there are so many: see mass.h. */
#include "changes/mass.h"

#include <inttypes.h>
#include <stdio.h>

#define EMPTIED_PERCENT 30 /* of the rows, and more */
#define EMPTIED_LEAST   10 /* rows */
#define RETURNING_LEAST 20 /* items */

static bool
is_mass(const struct stage_file *f, int64_t rows)
{
	return rows >= EMPTIED_LEAST && rows * 100 > f->records * EMPTIED_PERCENT;
}

static void
tell_emptied(
    struct report *r, const struct stage_file *f, const struct field *field, int64_t emptied)
{
	char details[512];
	const struct finding finding = {.level = FINDING_WARNING,
	    .sign = SIGN_EMPTIED,
	    .field = field->name,
	    .details = details};

	snprintf(details, sizeof details,
	    "%" PRId64 " of %" PRId64
	    " rows are empty here, and their items are not: they would be emptied. If that is not "
	    "meant, mend the file: a column that is left out leaves all items as they are.",
	    emptied, f->records);
	report_add(r, f->name, &finding);
}

/* Looks at the library only if many cells of a column are empty. */
static int
warn_emptied(struct stage_file *f, struct work *w, struct report *r, const char *const job[3],
    struct error *err)
{
	bool many = false;
	int column = 0;

	for (size_t i = 0; i < f->model->nfields; i++)
		many = many || is_mass(f, f->empty[i]);
	if (!many)
		return 0;
	PGresult *res = stage_query(w, f->model, MODEL_SQL_STAGE_EMPTIED, 3, job, err);
	if (!res)
		return -1;
	for (size_t i = 0; i < f->model->nfields; i++) {
		if (!model_sql_is_column(&f->model->fields[i]))
			continue;
		int64_t emptied = db_get_int(res, 0, column++);
		if (is_mass(f, emptied))
			tell_emptied(r, f, &f->model->fields[i], emptied);
	}
	PQclear(res);
	return 0;
}

/* Numbers of new items that are no higher than any before were those of others once. */
static int
warn_returning(struct stage_file *f, struct work *w, struct report *r, const char *const job[3],
    int64_t own, struct error *err)
{
	char number[24], details[512];
	const char *params[] = {job[0], job[1], job[2], number};
	const struct finding finding = {
	    .level = FINDING_WARNING, .sign = SIGN_RETURNING, .details = details};

	if (own < RETURNING_LEAST || !f->last_number)
		return 0;
	snprintf(number, sizeof number, "%" PRId64, f->last_number);
	PGresult *res = stage_query(w, f->model, MODEL_SQL_STAGE_RETURNING, 4, params, err);
	if (!res)
		return -1;
	int64_t returning = db_get_int(res, 0, 0);
	PQclear(res);
	snprintf(details, sizeof details,
	    "%" PRId64 " new items have the ids of items that were deleted: they come back, with "
	    "the history of "
	    "these. A file that is older than the deletions looks like that.",
	    returning);
	if (returning >= RETURNING_LEAST)
		report_add(r, f->name, &finding);
	return 0;
}

int
mass_warn(struct stage_file *f, struct work *w, struct report *r, const struct stage_counts *counts,
    struct error *err)
{
	const struct stage_job job = stage_job(r);
	const char *const params[] = {job.id, job.attempt, job.week};

	if (r->errors)
		return 0;
	if (warn_emptied(f, w, r, params, err) < 0)
		return -1;
	return warn_returning(f, w, r, params, counts->adds - f->fresh, err);
}
