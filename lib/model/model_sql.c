/*
 * The SQL of a content model: see model_sql.h.
 *
 * Statements are templates. In them @ stands for the model's name and ^ for the prefix of its ids;
 * [...] is repeated for every field that is a column of the library, [!...] for the required ones
 * only, with % for the field's name, ~ for its SQL type and # for ", <what a new item gets>", or
 * nothing where a new item must say it. All of these are constants of the program.
 */
#include "model/model_sql.h"

#include <string.h>

/* MODEL_SQL_CUSTOM, in SQL. */
#define CUSTOM "1000000000000000"

/*
 * A row that can be no change: there is no such item, and it does not make one; or, in a file of
 * the operator's ($4), it deletes. It goes into the diff as the deletion of an entry below zero,
 * which makes it easy to count; such a diff is not kept.
 */
#define FAULT                                                                            \
	"(t.id IS NULL AND (s.mark_delete OR (NOT $4::boolean AND left(s.id, 1) <> 'C')" \
	"[! OR s.% IS NULL]) OR s.mark_delete AND $4::boolean)"

/* No change is made but to what was reviewed. (Tests see that this is missed.) */
#ifdef ACCESSION_TEST_NO_STALE_CHECK
#define UNCHANGED ""
#else
#define UNCHANGED "[ AND t.% = d.old_%]"
#endif

static const char *const templates[MODEL_SQL_COUNT] = {
    /* It stays for the next job, which saves more than the staging of a small file takes. */
    [MODEL_SQL_STAGE] =
	"CREATE TEMP TABLE IF NOT EXISTS stage_@ (entry bigint, row bigint, line bigint, fresh "
	"bigint,"
	" bad_id boolean, mark_delete boolean, id text COLLATE \"C\"[, % ~]) ON COMMIT DELETE ROWS",

    [MODEL_SQL_STAGE_COPY] = "COPY stage_@ FROM STDIN (FORMAT binary)",

    /* The join needs to know how many rows there are; nothing else about them. */
    [MODEL_SQL_STAGE_ANALYZE] = "ANALYZE stage_@ (id)",

    [MODEL_SQL_STAGE_DROP] = "DROP TABLE stage_@",

    [MODEL_SQL_DUPLICATES] = "SELECT s.entry, s.row, s.line, 'id'::text, s.id,"
			     " concat('This id is also in row ', first.row, '.')"
			     " FROM (SELECT id, min(entry) AS entry, min(row) AS row FROM stage_@"
			     " WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1) first"
			     " JOIN stage_@ s ON s.id = first.id AND s.entry > first.entry"
			     " ORDER BY s.entry",

    [MODEL_SQL_FAULTS] =
	"SELECT s.entry, s.row, s.line, fault.field, fault.value, fault.details"
	" FROM stage_@ s LEFT JOIN @ t ON t.id = s.id"
	" CROSS JOIN LATERAL (VALUES"
	" ('mark_delete'::text, 'true'::text, CASE WHEN $1::boolean AND s.mark_delete"
	" THEN 'Loading a file deletes nothing: mark the item in an import instead.' END),"
	" ('id', s.id, CASE WHEN NOT $1::boolean AND t.id IS NULL"
	" AND (s.mark_delete OR left(s.id, 1) <> 'C')"
	" THEN concat('No match found for: \"', s.id, '\".') END)"
	"[!, ('%', NULL, CASE WHEN t.id IS NULL AND s.% IS NULL AND NOT s.mark_delete"
	" AND NOT s.bad_id AND ($1::boolean OR left(s.id, 1) IS DISTINCT FROM '^')"
	" THEN 'This field is required.' END)]"
	") AS fault (field, value, details)"
	" WHERE (t.id IS NULL OR s.mark_delete) AND fault.details IS NOT NULL"
	" ORDER BY s.entry",

    /* A staged NULL compares as unknown, so that the stored value stays. */
    [MODEL_SQL_DIFF] =
	"INSERT INTO @_diff (job_id, attempt, week, op, entry, id[, old_%][, new_%])"
	" SELECT $1::bigint, $2::integer, $3::integer,"
	" (CASE WHEN " FAULT " OR s.mark_delete THEN 'd' WHEN t.id IS NULL THEN 'a' ELSE 'u' "
	"END)::\"char\","
	" CASE WHEN " FAULT " THEN -s.entry ELSE s.entry END,"
	" coalesce(s.id, 'C^' || s.fresh + (SELECT greatest(n.last_number, $5::bigint,"
	" (SELECT max(position) - " CUSTOM " FROM @))"
	" FROM model_number n WHERE n.content_model = '@'))"
	"[, t.%]"
	"[, CASE WHEN NOT s.mark_delete THEN coalesce(s.%, t.%#) END]"
	" FROM stage_@ s LEFT JOIN @ t ON t.id = s.id"
	" WHERE t.id IS NULL OR s.mark_delete[ OR s.% <> t.%]",

    /* Adds are the rest of what was inserted, and mostly the most: they are not read. */
    [MODEL_SQL_DIFF_COUNTS] =
	"SELECT count(*) FILTER (WHERE op = 'u'), count(*) FILTER (WHERE op = 'd'),"
	" count(*) FILTER (WHERE entry < 0) FROM @_diff"
	" WHERE job_id = $1::bigint AND attempt = $2::integer AND week = $3::integer"
	" AND op > 'a'",

    [MODEL_SQL_SUMMARY] = "INSERT INTO import_summary"
			  " (job_id, attempt, content_model, records, adds, updates, deletes)"
			  " VALUES ($1, $2, '@', $3, $4, $5, $6)",

    /* Temporary tables are found first. */
    [MODEL_SQL_SHADOW] = "CREATE TEMP TABLE @_diff (LIKE @_diff) ON COMMIT DROP",

    [MODEL_SQL_SHADOW_DROP] = "DROP TABLE pg_temp.@_diff",

    [MODEL_SQL_RESERVE] = "UPDATE model_number SET last_number = greatest(last_number,"
			  " (SELECT max(position) - " CUSTOM " FROM @)) WHERE content_model = '@'",

    [MODEL_SQL_DELETE] = "DELETE FROM @ t USING @_diff d"
			 " WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = "
			 "$3::integer AND d.op = 'd'"
			 " AND t.id = d.id" UNCHANGED,

    [MODEL_SQL_UPDATE] =
	"UPDATE @ t SET [% = d.new_%, ]"
	"modified = t.modified OR ($4::bigint IS NOT NULL AND left(t.id, 1) <> 'C'),"
	" last_updated_date = now(), last_updated_by = $4::bigint"
	" FROM @_diff d"
	" WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer AND "
	"d.op = 'u'"
	" AND t.id = d.id" UNCHANGED,

    /* An item that is there by now is a unique_violation. */
    [MODEL_SQL_INSERT] = "INSERT INTO @ (id[, %], created_by, last_updated_by)"
			 " SELECT d.id[, d.new_%], $4::bigint, $4::bigint FROM @_diff d"
			 " WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = "
			 "$3::integer AND d.op = 'a'",

    [MODEL_SQL_HISTORY] =
	"INSERT INTO @_history"
	" (id, job_id, attempt, account_id, op, entry[, old_%][, new_%])"
	" SELECT d.id, nullif($1::bigint, 0), nullif($2::integer, 0), $4::bigint, d.op, d.entry"
	"[, d.old_%][, d.new_%] FROM @_diff d"
	" WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer",

    [MODEL_SQL_NUMBER] = "UPDATE model_number SET last_number ="
			 " (SELECT max(position) - " CUSTOM " FROM @) WHERE content_model = '@'"
			 " AND last_number < (SELECT max(position) - " CUSTOM " FROM @)",

    [MODEL_SQL_MOVED] =
	"SELECT d.entry, d.id, CASE WHEN d.op = 'a' THEN 'added'"
	" WHEN t.id IS NULL THEN 'deleted' ELSE 'changed' END"
	" FROM @_diff d LEFT JOIN @ t ON t.id = d.id"
	" WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer"
	" AND CASE WHEN d.op = 'a' THEN t.id IS NOT NULL"
	" ELSE t.id IS NULL[ OR t.% <> d.old_%] END"
	" ORDER BY d.entry",
};

bool
model_sql_is_column(const struct field *f)
{
	return f->kind != FIELD_ID && f->kind != FIELD_DELETE;
}

const char *
model_sql_type(const struct field *f)
{
	if (f->kind == FIELD_INTEGER)
		return "smallint";
	return f->kind == FIELD_BOOLEAN ? "boolean" : "text";
}

size_t
model_sql_stage_columns(const struct model *m)
{
	size_t n = STAGE_FIELDS;

	for (size_t i = 0; i < m->nfields; i++)
		n += model_sql_is_column(&m->fields[i]);
	return n;
}

/* Writes n bytes of template; inside [...] with the field they are repeated for. */
static void
write_part(const struct model *m, const struct field *f, const char *t, size_t n, struct buf *out)
{
	for (const char *end = t + n; t < end; t++) {
		if (*t == '@')
			buf_add_text(out, m->name);
		else if (*t == '^')
			buf_add_text(out, m->fields[0].prefix);
		else if (f && *t == '%')
			buf_add_text(out, f->name);
		else if (f && *t == '~')
			buf_add_text(out, model_sql_type(f));
		else if (f && *t == '#' && !f->required)
			buf_printf(out, ", '%s'", f->on_add ? f->on_add : "");
		else if (!(f && *t == '#'))
			buf_add_char(out, *t);
	}
}

void
model_sql_expand(const struct model *m, const char *t, struct buf *out)
{
	for (const char *open; (open = strchr(t, '[')); t = strchr(open, ']') + 1) {
		bool required = open[1] == '!';
		const char *body = open + 1 + required;
		size_t n = (size_t)(strchr(open, ']') - body);

		write_part(m, NULL, t, (size_t)(open - t), out);
		for (size_t i = 0; i < m->nfields; i++) {
			const struct field *f = &m->fields[i];
			if (model_sql_is_column(f) && (f->required || !required))
				write_part(m, f, body, n, out);
		}
	}
	write_part(m, NULL, t, strlen(t), out);
}

void
model_sql(const struct model *m, enum model_statement which, struct buf *out)
{
	model_sql_expand(m, templates[which], out);
}
