/* Security events: see security_event.h. */
#include "people/security_event.h"

#include "database/member.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	" AND ($3::inet IS NULL OR e.address <<= $3)"                                        \
	" AND ($4::integer IS NULL OR e.last > now() - make_interval(days => $4))"
#define FILTER_PARAMS 4

static const struct statement count = {
    "event_count", "SELECT count(*) FROM security_event e" FILTER, FILTER_PARAMS, true};

/* The changes as JSON without blanks, like all answers. */
#define COMPACT                                                                             \
	"(SELECT concat('{', string_agg(concat(to_json(key), ':', CASE jsonb_typeof(value)" \
	"     WHEN 'array' THEN concat('[', value -> 0, ',', value -> 1, ']')"              \
	"     ELSE value::text END), ',' ORDER BY key), '}')"                               \
	"   FROM jsonb_each(e.changes) HAVING e.changes IS NOT NULL)"

static const struct statement stream = {"event_stream",
    "SELECT e.id, e.at, e.kind, k.title, account_doc(e.account_id), account_doc(e.actor_id), e.via,"
    "       host(e.address), e.request, e.reason, " COMPACT ", e.times, e.last"
    "  FROM security_event e JOIN security_event_kind k ON k.kind = e.kind" FILTER
    " ORDER BY e.id DESC LIMIT $5 OFFSET $6",
    FILTER_PARAMS + 2, true};

static const struct statement kinds = {
    "event_kinds", "SELECT kind, title FROM security_event_kind ORDER BY position", 0, true};

/* What was changed, in short: "role viewer → editor, password hash". A token has copies of what its
   account is. */
#define CHANGES                                                                     \
	"(SELECT string_agg(concat_ws(' ', replace(key, '_', ' '), "                \
	"                             concat_ws(' → ', nullif(value ->> 0, ''), " \
	"                                       nullif(value ->> 1, ''))), "        \
	"                   ', ' ORDER BY key)"                                     \
	"   FROM jsonb_each(e.changes)"                                             \
	"  WHERE value NOT IN ('[null, \"\"]', '[\"\", null]')"                     \
	"    AND (value <> 'true' OR e.kind = 'account_changed')"                   \
	"    AND (key = 'name' OR e.kind NOT LIKE 'token%'))"

static const struct statement table = {NULL,
    "SELECT e.at, k.title AS event,"
    "       coalesce(a.email, 'user ' || e.account_id) AS account,"
    "       coalesce(b.email, 'user ' || e.actor_id) AS by, e.via, host(e.address) AS address,"
    "       concat_ws(': ', nullif(e.reason, ''), " CHANGES ") AS details, e.times, e.request"
    "  FROM security_event e JOIN security_event_kind k ON k.kind = e.kind"
    "  LEFT JOIN account a ON a.id = e.account_id LEFT JOIN account b ON b.id = e.actor_id" FILTER
    " ORDER BY e.id DESC LIMIT $5",
    FILTER_PARAMS + 1, true};

/* Fills in the parameters of FILTER. */
static void
filter_params(const struct event_filter *f, const char *params[FILTER_PARAMS])
{
	params[0] = f->kind;
	params[1] = f->account;
	params[2] = f->address;
	params[3] = f->days;
}

bool
event_is_address(const char *text)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr parsed;
	const size_t n = strcspn(text, "/");
	const char *bits = text + n + 1;
	const int family = memchr(text, ':', n) ? AF_INET6 : AF_INET;

	if (n >= sizeof address)
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (inet_pton(family, address, &parsed) != 1)
		return false;
	return !text[n] || (*bits && strlen(bits) <= 3 && !bits[strspn(bits, "0123456789")] &&
			       atoi(bits) <= (family == AF_INET6 ? 128 : 32));
}

int64_t
event_count(struct db *db, const struct event_filter *f, struct error *err)
{
	const char *params[FILTER_PARAMS];

	filter_params(f, params);
	PGresult *res = db_query(db, &count, params, err);
	int64_t n = res ? db_get_int(res, 0, 0) : -1;

	PQclear(res);
	return n;
}

int
event_stream(
    struct db *db, const struct event_filter *f, int64_t limit, int64_t offset, struct error *err)
{
	const char *params[FILTER_PARAMS + 2];
	char most[24], first[24];

	snprintf(most, sizeof most, "%lld", (long long)limit);
	snprintf(first, sizeof first, "%lld", (long long)offset);
	filter_params(f, params);
	params[FILTER_PARAMS] = limit ? most : NULL;
	params[FILTER_PARAMS + 1] = first;
	return db_stream(db, &stream, params, err);
}

PGresult *
event_table(struct db *db, const struct event_filter *f, int64_t limit, struct error *err)
{
	const char *params[FILTER_PARAMS + 1];
	char most[24];

	snprintf(most, sizeof most, "%lld", (long long)limit);
	filter_params(f, params);
	params[FILTER_PARAMS] = limit ? most : NULL;
	return db_query(db, &table, params, err);
}

void
event_json(struct json *json, const PGresult *row)
{
	static const struct db_member members[] = {{"id", COL_ID, DB_INT}, {"at", COL_AT, DB_TIME},
	    {"kind", COL_KIND, DB_TEXT}, {"title", COL_TITLE, DB_TEXT},
	    {"account", COL_ACCOUNT, DB_JSON}, {"actor", COL_ACTOR, DB_JSON},
	    {"via", COL_VIA, DB_TEXT}, {"address", COL_ADDRESS, DB_TEXT},
	    {"request", COL_REQUEST, DB_TEXT}, {"reason", COL_REASON, DB_TEXT},
	    {"changes", COL_CHANGES, DB_JSON}, {"times", COL_TIMES, DB_INT},
	    {"last", COL_LAST, DB_TIME}, {0}};

	json_begin_object(json);
	db_members(json, row, 0, members);
	json_end_object(json);
}

PGresult *
event_kinds(struct db *db, struct error *err)
{
	return db_query(db, &kinds, NULL, err);
}
