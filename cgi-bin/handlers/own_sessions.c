/* Sessions of browsers: the caller's own, which they may look at and end; others' for
 * administrators. */
#include "handlers/handlers.h"
#include "http/row.h"
#include "people/open_session.h"

#include <stdio.h>

void
own_sessions_list(struct request *r)
{
	struct error err = {0};
	PGresult *res = open_session_list(r->db, r->caller.account_text, r->caller.key.text, &err);

	row_reply_all(r, res, open_session_json, &err);
}

/* Ends sessions of the account `whose` (NULL: the caller's): that one, or all but this one. */
static void
end(struct request *r, const char *whose, const char *id)
{
	const struct actor by = request_actor(r);
	struct error err = {0};
	int64_t ended = open_session_end(r->db, &by, whose, id, &err);

	if (ended < 0)
		http_reply_error(r->http, &err);
	else if (ended == 0 && id)
		http_reply_detail(r->http, 404, NULL);
	else
		http_stream_begin(r->http, 204, NULL);
}

void
own_session_delete(struct request *r)
{
	char id[24];

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	end(r, NULL, id);
}

void
own_sessions_delete(struct request *r)
{
	end(r, NULL, NULL);
}

void
user_sessions_delete(struct request *r)
{
	char id[24];

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	end(r, id, NULL);
}
