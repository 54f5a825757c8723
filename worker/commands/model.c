/*
 * accession model: adds, changes and shows content models. `sql` prints the statements of one as
 * PostgreSQL gets them, so that each can be pasted into psql, explained and run.
 */
#include "catalog/catalog.h"
#include "commands/action.h"
#include "commands/command.h"
#include "commands/declare.h"
#include "commands/table.h"
#include "declaration/declaration.h"
#include "model/model_sql.h"

#include <stdio.h>
#include <string.h>

enum { CHANGE_CHECK };

static const struct statement statement_list = {NULL,
    "SELECT m.name, m.title, m.version,"
    " (SELECT count(*) FROM content_field f WHERE f.content_model = m.name AND NOT f.retired)"
    " AS fields,"
    " (SELECT count(*) FROM content_field f WHERE f.content_model = m.name AND f.retired)"
    " AS retired, m.changed"
    " FROM content_model m ORDER BY m.position",
    0, true};

/* Whether PREPARE takes the statement. */
static bool
is_prepared(struct text_slice sql)
{
	static const char *const verbs[] = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"};

	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (sql.n > strlen(verbs[i]) && memcmp(sql.text, verbs[i], strlen(verbs[i])) == 0)
			return true;
	return false;
}

/* Whether psql would take what follows for rows. */
static bool
reads_rows(struct text_slice sql)
{
	return sql.n > 4 && memcmp(sql.text, "COPY", 4) == 0;
}

static int
print_statement(const struct model *m, const struct sql_text *st, struct error *err)
{
	struct buf sql = {0};
	int done = model_sql_expand(m, st->sql, NULL, &sql, err);

	if (done == 0 && is_prepared(st->sql))
		printf("PREPARE %s_%.*s AS\n", m->name, (int)st->name.n, st->name.text);
	if (done == 0)
		printf("%s%s;\n", reads_rows(st->sql) ? "-- " : "", buf_text(&sql));
	buf_free(&sql);
	return done;
}

/* Prints only the comment of a part: its text is in the statements, which refer to the comment. */
static int
print_file(const struct model *m, const struct sql_file *file, struct error *err)
{
	struct sql_text st;

	for (const char *at = file->text; (at = sql_file_next(at, &st));) {
		if (st.is_part && !st.comment.n)
			continue;
		printf("\n-- %.*s\n%.*s", (int)st.name.n, st.name.text, (int)st.comment.n,
		    st.comment.text);
		if (!st.is_part && print_statement(m, &st, err) < 0)
			return -1;
	}
	return 0;
}

static int
unknown_model(const char *name, struct error *err)
{
	struct buf names = {0};

	for (const struct model *m = models; m->name; m++)
		buf_printf(&names, "%s%s", names.len ? ", " : "", m->name);
	error_set(err, ERROR_USAGE, "There is no content model \"%s\". There are: %s.", name,
	    buf_text(&names));
	buf_free(&names);
	return -1;
}

/* The model that the first operand names, as the database has it; NULL: the error is set. */
static const struct model *
load_model(struct db *db, const char *name, struct error *err)
{
	if (catalog_load(db, 0, err) < 0)
		return NULL;
	const struct model *m = model_find(name, strlen(name));
	if (!m)
		unknown_model(name, err);
	return m;
}

static int
print_sql(struct db *db, const struct action_args *args, struct error *err)
{
	const struct model *m = load_model(db, args->operands[0], err);

	if (!m)
		return -1;
	printf("-- The statements of the content model %s. Some make temporary tables: begin a\n"
	       "-- transaction before them. EXPLAIN EXECUTE %s_diff_changes (...) shows a plan.\n",
	    m->name, m->name);
	for (const struct sql_file *file = model_statement_files; file->name; file++)
		if (print_file(m, file, err) < 0)
			return -1;
	return 0;
}

static int
list(struct db *db, const struct action_args *args, struct error *err)
{
	(void)args;
	PGresult *res = db_query(db, &statement_list, NULL, err);
	int done = res ? table_print(stdout, res, err) : -1;

	PQclear(res);
	return done;
}

/* Prints the declaration, complete: what it says can be edited and given to `change`. */
static int
show(struct db *db, const struct action_args *args, struct error *err)
{
	const struct model *m = load_model(db, args->operands[0], err);
	struct buf text = {0};

	if (!m)
		return -1;
	declaration_write(m, &text);
	int done = text.failed ? error_set(err, ERROR_SYSTEM, "out of memory") : 0;
	fputs(buf_text(&text), stdout);
	buf_free(&text);
	return done;
}

/* Reads the whole file; "-" is standard input. */
static int
read_file(const char *path, struct buf *text, struct error *err)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char piece[4096];
	size_t n = 0;

	if (!file)
		return error_errno(err, "%s", path);
	while (text->len <= DECLARATION_MAX && (n = fread(piece, 1, sizeof piece, file)) > 0)
		buf_add(text, piece, n);
	int done = ferror(file)   ? error_errno(err, "%s", path)
		   : text->failed ? error_set(err, ERROR_SYSTEM, "out of memory")
				  : 0;
	if (file != stdin)
		fclose(file);
	return done;
}

static int
add(struct db *db, const struct action_args *args, struct error *err)
{
	struct buf text = {0};
	int done = read_file(args->operands[0], &text, err);
	const struct declared file = {args->operands[0], buf_text(&text), text.len};

	if (done == 0)
		done = declare_add(db, &file, err);
	buf_free(&text);
	return done;
}

static int
change(struct db *db, const struct action_args *args, struct error *err)
{
	struct buf text = {0};
	int done = read_file(args->operands[0], &text, err);
	const struct declared file = {args->operands[0], buf_text(&text), text.len};

	if (done == 0)
		done = declare_change(db, &file, args->options[CHANGE_CHECK] != NULL, err);
	buf_free(&text);
	return done;
}

int
command_model(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {{.name = "list", .run = list},
	    {.name = "show", .needed = 1, .operands = {"NAME"}, .run = show},
	    {.name = "add", .needed = 1, .operands = {"FILE"}, .run = add},
	    {.name = "change",
		.needed = 1,
		.operands = {"FILE"},
		.options = {[CHANGE_CHECK] = {"--check", NULL}},
		.run = change},
	    {.name = "sql", .needed = 1, .operands = {"NAME"}, .run = print_sql}, {0}};

	return action_run(actions, nargs, args, err);
}
