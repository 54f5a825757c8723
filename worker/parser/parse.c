/* The parser child: see parse.h. */
#include "parser/parse.h"

#include "base/config.h"
#include "database/tuple.h"
#include "formats/charset.h"
#include "formats/findings.h"
#include "formats/reader.h"
#include "model/model.h"
#include "model/model_sql.h"
#include "model/validate.h"
#include "parser/child.h"
#include "parser/frame.h"
#include "parser/order.h"
#include "parser/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_SIZE (128 * 1024)

/* Most warnings of a file are often dropped, as they are about what stays as it is; so of each kind
 * this many times as many are passed on as are kept. */
#define WARNINGS_LOOKED_AT 10

struct parser {
	const struct model *model;
	struct reader *reader; /* NULL while its header is read */
	struct buf out;
	struct frame_totals totals;
	int64_t fresh; /* records that name no id */
	struct source source;
	struct order order;
	int64_t errors_max;          /* how many errors are passed on, */
	int64_t warnings_max;        /* and how many warnings of each kind */
	int64_t of_sign[SIGN_COUNT]; /* warnings of each kind */
	bool no_memory;
	struct error failure; /* set if nobody reads what is written */
};

static void
flush(struct parser *p)
{
	const char *from = p->out.data;

	p->no_memory |= p->out.failed; /* frames are missing then, so the others are useless */
	for (size_t n = p->out.failed ? 0 : p->out.len; n && !p->failure.code;) {
		ssize_t done = write(STDOUT_FILENO, from, n);
		if (done < 0 && errno != EINTR)
			error_errno(&p->failure, "writing to the worker");
		if (done > 0) {
			from += done;
			n -= (size_t)done;
		}
	}
	buf_clear(&p->out);
}

static void
flush_when_full(struct parser *p)
{
	if (p->out.len < FLUSH_SIZE && !p->out.failed)
		return;
	if (p->reader)
		frame_add_progress(&p->out, reader_offset(p->reader));
	flush(p);
}

/*
 * Counts a finding. Returns whether it is beyond those that are looked at: a flood of warnings of
 * one kind leaves room for those of another.
 */
static bool
is_beyond(struct parser *p, const struct finding *f)
{
	if (f->level != FINDING_WARNING)
		return ++p->totals.errors > p->errors_max;
	p->totals.warnings++;
	return ++p->of_sign[f->sign] > p->warnings_max;
}

/* Passes a finding on. Those beyond what is looked at anyway are only counted. */
static void
tell(void *ctx, const struct finding *f)
{
	struct parser *p = ctx;

	if (strcmp(f->details, FINDINGS_NO_MEMORY) == 0) {
		p->no_memory = true;
		return;
	}
	if (is_beyond(p, f))
		return;
	frame_add_finding(&p->out, f);
	flush_when_full(p);
}

/*
 * Adds a field's value as its SQL type. For a required one that was rejected it adds a value that
 * is never stored, so that nobody is told that it is missing.
 */
static void
add_value(struct buf *out, const struct field *f, const struct value *v, const struct cell *cell)
{
	char digits[24] = "0"; /* model_check ensures that no value has more */

	if (!v->text && (!f->required || cell->kind == CELL_ABSENT)) {
		tuple_add_null(out);
	} else if (f->kind == FIELD_INTEGER) {
		if (v->n && v->n < sizeof digits)
			snprintf(digits, sizeof digits, "%.*s", (int)v->n, v->text);
		if (model_sql_is_small(f))
			tuple_add_int2(out, (int16_t)strtol(digits, NULL, 10));
		else
			tuple_add_int8(out, strtoll(digits, NULL, 10));
	} else if (f->kind == FIELD_BOOLEAN) {
		tuple_add_bool(out, v->text && v->n && v->text[0] == 't');
	} else {
		tuple_add_text(out, v->text ? v->text : "", v->n);
	}
}

static void
add_record(struct parser *p, const struct record *rec, const struct row *row)
{
	const struct model *m = p->model;
	const struct value *id = &row->values[0];
	size_t begun = frame_begin(&p->out, FRAME_RECORD);

	tuple_begin(&p->out, model_sql_stage_columns(m));
	tuple_add_int8(&p->out, rec->entry);
	tuple_add_int8(&p->out, rec->row);
	tuple_add_int8(&p->out, rec->line);
	if (id->n)
		tuple_add_null(&p->out);
	else
		tuple_add_int8(&p->out, ++p->fresh);
	tuple_add_bool(&p->out, id->text == NULL);
	tuple_add_bool(&p->out, row->mark_delete);
	tuple_add_text(&p->out, id->n ? id->text : NULL, id->n);
	for (size_t i = 0; i < m->nfields; i++)
		if (model_sql_is_column(&m->fields[i]))
			add_value(&p->out, &m->fields[i], &row->values[i], &rec->cells[i]);
	frame_end(&p->out, begun);
	p->totals.records++;
}

/* Makes it the row of a record whose values were all refused. */
static void
say_nothing(struct row *row)
{
	memset(row->values, 0, sizeof row->values);
	row->mark_delete = false;
}

/* Ignores findings about records to be given back: they were reported before. */
static void
keep_silent(void *ctx, const struct finding *f)
{
	struct parser *p = ctx;

	p->no_memory |= strcmp(f->details, FINDINGS_NO_MEMORY) == 0;
}

static void
read_records(struct parser *p, const struct limits *limits)
{
	const struct sheet sheet = p->reader ? reader_sheet(p->reader) : (struct sheet){0};
	struct record rec;
	struct row row = {0};

	if (sheet.name)
		frame_add_sheet(&p->out, &sheet);
	while (p->reader && !p->failure.code && !p->no_memory &&
	       reader_next(p->reader, &rec) == READER_RECORD) {
		if (rec.broken)
			say_nothing(&row);
		else
			validate_record(p->model, &rec, limits->max_field_bytes, &row, tell, p);
		add_record(p, &rec, &row);
		flush_when_full(p);
	}
	row_free(&row);
}

static void
give_back(struct parser *p)
{
	const int64_t *next = (const int64_t *)p->order.wanted.data;
	const int64_t *end = next + p->order.wanted.len / sizeof *next;
	struct record rec;

	while (p->reader && next < end && !p->failure.code && !p->no_memory &&
	       reader_next(p->reader, &rec) == READER_RECORD) {
		if (rec.entry != *next)
			continue;
		frame_add_row(&p->out, &rec);
		p->totals.records++;
		next++;
		flush_when_full(p);
	}
}

static void
parse(struct parser *p)
{
	const struct limits limits = limits_in_force();
	const bool all = !p->order.wanted.len;

	p->reader = reader_open(
	    p->order.format, &p->source, p->model, &limits, all ? tell : keep_silent, p);
	if (all)
		read_records(p, &limits);
	else
		give_back(p);
	if (!p->no_memory)
		frame_add_end(&p->out, p->totals);
	flush(p);
	reader_close(p->reader);
}

static int
read_order(struct buf *order, struct error *err)
{
	char piece[4096];
	ssize_t n = 0;

	while ((n = read(CHILD_ORDER_FD, piece, sizeof piece)) != 0) {
		if (n < 0 && errno != EINTR)
			return error_errno(err, "reading the order");
		if (n > 0)
			buf_add(order, piece, (size_t)n);
	}
	close(CHILD_ORDER_FD);
	return order->failed ? error_set(err, ERROR_LIMIT, "out of memory") : 0;
}

/*
 * Waits to be told what the file is. Returns 1; 0 if the order never comes, as there is no file; -1
 * with the error set.
 */
static int
await_order(struct parser *p, struct error *err)
{
	struct buf order = {0};
	int told = read_order(&order, err);

	if (told == 0 && order.len > 0)
		told = order_read(order.data, order.len, &p->order, err) < 0 ? -1 : 1;
	p->model = &p->order.model.model;
	buf_free(&order);
	return told;
}

/* Opens standard input as what the worker says that it is: a charset, or nothing. */
static int
open_source(struct source *s, int nargs, char **args, struct error *err)
{
	const struct charset *named = NULL;

	if (nargs > 1 && !(named = charset_find(args[1], strlen(args[1]))))
		return error_set(err, ERROR_USAGE, "there is no charset \"%s\"", args[1]);
	return source_open(s, STDIN_FILENO, named, err);
}

static int
confine(struct error *err)
{
	return sandbox_enter(
	    config_int(SETTING_PARSER_MEMORY_BYTES), config_int(SETTING_PARSER_CPU_SECONDS), err);
}

int
command_parse(int nargs, char **args, struct error *err)
{
	const int64_t kept = config_int(SETTING_ERRORS_KEPT);
	struct parser p = {.errors_max = kept, .warnings_max = WARNINGS_LOOKED_AT * kept};
	struct stat order;

	if (fstat(CHILD_ORDER_FD, &order) < 0)
		return error_set(err, ERROR_USAGE, "parse is run by the worker, not by people");
	if (open_source(&p.source, nargs, args, err) < 0 || confine(err) < 0)
		return -1;
	int told = await_order(&p, err);
	if (told <= 0) {
		order_free(&p.order);
		return told;
	}
	parse(&p);
	buf_free(&p.out);
	order_free(&p.order);
	source_close(&p.source);
	if (p.no_memory)
		return error_set(err, ERROR_LIMIT, "reading the file takes too much memory");
	if (p.failure.code)
		*err = p.failure;
	return p.failure.code ? -1 : 0;
}
