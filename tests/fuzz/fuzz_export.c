/*
 * Exports, lib/formats/write_*.c. The input is a library as JSON. Those of its records that can be
 * imported are written in every format and read again, and must still be the same. As csv, whatever
 * separates cells, none may be a formula; nor among failed rows, which have cells as they came.
 */
#include "../declared.h"
#include "../readings.h"
#include "formats/reader.h"
#include "formats/writer.h"
#include "fuzz.h"
#include "model/validate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB       (1024 * 1024)
#define MAX_ITEMS 20
#define XLSX_EACH 8 /* inputs; a workbook takes longer than all other formats together */

static const struct model *model; /* one of those that come with the program */
static const struct limits limits = {.max_records = MAX_ITEMS,
    .max_field_bytes = MIB,
    .max_columns = 64,
    .max_depth = 8,
    .max_inflated_bytes = 64 * MIB,
    .max_inflate_ratio = 200,
    .max_shared_bytes = MIB};

/* Counts what is told of a file, but for what its values look like: that is dropped later. */
static void
count(void *ctx, const struct finding *f)
{
	size_t *findings = ctx;

	*findings += f->level == FINDING_ERROR || !signs[f->sign].fields;
}

/* Items as exported. */
struct library {
	struct cell cells[MAX_ITEMS][MODEL_MAX_FIELDS];
	size_t n;
};

/* Whether the row adds an item: all required fields are there. */
static bool
is_item(const struct row *row)
{
	for (size_t i = 0; i < model->nfields; i++)
		if (model->fields[i].required && !row->values[i].text)
			return false;
	return !row->mark_delete;
}

/* Adds the item; its texts are copies. */
static void
add_item(struct library *library, const struct row *row)
{
	for (size_t i = 0; i < model->nfields; i++) {
		const struct field *f = &model->fields[i];
		const struct value *v = &row->values[i];
		const char *text = v->text ? v->text : f->on_add ? f->on_add : "";
		size_t n = v->text ? v->n : strlen(text);
		bool is_boolean = f->kind == FIELD_BOOLEAN || f->kind == FIELD_DELETE;
		library->cells[library->n][i] =
		    (struct cell){is_boolean                 ? CELL_BOOLEAN
				  : f->kind == FIELD_INTEGER ? CELL_NUMBER
							     : CELL_STRING,
			strndup(text, n), n};
	}
	library->n++;
}

/* A csv file, however it is read, has no formula. */
static void
check_readings(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = malloc((size_t)size + 1);
	const size_t mark = strlen("\ufeff");

	HOLDS(text && size > 0 && pread(fd, text, (size_t)size, 0) == size);
	HOLDS(lseek(fd, 0, SEEK_SET) == 0);
	for (size_t i = 0; i < NREADINGS; i++)
		HOLDS(!reading_find_formula(&readings[i], text + mark, (size_t)size - mark));
	free(text);
}

/* Writes cells of the record as they came, behind an id; they must come back as they are. */
static void
check_failed_row(const struct record *rec)
{
	struct cell cells[MODEL_MAX_FIELDS] = {{CELL_STRING, "CT1", 3}};
	const char *columns[MODEL_MAX_FIELDS];
	struct error err = {0};
	struct record back = {0};
	size_t n = model->nfields, findings = 0;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	for (size_t i = 0; i < n; i++) {
		const struct raw_cell none = {"", "", 0, 0};
		const struct raw_cell *raw = i && i <= rec->nraw ? &rec->raw[i - 1] : &none;
		columns[i] = model->fields[i].name;
		if (i)
			cells[i] = (struct cell){CELL_STRING, raw->text, raw->n};
	}
	struct writer *w = writer_open(&writer_csv, fd, "/tmp", columns, n, &err);
	HOLDS(w && writer_row(w, cells, &err) == 0 && writer_finish(w, &err) == 0);
	writer_close(w);
	check_readings(fd);
	struct reader *r = reader_open(
	    format_find("csv", 3), &(struct source){.fd = fd}, model, &limits, count, &findings);
	HOLDS(r && reader_next(r, &back) == READER_RECORD && back.nraw == n);
	for (size_t i = 1; i < n; i++) {
		size_t space = writer_needs_guard(&cells[i]);
		HOLDS(memchr(cells[i].text, '\r', cells[i].n) ||
		      fuzz_same(back.raw[i].text + space, back.raw[i].n - space, cells[i].text,
			  cells[i].n));
	}
	reader_close(r);
	close(fd);
}

static void
read_library(int fd, struct library *library)
{
	size_t findings = 0;
	struct record rec;
	struct row row = {0};
	struct reader *r = reader_open(
	    format_find("json", 4), &(struct source){.fd = fd}, model, &limits, count, &findings);

	while (r && reader_next(r, &rec) == READER_RECORD) {
		check_failed_row(&rec);
		if (validate_record(model, &rec, limits.max_field_bytes, &row, count, &findings) &&
		    is_item(&row))
			add_item(library, &row);
	}
	row_free(&row);
	reader_close(r);
}

static void
write_file(const struct writer_format *format, int fd, const struct library *library)
{
	const char *columns[MODEL_MAX_FIELDS];
	struct error err = {0};

	for (size_t i = 0; i < model->nfields; i++)
		columns[i] = model->fields[i].name;
	struct writer *w = writer_open(format, fd, "/tmp", columns, model->nfields, &err);
	HOLDS(w);
	for (size_t i = 0; i < library->n; i++)
		HOLDS(writer_row(w, library->cells[i], &err) == 0);
	HOLDS(writer_finish(w, &err) == 0);
	writer_close(w);
}

static void
check_file(const char *extension, int fd, const struct library *library)
{
	const struct format *format = format_find(extension, strlen(extension));
	size_t findings = 0;
	struct record rec;
	struct row row = {0};
	struct reader *r =
	    reader_open(format, &(struct source){.fd = fd}, model, &limits, count, &findings);

	HOLDS(r);
	for (size_t i = 0; i < library->n; i++) {
		HOLDS(reader_next(r, &rec) == READER_RECORD);
		HOLDS(validate_record(model, &rec, limits.max_field_bytes, &row, count, &findings));
		HOLDS(is_item(&row));
		for (size_t k = 0; k < model->nfields; k++) {
			struct value v = row.values[k];
			struct cell cell = library->cells[i][k];
			HOLDS(fuzz_same(v.text, v.n, cell.text, cell.n));
			fuzz_plant(v.text, v.n);
		}
	}
	HOLDS(reader_next(r, &rec) == READER_END && findings == 0);
	row_free(&row);
	reader_close(r);
}

static void
check_format(const struct writer_format *format, const struct library *library)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	HOLDS(fd >= 0);
	write_file(format, fd, library);
	if (format == &writer_csv)
		check_readings(fd);
	HOLDS(lseek(fd, 0, SEEK_SET) == 0);
	check_file(format->extension, fd, library);
	close(fd);
}

static void
free_library(struct library *library)
{
	for (size_t i = 0; i < library->n; i++)
		for (size_t k = 0; k < MODEL_MAX_FIELDS; k++)
			free((void *)library->cells[i][k].text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct library library = {0};

	model = declared(n % 2 ? "threat" : "standard");
	HOLDS(fd >= 0 && write(fd, bytes, n) == (ssize_t)n && lseek(fd, 0, SEEK_SET) == 0);
	read_library(fd, &library);
	close(fd);
	for (const struct writer_format *const *f = writer_formats; *f && library.n; f++)
		if (*f != &writer_xlsx || n % XLSX_EACH == 0)
			check_format(*f, &library);
	free_library(&library);
	return 0;
}
