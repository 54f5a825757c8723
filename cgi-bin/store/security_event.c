/* Security events: see security_event.h. */
#include "store/security_event.h"

#include "base/timestamp.h"

#include <stdio.h>

enum column {
	COL_ID,
	COL_AT,
	COL_KIND,
	COL_TITLE,
	COL_ACCOUNT,
	COL_ACTOR,
	COL_VIA,
	COL_ADDRESS,
	COL_REQUEST,
	COL_REASON,
	COL_CHANGES,
	COL_TIMES,
	COL_LAST
};

#define FILTER                                                                               \
	" WHERE ($1::text IS NULL OR e.kind = $1)"                                           \
	" AND ($2::text IS NULL OR e.account_id = (SELECT id FROM account"                   \
	"                                           WHERE email_key(email) = email_key($2))" \
	"      OR e.actor_id = (SELECT id FROM account"                                      \
	"                        WHERE email_key(email) = email_key($2)))"                   \
	" AND ($3::text IS NULL OR host(e.address) = $3)"
#define FILTER_PARAMS 3

static const struct statement count = {
    "event_count", "SELECT count(*) FROM security_event e" FILTER, FILTER_PARAMS, true};

static const struct statement stream = {"event_stream",
    "SELECT e.id, e.at, e.kind, k.title, account_doc(e.account_id), account_doc(e.actor_id), e.via,"
    "       host(e.address), e.request, e.reason, e.changes::json, e.times, e.last"
    "  FROM security_event e JOIN security_event_kind k ON k.kind = e.kind" FILTER
    " ORDER BY e.id DESC LIMIT $4 OFFSET $5",
    FILTER_PARAMS + 2, true};

static const struct statement kinds = {
    "event_kinds", "SELECT kind, title FROM security_event_kind ORDER BY position", 0, true};

int64_t
event_count(struct db *db, const struct event_filter *f, struct error *err)
{
	PGresult *res =
	    db_query(db, &count, (const char *const[]){f->kind, f->account, f->address}, err);
	int64_t n = res ? db_get_int(res, 0, 0) : -1;

	PQclear(res);
	return n;
}

int
event_stream(
    struct db *db, const struct event_filter *f, int64_t limit, int64_t offset, struct error *err)
{
	char most[24], first[24];

	snprintf(most, sizeof most, "%lld", (long long)limit);
	snprintf(first, sizeof first, "%lld", (long long)offset);
	return db_stream(db, &stream,
	    (const char *const[]){f->kind, f->account, f->address, limit ? most : NULL, first},
	    err);
}

/* Writes a member that is a text. */
static void
text(struct json *json, const char *name, const PGresult *row, int column)
{
	json_key(json, name);
	json_text(json, db_is_null(row, 0, column) ? NULL : db_get_text(row, 0, column));
}

static void
document(struct json *json, const char *name, const PGresult *row, int column)
{
	json_key(json, name);
	if (db_is_null(row, 0, column))
		json_null(json);
	else
		json_raw(json, db_get_text(row, 0, column), db_get_size(row, 0, column));
}

static void
time_of(struct json *json, const char *name, const PGresult *row, int column)
{
	char time[TIMESTAMP_SIZE];

	json_key(json, name);
	json_text(json, timestamp_format(db_get_time(row, 0, column), time));
}

void
event_json(struct json *json, const PGresult *row)
{
	json_begin_object(json);
	json_key(json, "id");
	json_int(json, db_get_int(row, 0, COL_ID));
	time_of(json, "at", row, COL_AT);
	text(json, "kind", row, COL_KIND);
	text(json, "title", row, COL_TITLE);
	document(json, "account", row, COL_ACCOUNT);
	document(json, "actor", row, COL_ACTOR);
	text(json, "via", row, COL_VIA);
	text(json, "address", row, COL_ADDRESS);
	text(json, "request", row, COL_REQUEST);
	text(json, "reason", row, COL_REASON);
	document(json, "changes", row, COL_CHANGES);
	json_key(json, "times");
	json_int(json, db_get_int(row, 0, COL_TIMES));
	time_of(json, "last", row, COL_LAST);
	json_end_object(json);
}

PGresult *
event_kinds(struct db *db, struct error *err)
{
	return db_query(db, &kinds, NULL, err);
}
