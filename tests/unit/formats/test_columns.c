/* Rows of a table whatever its format: formats/columns.h. */
#include "base/buf.h"
#include "formats/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a)  (sizeof(a) / sizeof *(a))
#define MAX_CELLS 8

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "T"},
    {.name = "title", .kind = FIELD_LINE, .max = 255},
    {.name = "active", .kind = FIELD_BOOLEAN},
    {.name = "mark_delete", .kind = FIELD_DELETE},
};

static const struct model model = {.name = "test", .fields = fields, .nfields = COUNT(fields)};

static void
sink(void *ctx, const struct finding *f)
{
	assert_true(f->level == FINDING_ERROR || f->sign);
	buf_printf(ctx, "%c %d/%d: %s\n", f->level == FINDING_ERROR ? 'E' : 'W', (int)f->entry,
	    (int)f->row, f->details);
}

/* Splits a row at its bars into cells. */
static size_t
split(const char *row, struct cell cells[MAX_CELLS])
{
	size_t n = 0, length;

	for (;; row += length + 1) {
		assert_true(n < MAX_CELLS);
		length = strcspn(row, "|");
		cells[n++] = (struct cell){CELL_STRING, row, length};
		if (!row[length])
			return n;
	}
}

static bool
open_columns(struct columns *c, const char *header, const char *delimiters, struct buf *log)
{
	struct cell cells[MAX_CELLS];

	*c = (struct columns){
	    .model = &model, .to = {sink, log}, .surplus_hint = "", .delimiters = delimiters};
	return columns_open(c, cells, split(header, cells), (struct finding){.row = 1});
}

/* What rows below the header "id||title|type|active|mark_delete" are. */
static const struct {
	const char *row;
	enum row_kind kind;
} rows[] = {
    {"T1", ROW_RECORD},
    {"", ROW_BLANK},
    {" |\t|\xC2\xA0|\xE2\x80\x8B", ROW_BLANK},
    {"||||FALSE|FALSE", ROW_BLANK},
    {"||||false", ROW_BLANK},
    {"||||| no ", ROW_BLANK},
    {"||||0.0|0", ROW_BLANK},
    {"||||TRUE|FALSE", ROW_RECORD},
    {"||||FALSE|TRUE", ROW_RECORD},
    {"||||maybe|", ROW_RECORD},
    {"||FALSE|||", ROW_RECORD},
    {"|||FALSE||", ROW_RECORD},
    {"|FALSE||||", ROW_RECORD},
    {"||||||FALSE", ROW_RECORD},
    {"T1||||FALSE|FALSE", ROW_RECORD},
    {"id||title|type|active|mark_delete", ROW_HEADER},
    {" ID | |Title|TYPE|Active|Mark_Delete|| ", ROW_HEADER},
    {"\xEF\xBB\xBFid||title|type|active|mark_delete", ROW_HEADER},
    {"\xC3\xAF\xC2\xBB\xC2\xBFid||title|type|active|mark_delete", ROW_HEADER},
    {"id||title|type|active", ROW_RECORD},
    {"id||title|type|active|mark_delete|x", ROW_RECORD},
    {"id|x|title|type|active|mark_delete", ROW_RECORD},
    {"id||title||active|mark_delete", ROW_RECORD},
    {"id||text|type|active|mark_delete", ROW_RECORD},
    {"ids||title|type|active|mark_delete", ROW_RECORD},
    {"|id|title|type|active|mark_delete", ROW_RECORD},
};

static void
blank_rows_and_headers_are_known(void **state)
{
	struct cell cells[MAX_CELLS];
	struct buf log = {0};
	struct columns c;

	(void)state;
	assert_true(open_columns(&c, "id||title|type|active|mark_delete", NULL, &log));
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(columns_look(&c, cells, split(rows[i].row, cells)), rows[i].kind);
	columns_tell_header(&c, (struct finding){.entry = 3, .row = 7});
	assert_non_null(strstr(buf_text(&log), "W 0/7: This row is the header again"));
	columns_free(&c);
	buf_free(&log);
}

static void
before_the_header_only_blank_cells_are_blank(void **state)
{
	const struct columns none = {.model = &model};
	struct cell cells[MAX_CELLS];

	(void)state;
	assert_int_equal(columns_look(&none, cells, split("|  |", cells)), ROW_BLANK);
	assert_int_equal(columns_look(&none, cells, split("FALSE", cells)), ROW_RECORD);
	assert_int_equal(columns_look(&none, cells, split("id|title", cells)), ROW_RECORD);
}

static void
says_which_fields_a_row_lacks(void **state)
{
	static const struct {
		size_t n;
		const char *lacks; /* NULL: nothing */
	} lengths[] = {{6, NULL}, {5, "mark_delete"}, {4, "active, mark_delete"},
	    {3, "active, mark_delete"}, {2, "title, active, mark_delete"},
	    {1, "title, active, mark_delete"}};
	struct buf log = {0};
	struct columns c;
	char list[64];

	(void)state;
	assert_true(open_columns(&c, "id||title|type|active|mark_delete", NULL, &log));
	for (size_t i = 0; i < COUNT(lengths); i++) {
		bool lacks = columns_lacking(&c, lengths[i].n, list, sizeof list);
		assert_int_equal(lacks, lengths[i].lacks != NULL);
		if (lacks)
			assert_string_equal(list, lengths[i].lacks);
	}
	assert_true(columns_lacking(&c, 0, list, 4));
	assert_string_equal(list, "id,");
	columns_free(&c);
	buf_free(&log);
}

/* Headers that are errors, and the end of what is told. */
static const struct {
	const char *header, *delimiters, *told;
} bad[] = {
    {"id,title,active", ",;",
	"separated by \",\". Each row seems to stand in double quotes as a whole: "
	"take them away. If there is a line sep= above, correct it.\n"},
    {"id,title,active", NULL, "separated by \",\". Give each column a cell of its own.\n"},
    {"id\ttitle", NULL, "separated by \"<U+0009>\". Give each column a cell of its own.\n"},
    {"|ID^ Title^owner|", ",;",
	"separated by \"^\". Separate the cells by comma, semicolon, tab or | instead.\n"},
    {"id title|active", ",;",
	"Unknown column \"id title\". Columns can be: id, title, active, mark_delete.\n"
	"E 0/1: The header has no column \"id\". Add it; its cell may be empty where "
	"a record is new.\n"},
    {"an id has a title", ",;", "which can be: id, title, active, mark_delete.\n"},
    {"id|ti\xE2\x80\x8Btle", ",;", "Unknown column \"ti<U+200B>tle\": did you mean \"title\"?\n"},
    {"id|title|\xE2\x80\x8FTitle", ",;",
	"The column \"Title\" is there twice: as column 2 and as column 3. Keep "
	"one of them.\n"},
};

static void
says_what_is_wrong_with_a_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct buf log = {0};
		struct columns c;
		assert_false(open_columns(&c, bad[i].header, bad[i].delimiters, &log));
		size_t n = strlen(bad[i].told);
		assert_true(log.len >= n);
		assert_string_equal(log.data + log.len - n, bad[i].told);
		columns_free(&c);
		buf_free(&log);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blank_rows_and_headers_are_known),
	    cmocka_unit_test(before_the_header_only_blank_cells_are_blank),
	    cmocka_unit_test(says_which_fields_a_row_lacks),
	    cmocka_unit_test(says_what_is_wrong_with_a_header),
	};

	return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
