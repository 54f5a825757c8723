/* Reading workbooks: rows, cells, texts and their findings; formats/xlsx.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "xlsx_book.h"

#include <fcntl.h>

#define ROW(cells) "<row>" cells "</row>"
#define SHOWN      "Open it in a spreadsheet program and save it again as .xlsx.\n"

/* Sheets that are read to their end without a finding. */
static const struct good {
	const char *name;
	const char *sheet;
	const char *records;
	const char *strings, *styles; /* NULL: as usual */
} good[] = {
    {"inline text", SHEET(HEADER ROW(T("T1") T("a") T("b"))), "1/2 [T1][a][b]\n", 0, 0},
    {"rich inline text",
	SHEET(HEADER ROW("<c t='inlineStr'><is><r><rPr><b/></rPr><t>T</t></r>"
			 "<r><t>1</t></r><rPh sb='0' eb='1'><t>x</t></rPh></is></c>")),
	"1/2 [T1][][]\n", 0, 0},
    {"shared text",
	SHEET(HEADER ROW("<c t='s'><v>1</v></c><c t='s'><v>0</v></c><c t='s'><v>2</v></c>")),
	"1/2 [T1][a b][]\n",
	STRINGS("<si><r><rPr/><t xml:space='preserve'>a </t></r><r><t> b </t></r>"
		"<rPh sb='0' eb='1'><t>x</t></rPh></si><si><t>T1</t></si><si><t/></si>"),
	0},
    {"formula text", SHEET(HEADER ROW("<c t='str'><f>A1</f><v> T1 </v></c>")), "1/2 [ T1 ][][]\n",
	0, 0},
    {"a formula of empty text", SHEET(HEADER ROW(T("T1") "<c t='str'><f>A1</f><v></v></c>")),
	"1/2 [T1][][]\n", 0, 0},
    {"booleans", SHEET(HEADER ROW(T("T1") "<c t='b'><v>1</v></c><c t='b'><f/><v>0</v></c>")),
	"1/2 [T1]?[true]?[false]\n", 0, 0},
    {"numbers", SHEET(HEADER ROW(T("T1") "<c><v>8.0</v></c><c t='n'><v>1E+3</v></c>")),
	"1/2 [T1]#[8]#[1000]\n", 0, 0},
    {"ISO dates",
	SHEET(HEADER ROW("<c t='d'><v>2024-02-29</v></c><c t='d'><v>2024-02-29T18:00:00</v></c>"
			 "<c t='d'><v>12:30</v></c>")),
	"1/2 @[2024-02-29]@[2024-02-29T18:00:00]@[12:30:00]\n", 0, 0},
    {"number formats",
	SHEET(HEADER ROW("<c s='1'><v>8</v></c><c s='2'><v>45351</v></c><c s='3'><v>45351</v></c>")
		ROW(T("T2") "<c s='0'><v>45351</v></c><c s='x'><v>45351</v></c>")),
	"1/2 [00008]@[2024-02-29]@[2024-02-29]\n2/3 [T2]#[45351]#[45351]\n", 0,
	STYLES("<numFmts><numFmt numFmtId='164' formatCode='00000'/>"
	       "<numFmt numFmtId='165' formatCode='dd/mm/yyyy'/></numFmts>"
	       "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
	       "<xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='14'/></cellXfs>")},
    {"both v and is", SHEET(HEADER ROW("<c t='inlineStr'><v>1.0</v><is><t>T1</t></is></c>")),
	"1/2 [T1][][]\n", 0, 0},
    {"CDATA and references",
	SHEET(HEADER ROW(T("<![CDATA[T]]>1") T("&lt;&amp;&#233;") T("a&#13;&#10;b_x000D_c"))),
	"1/2 [T1][<&\xC3\xA9][a\nb\nc]\n", 0, 0},
    {"cells that were left out", SHEET(HEADER "<row><c r='C2' t='str'><v>b</v></c></row>"),
	"1/2 [][][b]\n", 0, 0},
    {"cells out of order",
	SHEET(HEADER "<row><c r='C2' t='str'><v>c</v></c><c r='A2' t='str'><v>T1</v></c>"
		     "<c t='str'><v>b</v></c></row>"
		     "<row><c r='XFD3'/><c r='C3'/><c r='B3' t='str'><v>b</v></c></row>"),
	"1/2 [T1][b][c]\n2/3 [][b][]\n", 0, 0},
    {"names of cells as people write them",
	SHEET(HEADER "<row><c r='a2' t='str'><v>T1</v></c><c r='$B$2' t='str'><v>b</v></c>"
		     "<c r='c$2' t='str'><v>c</v></c></row>"),
	"1/2 [T1][b][c]\n", 0, 0},
    {"cells without a name follow the last",
	SHEET(HEADER "<row><c r='B2' t='str'><v>a</v></c><c t='str'><v>b</v></c></row>"),
	"1/2 [][a][b]\n", 0, 0},
    {"rows keep their numbers",
	SHEET("<row r='3'>" T("id") "</row><row r='5'>" T("T1") "</row>" ROW(T("T2"))),
	"1/5 [T1]~[]~[]\n2/6 [T2]~[]~[]\n", 0, 0},
    {"blank rows do not count",
	SHEET(HEADER ROW("<c s='1'/>") ROW(T(" ")) "<row/>" ROW(T("T1")) ROW("")), "1/5 [T1][][]\n",
	0, 0},
    {"columns with formats alone",
	SHEET(ROW(T("id") "<c r='C1' s='1'/><c r='XFD1' s='1'/>")
		ROW(T("T1") "<c r='C2' s='1'/><c r='XFD2' t='inlineStr'><is><t> </t></is></c>")),
	"1/2 [T1]~[]~[]\n", 0, 0},
    {"columns in any order", SHEET(ROW(T("Text") T(" ID ")) ROW(T("b") T("T1"))),
	"1/2 [T1]~[][b]\n", 0, 0},
    {"a column without a name", SHEET(ROW(T("id") "<c/>" T("text")) ROW(T("T1") "<c/>" T("b"))),
	"1/2 [T1]~[][b]\n", 0, 0},
    {"what else a sheet has",
	"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><!-- c --><worksheet "
	"xmlns='" MAIN_NS
	"'><dimension ref='A1:XFD9'/><cols><col min='1' max='3'/></cols><sheetData>" HEADER
	"<row><extLst><c><v>1</v></c></extLst>" T(
	    "T1") "</row></sheetData><mergeCells><mergeCell "
		  "ref='A1:B1'/></mergeCells><row/></worksheet>",
	"1/2 [T1][][]\n", 0, 0},
    {"prefixes",
	"<x:worksheet xmlns:x='" MAIN_NS "'><x:sheetData><x:row><x:c t='str'><x:v>id</x:v></x:c>"
	"</x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>",
	"1/2 #[1]~[]~[]\n", 0, 0},
    {"elements of other namespaces do not count",
	"<worksheet xmlns='" MAIN_NS "' xmlns:y='urn:y'><sheetData>" HEADER
	"<y:row><c/></y:row><row>" T("T1") "<y:c><v>1</v></y:c></row></sheetData></worksheet>",
	"1/2 [T1][][]\n", 0, 0},
    {"the strict namespace",
	"<worksheet xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main'><sheetData>" HEADER
	"<row>" T("T1") "</row></sheetData></worksheet>",
	"1/2 [T1][][]\n", 0, 0},
    {"Latin-1 XML", "<?xml version='1.0' encoding='ISO-8859-1'?>" SHEET(HEADER ROW(T("\xE9"))),
	"1/2 [\xC3\xA9][][]\n", 0, 0},
};

static struct outcome
read_sheet(const char *sheet, const char *strings, const char *styles, const struct limits *l)
{
	struct part parts[4] = {{"xl/worksheets/sheet1.xml", sheet}};
	size_t n = 1;

	if (strings)
		parts[n++] = (struct part){"xl/sharedStrings.xml", strings};
	if (styles)
		parts[n++] = (struct part){"xl/styles.xml", styles};
	return read_parts(parts, l);
}

static void
reads(void **state)
{
	const struct good *t = *state;
	struct outcome o = read_sheet(t->sheet, t->strings, t->styles, &limits);

	assert_int_equal(o.status, READER_END);
	check_outcome(&o, t->records, "");
}

#define DAMAGED "E 0/1 -: The workbook is damaged: "
#define EMPTY                                                                                     \
	"E 0/0 -: The file is empty. Its first row must name the columns (id, title, text); the " \
	"rows below hold the records.\n"

/* Sheets with findings. */
static const struct bad {
	const char *name;
	const char *sheet;
	const char *records; /* NULL: the file is not even opened */
	enum reader_status status;
	const char *told;
} bad[] = {
    {"an empty sheet", SHEET(""), NULL, 0, EMPTY},
    {"a sheet of formats", SHEET("<row><c s='1'/></row>"), NULL, 0, EMPTY},
    {"a header alone", SHEET(HEADER), "", READER_END,
	"E 0/0 -: The file has a header but no records.\n"},
    {"no header", SHEET("<row r='2'>" T("T1") "</row>"), NULL, 0,
	"E 0/2 -: The file has no header: no cell of its first row is the name of a column. That "
	"row must name the columns, which can be: id, title, text.\n"},
    {"an error in the header", SHEET(ROW(T("id") "<c t='e'><v>#REF!</v></c>")), NULL, 0,
	"E 0/1 -: (#REF!) The cell Sheet1!B1 holds the error #REF!. Correct its formula, or put a "
	"value in its place.\n"},
    {"error values",
	SHEET(HEADER ROW(T("T1") "<c t='e'><f>1/0</f><v>#DIV/0!</v></c>") ROW(T("T2"))),
	"1/2 [T1]~[#DIV/0!][]\n2/3 [T2][][]\n", READER_END,
	"E 1/2 title: (#DIV/0!) The cell Sheet1!B2 holds the error #DIV/0!. Correct its formula, "
	"or put a value in its place.\n"},
    {"formulas without a result",
	SHEET(HEADER ROW("<c><f>A1</f></c><c><f>A1</f><v></v></c><c t='str'><f>A1</f></c>")),
	"1/2 ~[]~[]~[]\n", READER_END,
	"E 1/2 id: The cell Sheet1!A2 is a formula whose result is not in the file. Open the file "
	"in a spreadsheet program and save it, or put a value in the formula's place.\n"
	"E 1/2 title: The cell Sheet1!B2 is a formula whose result is not in the file. Open the "
	"file in a spreadsheet program and save it, or put a value in the formula's place.\n"
	"E 1/2 text: The cell Sheet1!C2 is a formula whose result is not in the file. Open the "
	"file in a spreadsheet program and save it, or put a value in the formula's place.\n"},
    {"no number", SHEET(HEADER ROW(T("T1") "<c><v>eight</v></c>")), "1/2 [T1]~[eight][]\n",
	READER_END,
	"E 1/2 title: (eight) The cell Sheet1!B2 is marked as a number, but holds "
	"\"eight\". " SHOWN},
    {"no shared string", SHEET(HEADER ROW(T("T1") "<c t='s'><v>0</v></c><c t='s'><v>x</v></c>")),
	"1/2 [T1]~[0]~[x]\n", READER_END,
	"E 1/2 title: (0) The cell Sheet1!B2 refers to a text that is not in the file (0). The "
	"workbook is damaged. " SHOWN
	"E 1/2 text: (x) The cell Sheet1!C2 refers to a text that is not in the file (x). The "
	"workbook is damaged. " SHOWN},
    {"more cells than the header", SHEET(ROW(T("id")) ROW(T("T1") "<c r='C2'><v>1</v></c>")),
	"1/2 [T1]~[]~[]\n", READER_END,
	"E 1/2 -: This row has 3 cells, but the header has 1 columns. Empty the cells to the right "
	"of the header.\n"},
    {"a value far right",
	SHEET(HEADER ROW(T("T1") "<c r='XFC2'><v>1</v></c><c t='s'><v>9</v></c>")),
	"1/2 [T1][][]\n", READER_END,
	"E 1/2 -: The cell Sheet1!XFC2 has a value, but the header names no column there. Empty "
	"the cell.\n"},
    {"a header far right", SHEET(ROW(T("id") "<c r='XFD1' t='str'><v>title</v></c>")), NULL, 0,
	"E 0/1 -: The header goes on to the cell Sheet1!XFD1; the limit (max_columns) is 8.\n"},
    {"a value without a header", SHEET(ROW(T("id") "<c/>" T("text")) ROW("<c/>" T("x") T("b"))),
	"1/2 []~[][b]\n", READER_END,
	"E 1/2 -: (x) Column 2 has a value here, but no name in the header. Name the column, or "
	"empty the cell.\n"},
    {"rows out of order", SHEET("<row r='1'>" T("id") "</row><row r='3'/><row r='2'/>"), "",
	READER_FAILED,
	"E 1/3 -: The workbook is damaged: its rows are not in order (row 3 is followed by row "
	"2). " SHOWN},
    {"a row twice", SHEET(ROW(T("id")) "<row r='1'/>"), "", READER_FAILED,
	"E 1/1 -: The workbook is damaged: its rows are not in order (row 1 is followed by row "
	"1). " SHOWN},
    {"a row that is no number", SHEET(ROW(T("id")) "<row r='-2'/>"), "", READER_FAILED,
	"E 1/1 -: The workbook is damaged: a row below row 1 has the number \"-2\". " SHOWN},
    {"a row beyond the last", SHEET(ROW(T("id")) "<row r='1048576'/><row/>"), "", READER_FAILED,
	"E 1/1048576 -: The workbook is damaged: its rows are not in order (row 1048576 is "
	"followed "
	"by row 1048577). " SHOWN},
    {"a cell of another row", SHEET("<row><c r='A2'/></row>"), NULL, 0,
	DAMAGED "row 1 has a cell \"A2\" where none can be. " SHOWN},
    {"a cell twice, out of order",
	SHEET(HEADER "<row><c r='A2'/><c r='C2'/><c r='B2'/><c r='C2'/></row>"), "", READER_FAILED,
	"E 1/2 -: The workbook is damaged: row 2 has a cell \"C2\" where none can be. " SHOWN},
    {"a cell twice", SHEET("<row><c r='B1'/><c r='B1'/></row>"), NULL, 0,
	DAMAGED "row 1 has a cell \"B1\" where none can be. " SHOWN},
    {"a cell beyond the last", SHEET("<row><c r='XFD1'/><c/></row>"), NULL, 0,
	DAMAGED "row 1 has a cell \"XFE1\" where none can be. " SHOWN},
    {"a name that is none", SHEET("<row><c r='1A'/></row>"), NULL, 0,
	DAMAGED "row 1 has a cell \"1A\" where none can be. " SHOWN},
    {"an unknown type", SHEET("<row><c t='x'/></row>"), NULL, 0,
	DAMAGED "a cell of row 1 has the unknown type \"x\". " SHOWN},
    {"XML that breaks off", "<worksheet xmlns='" MAIN_NS "'><sheetData>" HEADER ROW(T("T1")),
	"1/2 [T1][][]\n", READER_FAILED,
	"E 2/2 -: The workbook is damaged: xl/worksheets/sheet1.xml is no XML (no element found, "
	"at line 1). " SHOWN},
    {"broken UTF-8", SHEET(HEADER ROW(T("\xE9"))), "", READER_FAILED,
	"E 1/2 -: The workbook is damaged: xl/worksheets/sheet1.xml is no XML (not well-formed "
	"(invalid token), at line 1). " SHOWN},
    {"another kind of part", STRINGS(""), NULL, 0,
	"E 0/0 -: The file is not a workbook, or it is damaged: xl/worksheets/sheet1.xml is no "
	"worksheet. " SHOWN},
    {"no namespace", "<worksheet/>", NULL, 0,
	"E 0/0 -: The file is not a workbook, or it is damaged: xl/worksheets/sheet1.xml is no "
	"worksheet. " SHOWN},
    {"a document type", "<!DOCTYPE worksheet [<!ENTITY a 'aaaaaaaa'>]>" SHEET(""), NULL, 0,
	"E 0/0 -: xl/worksheets/sheet1.xml has a document type declaration, which no workbook may "
	"have. " SHOWN},
};

static void
tells(void **state)
{
	const struct bad *t = *state;
	struct outcome o = read_sheet(t->sheet, NULL, NULL, &limits);

	assert_int_equal(o.status, t->status);
	check_outcome(&o, t->records, t->told);
}

/* What exceeds small limits, and what just fits. */
static const struct limited {
	const char *name;
	const char *sheet, *strings;
	const char *records, *told;
} limited[] = {
    {"cells of the limit",
	SHEET(ROW(T("id") T("title")) ROW(T("T1") T("12345678")) ROW("<c t='s'><v>0</v></c>")),
	STRINGS("<si><t>87654321</t></si>"), "1/2 [T1][12345678]~[]\n2/3 [87654321][]~[]\n", ""},
    {"larger cells",
	SHEET(ROW(T("id") T("title")) ROW(T("T1") T("123456789")) ROW("<c t='s'><v>0</v></c>")),
	STRINGS("<si><t>1234567\xC3\xA9</t></si>"), "1/2 [T1]~[]~[]\n2/3 ~[1234567][]~[]\n",
	"E 1/2 title: The cell Sheet1!B2 has more than 8 bytes, the limit (max_field_bytes). "
	"Shorten it.\n"
	"E 2/3 id: The cell Sheet1!A3 has more than 8 bytes, the limit (max_field_bytes). Shorten "
	"it.\n"},
    {"columns of the limit", SHEET(ROW(T("id") T("title")) ROW(T("T1") T("a"))), NULL,
	"1/2 [T1][a]~[]\n", ""},
    {"more columns", SHEET(ROW(T("id")) ROW(T("T1") "<c/>" T("b"))), NULL, "1/2 [T1]~[]~[]\n",
	"E 1/2 -: The cell Sheet1!C2 has a value, but the header names no column there. Empty the "
	"cell.\n"},
    {"more records", SHEET(ROW(T("id")) ROW(T("1")) ROW(T("2")) ROW("") ROW(T("3"))), NULL,
	"1/2 [1]~[]~[]\n2/3 [2]~[]~[]\n",
	"E 3/5 -: This is record 3; the limit (max_records) is 2. Split the file.\n"},
    {"more shared strings", SHEET(ROW(T("id"))),
	STRINGS("<si/><si/><si/><si/><si/><si/><si/><si/><si/>"), NULL,
	"E 0/0 -: The texts of the workbook (its shared strings) take more than 64 bytes, the "
	"limit (xlsx_max_shared_bytes). Split the workbook, or save it as CSV.\n"},
};

static void
keeps_limits(void **state)
{
	struct limits small = limits;
	const struct limited *t = *state;

	small.max_records = small.max_columns = 2;
	small.max_field_bytes = 8;
	small.max_shared_bytes = 64;
	struct outcome o = read_sheet(t->sheet, t->strings, NULL, &small);
	check_outcome(&o, t->records, t->told);
}

static void
gives_rows_back_whole(void **state)
{
	static const struct part parts[] = {
	    {"xl/worksheets/sheet1.xml", SHEET(ROW(T("id") T("type")) ROW(
					     T("T1") "<c t='e'><v>#N/A</v></c><c><v>1</v></c>"))},
	    {NULL, NULL},
	};
	struct outcome o = {0};
	struct buf bytes = {0}, raw = {0};
	struct record rec;
	int fd = memfd_create("test", 0);

	(void)state;
	make_book(parts, &bytes);
	assert_int_equal(write(fd, bytes.data, bytes.len), bytes.len);
	struct reader *r = xlsx_open(&(struct source){.fd = fd}, &model, &limits, sink, &o);
	assert_int_equal(reader_next(r, &rec), READER_RECORD);
	for (size_t i = 0; i < rec.nraw; i++)
		buf_printf(&raw, "%.*s=%.*s;", (int)rec.raw[i].name_n, rec.raw[i].name,
		    (int)rec.raw[i].n, rec.raw[i].text);
	assert_string_equal(buf_text(&raw), "id=T1;type=#N/A;=1;");
	reader_close(r);
	close(fd);
	free_outcome(&o);
	buf_free(&bytes);
	buf_free(&raw);
}

/* Rows whose XML takes more than one read, and cells that do so too. */
static void
reads_large_rows(void **state)
{
	struct buf sheet = {0}, records = {0};
	char *a = malloc(100000 + 1);

	(void)state;
	assert_non_null(a);
	memset(a, 'a', 100000);
	a[100000] = '\0';
	buf_add_text(&sheet, "<worksheet xmlns='" MAIN_NS "'><sheetData>" HEADER);
	for (int i = 1; i <= 20; i++) {
		int n = i * 4999;
		buf_printf(&sheet, ROW(T("T%d") T("_x0041_%.*s") T("%.*s_x000D_")), i, n, a, n, a);
		buf_printf(&records, "%d/%d [T%d][A%.*s][%.*s\n]\n", i, i + 1, i, n, a, n, a);
	}
	buf_add_text(&sheet, "</sheetData></worksheet>");
	struct limits wide = limits;
	wide.max_inflate_ratio = 2000;
	struct outcome o = read_sheet(sheet.data, NULL, NULL, &wide);
	check_outcome(&o, buf_text(&records), "");
	buf_free(&sheet);
	buf_free(&records);
	free(a);
}

/* Files that other programs wrote: see tests/data/xlsx/README.md. */
static const struct file {
	const char *name, *told;
} files[] = {
    {"libreoffice.xlsx", ""},
    {"libxlsxwriter.xlsx", ""},
    {"openpyxl.xlsx",
	"E 4/6 title: The cell 'The library'!B6 is a formula whose result is not in the file. Open "
	"the file in a spreadsheet program and save it, or put a value in the formula's place.\n"},
};

static void
reads_files_of_other_programs(void **state)
{
	const struct file *t = *state;
	char path[128];

	snprintf(path, sizeof path, "tests/data/xlsx/%s", t->name);
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	struct outcome o = read_fd(fd, &limits);
	close(fd);

	struct buf records = {0};
	buf_printf(&records,
	    "1/2 [CT1][Größe “prüfen”][First line\nsecond line]\n"
	    "2/3 [CT2]#[8]#[0.3]\n"
	    "3/5 [00042]?[true]@[2024-02-29]\n"
	    "4/6 [CT4]%s@[2024-02-29T18:00:00]\n"
	    "5/7 [CT5][rich text][a_x000D_b]\n",
	    *t->told ? "~[]" : "[CT1-CT2]");
	check_outcome(&o, buf_text(&records), t->told);
	buf_free(&records);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(good) + COUNT(bad) + COUNT(limited) + COUNT(files) + 2];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(good); i++)
		tests[n++] = (struct CMUnitTest){
		    .name = good[i].name, .test_func = reads, .initial_state = (void *)&good[i]};
	for (size_t i = 0; i < COUNT(bad); i++)
		tests[n++] = (struct CMUnitTest){
		    .name = bad[i].name, .test_func = tells, .initial_state = (void *)&bad[i]};
	for (size_t i = 0; i < COUNT(limited); i++)
		tests[n++] = (struct CMUnitTest){.name = limited[i].name,
		    .test_func = keeps_limits,
		    .initial_state = (void *)&limited[i]};
	for (size_t i = 0; i < COUNT(files); i++)
		tests[n++] = (struct CMUnitTest){.name = files[i].name,
		    .test_func = reads_files_of_other_programs,
		    .initial_state = (void *)&files[i]};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(gives_rows_back_whole);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(reads_large_rows);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
