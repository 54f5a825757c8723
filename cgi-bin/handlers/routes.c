/* The routes: which handler replies to which request, in which pool, and who may make it. */
#include "http/route.h"

#include "handlers/handlers.h"
#include "handlers/item_filter.h"
#include "http/page.h"
#include "store/diff.h"
#include "store/job.h"

#include <string.h>

/*
 * Which pool does a request belong to? See pool_fn in route.h. Whole lists and long pages are slow,
 * and whatever looks at all rows to show a few: filters and orders that no index serves.
 */

static enum pool
fast(const struct request *r)
{
	(void)r;
	return POOL_FAST;
}

static enum pool
slow(const struct request *r)
{
	(void)r;
	return POOL_SLOW;
}

/* It carries a password. */
static enum pool
sign_in(const struct request *r)
{
	(void)r;
	return POOL_SIGN_IN;
}

static enum pool
slow_if(bool is_slow)
{
	return is_slow ? POOL_SLOW : POOL_FAST;
}

static enum pool
slow_unless_paged(const struct request *r)
{
	return slow_if(!page_is_short(&r->http->query));
}

/* Is one of these parameters given? The list ends with NULL. */
static bool
has_any(const struct query *q, const char *const *parameters)
{
	for (; *parameters; parameters++) {
		const char *value = query_get(q, *parameters);
		if (value && *value)
			return true;
	}
	return false;
}

/* Is there a limit, so that few rows are asked for at a time? An invalid one is refused at once. */
static bool
is_limited(const struct query *q)
{
	int64_t limit;
	enum query_int is = query_int(q, "limit", 1, INT64_MAX, &limit);

	return is == QUERY_INVALID || (is == QUERY_VALID && limit <= PAGE_SHORT);
}

static enum pool
slow_diff(const struct request *r)
{
	static const char *const filters[] = {"search", "field", "warning", NULL};
	const struct query *q = &r->http->query;

	return slow_if(!is_limited(q) || has_any(q, filters));
}

/* The csv of failed rows reads all errors. */
static enum pool
slow_errors(const struct request *r)
{
	static const char *const filters[] = {"kind", "content_model", "entry__in", NULL};
	const struct query *q = &r->http->query;
	const char *format = query_get(q, "format");

	return slow_if(
	    !page_is_short(q) || has_any(q, filters) || (format && strcmp(format, "csv") == 0));
}

static enum pool
slow_users(const struct request *r)
{
	static const char *const filters[] = {"is_active", "active", "role", "search", NULL};
	const struct query *q = &r->http->query;

	return slow_if(!page_is_short(q) || has_any(q, filters));
}

/* A walk through the library comes in short pieces, like pages, and always in the order of ids. */
static enum pool
slow_items(const struct request *r)
{
	const struct query *q = &r->http->query;
	const struct model *m = item_filter_model(r);
	const char *ordering = query_get(q, "ordering"), *limit = query_get(q, "limit");

	if (m && item_filter_scans(q, m))
		return POOL_SLOW;
	if (query_get(q, "after") || limit)
		return slow_if(limit && *limit && !is_limited(q));
	if (ordering && *ordering && strcmp(ordering, "id") != 0 && strcmp(ordering, "-id") != 0)
		return POOL_SLOW;
	return slow_unless_paged(r);
}

const struct route routes[] = {
    {"/api/v2/library/import/", true, NULL,
	{{"GET", ROLE_VIEWER, slow_unless_paged, import_jobs_list},
	    {"POST", ROLE_EDITOR, slow, import_upload}}},
    {"/api/v2/library/import/current/", true, NULL,
	{{"GET", ROLE_VIEWER, fast, import_jobs_current}}},
    {"/api/v2/library/import/{id}/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, fast, import_job_get},
	    {"PATCH", ROLE_EDITOR, fast, import_job_patch}}},
    {"/api/v2/library/import/{id}/diff/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, fast, import_diff_summary}}},
    {"/api/v2/library/import/{id}/diff/{model}/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, slow_diff, import_diff_detail},
	    {"PATCH", ROLE_EDITOR, fast, import_diff_patch}}},
    {"/api/v2/library/import/{id}/diff/{model}/looked/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, fast, import_looked_get},
	    {"PATCH", ROLE_VIEWER, fast, import_looked_patch}}},
    {"/api/v2/library/import/{id}/diff/{model}/fields/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, slow, import_diff_fields}}},
    {"/api/v2/library/import/{id}/held/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, slow, import_held}}},
    {"/api/v2/library/import/{id}/errors/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, slow_errors, import_errors}}},
    {"/api/v2/library/import/{id}/events/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, fast, import_events}}},
    {"/api/v2/library/import/{id}/comments/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, fast, import_comments_list},
	    {"POST", ROLE_EDITOR, fast, import_comments_post}}},
    {"/api/v2/library/import/{id}/comments/{part}/", true, NULL,
	{{"PATCH", ROLE_EDITOR, fast, import_comment_patch},
	    {"DELETE", ROLE_EDITOR, fast, import_comment_delete}}},
    {"/api/v2/library/import/{id}/approvals/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, fast, import_approvals_list},
	    {"POST", ROLE_EDITOR, fast, import_approvals_post},
	    {"DELETE", ROLE_EDITOR, fast, import_approvals_delete}}},
    {"/api/v2/library/import/{id}/files/{name}/", true, NULL,
	{{"GET", ROLE_VIEWER, slow, import_file}}},
    {"/api/v2/library/tasks/", false, NULL, {{"GET", ROLE_VIEWER, slow_items, tasks_list}}},
    {"/api/v2/library/tasks/{name}/", false, NULL, {{"GET", ROLE_VIEWER, fast, task_get}}},
    {"/api/v2/library/tasks/{name}/history/", false, NULL,
	{{"GET", ROLE_VIEWER, slow, task_history}}},
    {"/api/v2/library/models/", false, NULL, {{"GET", ROLE_VIEWER, fast, models_list}}},
    {"/api/v2/library/items/{model}/", false, NULL, {{"GET", ROLE_VIEWER, slow_items, items_list}}},
    {"/api/v2/library/items/{model}/{name}/", false, NULL, {{"GET", ROLE_VIEWER, fast, item_get}}},
    {"/api/v2/library/items/{model}/{name}/history/", false, NULL,
	{{"GET", ROLE_VIEWER, slow, item_history}}},
    {"/api/v2/library/export/{name}", false, NULL, {{"GET", ROLE_VIEWER, slow, export_items}}},
    {"/api/v2/library/answers/", false, NULL, {{"GET", ROLE_VIEWER, fast, answers_list}}},
    {"/api/v2/session/", false, NULL,
	{{"GET", ROLE_PENDING, fast, session_get}, {"POST", ROLE_NONE, sign_in, session_post},
	    {"DELETE", ROLE_PENDING, fast, session_delete}}},
    {"/api/v2/users/me/", false, NULL,
	{{"GET", ROLE_VIEWER, fast, users_me}, {"PATCH", ROLE_VIEWER, sign_in, users_me_patch}}},
    {"/api/v2/session/ways/", false, NULL, {{"GET", ROLE_NONE, fast, session_ways_get}}},
    {"/api/v2/session/code/", false, NULL, {{"POST", ROLE_PENDING, sign_in, session_code_post}}},
    {"/api/v2/session/link/", false, NULL, {{"POST", ROLE_NONE, sign_in, link_post}}},
    {"/api/v2/users/me/second-factor/", false, NULL,
	{{"GET", ROLE_PENDING, sign_in, factor_get_own},
	    {"POST", ROLE_PENDING, sign_in, factor_post},
	    {"PATCH", ROLE_PENDING, sign_in, factor_patch},
	    {"DELETE", ROLE_VIEWER, sign_in, factor_delete}}},
    {"/api/v2/users/me/sessions/", false, NULL,
	{{"GET", ROLE_VIEWER, fast, own_sessions_list},
	    {"DELETE", ROLE_VIEWER, fast, own_sessions_delete}}},
    {"/api/v2/users/me/sessions/{id}/", false, NULL,
	{{"DELETE", ROLE_VIEWER, fast, own_session_delete}}},
    {"/api/v2/users/me/tokens/", false, NULL,
	{{"GET", ROLE_VIEWER, slow_unless_paged, own_tokens_list},
	    {"POST", ROLE_VIEWER, sign_in, own_tokens_post}}},
    {"/api/v2/users/me/tokens/{id}/", false, NULL,
	{{"DELETE", ROLE_VIEWER, fast, own_token_delete}}},
    {"/api/v2/users/", false, NULL,
	{{"GET", ROLE_ADMIN, slow_users, users_list}, {"POST", ROLE_ADMIN, fast, users_post}}},
    {"/api/v2/users/{id}/", false, NULL,
	{{"GET", ROLE_ADMIN, fast, user_get}, {"PATCH", ROLE_ADMIN, fast, user_patch}}},
    {"/api/v2/users/{id}/sessions/", false, NULL,
	{{"DELETE", ROLE_ADMIN, fast, user_sessions_delete}}},
    {"/api/v2/users/{id}/link/", false, NULL, {{"POST", ROLE_ADMIN, fast, user_link_post}}},
    {"/api/v2/users/{id}/second-factor/", false, NULL,
	{{"DELETE", ROLE_ADMIN, fast, user_factor_delete}}},
    {"/api/v2/events/", false, NULL, {{"GET", ROLE_ADMIN, slow_unless_paged, events_list}}},
    {"/api/v2/tokens/", false, NULL, {{"GET", ROLE_ADMIN, slow_unless_paged, tokens_list}}},
    {"/api/v2/tokens/{id}/", false, NULL, {{"DELETE", ROLE_ADMIN, fast, token_delete}}},
    {"/api/v2/features/", false, NULL, {{"GET", ROLE_ADMIN, fast, features_list}}},
    {"/api/v2/features/{name}/", false, NULL,
	{{"GET", ROLE_ADMIN, fast, features_get}, {"PATCH", ROLE_ADMIN, fast, features_patch}}},
    {"/healthz", false, NULL, {{"GET", ROLE_NONE, fast, healthz}}},
    {NULL, false, NULL, {{NULL, ROLE_NONE, NULL, NULL}}},
};
