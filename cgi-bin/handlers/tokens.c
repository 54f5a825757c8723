/* API tokens: the caller's own and, for administrators, everybody's. */
#include "people/token.h"

#include "handlers/handlers.h"
#include "http/attempt.h"
#include "http/input.h"
#include "http/page.h"
#include "people/account.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_CHARACTERS 100

enum { NAME, PASSWORD, DAYS, FIELDS };

static const struct input fields[FIELDS] = {
    [NAME] = {"name", INPUT_TEXT, .required = true, .max = NAME_MAX_CHARACTERS},
    [PASSWORD] = {"current_password", INPUT_PASSWORD, .required = true},
    [DAYS] = {"expires_in_days", INPUT_NUMBER, .max = TOKEN_DAYS_MAX},
};

/* Writes a token. In the list of everybody's tokens each has its owner. */
static void
write_row(void *with_owner, struct json *json, const PGresult *row)
{
	json_begin_object(json);
	token_members(json, row);
	if (with_owner)
		token_owner(json, row);
	json_end_object(json);
}

static void
send_list(struct request *r, const char *owner)
{
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	struct page page;
	int64_t n = 0;

	if (!page_read(r, &page))
		return;
	if (page.paged && (n = token_count(r->db, owner, &err)) < 0) {
		http_reply_error(r->http, &err);
	} else if (page_begin(r, &page, n, &json)) {
		if (token_stream(r->db, owner, page.size, page_offset(&page), &err) < 0)
			http_reply_error(r->http, &err);
		else
			page_stream(r, &json, write_row, owner ? NULL : r);
	}
	buf_free(&body);
}

void
own_tokens_list(struct request *r)
{
	send_list(r, r->caller.account_text);
}

void
tokens_list(struct request *r)
{
	send_list(r, NULL);
}

/* The only reply that ever contains the token itself. */
static void
make_token(struct request *r, const struct given *values)
{
	char token[SECRET_SIZE];
	const char *days = values[DAYS].text;
	const struct token_order order = {.key = r->caller.key.text,
	    .name = values[NAME].text,
	    .days = days ? strtoll(days, NULL, 10) : TOKEN_DAYS};
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	PGresult *res = NULL;

	if (request_act(r, &err) == 0)
		res = account_commit(r->db, token_create(r->db, &order, token, &err), &err);
	if (res) {
		json_begin_object(&json);
		token_members(&json, res);
		json_key(&json, "token");
		json_text(&json, token);
		json_end_object(&json);
		http_reply(r->http, 200, &body);
	} else if (strcmp(err.sqlstate, TOKEN_TOO_MANY) == 0) {
		http_reply_field(r->http, "non_field_errors", err.message);
	} else {
		http_reply_error(r->http, &err);
	}
	sodium_memzero(token, sizeof token);
	PQclear(res);
	buf_free(&body);
}

/* A session that somebody left open, or a token that was stolen, makes no tokens. */
void
own_tokens_post(struct request *r)
{
	struct given values[FIELDS];
	struct person who;
	json_object *form = attempt_read_own(r, fields, FIELDS, PASSWORD, values);

	if (form && attempt_own(r, &values[PASSWORD], &who))
		make_token(r, values);
	json_object_put(form);
}

static void
delete_token(struct request *r, bool anybodys)
{
	char id[24];
	struct error err = {0};
	PGresult *res = NULL;

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	if (request_act(r, &err) == 0)
		res = account_commit(
		    r->db, token_revoke(r->db, r->caller.key.text, anybodys, id, &err), &err);
	if (!res)
		http_reply_error(r->http, &err);
	else if (PQntuples(res) == 0)
		http_reply_detail(r->http, 404, NULL);
	else
		http_stream_begin(r->http, 204, NULL);
	PQclear(res);
}

/* Somebody else's token is reported like one that does not exist. */
void
own_token_delete(struct request *r)
{
	delete_token(r, false);
}

void
token_delete(struct request *r)
{
	delete_token(r, true);
}
