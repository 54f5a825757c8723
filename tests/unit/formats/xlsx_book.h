/*
 * For the tests of the XLSX reader: makes workbooks of literal XML, reads them, and records the
 * results. Include <cmocka.h> and what that needs first.
 */
#ifndef XLSX_BOOK_H
#define XLSX_BOOK_H

#include "base/buf.h"
#include "formats/xlsx.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define MIB      ((int64_t)1024 * 1024)

#define MAIN_NS  "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OTHER_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELS_NS  "http://schemas.openxmlformats.org/package/2006/relationships"

#define RELATIONS(list) "<Relationships xmlns='" RELS_NS "'>" list "</Relationships>"
#define RELATION(id, type, target) \
	"<Relationship Id='" id "' Type='" OTHER_NS "/" type "' Target='" target "'/>"
#define WORKBOOK(inside) \
	"<workbook xmlns='" MAIN_NS "' xmlns:r='" OTHER_NS "'>" inside "</workbook>"
#define SHEETS(list)   WORKBOOK("<sheets>" list "</sheets>")
#define SHEET(rows)    "<worksheet xmlns='" MAIN_NS "'><sheetData>" rows "</sheetData></worksheet>"
#define STRINGS(list)  "<sst xmlns='" MAIN_NS "'>" list "</sst>"
#define STYLES(inside) "<styleSheet xmlns='" MAIN_NS "'>" inside "</styleSheet>"

#define T(text) "<c t='inlineStr'><is><t>" text "</t></is></c>"
#define HEADER  "<row>" T("id") T("title") T("text") "</row>"

struct part {
	const char *name;
	const char *text; /* NULL: without this part */
};

/* What a workbook has unless a test says otherwise. */
static const struct part usual_parts[] = {
    {"_rels/.rels", RELATIONS(RELATION("r1", "officeDocument", "xl/workbook.xml"))},
    {"xl/workbook.xml", SHEETS("<sheet name='Sheet1' sheetId='1' r:id='r1'/>")},
    {"xl/_rels/workbook.xml.rels",
	RELATIONS(RELATION("r1", "worksheet", "worksheets/sheet1.xml") RELATION(
	    "r2", "styles", "styles.xml") RELATION("r3", "sharedStrings", "sharedStrings.xml"))},
    {"xl/styles.xml", STYLES("")},
    {"xl/sharedStrings.xml", STRINGS("")},
    {"xl/worksheets/sheet1.xml", SHEET(HEADER)},
};

/* A test that needs other fields defines them before it includes this. */
#ifndef BOOK_FIELDS
#define BOOK_FIELDS                                            \
	{.name = "id", .kind = FIELD_ID, .prefix = "T"},       \
	    {.name = "title", .kind = FIELD_LINE, .max = 255}, \
	    {.name = "text", .kind = FIELD_TEXT, .max = 1000},
#endif

static const struct field fields[] = {BOOK_FIELDS};

static const struct model model = {.name = "test", .fields = fields, .nfields = COUNT(fields)};

static const struct limits limits = {.max_records = 2000000,
    .max_field_bytes = MIB,
    .max_columns = 8,
    .max_inflated_bytes = 64 * MIB,
    .max_inflate_ratio = 200,
    .max_shared_bytes = MIB};

static void
add_part(struct zip *zip, const char *name, const char *text, size_t n)
{
	zip_source_t *source = zip_source_buffer(zip, text, n, 0);

	assert_non_null(source);
	assert_true(zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) >= 0);
}

/* Opens a new archive in memory; *source is for close_archive. */
static struct zip *
open_archive(zip_source_t **source)
{
	*source = zip_source_buffer_create(NULL, 0, 0, NULL);
	assert_non_null(*source);
	zip_source_keep(*source);
	struct zip *zip = zip_open_from_source(*source, ZIP_TRUNCATE, NULL);
	assert_non_null(zip);
	return zip;
}

/* Finishes the archive and appends its bytes to *bytes. */
static void
close_archive(struct zip *zip, zip_source_t *source, struct buf *bytes)
{
	char piece[4096];
	zip_int64_t got;

	assert_int_equal(zip_close(zip), 0);
	assert_int_equal(zip_source_open(source), 0);
	while ((got = zip_source_read(source, piece, sizeof piece)) > 0)
		buf_add(bytes, piece, (size_t)got);
	zip_source_close(source);
	zip_source_free(source);
}

/* A workbook of the usual parts, changed by `parts`, which end with a NULL name and may add others.
 */
static void
make_book(const struct part *parts, struct buf *bytes)
{
	zip_source_t *source;
	struct zip *zip = open_archive(&source);

	for (size_t i = 0; i < COUNT(usual_parts); i++) {
		const struct part *part = parts;
		while (part->name && strcmp(part->name, usual_parts[i].name) != 0)
			part++;
		if (!part->name)
			part = &usual_parts[i];
		if (part->text)
			add_part(zip, part->name, part->text, strlen(part->text));
	}
	for (const struct part *part = parts; part->name; part++) {
		size_t i = 0;
		while (i < COUNT(usual_parts) && strcmp(part->name, usual_parts[i].name) != 0)
			i++;
		if (i == COUNT(usual_parts))
			add_part(zip, part->name, part->text, strlen(part->text));
	}
	close_archive(zip, source, bytes);
}

struct outcome {
	bool opened;
	enum reader_status status; /* the last */
	struct buf records, told;
};

/*
 * Writes a finding as "E entry/row field: (value) details", or "W(sign) ..." for a warning; -
 * stands where there is no field.
 */
static void
sink(void *ctx, const struct finding *f)
{
	struct outcome *o = ctx;

	assert_int_equal(f->line, 0);
	assert_int_equal(f->level == FINDING_WARNING, f->sign != SIGN_NONE);
	buf_add_text(&o->told, f->level == FINDING_ERROR ? "E " : "W(");
	if (f->level == FINDING_WARNING)
		buf_printf(&o->told, "%s) ", signs[f->sign].name);
	buf_printf(
	    &o->told, "%" PRId64 "/%" PRId64 " %s: ", f->entry, f->row, f->field ? f->field : "-");
	if (f->value)
		buf_printf(&o->told, "(%.*s) ", (int)f->value_n, f->value);
	buf_printf(&o->told, "%s\n", f->details);
}

/* Writes a record as "entry/row [id][title][text]"; # is a number, ? a boolean, @ a date,
 * ~ absent. */
static void
write_record(struct buf *out, const struct record *rec)
{
	static const char *const kinds[] = {[CELL_ABSENT] = "~",
	    [CELL_STRING] = "",
	    [CELL_NUMBER] = "#",
	    [CELL_BOOLEAN] = "?",
	    [CELL_DATE] = "@"};

	buf_printf(out, "%" PRId64 "/%" PRId64 " ", rec->entry, rec->row);
	for (size_t i = 0; i < model.nfields; i++) {
		const struct cell *cell = &rec->cells[i];
		assert_true(cell->kind < COUNT(kinds) && kinds[cell->kind]);
		buf_printf(
		    out, "%s[%.*s]", kinds[cell->kind], (int)cell->n, cell->n ? cell->text : "");
	}
	buf_add_char(out, '\n');
	/* Any text that XML can hold; reading all of it lets the sanitizer see it. */
	for (size_t i = 0; i < rec->nraw; i++)
		assert_null(rec->raw[i].n ? memchr(rec->raw[i].text, '\0', rec->raw[i].n) : NULL);
}

static struct outcome
read_fd(int fd, const struct limits *l)
{
	struct outcome o = {0};
	struct record rec;
	int64_t offset = 0;

	struct reader *r = xlsx_open(&(struct source){.fd = fd}, &model, l, sink, &o);
	o.opened = r != NULL;
	if (!r)
		return o;
	while ((o.status = reader_next(r, &rec)) == READER_RECORD) {
		write_record(&o.records, &rec);
		assert_true(reader_offset(r) >= offset);
		offset = reader_offset(r);
	}
	/* The end is reported once, and stays the end. */
	size_t told = o.told.len;
	assert_int_equal(reader_next(r, &rec), o.status);
	assert_int_equal(o.told.len, told);
	if (o.status == READER_END)
		assert_int_equal(reader_offset(r), lseek(fd, 0, SEEK_END));
	reader_close(r);
	return o;
}

static struct outcome
read_bytes(const void *bytes, size_t n, const struct limits *l)
{
	int fd = memfd_create("test", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	struct outcome o = read_fd(fd, l);
	close(fd);
	return o;
}

static inline struct outcome
read_parts(const struct part *parts, const struct limits *l)
{
	struct buf bytes = {0};

	make_book(parts, &bytes);
	struct outcome o = read_bytes(bytes.data, bytes.len, l);
	buf_free(&bytes);
	return o;
}

static void
free_outcome(struct outcome *o)
{
	buf_free(&o->records);
	buf_free(&o->told);
}

/* records NULL: the workbook is not even opened. */
static void
check_outcome(struct outcome *o, const char *records, const char *told)
{
	assert_string_equal(buf_text(&o->told), told);
	assert_int_equal(o->opened, records != NULL);
	if (records)
		assert_string_equal(buf_text(&o->records), records);
	free_outcome(o);
}

#endif
