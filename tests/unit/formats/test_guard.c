/* What keeps texts in csv files texts: formats/guard.h. */
#include "../../readings.h"
#include "base/buf.h"
#include "formats/guard.h"
#include "formats/reader.h"
#include "formats/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define MARK     GUARD_MARK
#define LENGTH   4 /* of the texts that are put together */

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "T"},
    {.name = "title", .kind = FIELD_LINE, .max = 255},
    {.name = "text", .kind = FIELD_TEXT, .max = 1000000},
};
static const struct model model = {.name = "test", .fields = fields, .nfields = COUNT(fields)};
static const struct limits limits = {
    .max_records = 10000000, .max_field_bytes = 1024, .max_columns = 8, .max_depth = 8};

/* Texts and what they are when guarded; NULL: they need no guard. */
static const char *const guarded[][2] = {
    {"", NULL},
    {"x", NULL},
    {"a, b; c", NULL},
    {"a = b - c", NULL},
    {"; =1", NULL},
    {"a\nb", NULL},
    {"a;b\tc", NULL},
    {"a\r\nb", NULL},
    {"=1+1", NULL}, /* writer_needs_guard sees to it */
    {" - a", NULL},
    {"\"a\"", NULL},
    {"a;\" =1", NULL},
    {";=1+1", MARK "; =1+1"},
    {"x\t=1+1", MARK "x\t =1+1"},
    {"a,-1", MARK "a, -1"},
    {"a;=HYPERLINK(\"x\");b", MARK "a; =HYPERLINK(\"x\");b"},
    {"a;\"=1&\";b", MARK "a; \"=1&\";b"},
    {"a;\"\"\"@", MARK "a; \"\"\"@"},
    {"- a\n- b\n  - c\n\n+ d", MARK "- a\n - b\n   - c\n\n + d"},
    {"a\n\tb", MARK "a\n \tb"},
    {"a;\t=b", MARK "a; \t =b"},
    {"a\r=b", MARK "a\r =b"},
    {"a\n\r=b", MARK "a\n \r =b"},
    {"a;", MARK "a; "},
    {"a;\"", MARK "a; \""},
    {"; =1;=2", MARK ";  =1; =2"},
    {";  \"=1;=2", MARK ";   \"=1; =2"},
    {"a;\uff1d1", MARK "a; \uff1d1"},
    {"\uff1d1", MARK "\uff1d1"},
    {"\uff201;\uff0b2", MARK "\uff201; \uff0b2"},
    {"\n=1", MARK "\n =1"},
    {"\na", MARK "\na"},
    {"\"=1\"", MARK "\"=1\""},
    {MARK, MARK MARK},
    {MARK "a", MARK MARK "a"},
    {MARK "a; =1", MARK MARK "a;  =1"},
};

/* Appends the text with its guard. */
static void
add_guarded(struct buf *out, const char *text, size_t n)
{
	struct text_slice rest = {text, n}, piece;

	buf_add_text(out, MARK);
	while (rest.n) {
		bool space = guard_take(&rest, &piece);
		buf_add(out, piece.text, piece.n);
		buf_add_text(out, space ? " " : "");
	}
}

static void
texts_are_guarded_where_a_cell_may_begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(guarded); i++) {
		const char *text = guarded[i][0];
		struct buf out = {0};
		bool whole = guard_look(text, strlen(text)) == GUARD_WHOLE;
		if (whole)
			add_guarded(&out, text, strlen(text));
		assert_string_equal(buf_text(&out), guarded[i][1] ? guarded[i][1] : "");
		assert_int_equal(whole, guarded[i][1] != NULL);
		buf_free(&out);
	}
}

static void
what_could_be_split_needs_quotes(void **state)
{
	static const struct {
		const char *text;
		enum guard_need need;
	} texts[] = {
	    {"", GUARD_PLAIN},
	    {"Plain text: it's (all) | 100%, ", GUARD_QUOTES},
	    {"A text of 32 bytes without any...", GUARD_PLAIN},
	    {"A text of sixteen; bytes and more", GUARD_QUOTES},
	    {"At the very end of such a text is\t!", GUARD_QUOTES},
	    {"\"", GUARD_WHOLE},
	    {"a\"", GUARD_QUOTES},
	    {"a\rb", GUARD_QUOTES},
	    {"\u00e4\uff1d\U0001f600", GUARD_PLAIN},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(guard_look(texts[i].text, strlen(texts[i].text)), texts[i].need);
}

static void
a_guard_that_was_edited_is_taken_off_where_it_is(void **state)
{
	static const char *const texts[][2] = {
	    {MARK "a\n - b\n- new", "a\n- b\n- new"},
	    {MARK "a; b", "a; b"},
	    {MARK, ""},
	    {MARK " ;  =1", " ; =1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		char out[64] = "";
		assert_true(guard_is_marked(texts[i][0], strlen(texts[i][0])));
		guard_remove(out, texts[i][0], strlen(texts[i][0]));
		assert_string_equal(out, texts[i][1]);
	}
	assert_false(guard_is_marked(MARK, strlen(MARK) - 1));
	assert_false(guard_is_marked(" \u00a0 a; =1", 9));
}

/* The n-th of all texts of LENGTH pieces, to be freed by buf_free. False when there are no more. */
static bool
put_together(size_t n, struct buf *text)
{
	static const char *const pieces[] = {
	    "=", "-", ",", ";", "\t", "\n", "\r", "\"", " ", "x", "\uff1d", MARK};

	*text = (struct buf){0};
	for (size_t i = 0; i < LENGTH; i++) {
		buf_add_text(text, pieces[n % COUNT(pieces)]);
		n /= COUNT(pieces);
	}
	return n == 0;
}

static void
guards_come_off_again_whatever_the_text(void **state)
{
	struct buf text, out = {0};

	(void)state;
	for (size_t i = 0; put_together(i, &text); i++) {
		buf_clear(&out);
		add_guarded(&out, text.data, text.len);
		size_t n = guard_remove(out.data, out.data, out.len);
		assert_int_equal(n, text.len);
		assert_memory_equal(out.data, text.data, n);
		buf_free(&text);
	}
	buf_free(&text);
	buf_free(&out);
}

/* Writes a row for each of the texts, which has it in every column. */
static int
write_all(const char *const *columns, size_t ncolumns)
{
	int fd = memfd_create("test", 0);
	struct error err = {0};
	struct cell cells[COUNT(fields)];
	struct buf text;
	struct writer *w = writer_open(&writer_csv, fd, "/tmp", columns, ncolumns, &err);

	assert_non_null(w);
	for (size_t i = 0; put_together(i, &text); i++) {
		for (size_t k = 0; k < ncolumns; k++)
			cells[k] = (struct cell){CELL_STRING, text.data, text.len};
		assert_int_equal(writer_row(w, cells, &err), 0);
		buf_free(&text);
	}
	buf_free(&text);
	assert_int_equal(writer_finish(w, &err), 0);
	writer_close(w);
	return fd;
}

static void
no_cell_is_a_formula_however_the_file_is_read(void **state)
{
	static const char *const columns[] = {"=1", "a;=1+1", "b\n@"};

	(void)state;
	for (size_t n = 1; n <= COUNT(columns); n++) {
		int fd = write_all(columns, n);
		size_t size = (size_t)lseek(fd, 0, SEEK_END);
		char *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
		assert_true(text != MAP_FAILED);
		for (size_t i = 0; i < NREADINGS; i++) {
			const char *found = reading_find_formula(&readings[i], text + 3, size - 3);
			if (found)
				fail_msg("'%c' %d: %.40s", readings[i].separator,
				    readings[i].quotes, found - 20);
		}
		munmap(text, size);
		close(fd);
	}
}

static void
sink(void *ctx, const struct finding *f)
{
	(void)f;
	++*(size_t *)ctx;
}

static void
importing_takes_guards_off_marked_cells_alone(void **state)
{
	static const char file[] = "id,title,text,_errors\r\n"
				   "T1,\"" MARK "a; =1\",\"" MARK " - a\n - b\",\r\n"
				   "T2,a; =1,\" - a\n - b\",\"" MARK "x\"\r\n";
	static const char *const expected[][2] = {{"a;=1", " - a\n- b"}, {"a; =1", " - a\n - b"}};
	size_t findings = 0;
	struct record rec = {0};
	int fd = memfd_create("test", 0);

	(void)state;
	assert_int_equal(write(fd, file, sizeof file - 1), sizeof file - 1);
	lseek(fd, 0, SEEK_SET);
	struct reader *r = reader_open(
	    format_find("csv", 3), &(struct source){.fd = fd}, &model, &limits, sink, &findings);
	assert_non_null(r);
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_int_equal(reader_next(r, &rec), READER_RECORD);
		for (size_t k = 0; k < 2; k++) {
			const struct cell *cell = &rec.cells[k + 1];
			assert_int_equal(cell->n, strlen(expected[i][k]));
			assert_memory_equal(cell->text, expected[i][k], cell->n);
			assert_ptr_equal(rec.raw[k + 1].text, cell->text);
		}
	}
	assert_int_equal(rec.raw[3].n, strlen("x"));
	assert_int_equal(reader_next(r, &rec), READER_END);
	assert_int_equal(findings, 0);
	reader_close(r);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_are_guarded_where_a_cell_may_begin),
	    cmocka_unit_test(what_could_be_split_needs_quotes),
	    cmocka_unit_test(a_guard_that_was_edited_is_taken_off_where_it_is),
	    cmocka_unit_test(guards_come_off_again_whatever_the_text),
	    cmocka_unit_test(no_cell_is_a_formula_however_the_file_is_read),
	    cmocka_unit_test(importing_takes_guards_off_marked_cells_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
