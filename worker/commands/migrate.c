/*
 * accession migrate: brings the database to the schema that this program was made for, while the
 * service goes on. Each migration is applied in one transaction with its row in schema_version,
 * unless it asks to be run otherwise (script.h). An applied migration must never change. The
 * content model that comes with the program is added if it is not there; rights that no dump
 * contains are renewed each time.
 */
#include "base/buf.h"
#include "base/timestamp.h"
#include "commands/action.h"
#include "commands/command.h"
#include "commands/ddl.h"
#include "commands/declare.h"
#include "commands/rights.h"
#include "commands/script.h"
#include "commands/versions.h"
#include "daemon/direct.h"
#include "database/transaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BATCH_PAUSE_MS 50
#define BATCH_TELL_MS  5000 /* how often to report the progress of a filling */

enum { OPTION_STATUS };

/* A migration at work. */
struct run {
	struct db *db;
	struct ddl ddl;
	const struct migration *m;
	int line; /* of its file: everything before it is done; 0: it has not begun */
};

static const struct statement statement_is_invalid = {NULL,
    "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid)", 1,
    true};

static int
refuse_changed(const struct migration *m, int64_t applied, struct error *err)
{
	char when[TIMESTAMP_SIZE];

	return error_set(err, ERROR_CONFLICT,
	    "%s was applied on %.10s with another text than this program has. An applied migration "
	    "never changes: undo the edit, and make a new migration for what it was to do.",
	    m->name, timestamp_format(applied, when));
}

/* ------------------------------------------------------------------ as a whole */

static int
try_whole(struct run *r, struct error *err)
{
	PGresult *rights = NULL;

	if (db_begin(r->db, err) < 0)
		return -1;
	rights = rights_look(r->db, err);
	if (!rights || versions_applied(r->db, r->m, err) < 0 ||
	    ddl_run(&r->ddl, r->m->sql, 1, err) < 0 || rights_keep(r->db, rights, err) < 0)
		goto failed;
	PQclear(rights);
	return db_commit(r->db, err);
failed:
	PQclear(rights);
	db_rollback(r->db);
	return -1;
}

static int
apply_whole(struct run *r, struct error *err)
{
	while (try_whole(r, err) < 0)
		if (!ddl_again(&r->ddl, err))
			return -1;
	return 0;
}

/* ---------------------------------------------------------------- step by step */

/*
 * An index whose creation was interrupted is there, slows down writes and is used by nothing, and
 * IF NOT EXISTS would take it for the wanted one.
 */
static int
drop_invalid(struct run *r, const char *index, struct error *err)
{
	PGresult *res = db_query(r->db, &statement_is_invalid, &index, err);
	bool invalid = res && db_get_bool(res, 0, 0);
	char sql[SCRIPT_NAME_SIZE + 64];

	PQclear(res);
	if (!res || !invalid)
		return res ? 0 : -1;
	fprintf(stderr, "accession: %s.sql: the index %s is incomplete and is made anew.\n",
	    r->m->name, index);
	snprintf(sql, sizeof sql, "DROP INDEX CONCURRENTLY %s", index);
	return ddl_run(&r->ddl, sql, r->line, err) < 0 ? -1 : 0;
}

static int
try_statement(struct run *r, const char *sql, const struct script_statement *s, struct error *err)
{
	char index[SCRIPT_NAME_SIZE];
	const bool makes_index = script_makes_index(s, index);
	struct error ignored = {0};

	if (ddl_patience(&r->ddl, script_is_concurrent(s), err) < 0)
		return -1;
	if (makes_index && drop_invalid(r, index, err) < 0)
		return -1;
	if (ddl_run(&r->ddl, sql, s->line, err) >= 0)
		return 0;
	/* If values are not unique, the incomplete index would even keep rejecting new rows. */
	if (makes_index && err->code != ERROR_DB_DOWN)
		(void)drop_invalid(r, index, &ignored);
	return -1;
}

static int
apply_statement(struct run *r, const struct script_statement *s, struct error *err)
{
	struct buf sql = {0};
	PGresult *rights = rights_look(r->db, err);
	int done = rights ? 0 : -1;

	r->line = s->line;
	buf_add(&sql, s->text, s->n);
	if (done == 0 && sql.failed)
		done = error_set(err, ERROR_SYSTEM, "out of memory");
	if (done == 0)
		do {
			done = try_statement(r, buf_text(&sql), s, err);
		} while (done < 0 && ddl_again(&r->ddl, err));
	if (done == 0)
		done = rights_keep(r->db, rights, err);
	ddl_succeeded(&r->ddl);
	PQclear(rights);
	buf_free(&sql);
	return done;
}

static int
apply_statements(struct run *r, struct error *err)
{
	struct script script = {.at = r->m->sql, .line = 1};
	struct script_statement s;
	int64_t done = 0;

	if (versions_begin(r->db, r->m, &done, err) < 0)
		return -1;
	for (int64_t n = 1; script_next(&script, &s); n++)
		if (n > done &&
		    (apply_statement(r, &s, err) < 0 || versions_step(r->db, r->m, n, err) < 0))
			return -1;
	return versions_applied(r->db, r->m, err);
}

static int
apply_batches(struct run *r, struct error *err)
{
	struct script script = {.at = r->m->sql, .line = 1};
	struct script_statement s, more;
	int64_t rows, all = 0, ignored = 0, told = clock_ms();

	if (!script_next(&script, &s) || script_next(&script, &more))
		return error_set(err, ERROR_INPUT,
		    "%s.sql has not one statement, as what is run in batches must.", r->m->name);
	r->line = s.line;
	if (versions_begin(r->db, r->m, &ignored, err) < 0)
		return -1;
	while ((rows = ddl_run(&r->ddl, s.text, s.line, err)) != 0) {
		if (rows < 0 && !ddl_again(&r->ddl, err))
			return -1;
		if (rows < 0)
			continue;
		ddl_succeeded(&r->ddl);
		all += rows;
		if (clock_ms() - told > BATCH_TELL_MS) {
			fprintf(stderr, "accession: %s.sql: %" PRId64 " rows so far.\n", r->m->name,
			    all);
			told = clock_ms();
		}
		ddl_pause(clock_jitter(BATCH_PAUSE_MS));
	}
	return versions_applied(r->db, r->m, err);
}

/* -------------------------------------------------------------------- all of it */

static int
apply(struct run *r, struct error *err)
{
	static int (*const ways[])(struct run *, struct error *) = {
	    [SCRIPT_WHOLE] = apply_whole,
	    [SCRIPT_STATEMENTS] = apply_statements,
	    [SCRIPT_BATCHES] = apply_batches,
	};
	enum script_mode mode = SCRIPT_WHOLE;

	r->ddl.name = r->m->name;
	r->ddl.suffix = ".sql";
	ddl_succeeded(&r->ddl);
	r->line = 0;
	if (script_mode(r->m, &mode, err) < 0 || ddl_patience(&r->ddl, false, err) < 0)
		return -1;
	if (ways[mode](r, err) < 0)
		return -1;
	printf("Applied %s.\n", r->m->name);
	fflush(stdout);
	return 0;
}

/* What is left to do by the next "accession migrate". */
static void
print_rest(const struct run *r)
{
	fputs("accession: Not applied: ", stderr);
	for (const struct migration *m = r->m; m->name; m++) {
		fprintf(stderr, "%s%s.sql", m > r->m ? ", " : "", m->name);
		if (m == r->m && r->line)
			fprintf(stderr, " from line %d on", r->line);
	}
	fputs(". What was done before stays.\n", stderr);
}

static int
print_nothing_to_do(struct db *db, struct error *err)
{
	PGresult *res = versions_newest(db, err);

	if (!res)
		return -1;
	printf(
	    "Nothing to do: schema is at %s.\n", PQntuples(res) ? db_get_text(res, 0, 0) : "none");
	PQclear(res);
	return 0;
}

/* Checks all before the first is applied, so that a refusal leaves everything as it was. */
static int
refuse_any_changed(struct db *db, struct error *err)
{
	for (const struct migration *m = migrations; m->name; m++) {
		struct version v;
		if (versions_look(db, m, &v, err) < 0)
			return -1;
		if (v.state == VERSION_CHANGED)
			return refuse_changed(m, v.when, err);
	}
	return 0;
}

static int
apply_pending(struct run *r, int *applied, struct error *err)
{
	for (r->m = migrations; r->m->name; r->m++) {
		struct version v;
		if (versions_look(r->db, r->m, &v, err) < 0)
			return -1;
		if (v.state != VERSION_PENDING && v.state != VERSION_BEGUN)
			continue;
		if (apply(r, err) < 0) {
			print_rest(r);
			return -1;
		}
		++*applied;
	}
	return 0;
}

static int
migrate(struct db *db, struct error *err)
{
	struct run r = {.db = db};
	int applied = 0, added = 0, renewed = 0;

	if (versions_make(db, err) < 0 || refuse_any_changed(db, err) < 0)
		return -1;
	ddl_init(&r.ddl, db);
	int done = apply_pending(&r, &applied, err);
	ddl_free(&r.ddl);
	if (done < 0 || (added = declare_built_in(db, err)) < 0 ||
	    (renewed = rights_renew(db, err)) < 0)
		return -1;
	return applied || added || renewed ? 0 : print_nothing_to_do(db, err);
}

/* -------------------------------------------------------------------- --status */

static void
print_state(const char *name, const struct version *v)
{
	char when[TIMESTAMP_SIZE];

	timestamp_format(v->when, when);
	switch (v->state) {
	case VERSION_PENDING: printf("%-24s  not applied\n", name); break;
	case VERSION_BEGUN: printf("%-24s  begun %.19s, not ended\n", name, when); break;
	case VERSION_APPLIED: printf("%-24s  applied %.19s\n", name, when); break;
	case VERSION_CHANGED: printf("%-24s  applied %.19s  CHANGED SINCE\n", name, when); break;
	}
}

static int
print_status(struct db *db, struct error *err)
{
	bool exist = false;

	if (versions_exist(db, &exist, err) < 0)
		return -1;
	for (const struct migration *m = migrations; m->name; m++) {
		struct version v = {.state = VERSION_PENDING};
		if (exist && versions_look(db, m, &v, err) < 0)
			return -1;
		print_state(m->name, &v);
	}
	PGresult *newer = exist ? versions_newer(db, err) : NULL;
	if (exist && !newer)
		return -1;
	for (int i = 0; i < PQntuples(newer); i++) {
		char when[TIMESTAMP_SIZE];
		printf("%-24s  applied %.19s by a newer program\n", db_get_text(newer, i, 0),
		    timestamp_format(db_get_time(newer, i, 1), when));
	}
	PQclear(newer);
	return 0;
}

/* The lock belongs to the session and outlasts transactions. */
static int
opened(struct db *db, struct error *err)
{
	return direct_check(db, err) < 0 ? -1 : ddl_lock(db, err);
}

static int
migrate_run(struct db *db, const struct action_args *args, struct error *err)
{
	db->accept = NULL;
	if (args->options[OPTION_STATUS])
		return print_status(db, err);
	db->pooled = false;
	db->opened = opened;
	return migrate(db, err);
}

int
command_migrate(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {
	    {.name = "", .options = {[OPTION_STATUS] = {"--status", NULL}}, .run = migrate_run},
	    {0}};

	return action_run(actions, nargs, args, err);
}
