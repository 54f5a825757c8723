/* Approvals of a review: see approval.h. */
#include "store/approval.h"

#include "database/member.h"

#include <stdio.h>

enum column { COL_BY, COL_AT, COL_COUNTS, COL_WHY, COL_SINCE };
enum done_column { DONE_CODE, DONE_REFUSAL };

static const struct statement list = {"approval_list",
    "SELECT account_doc(a.account_id), a.at, a.why IS NULL, a.why, a.since"
    "  FROM approvals_of($1) a"
    " ORDER BY a.at",
    1, true};
static const struct statement add = {
    "approval_add", "SELECT a.code, a.refusal FROM approval_add($1, $2, $3) a", 3, false};
static const struct statement withdraw = {
    "approval_withdraw", "SELECT a.code, a.refusal FROM approval_withdraw($1, $2) a", 2, false};

PGresult *
approval_list(struct db *db, int64_t job, struct error *err)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)job);
	return db_query(db, &list, (const char *const[]){text}, err);
}

bool
approval_counts(const PGresult *res, int row)
{
	return db_get_bool(res, row, COL_COUNTS);
}

void
approval_json(struct json *json, const PGresult *res, int row)
{
	static const struct db_member members[] = {{"by", COL_BY, DB_JSON},
	    {"date", COL_AT, DB_TIME}, {"counts", COL_COUNTS, DB_BOOL}, {"why", COL_WHY, DB_TEXT},
	    {"since", COL_SINCE, DB_JSON}, {0}};

	json_begin_object(json);
	db_members(json, res, row, members);
	json_end_object(json);
}

PGresult *
approval_add(struct db *db, const char *key, int64_t job, const char *version, struct error *err)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)job);
	return db_query(db, &add, (const char *const[]){key, text, version}, err);
}

PGresult *
approval_withdraw(struct db *db, const char *key, int64_t job, struct error *err)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)job);
	return db_query(db, &withdraw, (const char *const[]){key, text}, err);
}

bool
approval_refused(const PGresult *res, struct refusal *refusal)
{
	return refusal_read(res, DONE_CODE, refusal);
}
