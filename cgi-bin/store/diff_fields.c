/* What the updates of a diff change, field by field: see diff_fields.h. */
#include "store/diff_fields.h"

#include "store/item.h"

#include <stdio.h>
#include <string.h>

/* In these pieces of SQL {m} stands for the model and {f} for the field. */
#define OF_JOB                                                                     \
	" FROM {m}_diff d WHERE d.job_id = $1::bigint AND d.attempt = $2::integer" \
	" AND d.week = $3::integer"
#define UPDATES OF_JOB " AND d.op = 'u' AND d.old_{f} <> d.new_{f}"
#define DENSE(side)                                \
	"replace(replace(replace(replace(d." #side \
	"_{f}, ' ', ''), E'\\n', ''), E'\\t', ''), U&'\\00A0', '')"
#define ONLY_SPACE DENSE(old) " = " DENSE(new) /* translate() takes ten times as long */
#define OLD_SET    "string_to_array(d.old_{f}, ';')"
#define NEW_SET    "string_to_array(d.new_{f}, ';')"
#define VALUES_ARE                                         \
	"($7::text IS NULL OR d.old_{f}::text = $7::text)" \
	" AND ($8::text IS NULL OR d.new_{f}::text = $8::text)"

/*
 * New values that another item gave up: a column was sorted or moved without the others. Old and
 * new values are grouped by their hashes, which needs no guess of how many there are, as a join
 * would.
 */
#define MOVED                                                                                  \
	"(SELECT coalesce(sum(come), 0) FROM (SELECT sum(v.come) AS come, sum(v.gone) AS gone" \
	" FROM (SELECT d.old_{f} AS old, d.new_{f} AS new" UPDATES " AND d.new_{f} <> '') u"   \
	" CROSS JOIN LATERAL (VALUES (hashtextextended(u.old, 0), 0, 1),"                      \
	" (hashtextextended(u.new, 0), 1, 0)) v (hash, come, gone) GROUP BY v.hash) m"         \
	" WHERE come > 0 AND gone > 0)"

/* Of new items, too. */
#define CUT                                                                                      \
	"(SELECT count(*)" OF_JOB " AND d.op IN ('a', 'u') AND octet_length(d.new_{f}) >= 32767" \
	" AND char_length(d.new_{f}) = 32767"                                                    \
	" AND d.old_{f} IS DISTINCT FROM d.new_{f})"

#define NO_KINDS "SELECT NULL::text AS original, NULL::text AS new, 0 AS updates WHERE false"

/* How the fields of a kind are counted and looked for. */
struct shape {
	const char *whitespace, *moved, *cut; /* expressions */
	const char *kinds;                    /* a SELECT of original, new, updates */
	const char *condition;                /* see diff_fields_condition */
};

static const struct shape line = {"count(*) FILTER (WHERE " ONLY_SPACE ")", MOVED, "0", NO_KINDS,
    VALUES_ARE " AND ($9::boolean IS NOT TRUE OR " ONLY_SPACE ")"};

static const struct shape text = {"count(*) FILTER (WHERE " ONLY_SPACE ")", MOVED, CUT, NO_KINDS,
    VALUES_ARE " AND ($9::boolean IS NOT TRUE OR " ONLY_SPACE ")"};

static const struct shape value = {"0", "0", "0",
    "SELECT d.old_{f} AS original, d.new_{f} AS new, count(*) AS updates" UPDATES " GROUP BY 1, 2",
    VALUES_ARE " AND $9::boolean IS NOT TRUE"};

static const struct shape set = {"0", "0", "0",
    "SELECT c.original, c.new, count(*) AS updates"
    " FROM (SELECT d.old_{f}, d.new_{f}" UPDATES ") d CROSS JOIN LATERAL ("
    "SELECT m AS original, NULL AS new FROM unnest(" OLD_SET ") m WHERE m <> ALL (" NEW_SET ")"
    " UNION ALL SELECT NULL, m FROM unnest(" NEW_SET ") m WHERE m <> ALL (" OLD_SET ")) c"
    " GROUP BY 1, 2",
    "CASE $7::text WHEN '' THEN d.old_{f} = '' ELSE $7::text IS NULL OR"
    " ($7::text = ANY (" OLD_SET ") AND $7::text <> ALL (" NEW_SET ")) END"
    " AND CASE $8::text WHEN '' THEN d.new_{f} = '' ELSE $8::text IS NULL OR"
    " ($8::text = ANY (" NEW_SET ") AND $8::text <> ALL (" OLD_SET ")) END"
    " AND $9::boolean IS NOT TRUE"};

static const struct shape *const shapes[] = {
    [FIELD_LINE] = &line,
    [FIELD_TEXT] = &text,
    [FIELD_REF] = &value,
    [FIELD_INTEGER] = &value,
    [FIELD_BOOLEAN] = &value,
    [FIELD_RULES] = &set,
    [FIELD_TAGS] = &set,
};

/* What is counted, in the order of the columns that the statement returns after the field's. */
static const char *const counts[] = {
    "updates", "cleared", "filled", "whitespace", "moved", "cut", "kinds"};
enum { COUNTS = sizeof counts / sizeof counts[0] };
enum column { COL_FIELD, COL_COUNTS, COL_CHANGES = COL_COUNTS + COUNTS };

/* Appends the SQL with the model and the field filled in. */
static void
add(struct buf *sql, const char *pieces, const char *model, const char *field)
{
	for (size_t n; *pieces; pieces += n) {
		n = strcspn(pieces, "{");
		buf_add(sql, pieces, n);
		if (pieces[n] == '{') {
			buf_add_text(sql, pieces[n + 1] == 'm' ? model : field);
			n += strlen("{m}");
		}
	}
}

bool
diff_fields_has(const struct field *f)
{
	return f->kind != FIELD_ID && item_is_stored(f);
}

void
diff_fields_condition(const struct field *f, struct buf *sql)
{
	add(sql, shapes[f->kind]->condition, "", f->name);
}

/* One row: the field's place in the model, its counts, and the commonest of its changes as JSON. */
static void
add_field(const struct model *m, size_t i, struct buf *sql)
{
	const char *name = m->fields[i].name;
	const struct shape *shape = shapes[m->fields[i].kind];

	buf_printf(sql, "SELECT %zu::bigint AS place, t.*, k.* FROM (SELECT count(*)", i);
	add(sql,
	    ", count(*) FILTER (WHERE d.new_{f}::text = '')"
	    ", count(*) FILTER (WHERE d.old_{f}::text = ''), ",
	    m->name, name);
	add(sql, shape->whitespace, m->name, name);
	buf_add_text(sql, "::bigint, ");
	add(sql, shape->moved, m->name, name);
	buf_add_text(sql, "::bigint, ");
	add(sql, shape->cut, m->name, name);
	buf_add_text(sql, "::bigint");
	add(sql, UPDATES, m->name, name);
	buf_printf(sql,
	    ") t, (SELECT count(*), '[' || coalesce(string_agg('{\"original\":' ||"
	    " coalesce(to_json(original)::text, 'null') || ',\"new\":' ||"
	    " coalesce(to_json(new)::text, 'null') || ',\"updates\":' || updates || '}', ','"
	    " ORDER BY rank) FILTER (WHERE rank <= %d), '') || ']'"
	    " FROM (SELECT *, row_number() OVER (ORDER BY updates DESC, original, new) AS rank "
	    "FROM (",
	    DIFF_KINDS_MAX);
	add(sql, shape->kinds, m->name, name);
	buf_add_text(sql, ") k) k) k");
}

PGresult *
diff_fields(
    struct db *db, const struct model *m, int64_t job, struct diff_place place, struct error *err)
{
	char id[24], attempt[24], week[24];
	struct buf sql = {0};
	PGresult *res = NULL;

	for (size_t i = 0; i < m->nfields; i++) {
		if (!diff_fields_has(&m->fields[i]))
			continue;
		buf_add_text(&sql, sql.len ? " UNION ALL " : "");
		add_field(m, i, &sql);
	}
	buf_add_text(&sql, " ORDER BY place");
	if (sql.failed) {
		error_set(err, ERROR_SYSTEM, "out of memory");
	} else {
		const struct statement st = {NULL, sql.data, 3, true};
		snprintf(id, sizeof id, "%lld", (long long)job);
		snprintf(attempt, sizeof attempt, "%lld", (long long)place.attempt);
		snprintf(week, sizeof week, "%lld", (long long)place.week);
		res = db_query(db, &st, (const char *const[]){id, attempt, week}, err);
	}
	buf_free(&sql);
	return res;
}

void
diff_fields_json(struct json *json, const struct model *m, const PGresult *res, int row)
{
	json_begin_object(json);
	json_key(json, "field");
	json_text(json, m->fields[db_get_int(res, row, COL_FIELD)].name);
	for (int i = 0; i < COUNTS; i++) {
		json_key(json, counts[i]);
		json_int(json, db_get_int(res, row, COL_COUNTS + i));
	}
	json_key(json, "changes");
	json_raw(json, db_get_text(res, row, COL_CHANGES), db_get_size(res, row, COL_CHANGES));
	json_end_object(json);
}
