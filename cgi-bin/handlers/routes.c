/* The routes: which handler replies to which request, and who may make it. */
#include "http/route.h"

#include "handlers/handlers.h"
#include "store/diff.h"
#include "store/job.h"

const struct route routes[] = {
    {"/api/v2/library/import/", true, NULL,
	{{"GET", ROLE_VIEWER, import_jobs_list}, {"POST", ROLE_EDITOR, import_upload}}},
    {"/api/v2/library/import/current/", true, NULL, {{"GET", ROLE_VIEWER, import_jobs_current}}},
    {"/api/v2/library/import/{id}/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, import_job_get}, {"PATCH", ROLE_EDITOR, import_job_patch}}},
    {"/api/v2/library/import/{id}/diff/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, import_diff_summary}}},
    {"/api/v2/library/import/{id}/diff/{name}/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, import_diff_detail}}},
    {"/api/v2/library/import/{id}/diff/{name}/fields/", true, &diff_summary_along,
	{{"GET", ROLE_VIEWER, import_diff_fields}}},
    {"/api/v2/library/import/{id}/errors/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, import_errors}}},
    {"/api/v2/library/import/{id}/events/", true, &job_get_along,
	{{"GET", ROLE_VIEWER, import_events}}},
    {"/api/v2/library/import/{id}/files/{name}/", true, NULL, {{"GET", ROLE_VIEWER, import_file}}},
    {"/api/v2/library/tasks/", false, NULL, {{"GET", ROLE_VIEWER, tasks_list}}},
    {"/api/v2/library/tasks/{name}/", false, NULL, {{"GET", ROLE_VIEWER, task_get}}},
    {"/api/v2/library/tasks/{name}/history/", false, NULL, {{"GET", ROLE_VIEWER, task_history}}},
    {"/api/v2/library/export/{name}", false, NULL, {{"GET", ROLE_VIEWER, export_items}}},
    {"/api/v2/library/answers/", false, NULL, {{"GET", ROLE_VIEWER, answers_list}}},
    {"/api/v2/session/", false, NULL,
	{{"GET", ROLE_VIEWER, session_get}, {"POST", ROLE_NONE, session_post},
	    {"DELETE", ROLE_VIEWER, session_delete}}},
    {"/api/v2/users/me/", false, NULL,
	{{"GET", ROLE_VIEWER, users_me}, {"PATCH", ROLE_VIEWER, users_me_patch}}},
    {"/api/v2/users/me/tokens/", false, NULL,
	{{"GET", ROLE_VIEWER, own_tokens_list}, {"POST", ROLE_VIEWER, own_tokens_post}}},
    {"/api/v2/users/me/tokens/{id}/", false, NULL, {{"DELETE", ROLE_VIEWER, own_token_delete}}},
    {"/api/v2/users/", false, NULL,
	{{"GET", ROLE_ADMIN, users_list}, {"POST", ROLE_ADMIN, users_post}}},
    {"/api/v2/users/{id}/", false, NULL,
	{{"GET", ROLE_ADMIN, user_get}, {"PATCH", ROLE_ADMIN, user_patch}}},
    {"/api/v2/tokens/", false, NULL, {{"GET", ROLE_ADMIN, tokens_list}}},
    {"/api/v2/tokens/{id}/", false, NULL, {{"DELETE", ROLE_ADMIN, token_delete}}},
    {"/api/v2/features/", false, NULL, {{"GET", ROLE_ADMIN, features_list}}},
    {"/api/v2/features/{name}/", false, NULL,
	{{"GET", ROLE_ADMIN, features_get}, {"PATCH", ROLE_ADMIN, features_patch}}},
    {"/healthz", false, NULL, {{"GET", ROLE_NONE, healthz}}},
    {NULL, false, NULL, {{NULL, ROLE_NONE, NULL}}},
};
