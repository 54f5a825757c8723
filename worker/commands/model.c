/*
 * accession model: what is made of content models. `sql` prints the statements of one as PostgreSQL
 * gets them, so that each can be pasted into psql, explained and run.
 */
#include "commands/action.h"
#include "commands/command.h"
#include "model/model_sql.h"

#include <stdio.h>
#include <string.h>

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

static int
print_sql(struct db *db, const struct action_args *args, struct error *err)
{
	const struct model *m = model_find(args->operands[0], strlen(args->operands[0]));

	(void)db;
	if (!m)
		return unknown_model(args->operands[0], err);
	printf("-- The statements of the content model %s. Some make temporary tables: begin a\n"
	       "-- transaction before them. EXPLAIN EXECUTE %s_diff_changes (...) shows a plan.\n",
	    m->name, m->name);
	for (const struct sql_file *file = model_statement_files; file->name; file++)
		if (print_file(m, file, err) < 0)
			return -1;
	return 0;
}

int
command_model(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {
	    {.name = "sql", .needed = 1, .operands = {"NAME"}, .run = print_sql}, {0}};

	return action_run(actions, nargs, args, err);
}
