/* Content models are added and changed: see declare.h. */
#include "commands/declare.h"

#include "catalog/catalog.h"
#include "commands/rights.h"
#include "commands/tables.h"
#include "database/transaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BUILT_IN "standard"

/*
 * Much shorter than people notice: whoever asks for a table that this transaction waits for, waits
 * along.
 */
static const struct statement statement_brief = {
    NULL, "SELECT set_config('lock_timeout', '200ms', true)", 0, false};

/* The worker makes the other weeks, and this one too if this fails. */
static const struct statement statement_week = {NULL, "SELECT weeks_make(0)", 0, false};

static const struct statement statement_known = {
    NULL, "SELECT EXISTS (SELECT FROM content_model WHERE name = $1)", 1, true};

/* What is to be done in one transaction, as often as it takes. */
struct task {
	const struct declared *file;
	struct declaration *declaration;
	bool adopt, only_look;
	int (*run)(struct ddl *d, struct task *t, struct error *err);
	struct buf said; /* of the last try */
};

static int
try_once(struct ddl *d, struct task *t, struct error *err)
{
	PGresult *rights = NULL;
	int done = -1;

	buf_clear(&t->said);
	if (db_begin(d->db, err) < 0)
		return -1;
	if (db_run(d->db, &statement_brief, NULL, err) == 0 && (rights = rights_look(d->db, err)) &&
	    tables_lock(d, err) == 0 && t->run(d, t, err) == 0 &&
	    rights_keep(d->db, rights, err) == 0)
		done = t->only_look ? 0 : db_commit(d->db, err);
	PQclear(rights);
	db_rollback(d->db); /* nothing after a commit */
	return done;
}

/* Tries until it gets its locks, and then prints what was done. */
static int
carry_out(struct db *db, struct task *t, struct error *err)
{
	struct declaration declaration;
	struct ddl ddl;
	int done;

	t->declaration = &declaration;
	done = declaration_read(t->file->name, t->file->text, t->file->n, &declaration, err);
	if (done == 0) {
		ddl_init(&ddl, db);
		ddl.name = declaration.model.name;
		ddl.suffix = "";
		do {
			done = try_once(&ddl, t, err);
		} while (done < 0 && ddl_again(&ddl, err));
		ddl_free(&ddl);
	}
	if (done == 0)
		fputs(buf_text(&t->said), stdout);
	buf_free(&t->said);
	declaration_free(&declaration);
	return done;
}

/* A declaration says nothing of versions: a new model begins with the first. */
static void
begin_versions(struct declaration *d)
{
	d->model.version = 1;
	for (size_t i = 0; i < d->model.nfields; i++)
		d->fields[i].since = 1;
}

static int
add(struct ddl *d, struct task *t, struct error *err)
{
	const struct model *m = &t->declaration->model;

	begin_versions(t->declaration);
	if (tables_make(d, m, t->adopt, err) < 0)
		return -1;
	buf_printf(&t->said,
	    "Added the content model %s, \"%s\", with %zu fields. Programs know it from now on: "
	    "its files are called %s.csv, .json, .yaml or .xlsx.\n",
	    m->name, m->title, m->nfields, m->name);
	return 0;
}

static int
change(struct ddl *d, struct task *t, struct error *err)
{
	const char *name = t->declaration->model.name;
	const struct model *from = model_find(name, strlen(name));
	struct plan p;
	int done = 0;

	if (!from)
		return error_set(err, ERROR_NOT_FOUND,
		    "There is no content model %s: \"accession model add\" makes it.", name);
	done = plan_make(from, t->declaration, t->file->name, &p, err);
	if (done == 0 && plan_is_empty(&p)) {
		buf_printf(&t->said, "Nothing to do: %s is as declared.\n", name);
	} else if (done == 0) {
		done = tables_fit(d, &p, err);
		if (done == 0 && !t->only_look)
			done = tables_change(d, &p, err);
		buf_printf(&t->said, "%s, version %" PRId64 ":\n%s%s\n", name, p.to.version,
		    buf_text(&p.said),
		    t->only_look ? "This is what would happen. Nothing was changed." : "Changed.");
		if (p.raises)
			buf_printf(&t->said,
			    "A diff of %s that waits for its review %s to be made anew: cancel and "
			    "retry its job.\n",
			    name, t->only_look ? "would have" : "has");
	}
	plan_free(&p);
	return done;
}

int
declare_add(struct db *db, const struct declared *file, struct error *err)
{
	struct task t = {.file = file, .run = add};
	struct error ignored = {0};

	if (carry_out(db, &t, err) < 0)
		return -1;
	(void)!db_run(db, &statement_week, NULL, &ignored);
	return 0;
}

int
declare_change(struct db *db, const struct declared *file, bool only_look, struct error *err)
{
	struct task t = {.file = file, .run = change, .only_look = only_look};

	return carry_out(db, &t, err);
}

int
declare_built_in(struct db *db, struct error *err)
{
	const char *name = BUILT_IN;
	PGresult *res = db_query(db, &statement_known, &name, err);
	int added = res && !db_get_bool(res, 0, 0);

	PQclear(res);
	if (!res)
		return -1;
	if (!added)
		return 0;
	const char *text = declaration_built_in(name);
	const struct declared file = {BUILT_IN ".yaml", text, strlen(text)};
	struct task t = {.file = &file, .run = add, .adopt = true};
	return carry_out(db, &t, err) < 0 ? -1 : 1;
}
