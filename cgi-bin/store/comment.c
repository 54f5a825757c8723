/* Comments on an import: see comment.h. */
#include "store/comment.h"

#include "database/member.h"

#include <stdio.h>

enum column {
	COL_ID,
	COL_REPLY_TO,
	COL_MODEL,
	COL_ITEM,
	COL_FIELD,
	COL_CHANGES,
	COL_TEXT,
	COL_BY,
	COL_MADE,
	COL_EDITED,
	COL_RESOLVED,
	COL_RESOLVED_BY,
	COL_ATTEMPT
};
enum made_column { MADE_CODE, MADE_REFUSAL, MADE_ID };

static const struct statement list = {"comment_list",
    "SELECT id, reply_to, content_model, item, field, changes::text, text, "
    "account_doc(account_id), "
    "made, edited,"
    "       resolved, account_doc(resolved_by), attempt"
    "  FROM review_comment"
    " WHERE job_id = $1 AND ($2::bigint = 0 OR id = $2::bigint)"
    " ORDER BY id",
    2, true};
static const struct statement add = {"comment_add",
    "SELECT c.code, c.refusal, c.id FROM comment_add($1, $2, $3, $4, $5, $6, $7, $8) c", 8, false};
static const struct statement change = {"comment_change",
    "SELECT c.code, c.refusal, c.id FROM comment_change($1, $2, $3, $4, $5) c", 5, false};
static const struct statement delete = {
    "comment_delete", "SELECT c.code, c.refusal, c.id FROM comment_delete($1, $2, $3) c", 3, false};

static const char *
number(int64_t v, char text[24])
{
	snprintf(text, 24, "%lld", (long long)v);
	return text;
}

PGresult *
comment_list(struct db *db, int64_t job, int64_t id, struct error *err)
{
	char texts[2][24];

	return db_query(
	    db, &list, (const char *const[]){number(job, texts[0]), number(id, texts[1])}, err);
}

void
comment_json(struct json *json, const PGresult *res, int row)
{
	static const struct db_member members[] = {{"id", COL_ID, DB_INT},
	    {"reply_to", COL_REPLY_TO, DB_INT}, {"content_model", COL_MODEL, DB_TEXT},
	    {"item", COL_ITEM, DB_TEXT}, {"field", COL_FIELD, DB_TEXT},
	    {"changes", COL_CHANGES, DB_JSON}, {"text", COL_TEXT, DB_TEXT}, {"by", COL_BY, DB_JSON},
	    {"date", COL_MADE, DB_TIME}, {"edited", COL_EDITED, DB_TIME},
	    {"resolved", COL_RESOLVED, DB_TIME}, {"resolved_by", COL_RESOLVED_BY, DB_JSON},
	    {"attempt", COL_ATTEMPT, DB_INT}, {0}};

	json_begin_object(json);
	db_members(json, res, row, members);
	json_end_object(json);
}

PGresult *
comment_add(struct db *db, const char *key, int64_t job, const struct comment *c, struct error *err)
{
	char text[24];

	return db_query(db, &add,
	    (const char *const[]){key, number(job, text), c->model, c->item, c->field, c->text,
		c->reply_to, c->changes},
	    err);
}

PGresult *
comment_change(struct db *db, const char *key, int64_t job, int64_t id, const char *text,
    const char *resolved, struct error *err)
{
	char texts[2][24];

	return db_query(db, &change,
	    (const char *const[]){key, number(job, texts[0]), number(id, texts[1]), text, resolved},
	    err);
}

PGresult *
comment_delete(struct db *db, const char *key, int64_t job, int64_t id, struct error *err)
{
	char texts[2][24];

	return db_query(db, &delete,
	    (const char *const[]){key, number(job, texts[0]), number(id, texts[1])}, err);
}

bool
comment_refused(const PGresult *res, struct refusal *refusal)
{
	return refusal_read(res, MADE_CODE, refusal);
}

int64_t
comment_made(const PGresult *res)
{
	return db_get_int(res, 0, MADE_ID);
}
