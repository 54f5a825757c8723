/*
 * For the tests of the readers whose records are keys and values (JSON, YAML): makes files, reads
 * them, and compares what was read and told. Include <cmocka.h> and what that needs first.
 */
#ifndef KEYED_FILE_H
#define KEYED_FILE_H

#include "base/buf.h"
#include "formats/reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define BYTES(s) s, sizeof(s) - 1
#define CHUNK    (64 * 1024) /* how much is read at once */

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "T"},
    {.name = "title", .kind = FIELD_LINE, .max = 255},
    {.name = "text", .kind = FIELD_TEXT, .max = 1000},
    {.name = "tags", .kind = FIELD_TAGS, .max = 1000},
    {.name = "effort", .kind = FIELD_LINE, .max = 255, .retired = true},
    {.name = "refs", .kind = FIELD_REFS, .max = 1000, .prefix = ""},
};

#define SHOWN 4 /* so many of them are shown even if they are absent */

static const struct model model = {
    .name = "test", .fields = fields, .nfields = COUNT(fields), .heading = 1};

static const struct limits limits = {
    .max_records = 1000000, .max_field_bytes = 1024 * 1024, .max_columns = 8, .max_depth = 5};

/* Writes a finding as "E entry/row/line field: details", W for a warning, - where none. */
static void
sink(void *ctx, const struct finding *f)
{
	struct buf *log = ctx;

	buf_printf(log,
	    "%c %" PRId64 "/%" PRId64 "/%" PRId64 " %s: ", f->level == FINDING_ERROR ? 'E' : 'W',
	    f->entry, f->row, f->line, f->field ? f->field : "-");
	if (f->value)
		buf_printf(log, "(%.*s) ", (int)f->value_n, f->value);
	buf_printf(log, "%s\n", f->details);
}

/* Writes a record as "entry/row/line", then its cells in brackets that show their kinds: the first
 * few, and of the others those that are there, with their names. */
static void
write_record(struct buf *out, const struct record *rec)
{
	static const char brackets[][3] = {
	    [CELL_STRING] = "[]", [CELL_NUMBER] = "<>", [CELL_BOOLEAN] = "()", [CELL_LIST] = "{}"};

	buf_printf(out, "%" PRId64 "/%" PRId64 "/%" PRId64, rec->entry, rec->row, rec->line);
	for (size_t i = 0; i < COUNT(fields); i++) {
		const struct cell *cell = &rec->cells[i];
		if (i >= SHOWN && cell->kind != CELL_ABSENT)
			buf_printf(out, " %s:", fields[i].name);
		if (cell->kind == CELL_ABSENT)
			buf_add_text(out, i < SHOWN ? " ~" : "");
		else if (cell->kind == CELL_NULL)
			buf_add_text(out, " null");
		else
			buf_printf(out, " %c%.*s%c", brackets[cell->kind][0], (int)cell->n,
			    cell->text, brackets[cell->kind][1]);
	}
	buf_add_char(out, '\n');
}

static int
new_file(const void *bytes, size_t n)
{
	int fd = memfd_create("test", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	return fd;
}

/* Opens the file with the reader that is tested: the test that includes this defines it. */
static struct reader *open_file(int fd, const struct limits *l, struct buf *told);

struct outcome {
	bool opened;
	enum reader_status status; /* the last */
	struct buf records, told;
};

static struct outcome
read_file(int fd, const struct limits *l)
{
	struct outcome o = {0};
	struct record rec;
	struct reader *r = open_file(fd, l, &o.told);

	o.opened = r != NULL;
	if (r) {
		while ((o.status = r->next(r, &rec)) == READER_RECORD)
			write_record(&o.records, &rec);
		/* The end is reported once, and stays the end. */
		size_t told = o.told.len;
		assert_int_equal(r->next(r, &rec), o.status);
		assert_int_equal(o.told.len, told);
		if (o.status == READER_END)
			assert_int_equal(r->offset(r), lseek(fd, 0, SEEK_END));
		r->close(r);
	}
	close(fd);
	return o;
}

static void
free_outcome(struct outcome *o)
{
	buf_free(&o->records);
	buf_free(&o->told);
}

/* A file that is read to its end without a finding. */
struct good {
	const char *name;
	const char *file;
	size_t n;
	const char *records;
};

static void
reads(void **state)
{
	const struct good *t = *state;
	struct outcome o = read_file(new_file(t->file, t->n), &limits);

	assert_string_equal(buf_text(&o.told), "");
	assert_true(o.opened);
	assert_int_equal(o.status, READER_END);
	assert_string_equal(buf_text(&o.records), t->records);
	free_outcome(&o);
}

/* A file with findings: what is told of it, and the records that are read nevertheless. */
struct bad {
	const char *name;
	const char *file;
	size_t n;
	const char *records; /* NULL: the file is not even opened */
	enum reader_status status;
	const char *told;
};

static void
tells(void **state)
{
	const struct bad *t = *state;
	struct outcome o = read_file(new_file(t->file, t->n), &limits);

	assert_string_equal(buf_text(&o.told), t->told);
	assert_int_equal(o.opened, t->records != NULL);
	if (o.opened) {
		assert_int_equal(o.status, t->status);
		assert_string_equal(buf_text(&o.records), t->records);
	}
	free_outcome(&o);
}

/* A file that exceeds small limits, or just fits. */
struct limited {
	const char *name;
	const char *file;
	size_t n;
	const char *records, *told;
};

static void
keeps_limits(void **state)
{
	static const struct limits small = {
	    .max_records = 3, .max_field_bytes = 8, .max_columns = 4, .max_depth = 3};
	const struct limited *t = *state;
	struct outcome o = read_file(new_file(t->file, t->n), &small);

	assert_string_equal(buf_text(&o.told), t->told);
	assert_true(o.opened);
	assert_string_equal(buf_text(&o.records), t->records);
	free_outcome(&o);
}

static long
resident_kib(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

/* A file made of `begin`, then `more` this many times, then `end`. */
static int
long_file(const char *begin, const char *more, size_t times, const char *end)
{
	struct buf text = {0};

	buf_add_text(&text, begin);
	for (size_t i = 0; i < times; i++)
		buf_add_text(&text, more);
	buf_add_text(&text, end);
	assert_false(text.failed);
	int fd = new_file(text.data, text.len);
	buf_free(&text);
	return fd;
}

#endif
