/* Fuzzing of the readers: see reader_fuzz.h. */
#include "reader_fuzz.h"

#include "../declared.h"
#include "base/text.h"
#include "formats/decode.h"
#include "formats/reader.h"
#include "fuzz.h"
#include "model/validate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#define KIB          1024
#define NUMBER_MAX   ((size_t)320) /* how long a workbook's number can get, whatever the limit */
#define BLANK_LINE   "               \n" /* no longer than the shortest limit of a field */
#define BLANK_LENGTH (sizeof BLANK_LINE - 1)

static const struct limits limits[] = {
    {.max_records = 3,
	.max_field_bytes = 16,
	.max_columns = 4,
	.max_record_bytes = 40,
	.max_depth = 3,
	.max_inflated_bytes = 3 * KIB,
	.max_inflate_ratio = 2,
	.max_shared_bytes = 64},
    {.max_records = 20,
	.max_field_bytes = 300,
	.max_columns = 16,
	.max_record_bytes = 1000,
	.max_depth = 5,
	.max_inflated_bytes = 64 * KIB,
	.max_inflate_ratio = 20,
	.max_shared_bytes = 4 * KIB},
    {.max_records = 1000,
	.max_field_bytes = 64 * KIB,
	.max_columns = 64,
	.max_depth = 8,
	.max_inflated_bytes = 4 * KIB * KIB,
	.max_inflate_ratio = 200,
	.max_shared_bytes = KIB * KIB},
};

#define NLIMITS (sizeof limits / sizeof *limits)

struct trial {
	const struct limits *limits;
	const struct model *model;
};

/* A reading, and what it has produced so far. */
struct reading {
	const struct model *model;
	const struct limits *limits;
	size_t size; /* of the file */
	struct reader *reader;
	int64_t entry, row, line, offset; /* of the last record */
	size_t errors, findings;
	struct buf *records; /* a line for each; NULL: not wanted */
};

static void
sink(void *ctx, const struct finding *f)
{
	struct reading *r = ctx;

	HOLDS(f->details && *f->details && fuzz_is_string(f->details));
	HOLDS(fuzz_is_string(f->field));
	HOLDS(!f->value_n || f->value);
	HOLDS(fuzz_is_text(f->value, f->value_n));
	HOLDS(f->entry >= 0 && f->row >= 0 && f->line >= 0);
	r->findings++;
	r->errors += f->level == FINDING_ERROR;
}

static void
check_cell(const struct reading *r, const struct cell *cell)
{
	size_t max = (size_t)r->limits->max_field_bytes;

	HOLDS(cell->kind >= CELL_ABSENT && cell->kind <= CELL_LIST);
	if (cell->kind == CELL_ABSENT)
		return;
	HOLDS(cell->n <= (max > NUMBER_MAX ? max : NUMBER_MAX));
	HOLDS(fuzz_is_text(cell->text, cell->n));
	HOLDS(!cell->n || !memchr(cell->text, '\r', cell->n));
	fuzz_plant(cell->text, cell->n);
}

static void
check_record(struct reading *r, const struct record *rec)
{
	HOLDS(rec->entry == r->entry + 1 && rec->entry <= r->limits->max_records);
	HOLDS(rec->row > r->row && rec->line >= r->line);
	r->entry = rec->entry;
	r->row = rec->row;
	r->line = rec->line;
	for (size_t i = 0; i < r->model->nfields; i++)
		check_cell(r, &rec->cells[i]);
	HOLDS(rec->nraw <= (size_t)r->limits->max_columns);
	for (size_t i = 0; i < rec->nraw; i++) {
		/* A key of json or yaml can be spelled with U+0000. */
		HOLDS(text_is_utf8(rec->raw[i].name, rec->raw[i].name_n));
		HOLDS(fuzz_is_text(rec->raw[i].text, rec->raw[i].n));
	}
}

/* Accepted values are canonical: given as a record, they are accepted and stay the same. */
static void
check_row(struct reading *r, const struct row *row)
{
	struct record again = {.entry = 1, .row = 1};
	struct row same = {0};

	for (size_t i = 0; i < r->model->nfields; i++) {
		struct value v = row->values[i];
		HOLDS(fuzz_is_text(v.text, v.n));
		if (v.text)
			again.cells[i] = (struct cell){CELL_STRING, v.text, v.n};
	}
	HOLDS(validate_record(r->model, &again, r->limits->max_field_bytes, &same, sink, r));
	HOLDS(same.mark_delete == row->mark_delete);
	for (size_t i = 0; i < r->model->nfields; i++) {
		struct value a = row->values[i], b = same.values[i];
		HOLDS(fuzz_same(a.text, a.n, b.text, b.n));
	}
	row_free(&same);
}

static void
write_record(struct buf *out, const struct model *m, const struct record *rec)
{
	buf_printf(out, "%lld", (long long)rec->entry);
	for (size_t i = 0; i < m->nfields; i++) {
		buf_printf(out, " %d:%zu:", (int)rec->cells[i].kind, rec->cells[i].n);
		if (rec->cells[i].n)
			buf_add(out, rec->cells[i].text, rec->cells[i].n);
	}
	buf_add_char(out, '\n');
}

static enum reader_status
read_records(struct reading *r)
{
	struct record rec;
	struct row row = {0};
	enum reader_status status;

	while ((status = reader_next(r->reader, &rec)) == READER_RECORD) {
		int64_t offset = reader_offset(r->reader);
		HOLDS(offset >= r->offset && (size_t)offset <= r->size);
		r->offset = offset;
		check_record(r, &rec);
		if (r->records)
			write_record(r->records, r->model, &rec);
		size_t errors = r->errors;
		bool ok =
		    validate_record(r->model, &rec, r->limits->max_field_bytes, &row, sink, r);
		HOLDS(ok == (r->errors == errors));
		if (ok)
			check_row(r, &row);
	}
	row_free(&row);
	return status;
}

/* What an input of n bytes is read with. */
static struct trial
trial(size_t n)
{
	return (struct trial){
	    &limits[n % NLIMITS], declared(n / NLIMITS % 4 ? "standard" : "threat")};
}

/* Reads the file; records go to *records unless it is NULL. Returns whether it was read whole. */
static bool
read_file(const char *extension, int fd, size_t size, const struct trial *t, struct buf *records)
{
	struct reading r = {
	    .model = t->model, .limits = t->limits, .size = size, .records = records};
	const struct format *format = format_find(extension, strlen(extension));
	struct record rec;

	HOLDS(format);
	r.reader = reader_open(format, &(struct source){.fd = fd}, r.model, r.limits, sink, &r);
	if (!r.reader) {
		HOLDS(r.errors);
		return false;
	}
	size_t before = r.errors;
	enum reader_status status = read_records(&r);
	HOLDS(status == READER_END || r.errors > before);
	HOLDS(r.entry || r.errors > before);
	HOLDS(status != READER_END || (size_t)reader_offset(r.reader) == size);

	/* The end is reported once, and stays the end. */
	size_t findings = r.findings;
	HOLDS(reader_next(r.reader, &rec) == status && r.findings == findings);
	reader_close(r.reader);
	return status == READER_END;
}

static int
new_file(void)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	HOLDS(fd >= 0);
	return fd;
}

static void
append(int fd, const void *bytes, size_t n)
{
	HOLDS(write(fd, bytes, n) == (ssize_t)n);
}

void
reader_fuzz(const char *extension, const void *bytes, size_t n)
{
	const struct trial t = trial(n);
	int fd = new_file();

	append(fd, bytes, n);
	read_file(extension, fd, n, &t, NULL);
	close(fd);
}

void
reader_fuzz_moved(const char *extension, const void *bytes, size_t n)
{
	static char blanks[DECODE_CHUNK];
	const struct trial t = trial(n);
	struct buf plain = {0}, moved = {0};
	int fd = new_file(), further = new_file();

	for (size_t i = 0; i < sizeof blanks; i++)
		blanks[i] = BLANK_LINE[i % BLANK_LENGTH];
	HOLDS(n / 2 < sizeof blanks);
	size_t skipped = (n / 2 + BLANK_LENGTH - 1) / BLANK_LENGTH * BLANK_LENGTH;
	append(fd, bytes, n);
	append(further, blanks, sizeof blanks - skipped);
	append(further, bytes, n);
	bool whole = read_file(extension, fd, n, &t, &plain);
	HOLDS(read_file(extension, further, sizeof blanks - skipped + n, &t, &moved) == whole);
	HOLDS(fuzz_same(plain.data, plain.len, moved.data, moved.len));
	buf_free(&plain);
	buf_free(&moved);
	close(fd);
	close(further);
}
