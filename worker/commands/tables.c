/* Content models in the database: see tables.h. */
#include "commands/tables.h"

#include "catalog/catalog.h"
#include "model/model_sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAKE "make_"

/* Columns of change_misfits. */
enum { MISFIT_ID, MISFIT_VALUE, MISFIT_COUNT };

static const struct statement statement_taken = {
    NULL, "SELECT coalesce(to_regclass('public.' || $1)::text, '')", 1, true};

static const struct statement statement_model = {NULL,
    "INSERT INTO content_model (name, title, heading, version) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (name) DO UPDATE SET title = excluded.title, heading = excluded.heading,"
    " version = excluded.version, changed = now()",
    4, false};

static const struct statement statement_no_fields = {
    NULL, "DELETE FROM content_field WHERE content_model = $1", 1, false};

static const struct statement statement_field = {NULL,
    "INSERT INTO content_field (content_model, name, position, kind, required, retired, listed,"
    " min, max, prefix, initial, label, help, synonyms, filter, since)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    16, false};

/* ------------------------------------------------------------------ statements */

/* Writes out the statement of that name for the model. */
static int
write_out(const struct model *m, const char *name, struct buf *sql, struct error *err)
{
	struct sql_text st;

	if (!sql_file_find(model_table_files, false, name, &st))
		return error_set(err, ERROR_SYSTEM, "there is no statement %s", name);
	return model_sql_expand(m, st.sql, NULL, sql, err);
}

static int
run(struct ddl *d, const struct model *m, const char *name, struct error *err)
{
	struct buf sql = {0};
	int done = write_out(m, name, &sql, err);

	if (done == 0 && ddl_run(d, buf_text(&sql), 1, err) < 0)
		done = -1;
	buf_free(&sql);
	return done;
}

/* A model with only this field, for the statements of change.sql. */
static struct model
only(const struct model *m, const struct field *f)
{
	return (struct model){.name = m->name, .fields = f, .nfields = 1, .version = m->version};
}

static int
run_for_field(struct ddl *d, const struct model *m, const struct field *f, const char *const *names,
    struct error *err)
{
	const struct model one = only(m, f);

	for (; *names; names++)
		if (run(d, &one, *names, err) < 0)
			return -1;
	return 0;
}

/* ------------------------------------------------------------------ the rows */

static int
keep_field(struct db *db, const struct model *m, size_t i, struct error *err)
{
	const struct field *f = &m->fields[i];
	char position[24], min[24], max[24], since[24];

	snprintf(position, sizeof position, "%zu", i);
	snprintf(min, sizeof min, "%ld", f->min);
	snprintf(max, sizeof max, "%ld", f->max);
	snprintf(since, sizeof since, "%" PRId64, f->since);
	const char *params[] = {m->name, f->name, position, model_kinds[f->kind],
	    f->required ? "true" : "false", f->retired ? "true" : "false",
	    f->listed ? "true" : "false", min, max, f->prefix, f->on_add, f->label, f->help,
	    f->synonyms, f->filter, since};
	return db_run(db, &statement_field, params, err);
}

/* Replaces the rows of the model. Programs load them with their next request or job. */
static int
keep(struct db *db, const struct model *m, struct error *err)
{
	char version[24];
	const char *params[] = {m->name, m->title, m->fields[m->heading].name, version};

	snprintf(version, sizeof version, "%" PRId64, m->version);
	if (db_run(db, &statement_model, params, err) < 0 ||
	    db_run(db, &statement_no_fields, params, err) < 0)
		return -1;
	for (size_t i = 0; i < m->nfields; i++)
		if (keep_field(db, m, i, err) < 0)
			return -1;
	return 0;
}

/* ------------------------------------------------------------------ making */

int
tables_lock(struct ddl *d, struct error *err)
{
	static const struct model none = {.name = ""};

	return run(d, &none, "change_lock", err) < 0 ? -1 : catalog_load(d->db, 0, err);
}

/* Whether the database has a table, or something like it, of that name: 1, 0, or -1. */
static int
is_taken(struct db *db, const char *name, struct error *err)
{
	PGresult *res = db_query(db, &statement_taken, &name, err);
	int taken = res ? *db_get_text(res, 0, 0) != '\0' : -1;

	PQclear(res);
	return taken;
}

static int
refuse_table(const char *name, struct error *err)
{
	return error_set(err, ERROR_CONFLICT,
	    "The database has a table %s already. Give the content model another name.", name);
}

/*
 * Returns whether the model's tables are there: 1, 0, or -1 with the error set. Some of them, or
 * all unless `adopt`, are somebody else's.
 */
static int
find_tables(struct db *db, const struct model *m, bool adopt, struct error *err)
{
	static const char *const suffixes[] = {"", "_diff", "_history"};
	enum { TABLES = sizeof suffixes / sizeof suffixes[0] };
	char names[TABLES][128];
	int found = 0, last = 0;

	for (int i = 0; i < TABLES; i++) {
		snprintf(names[i], sizeof names[i], "%s%s", m->name, suffixes[i]);
		int taken = is_taken(db, names[i], err);
		if (taken < 0)
			return -1;
		last = taken && !found ? i : last;
		found += taken;
	}
	if (found == 0 || (found == TABLES && adopt))
		return found > 0;
	return refuse_table(names[last], err);
}

static int
check_free(const struct model *m, struct error *err)
{
	size_t n = 0;

	for (const struct model *other = models; other->name; other++, n++) {
		if (strcmp(other->name, m->name) == 0)
			return error_set(err, ERROR_CONFLICT,
			    "There is a content model %s already: \"accession model change\" "
			    "changes it.",
			    m->name);
		if (strcmp(other->fields[0].prefix, m->fields[0].prefix) == 0)
			return error_set(err, ERROR_CONFLICT,
			    "Ids that begin with %s are those of the content model %s. Give %s "
			    "another prefix.",
			    m->fields[0].prefix, other->name, m->name);
	}
	if (n < MODELS_MAX)
		return 0;
	return error_set(
	    err, ERROR_CONFLICT, "There are %zu content models, and there cannot be more.", n);
}

static int
make_tables(struct ddl *d, const struct model *m, struct error *err)
{
	struct sql_text st;

	for (const struct sql_file *file = model_table_files; file->name; file++) {
		for (const char *at = file->text; (at = sql_file_next(at, &st));) {
			char name[64];
			snprintf(name, sizeof name, "%.*s", (int)st.name.n, st.name.text);
			if (strncmp(name, MAKE, strlen(MAKE)) == 0 && run(d, m, name, err) < 0)
				return -1;
		}
	}
	return 0;
}

int
tables_make(struct ddl *d, const struct model *m, bool adopt, struct error *err)
{
	if (check_free(m, err) < 0)
		return -1;
	int there = find_tables(d->db, m, adopt, err);
	if (there < 0)
		return -1;
	if (!there && make_tables(d, m, err) < 0)
		return -1;
	return keep(d->db, m, err);
}

/* ------------------------------------------------------------------ changing */

/* The first items whose values the field would not allow, with these, and how many there are. */
static PGresult *
find_misfits(struct ddl *d, const struct model *m, const struct field *f, struct error *err)
{
	const struct model one = only(m, f);
	struct buf sql = {0};
	PGresult *res = NULL;

	if (write_out(&one, "change_misfits", &sql, err) == 0) {
		const struct statement statement = {NULL, buf_text(&sql), 0, true};
		res = db_query(d->db, &statement, NULL, err);
	}
	buf_free(&sql);
	return res;
}

static int
refuse_misfits(const struct field *f, const PGresult *misfits, struct error *err)
{
	const int64_t n = db_get_int(misfits, 0, MISFIT_COUNT);
	char list[512] = "";
	size_t used = 0;

	for (int i = 0; i < PQntuples(misfits) && used < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s (\"%.40s\")",
		    i ? ", " : "", db_get_text(misfits, i, MISFIT_ID),
		    db_get_text(misfits, i, MISFIT_VALUE));
	return error_set(err, ERROR_CONFLICT,
	    "%s: %" PRId64 " item%s a value that the field would not allow: %s%s. Nothing was "
	    "changed. Change these items by an import first, or declare the field so that they "
	    "fit.",
	    f->name, n, n == 1 ? " has" : "s have", list,
	    n > PQntuples(misfits) ? " and more" : "");
}

int
tables_fit(struct ddl *d, const struct plan *p, struct error *err)
{
	for (size_t i = 0; i < p->to.nfields; i++) {
		const struct field *f = &p->fields[i];
		if (!(p->changes[i] & (PLAN_LIMITS | PLAN_BRING_BACK)) || !model_sql_is_column(f))
			continue;
		PGresult *res = find_misfits(d, &p->to, f, err);
		int done = !res ? -1 : PQntuples(res) ? refuse_misfits(f, res, err) : 0;
		PQclear(res);
		if (done < 0)
			return -1;
	}
	return 0;
}

static int
change_field(struct ddl *d, const struct plan *p, size_t i, struct error *err)
{
	static const char *const add[] = {"change_add_diff", "change_add_library",
	    "change_add_history", "change_end_library", "change_end_history", NULL};
	static const char *const uncheck[] = {"change_uncheck", NULL};
	static const char *const check[] = {"change_check", NULL};
	const struct field *f = &p->fields[i];
	const unsigned changes = p->changes[i];

	if (!model_sql_is_column(f))
		return 0;
	if (changes & PLAN_ADD)
		return run_for_field(d, &p->to, f, add, err);
	if (!(changes & (PLAN_LIMITS | PLAN_RETIRE | PLAN_BRING_BACK)))
		return 0;
	if (run_for_field(d, &p->to, f, uncheck, err) < 0)
		return -1;
	return model_sql_is_checked(f) ? run_for_field(d, &p->to, f, check, err) : 0;
}

int
tables_change(struct ddl *d, const struct plan *p, struct error *err)
{
	for (size_t i = 0; i < p->to.nfields; i++)
		if (change_field(d, p, i, err) < 0)
			return -1;
	return keep(d->db, &p->to, err);
}
