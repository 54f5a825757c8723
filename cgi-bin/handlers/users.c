/* The people who may use the service: the caller and, for administrators, everybody. */
#include "base/log.h"
#include "handlers/handlers.h"
#include "http/attempt.h"
#include "http/choice.h"
#include "http/front.h"
#include "http/input.h"
#include "http/page.h"
#include "http/row.h"
#include "people/account.h"
#include "people/password_rules.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const roles[] = {"viewer", "editor", "admin", NULL};

enum { EMAIL, FIRST_NAME, LAST_NAME, ROLE, ACTIVE, PASSWORD, USER_FIELDS };

static const struct input user_fields[USER_FIELDS] = {
    [EMAIL] = {"email", INPUT_EMAIL, .required = true},
    [FIRST_NAME] = {"first_name", INPUT_TEXT, .blank = true, .max = 150},
    [LAST_NAME] = {"last_name", INPUT_TEXT, .blank = true, .max = 150},
    [ROLE] = {"role", INPUT_CHOICE, .choices = roles},
    [ACTIVE] = {"active", INPUT_BOOLEAN},
    [PASSWORD] = {"password", INPUT_NEW_PASSWORD},
};

enum { OLD_PASSWORD, NEW_PASSWORD, KEEP_TOKENS, OWN_FIELDS };

static const struct input own_fields[OWN_FIELDS] = {
    [OLD_PASSWORD] = {"current_password", INPUT_PASSWORD, .required = true},
    [NEW_PASSWORD] = {"password", INPUT_NEW_PASSWORD, .required = true},
    [KEEP_TOKENS] = {"keep_tokens", INPUT_BOOLEAN},
};

static void
write_me(struct json *json, const PGresult *res, int row)
{
	json_begin_object(json);
	account_members(json, res, row);
	json_end_object(json);
}

/* Checks a new password of that person. False: the reply has been made. */
static bool
is_acceptable(struct request *r, const struct given *password, const struct person_words *person)
{
	struct error err = {0};

	if (password_acceptable(password->text, password->n, person, &err) == 0)
		return true;
	if (err.code == ERROR_INPUT) {
		http_reply_field(r->http, "password", err.message);
	} else {
		log_error("%s", err.message);
		http_reply_detail(r->http, 503,
		    "New passwords cannot be checked at the moment, so the password stays as it "
		    "is. Ask whoever runs this service to look into its log.");
	}
	return false;
}

/* -------------------------------------------------------------- who asks */

void
users_me(struct request *r)
{
	struct error err = {0};
	PGresult *res = account_get(r->db, r->caller.account_text, &err);

	row_reply(r, res, write_me, &err);
}

/* Whoever holds this session or token must know the present password too. */
static int
change_password(
    struct request *r, const struct given *values, const struct person *who, struct error *err)
{
	char hash[PASSWORD_HASH_SIZE];
	const struct given *new = &values[NEW_PASSWORD];
	const struct actor by = request_actor(r);
	const char *keep = values[KEEP_TOKENS].text;

	if (password_hash(new->text, new->n, hash, err) < 0)
		return -1;
	return sign_in_change(
	    r->db, &by, who->stored, hash, keep && strcmp(keep, "true") == 0, err);
}

void
users_me_patch(struct request *r)
{
	struct given values[OWN_FIELDS];
	struct error err = {0};
	struct person who;
	json_object *form =
	    front_refuses_password(r) ? NULL : input_read(r, own_fields, OWN_FIELDS, values);

	PGresult *me = form ? account_get(r->db, r->caller.account_text, &err) : NULL;
	if (form && !me)
		http_reply_error(r->http, &err);
	const struct person_words words = me ? account_person(me) : (struct person_words){0};
	if (me && is_acceptable(r, &values[NEW_PASSWORD], &words) &&
	    attempt_own(r, &values[OLD_PASSWORD], &who)) {
		int outcome = change_password(r, values, &who, &err);
		if (outcome > 0)
			http_reply_field(r->http, "current_password", ATTEMPT_NOT_YOURS);
		else if (outcome < 0)
			http_reply_error(r->http, &err);
		else
			users_me(r);
	}
	PQclear(me);
	json_object_put(form);
}

/* --------------------------------------------------------- administration */

static void
write_row(void *ctx, struct json *json, const PGresult *row)
{
	(void)ctx;
	account_json(json, row, 0);
}

static const char *const booleans[] = {"true", "false", NULL};

/*
 * Reads a parameter that must be one of the words, in any case, into *value: NULL if it is empty or
 * not there. Returns false if it is another; the reply has been made.
 */
static bool
read_word(struct request *r, const char *parameter, const char *const words[], const char **value)
{
	const char *given = query_get(&r->http->query, parameter);

	if (!given || !*given)
		return true;
	for (; *words; words++) {
		if (strcasecmp(*words, given) == 0) {
			*value = *words;
			return true;
		}
	}
	choice_refuse(r->http, parameter, given, strlen(given));
	return false;
}

/* Reads which users are asked for. `active` is also called is_active, as SD Elements does. */
static bool
read_filter(struct request *r, struct account_filter *filter)
{
	const struct query *q = &r->http->query;
	const char *active = NULL, *email = query_get(q, "email"), *search = query_get(q, "search");

	filter->email = email && *email ? email : NULL;
	filter->search = search && *search ? search : NULL;
	if (!read_word(r, "is_active", booleans, &filter->active) ||
	    !read_word(r, "active", booleans, &active) ||
	    !read_word(r, "role", roles, &filter->role))
		return false;
	if (active && filter->active && active != filter->active) {
		http_reply_field(r->http, "active", "The parameter is_active says otherwise.");
		return false;
	}
	filter->active = active ? active : filter->active;
	return true;
}

void
users_list(struct request *r)
{
	struct account_filter filter = {0};
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	struct page page;
	int64_t count = 0;

	if (!read_filter(r, &filter) || !page_read(r, &page))
		return;
	if (page.paged && (count = account_count(r->db, &filter, &err)) < 0) {
		http_reply_error(r->http, &err);
	} else if (page_begin(r, &page, count, &json)) {
		if (account_stream(r->db, &filter, page.size, page_offset(&page), &err) < 0)
			http_reply_error(r->http, &err);
		else
			page_stream(r, &json, write_row, NULL);
	}
	buf_free(&body);
}

void
user_get(struct request *r)
{
	char id[24];
	struct error err = {0};

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	row_reply(r, account_get(r->db, id, &err), account_json, &err);
}

/*
 * Creates the account (id NULL) or changes it, and replies. A new one without a password has a
 * one-time link, by which its owner sets one, if passwords open anything.
 */
static void
save(struct request *r, const char *id, const struct given *values)
{
	char hash[PASSWORD_HASH_SIZE];
	const struct given *password = &values[PASSWORD];
	const struct account_change change = {.email = values[EMAIL].text,
	    .first_name = values[FIRST_NAME].text,
	    .last_name = values[LAST_NAME].text,
	    .role = values[ROLE].text,
	    .active = values[ACTIVE].text,
	    .password_hash = password->text ? hash : NULL};
	const bool needs_link = !id && !password->text && front_leaves_passwords() &&
				!(change.active && strcmp(change.active, "false") == 0);
	const char *key = r->caller.key.text;
	struct error err = {0};
	PGresult *res = NULL;

	if (password->text && password_hash(password->text, password->n, hash, &err) < 0)
		goto out;
	if (request_act(r, &err) < 0)
		goto out;
	res = id ? account_update(r->db, key, id, &change, &err)
		 : account_create(r->db, key, &change, &err);
	if (res && needs_link) {
		link_reply_user(r, res);
		PQclear(res);
		return;
	}
	res = account_commit(r->db, res, &err);
out:
	if (!res && strcmp(err.sqlstate, "23505") == 0)
		http_reply_field(r->http, "email", "user with this email already exists.");
	else if (!res && strcmp(err.sqlstate, ACCOUNT_LAST_ADMIN) == 0)
		http_reply_field(r->http, change.role ? "role" : "active",
		    "This is the last active administrator: make somebody else one first.");
	else if (!res && strcmp(err.sqlstate, "23514") == 0)
		http_reply_field(r->http, "email", "Enter a valid email address.");
	else
		row_reply(r, res, account_json, &err);
}

void
users_post(struct request *r)
{
	struct given values[USER_FIELDS];
	json_object *form = input_read(r, user_fields, USER_FIELDS, values);

	if (!form)
		return;
	const struct person_words person = {.email = values[EMAIL].text,
	    .first_name = values[FIRST_NAME].text,
	    .last_name = values[LAST_NAME].text};
	if (!values[PASSWORD].text || is_acceptable(r, &values[PASSWORD], &person))
		save(r, NULL, values);
	json_object_put(form);
}

/*
 * Administrators may not lock themselves out, nor change their own password as if it were somebody
 * else's, which anybody who finds their browser open could do.
 */
static bool
may_be_own(struct request *r, const struct given *values)
{
	const char *role = values[ROLE].text, *active = values[ACTIVE].text;

	if (role && strcmp(role, "admin") != 0)
		http_reply_field(
		    r->http, "role", "You cannot take away your own administrator role.");
	else if (active && strcmp(active, "false") == 0)
		http_reply_field(r->http, "active", "You cannot disable yourself.");
	else if (values[PASSWORD].text)
		http_reply_field(r->http, "password",
		    "Your own password is changed at users/me/, with the current one.");
	else
		return true;
	return false;
}

/* As is_acceptable, for the person that the account is about once it is changed. */
static bool
is_acceptable_for(struct request *r, const char *id, const struct given *values)
{
	struct error err = {0};
	PGresult *res = account_get(r->db, id, &err);

	if (!res || PQntuples(res) == 0) {
		row_reply(r, res, account_json, &err);
		return false;
	}
	struct person_words person = account_person(res);
	if (values[EMAIL].text)
		person.email = values[EMAIL].text;
	if (values[FIRST_NAME].text)
		person.first_name = values[FIRST_NAME].text;
	if (values[LAST_NAME].text)
		person.last_name = values[LAST_NAME].text;
	bool acceptable = is_acceptable(r, &values[PASSWORD], &person);
	PQclear(res);
	return acceptable;
}

/* Whether an administrator may make this change. False: the reply has been made. */
static bool
may_patch(struct request *r, const char *id, const struct given *values)
{
	if (r->id == r->caller.account_id)
		return may_be_own(r, values);
	return !values[PASSWORD].text || is_acceptable_for(r, id, values);
}

void
user_patch(struct request *r)
{
	struct given values[USER_FIELDS];
	json_object *form = input_read_some(r, user_fields, USER_FIELDS, values);
	char id[24];

	if (!form)
		return;
	snprintf(id, sizeof id, "%lld", (long long)r->id);
	if (may_patch(r, id, values))
		save(r, id, values);
	json_object_put(form);
}
