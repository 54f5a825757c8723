/*
 * The request handlers, one file per resource. Each replies exactly once, whatever happens.
 * Sign-in, feature, permission and method have been checked before (see route.c).
 */
#ifndef ACCESSION_HANDLERS_H
#define ACCESSION_HANDLERS_H

#include "http/request.h"

/* import_jobs.c */
handler_fn import_jobs_list, import_jobs_current, import_job_get;
/* import_decision.c */
handler_fn import_job_patch;
/* import_upload.c */
handler_fn import_upload;
/* import_diff.c */
handler_fn import_diff_summary, import_diff_detail, import_diff_fields;
/* import_held.c */
handler_fn import_held;
/* import_review.c */
handler_fn import_diff_patch, import_looked_get, import_looked_patch;
/* import_comments.c */
handler_fn import_comments_list, import_comments_post;
handler_fn import_comment_patch, import_comment_delete;
/* import_approvals.c */
handler_fn import_approvals_list, import_approvals_post, import_approvals_delete;
/* import_records.c */
handler_fn import_errors, import_events, import_file;
/* library.c */
handler_fn items_list, item_get, item_history;
handler_fn tasks_list, task_get, task_history;
/* models.c */
handler_fn models_list;
/* export.c */
handler_fn export_items;
/* sessions.c */
handler_fn session_get, session_post, session_delete, session_ways_get;
void reply_session(struct request *r); /* with who is signed in, and what a page needs */
void session_give(struct http *http, const char *secret); /* the cookie of a session */
/* This browser is known from now on, as one in which the account's owner has signed in completely.
 */
void session_know(struct request *r, const char *account);
/* second_factor.c */
handler_fn factor_get_own, factor_post, factor_patch, factor_delete, session_code_post;
/* own_sessions.c */
handler_fn own_sessions_list, own_session_delete, own_sessions_delete, user_sessions_delete;
/* links.c */
handler_fn user_link_post, user_factor_delete, link_post;
void link_reply_user(struct request *r, PGresult *user); /* a new account's row, with its link */
/* security_events.c */
handler_fn events_list;
/* users.c */
handler_fn users_me, users_me_patch, users_list, users_post, user_get, user_patch;
/* tokens.c */
handler_fn own_tokens_list, own_tokens_post, own_token_delete, tokens_list, token_delete;
/* features.c */
handler_fn features_list, features_get, features_patch;
/* service.c */
handler_fn answers_list, healthz;

#endif
