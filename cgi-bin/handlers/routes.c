/* The routes: which handler replies to which request, in which pool, and who may make it. */
#include "http/route.h"

#include "handlers/handlers.h"
#include "http/page.h"
#include "store/diff.h"
#include "store/job.h"

#include <string.h>

/* Which pool does a request belong to? See pool_fn in route.h. */

static enum pool
fast(const struct query *q)
{
	(void)q;
	return POOL_FAST;
}

static enum pool
slow(const struct query *q)
{
	(void)q;
	return POOL_SLOW;
}

/* It carries a password, or comes before one is not needed any more. */
static enum pool
sign_in(const struct query *q)
{
	(void)q;
	return POOL_SIGN_IN;
}

static enum pool
slow_if(bool is_slow)
{
	return is_slow ? POOL_SLOW : POOL_FAST;
}

static enum pool
slow_unless_paged(const struct query *q)
{
	return slow_if(!page_is_asked(q));
}

/* An invalid limit is fast too: it is refused at once. */
static enum pool
slow_unless_limited(const struct query *q)
{
	const char *limit = query_get(q, "limit");

	return slow_if(!limit || !*limit);
}

/* A walk through the library comes in short pieces, like pages. */
static enum pool
slow_unless_paged_or_walking(const struct query *q)
{
	return slow_if(!page_is_asked(q) && !query_get(q, "after") && !query_get(q, "limit"));
}

/* The csv of failed rows reads all errors. */
static enum pool
slow_if_csv_or_all(const struct query *q)
{
	const char *format = query_get(q, "format");

	return slow_if(!page_is_asked(q) || (format && strcmp(format, "csv") == 0));
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
	{{"GET", ROLE_VIEWER, slow_unless_limited, import_diff_detail}}},
    {"/api/v2/library/import/{id}/diff/{model}/fields/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, slow, import_diff_fields}}},
    {"/api/v2/library/import/{id}/errors/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, slow_if_csv_or_all, import_errors}}},
    {"/api/v2/library/import/{id}/events/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, fast, import_events}}},
    {"/api/v2/library/import/{id}/files/{name}/", true, NULL,
	{{"GET", ROLE_VIEWER, slow, import_file}}},
    {"/api/v2/library/tasks/", false, NULL,
	{{"GET", ROLE_VIEWER, slow_unless_paged_or_walking, tasks_list}}},
    {"/api/v2/library/tasks/{name}/", false, NULL, {{"GET", ROLE_VIEWER, fast, task_get}}},
    {"/api/v2/library/tasks/{name}/history/", false, NULL,
	{{"GET", ROLE_VIEWER, fast, task_history}}},
    {"/api/v2/library/models/", false, NULL, {{"GET", ROLE_VIEWER, fast, models_list}}},
    {"/api/v2/library/items/{model}/", false, NULL,
	{{"GET", ROLE_VIEWER, slow_unless_paged_or_walking, items_list}}},
    {"/api/v2/library/items/{model}/{name}/", false, NULL, {{"GET", ROLE_VIEWER, fast, item_get}}},
    {"/api/v2/library/items/{model}/{name}/history/", false, NULL,
	{{"GET", ROLE_VIEWER, fast, item_history}}},
    {"/api/v2/library/export/{name}", false, NULL, {{"GET", ROLE_VIEWER, slow, export_items}}},
    {"/api/v2/library/answers/", false, NULL, {{"GET", ROLE_VIEWER, fast, answers_list}}},
    {"/api/v2/session/", false, NULL,
	{{"GET", ROLE_PENDING, fast, session_get}, {"POST", ROLE_NONE, sign_in, session_post},
	    {"DELETE", ROLE_PENDING, fast, session_delete}}},
    {"/api/v2/users/me/", false, NULL,
	{{"GET", ROLE_VIEWER, fast, users_me}, {"PATCH", ROLE_VIEWER, sign_in, users_me_patch}}},
    {"/api/v2/users/me/tokens/", false, NULL,
	{{"GET", ROLE_VIEWER, fast, own_tokens_list},
	    {"POST", ROLE_VIEWER, sign_in, own_tokens_post}}},
    {"/api/v2/users/me/tokens/{id}/", false, NULL,
	{{"DELETE", ROLE_VIEWER, fast, own_token_delete}}},
    {"/api/v2/users/", false, NULL,
	{{"GET", ROLE_ADMIN, fast, users_list}, {"POST", ROLE_ADMIN, fast, users_post}}},
    {"/api/v2/users/{id}/", false, NULL,
	{{"GET", ROLE_ADMIN, fast, user_get}, {"PATCH", ROLE_ADMIN, fast, user_patch}}},
    {"/api/v2/tokens/", false, NULL, {{"GET", ROLE_ADMIN, fast, tokens_list}}},
    {"/api/v2/tokens/{id}/", false, NULL, {{"DELETE", ROLE_ADMIN, fast, token_delete}}},
    {"/api/v2/features/", false, NULL, {{"GET", ROLE_ADMIN, fast, features_list}}},
    {"/api/v2/features/{name}/", false, NULL,
	{{"GET", ROLE_ADMIN, fast, features_get}, {"PATCH", ROLE_ADMIN, fast, features_patch}}},
    {"/healthz", false, NULL, {{"GET", ROLE_NONE, fast, healthz}}},
    {NULL, false, NULL, {{NULL, ROLE_NONE, NULL, NULL}}},
};
