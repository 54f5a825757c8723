/* Writing files: formats/writer.h. */
#include "base/buf.h"
#include "base/text.h"
#include "formats/reader.h"
#include "formats/writer.h"

#include <dirent.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <cmocka.h>

#define COUNT(a)  (sizeof(a) / sizeof *(a))
#define STRING(s) ((struct cell){CELL_STRING, s, sizeof(s) - 1})

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "T"},
    {.name = "title", .kind = FIELD_LINE, .max = 255},
    {.name = "text", .kind = FIELD_TEXT, .max = 1000000},
    {.name = "priority", .kind = FIELD_INTEGER},
    {.name = "active", .kind = FIELD_BOOLEAN},
};
static const struct model model = {.name = "test", .fields = fields, .nfields = COUNT(fields)};
static const char *const columns[] = {"id", "title", "text", "priority", "active"};

static const struct limits limits = {.max_records = 1000000,
    .max_field_bytes = 1024 * 1024,
    .max_columns = 64,
    .max_depth = 8,
    .max_inflated_bytes = 1 << 30,
    .max_inflate_ratio = 2000,
    .max_shared_bytes = 1 << 30};

static char dir[] = "/tmp/test_writer.XXXXXX";

struct file {
	int fd;
	struct writer *writer;
};

static struct file
open_file(const char *extension)
{
	struct error err = {0};
	struct file f = {.fd = memfd_create("test", 0)};

	assert_true(f.fd >= 0);
	f.writer = writer_open(writer_find(extension), f.fd, dir, columns, COUNT(columns), &err);
	assert_non_null(f.writer);
	return f;
}

static int
put_text(struct file *f, const char *title, size_t n, struct error *err)
{
	const struct cell cells[] = {STRING("CT1"), {CELL_STRING, title, n}, STRING("text"),
	    {CELL_NUMBER, "10", 2}, {CELL_BOOLEAN, "true", 4}};

	return writer_row(f->writer, cells, err);
}

static void
finish_file(struct file *f)
{
	struct error err = {0};

	assert_int_equal(writer_finish(f->writer, &err), 0);
	writer_close(f->writer);
	f->writer = NULL;
}

/* Closes the file; returns all of it, for the caller to free. */
static struct buf
take(struct file *f)
{
	struct buf b = {0};
	char bytes[4096];
	ssize_t n;

	for (off_t at = 0; (n = pread(f->fd, bytes, sizeof bytes, at)) > 0; at += n)
		buf_add(&b, bytes, (size_t)n);
	close(f->fd);
	return b;
}

static void
assert_written(const char *extension, const char *title, const char *expected)
{
	struct file f = open_file(extension);
	struct error err = {0};

	assert_int_equal(put_text(&f, title, strlen(title), &err), 0);
	finish_file(&f);
	struct buf b = take(&f);
	assert_string_equal(buf_text(&b), expected);
	buf_free(&b);
}

static void
formats_are_found_by_their_exact_extension(void **state)
{
	static const char *const known[] = {"csv", "json", "yaml", "xlsx"};
	static const char *const unknown[] = {"xls", "yml", "CSV", "", "csvx"};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++)
		assert_string_equal(writer_find(known[i])->extension, known[i]);
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_null(writer_find(unknown[i]));
}

static void
csv_quotes_and_guards(void **state)
{
	static const char *const cells[][2] = {
	    {"plain", "plain"},
	    {"", ""},
	    {"a,b", "\"a,b\""},
	    {"say \"yes\"", "\"say \"\"yes\"\"\""},
	    {"two\nlines", "\"two\nlines\""},
	    {"a;b", "\"a;b\""},
	    {"a\tb", "\"a\tb\""},
	    {"a\rb", "\"a\rb\""},
	    {"a|b", "a|b"},
	    {" a", "\" a\""},
	    {"a ", "\"a \""},
	    {"=1+1", "\" =1+1\""},
	    {"+1", "\" +1\""},
	    {"-1", "\" -1\""},
	    {"@SUM(A1)", "\" @SUM(A1)\""},
	    {"\ta", "\" \ta\""},
	    {"\ra", "\" \ra\""},
	    {"a=1", "a=1"},
	    {";=1+1", "\"  \u00a0; =1+1\""},
	    {"=1;=2", "\"  \u00a0 =1; =2\""},
	    {"a\n- \"b\"", "\"  \u00a0a\n - \"\"b\"\"\""},
	    {"a\n - b", "\"a\n - b\""},
	    {"a;", "\"  \u00a0a; \""},
	    {"\xc3\xa4\xf0\x9f\x98\x80", "\xc3\xa4\xf0\x9f\x98\x80"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cells); i++) {
		struct buf expected = {0};
		buf_printf(&expected,
		    "\xef\xbb\xbfid,title,text,priority,active\r\nCT1,%s,text,10,True\r\n",
		    cells[i][1]);
		assert_written("csv", cells[i][0], buf_text(&expected));
		buf_free(&expected);
	}
}

static void
json_is_an_array_of_indented_objects(void **state)
{
	(void)state;
	assert_written("json", "\"\\\n\t=\xc3\xa4\xe2\x80\xa8\xf0\x9f\x98\x80",
	    "[\n  {\n    \"id\": \"CT1\",\n"
	    "    \"title\": \"\\\"\\\\\\n\\t=\xc3\xa4\\u2028\xf0\x9f\x98\x80\",\n"
	    "    \"text\": \"text\",\n    \"priority\": 10,\n    \"active\": true\n  }\n]\n");
}

static void
yaml_chooses_a_style_that_keeps_text_text(void **state)
{
	static const char *const cells[][2] = {
	    {"Plain text, it's (all) \"right\" - !&*[x]{y} \xc3\xa4",
		"Plain text, it's (all) \"right\" - !&*[x]{y} \xc3\xa4"},
	    {"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"},
	    {"", "\"\""},
	    {"no", "\"no\""},
	    {"Y", "\"Y\""},
	    {"oFF", "\"oFF\""},
	    {"Null", "\"Null\""},
	    {"nothing", "nothing"},
	    {"~", "\"~\""},
	    {"007", "\"007\""},
	    {"1e3", "\"1e3\""},
	    {".inf", "\".inf\""},
	    {"=", "\"=\""},
	    {"<<", "\"<<\""},
	    {"-1", "\"-1\""},
	    {"- a", "\"- a\""},
	    {"2026-01-01", "\"2026-01-01\""},
	    {"a: b", "\"a: b\""},
	    {"a #b", "\"a #b\""},
	    {"a ", "\"a \""},
	    {"a\\b \"c\"", "a\\b \"c\""},
	    {"=\\ \"", "\"=\\\\ \\\"\""},
	    {"a\tb", "\"a\\tb\""},
	    {"a\xe2\x80\xa8"
	     "b\xef\xbb\xbf",
		"\"a\\u2028b\\uFEFF\""},
	    {"a\xc2\x85"
	     "b\x7f",
		"\"a\\x85b\\x7F\""},
	    {"a\xff", "\"a\\uFFFD\""},
	    {"one\n\n  two: #\n \n\tthree", "|-\n    one\n\n      two: #\n     \n    \tthree"},
	    {"---\n...\n- a", "|-\n    ---\n    ...\n    - a"},
	    {" a\nb", "\" a\\nb\""},
	    {"a\nb\n", "\"a\\nb\\n\""},
	    {"a\nb\xe2\x80\xa9", "\"a\\nb\\u2029\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cells); i++) {
		struct buf expected = {0};
		buf_printf(&expected,
		    "- id: CT1\n  title: %s\n  text: text\n  priority: 10\n  active: true\n",
		    cells[i][1]);
		assert_written("yaml", cells[i][0], buf_text(&expected));
		buf_free(&expected);
	}
}

static void
a_library_without_items_is_a_file_all_the_same(void **state)
{
	static const struct {
		const char *extension, *empty, *example;
	} files[] = {
	    {"csv", "\xef\xbb\xbfid,title,text,priority,active\r\n",
		"\xef\xbb\xbfid,title,text,priority,active\r\n"},
	    {"json", "[]\n",
		"[\n  {\n    \"id\": \"\",\n    \"title\": \"\",\n    \"text\": \"\",\n"
		"    \"priority\": \"\",\n    \"active\": \"\"\n  }\n]\n"},
	    {"yaml", "[]\n",
		"- id: \"\"\n  title: \"\"\n  text: \"\"\n  priority: \"\"\n  active: \"\"\n"},
	};
	struct error err = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		for (int example = 0; example < 2; example++) {
			struct file f = open_file(files[i].extension);
			if (example)
				assert_int_equal(writer_example(f.writer, &err), 0);
			finish_file(&f);
			struct buf b = take(&f);
			assert_string_equal(
			    buf_text(&b), example ? files[i].example : files[i].empty);
			buf_free(&b);
		}
	}
}

/* The size of a workbook's sheet in bytes; -1 if there is none. */
static int64_t
sheet_size(int fd)
{
	zip_t *zip = zip_fdopen(dup(fd), 0, NULL);
	zip_stat_t st;
	int64_t size = -1;

	if (zip && zip_stat(zip, "xl/worksheets/sheet1.xml", 0, &st) == 0)
		size = (int64_t)st.size;
	if (zip)
		zip_discard(zip);
	return size;
}

/* The XML of the sheet; the caller's to free. */
static struct buf
sheet_of(int fd)
{
	zip_t *zip = zip_fdopen(dup(fd), 0, NULL);
	zip_file_t *file = zip_fopen(zip, "xl/worksheets/sheet1.xml", 0);
	struct buf b = {0};
	char bytes[4096];
	zip_int64_t n;

	assert_non_null(file);
	while ((n = zip_fread(file, bytes, sizeof bytes)) > 0)
		buf_add(&b, bytes, (size_t)n);
	zip_fclose(file);
	zip_discard(zip);
	return b;
}

static void
xlsx_cells_are_typed_and_text_stays_text(void **state)
{
	static const char *const cells[][2] = {
	    {"plain", "<t>plain</t>"},
	    {"=1+1", "<t xml:space=\"preserve\"> =1+1</t>"},
	    {"https://example.com", "<t>https://example.com</t>"},
	    {"<b>&", "<t>&lt;b&gt;&amp;</t>"},
	    {"_x000D_", "<t>_x005F_x000D_</t>"},
	    {"a_x0041_x0042_", "<t>a_x005F_x0041_x005F_x0042_</t>"},
	    {"_x005F_", "<t>_x005F_x005F_</t>"},
	    {"_x00g1_ _x000_ __x", "<t>_x00g1_ _x000_ __x</t>"},
	    {"two\nlines\tand a tab", "<t>two\nlines\tand a tab</t>"},
	};
	struct error err = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cells); i++) {
		struct file f = open_file("xlsx");
		assert_int_equal(put_text(&f, cells[i][0], strlen(cells[i][0]), &err), 0);
		finish_file(&f);
		struct buf sheet = sheet_of(f.fd);
		assert_non_null(strstr(buf_text(&sheet), cells[i][1]));
		assert_non_null(strstr(buf_text(&sheet), "<c r=\"D2\"><v>10</v></c>"));
		assert_non_null(strstr(buf_text(&sheet), "<c r=\"E2\" t=\"b\"><v>1</v></c>"));
		assert_null(strstr(buf_text(&sheet), "<f>"));
		assert_null(strstr(buf_text(&sheet), "hyperlink"));
		buf_free(&sheet);
		close(f.fd);
	}
}

static void
fill(struct buf *b, const char *text, size_t times)
{
	buf_clear(b);
	for (size_t i = 0; i < times; i++)
		buf_add_text(b, text);
}

static void
xlsx_refuses_text_that_a_cell_cannot_hold_and_names_it(void **state)
{
	static const struct {
		const char *text;
		size_t times;
		bool fits;
	} cells[] = {{"a", 32767, true}, {"a", 32768, false}, {"\xc3\xa4", 32767, true},
	    {"\xe2\x82\xac", 32768, false}, {"\xf0\x9f\x98\x80", 16383, true},
	    {"\xf0\x9f\x98\x80", 16384, false}, {"=", 32766, true}, {"=", 32767, false}};
	struct error err = {0};
	struct buf text = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cells); i++) {
		struct file f = open_file("xlsx");
		fill(&text, cells[i].text, cells[i].times);
		for (int rows = 0; rows < 3; rows++)
			assert_int_equal(put_text(&f, text.data, text.len, &err), 0);
		if (cells[i].fits) {
			finish_file(&f);
		} else {
			assert_int_equal(writer_finish(f.writer, &err), -1);
			assert_int_equal(err.code, ERROR_INPUT);
			assert_string_equal(err.message,
			    "An xlsx cell holds 32767 characters; these are longer: CT1 (title), "
			    "CT1 (title), CT1 (title). Narrow the export down, or choose csv, json "
			    "or yaml.");
			writer_close(f.writer);
		}
		close(f.fd);
	}
	buf_free(&text);
}

static void
xlsx_names_ten_items_and_counts_the_others(void **state)
{
	struct file f = open_file("xlsx");
	struct error err = {0};
	struct buf text = {0};

	(void)state;
	fill(&text, "a", 40000);
	for (int rows = 0; rows < 13; rows++)
		assert_int_equal(put_text(&f, text.data, text.len, &err), 0);
	assert_int_equal(put_text(&f, "short", 5, &err), 0);
	assert_int_equal(writer_finish(f.writer, &err), -1);
	assert_non_null(strstr(err.message, "CT1 (title) and 3 more. "));
	writer_close(f.writer);
	close(f.fd);
	buf_free(&text);
}

static void
xlsx_refuses_more_items_than_a_sheet_has_rows(void **state)
{
	struct file f = open_file("xlsx");
	struct error err = {0};

	(void)state;
	f.writer->rows = 1048574; /* as if they had been written */
	assert_int_equal(put_text(&f, "the last", 8, &err), 0);
	assert_int_equal(put_text(&f, "too many", 8, &err), 0);
	assert_int_equal(writer_finish(f.writer, &err), -1);
	assert_int_equal(err.code, ERROR_INPUT);
	assert_non_null(strstr(err.message, "has 1048576 items; an xlsx sheet holds 1048575."));
	writer_close(f.writer);
	close(f.fd);
}

/* Writes 50 rows with files limited to `most` bytes; returns the sheet's size, or -1 on error. */
static int64_t
write_limited(struct buf *text, rlim_t most)
{
	struct file f = open_file("xlsx");
	struct error err = {0};
	struct rlimit old, now;
	int done = 0;

	getrlimit(RLIMIT_FSIZE, &old);
	now = (struct rlimit){most, old.rlim_max};
	setrlimit(RLIMIT_FSIZE, &now);
	for (int i = 0; i < 50 && done == 0; i++)
		done = put_text(&f, text->data, text->len, &err);
	if (done == 0)
		done = writer_finish(f.writer, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(err.code, done ? ERROR_SYSTEM : ERROR_NONE);
	writer_close(f.writer);
	int64_t size = done ? -1 : sheet_size(f.fd);
	close(f.fd);
	return size;
}

/* A write fails here as it does when the disk is full. */
static void
xlsx_is_whole_or_an_error_when_writing_fails(void **state)
{
	struct buf text = {0};
	int refused = 0, whole = 0;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "%d ", i * 7919 % 1000);
	int64_t size = write_limited(&text, RLIM_INFINITY);
	assert_true(size > 150000);
	for (int64_t most = size - 2000; most < size + 200; most += most < size - 50 ? 97 : 7) {
		int64_t got = write_limited(&text, (rlim_t)most);
		assert_true(got == -1 || got == size);
		refused += got == -1;
		whole += got == size;
	}
	for (int64_t most = 1000; most < size; most += size / 10)
		assert_int_equal(write_limited(&text, (rlim_t)most), -1);
	assert_true(refused && whole);
	buf_free(&text);
}

static void
temporary_files_have_no_name(void **state)
{
	struct file f = open_file("xlsx");
	struct error err = {0};
	struct dirent *entry;
	DIR *folder = opendir(dir);

	(void)state;
	assert_non_null(folder);
	assert_int_equal(put_text(&f, "a", 1, &err), 0);
	while ((entry = readdir(folder)))
		assert_true(entry->d_name[0] == '.');
	closedir(folder);
	writer_close(f.writer); /* unfinished */
	close(f.fd);
}

/* Random texts are made of these pieces: all that some format treats in a special way. */
static const char *const pieces[] = {"\n", "\n\n", "\t", " ", "  ", "\"", "\"\"", "'", ",", ";",
    ":", ": ", "#", " #", "- ", "-", "=", "+", "@", "|", ">", "~", "!", "&", "*", "%", "\\", "\\n",
    "{", "[", "]", "---", "...", "?", "`", "_", "_x000D_", "x0041_", "_x005F_", "<b>", "&amp;",
    "]]>", "a", "word", "no", "null", "007", "1e3", "\xc2\xa0", "\xc3\xa4", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\x8f", "\xef\xbb\xbf", "\xd7\xa9\xd7\x9c", "\xf0\x9f\x98\x80",
    "\xef\xbf\xbd", "\xee\x80\x80", "\xf4\x80\x80\x80"};

#define TEXTS 3000

/* The i-th text, trimmed as in the library. */
static struct text_slice
make_text(struct buf *b, unsigned i)
{
	unsigned seed = i * 2654435761u + 1;
	unsigned n = i % 17 + 1;

	buf_clear(b);
	for (unsigned k = 0; k < n; k++) {
		seed = seed * 1103515245u + 12345u;
		buf_add_text(b, pieces[(seed >> 16) % COUNT(pieces)]);
	}
	struct text_slice text = {b->data, b->len};
	text_trim(&text.text, &text.n);
	return text;
}

static void
no_findings(void *ctx, const struct finding *f)
{
	(void)ctx;
	fail_msg("%s: %s", f->field ? f->field : "file", f->details);
}

static void
check_read(const char *extension)
{
	const struct format *format = format_find(extension, strlen(extension));
	struct file f = open_file(extension);
	struct error err = {0};
	struct buf made = {0};
	struct record rec;
	unsigned entry = 0;

	if (!format) {
		writer_close(f.writer);
		close(f.fd);
		print_message("%s cannot be read yet\n", extension);
		return;
	}
	for (unsigned i = 0; i < TEXTS; i++) {
		struct text_slice text = make_text(&made, i);
		const struct cell cells[] = {STRING("CT1"), {CELL_STRING, text.text, text.n},
		    {CELL_STRING, text.text, text.n}, {CELL_NUMBER, "7", 1},
		    {CELL_BOOLEAN, i & 1 ? "true" : "false", i & 1 ? 4 : 5}};
		assert_int_equal(writer_row(f.writer, cells, &err), 0);
	}
	finish_file(&f);
	assert_int_equal(lseek(f.fd, 0, SEEK_SET), 0);
	struct reader *r =
	    reader_open(format, &(struct source){.fd = f.fd}, &model, &limits, no_findings, NULL);
	assert_non_null(r);
	while (reader_next(r, &rec) == READER_RECORD) {
		struct text_slice expected = make_text(&made, entry++);
		for (size_t i = 1; i <= 2; i++) {
			struct text_slice got = {rec.cells[i].text, rec.cells[i].n};
			text_trim(&got.text, &got.n);
			assert_int_equal(got.n, expected.n);
			if (got.n)
				assert_memory_equal(got.text, expected.text, got.n);
		}
		assert_int_equal(rec.cells[3].n, 1);
		assert_memory_equal(rec.cells[3].text, "7", 1);
		assert_int_equal(rec.cells[4].n, entry & 1 ? 5 : 4);
	}
	assert_int_equal(entry, TEXTS);
	reader_close(r);
	close(f.fd);
	buf_free(&made);
}

static void
what_was_written_is_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; writer_formats[i]; i++)
		check_read(writer_formats[i]->extension);
}

static int
make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(formats_are_found_by_their_exact_extension),
	    cmocka_unit_test(csv_quotes_and_guards),
	    cmocka_unit_test(json_is_an_array_of_indented_objects),
	    cmocka_unit_test(yaml_chooses_a_style_that_keeps_text_text),
	    cmocka_unit_test(a_library_without_items_is_a_file_all_the_same),
	    cmocka_unit_test(xlsx_cells_are_typed_and_text_stays_text),
	    cmocka_unit_test(xlsx_refuses_text_that_a_cell_cannot_hold_and_names_it),
	    cmocka_unit_test(xlsx_names_ten_items_and_counts_the_others),
	    cmocka_unit_test(xlsx_refuses_more_items_than_a_sheet_has_rows),
	    cmocka_unit_test(xlsx_is_whole_or_an_error_when_writing_fails),
	    cmocka_unit_test(temporary_files_have_no_name),
	    cmocka_unit_test(what_was_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
