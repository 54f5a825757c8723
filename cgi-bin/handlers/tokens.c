/* API tokens: the caller's own and, for administrators, everybody's. */
#include "people/token.h"

#include "handlers/handlers.h"
#include "http/input.h"
#include "http/page.h"
#include "people/account.h"

#include <sodium.h>
#include <stdio.h>

#define NAME_MAX_CHARACTERS 100

static const struct input fields[] = {
    {"name", INPUT_TEXT, .required = true, .max = NAME_MAX_CHARACTERS}};

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
void
own_tokens_post(struct request *r)
{
	char token[SECRET_SIZE];
	struct given name;
	struct error err = {0};
	struct buf body = {0};
	struct json json = {.out = &body};
	PGresult *res = NULL;
	json_object *form = input_read(r, fields, 1, &name);

	if (!form)
		return;
	if (request_act(r, &err) == 0)
		res = account_commit(r->db,
		    token_create(r->db, r->caller.account_text, name.text, token, &err), &err);
	if (res) {
		json_begin_object(&json);
		token_members(&json, res);
		json_key(&json, "token");
		json_text(&json, token);
		json_end_object(&json);
		http_reply(r->http, 200, &body);
	} else {
		http_reply_error(r->http, &err);
	}
	sodium_memzero(token, sizeof token);
	PQclear(res);
	buf_free(&body);
	json_object_put(form);
}

static void
delete_token(struct request *r, const char *owner)
{
	char id[24];
	struct error err = {0};
	PGresult *res = NULL;

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	if (request_act(r, &err) == 0)
		res = account_commit(r->db, token_revoke(r->db, owner, id, &err), &err);
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
	delete_token(r, r->caller.account_text);
}

void
token_delete(struct request *r)
{
	delete_token(r, NULL);
}
