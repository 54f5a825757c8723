/*
 * Archives around workbooks: broken, hostile, and other kinds of file; formats/xlsx_package.h,
 * xlsx_workbook.h and xlsx_xml.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "xlsx_book.h"

#define RECORD "1/2 [T1][][]\n"
#define FILLED SHEET(HEADER "<row>" T("T1") "</row>")
#define AGAIN  "Open it in a spreadsheet program and save it again as .xlsx.\n"
#define NOT_A_WORKBOOK                                                                            \
	"E 0/0 -: The file is not an Excel workbook (.xlsx). If it is a CSV, JSON or YAML file, " \
	"upload it with that extension; else open it in a spreadsheet program and save it as "    \
	".xlsx.\n"
#define CUT_OFF                                                                               \
	"E 0/0 -: The workbook is cut off or damaged: it is no complete zip archive. Upload " \
	"it again.\n"

#define OFFICE(target) RELATIONS(RELATION("r1", "officeDocument", target))
#define RELS           "_rels/.rels"
#define BOOK           "xl/workbook.xml"
#define BOOK_RELS      "xl/_rels/workbook.xml.rels"
#define SHEET1         "xl/worksheets/sheet1.xml"
#define MAX_PARTS      5

/* Workbooks with odd parts. */
static const struct book {
	const char *name;
	struct part parts[MAX_PARTS + 1];
	const char *records; /* NULL: not even opened */
	const char *told;
} books[] = {
    {"the usual", {{SHEET1, FILLED}}, RECORD, ""},
    {"names in another case", {{SHEET1, NULL}, {"XL/Worksheets/Sheet1.XML", FILLED}}, RECORD, ""},
    {"names with backslashes", {{SHEET1, NULL}, {"xl\\worksheets\\sheet1.xml", FILLED}}, RECORD,
	""},
    {"names with a slash at the start",
	{{SHEET1, NULL}, {"/xl/worksheets/sheet1.xml", FILLED}, {BOOK, NULL},
	    {"./xl/workbook.xml", SHEETS("<sheet name='S' r:id='r1'/>")}},
	RECORD, ""},
    {"names with spaces",
	{{SHEET1, NULL}, {"xl/worksheets/my sheet.xml", FILLED},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets/my%20sheet.xml"))}},
	RECORD, ""},
    {"names with escaped spaces",
	{{SHEET1, NULL}, {"xl/worksheets/my%20sheet.xml", FILLED},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets/my sheet.xml"))}},
	RECORD, ""},
    {"names with a percent sign",
	{{SHEET1, NULL}, {"xl/worksheets/100%.xml", FILLED},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets/100%.xml"))}},
	RECORD, ""},
    {"targets that go about",
	{{SHEET1, FILLED}, {RELS, OFFICE("./xl/./workbook.xml")},
	    {BOOK_RELS, RELATIONS(RELATION(
			    "r1", "worksheet", "../xl//styles/.././worksheets/sheet1.xml"))}},
	RECORD, ""},
    {"targets that climb above the top",
	{{SHEET1, FILLED}, {RELS, OFFICE("../xl/workbook.xml")},
	    {BOOK_RELS,
		RELATIONS(RELATION("r1", "worksheet", "../../../xl/worksheets/sheet1.xml"))}},
	RECORD, ""},
    {"targets with a fragment",
	{{SHEET1, FILLED}, {RELS, OFFICE("xl/workbook.xml#a")},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets/sheet1.xml#Sheet1!A1"))}},
	RECORD, ""},
    {"names with a #",
	{{SHEET1, NULL}, {"xl/worksheets/no#1.xml", FILLED},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets/no#1.xml"))}},
	RECORD, ""},
    {"names with an escaped #",
	{{SHEET1, NULL}, {"xl/worksheets/no#1.xml", FILLED},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets/no%231.xml"))}},
	RECORD, ""},
    {"targets from the top of the package",
	{{SHEET1, SHEET(HEADER "<row><c t='s'><v>0</v></c></row>")},
	    {"xl/sharedStrings.xml", STRINGS("<si><t>T1</t></si>")},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "xl/worksheets/sheet1.xml")
				RELATION("r2", "sharedStrings", "xl/sharedStrings.xml"))}},
	RECORD, ""},
    {"a target that is there in both places",
	{{SHEET1, SHEET("")}, {"xl/xl/worksheets/sheet1.xml", FILLED},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "xl/worksheets/sheet1.xml"))}},
	RECORD, ""},
    {"targets with backslashes",
	{{SHEET1, FILLED}, {RELS, OFFICE("\\xl\\workbook.xml")},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets\\sheet1.xml"))}},
	RECORD, ""},
    {"targets in another case",
	{{SHEET1, FILLED},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "WorkSheets/SHEET1.xml"))}},
	RECORD, ""},
    {"no relationships of the package", {{SHEET1, FILLED}, {RELS, NULL}}, RECORD, ""},
    {"styles and strings that are announced, but not there",
	{{SHEET1, FILLED}, {"xl/styles.xml", NULL}, {"xl/sharedStrings.xml", NULL}}, RECORD, ""},
    {"strings that are not there, but needed",
	{{SHEET1, SHEET(HEADER "<row>" T("T1") "<c t='s'><v>0</v></c></row>")},
	    {"xl/sharedStrings.xml", NULL}},
	"1/2 [T1]~[0][]\n",
	"E 1/2 title: (0) The cell Sheet1!B2 refers to a text that is not in the file (0). The "
	"workbook is damaged. " AGAIN},
    {"no styles and strings",
	{{SHEET1, FILLED}, {"xl/styles.xml", NULL}, {"xl/sharedStrings.xml", NULL},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets/sheet1.xml"))}},
	RECORD, ""},
    {"absolute targets",
	{{SHEET1, FILLED}, {RELS, OFFICE("/xl/workbook.xml")},
	    {BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "/xl/worksheets/sheet1.xml"))}},
	RECORD, ""},
    {"a workbook elsewhere",
	{{RELS, OFFICE("book.xml")}, {"book.xml", SHEETS("<sheet name='S' r:id='a'/>")},
	    {"_rels/book.xml.rels", RELATIONS(RELATION("a", "worksheet", "s.xml"))},
	    {"s.xml", FILLED}},
	RECORD, ""},
    {"strict relationships",
	{{SHEET1, FILLED},
	    {RELS, "<Relationships xmlns='" RELS_NS "'><Relationship Id='r1' "
		   "Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument' "
		   "Target='xl/workbook.xml'/></Relationships>"},
	    {BOOK, "<workbook xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main' "
		   "xmlns:r='http://purl.oclc.org/ooxml/officeDocument/relationships'><sheets>"
		   "<sheet name='Sheet1' r:id='r1'/></sheets></workbook>"}},
	RECORD, ""},
    {"hidden sheets and charts first",
	{{SHEET1, FILLED}, {"xl/other.xml", SHEET("")},
	    {BOOK,
		SHEETS("<sheet name='A' state='hidden' r:id='r4'/>"
		       "<sheet name='B' state='veryHidden' r:id='r4'/><sheet name='C' r:id='r5'/>"
		       "<sheet name='D' state='visible' r:id='r1'/><sheet name='E' r:id='r4'/>")},
	    {BOOK_RELS, RELATIONS(RELATION("r4", "worksheet", "other.xml")
				RELATION("r5", "chartsheet", "chart.xml")
				    RELATION("r1", "worksheet", "worksheets/sheet1.xml"))}},
	RECORD, ""},
    {"days from 1904",
	{{SHEET1, SHEET(HEADER "<row><c s='0'><v>0</v></c></row>")},
	    {"xl/styles.xml", STYLES("<cellXfs><xf numFmtId='14'/></cellXfs>")},
	    {BOOK, WORKBOOK("<workbookPr date1904='1'/><sheets><sheet r:id='r1'/></sheets>")}},
	"1/2 @[1904-01-01][][]\n", ""},
    {"sheet names as formulas write them",
	{{SHEET1, SHEET("<row><c t='e'><v>#REF!</v></c></row>")},
	    {BOOK, SHEETS("<sheet name=\"Bob's &#228;\" r:id='r1'/>")}},
	NULL,
	"E 0/1 -: (#REF!) The cell 'Bob''s \xC3\xA4'!A1 holds the error #REF!. Correct its "
	"formula, "
	"or put a value in its place.\n"},

    {"no visible sheet", {{BOOK, SHEETS("<sheet name='A' state='hidden' r:id='r1'/>")}}, NULL,
	"E 0/0 -: The workbook has no visible sheet with cells. Unhide the one to be imported, or "
	"add one.\n"},
    {"a sheet without a relation", {{BOOK, SHEETS("<sheet name='A' r:id='r9'/>")}}, NULL,
	"E 0/0 -: The workbook has no visible sheet with cells. Unhide the one to be imported, or "
	"add one.\n"},
    {"no sheet part", {{SHEET1, NULL}}, NULL,
	"E 0/0 -: The workbook is damaged: its part xl/worksheets/sheet1.xml is missing. " AGAIN},
    {"no workbook part", {{BOOK, NULL}}, NULL,
	"E 0/0 -: The workbook is damaged: its part xl/workbook.xml is missing. " AGAIN},
    {"no relationships", {{BOOK_RELS, NULL}}, NULL,
	"E 0/0 -: The workbook is damaged: its part xl/_rels/workbook.xml.rels is missing. " AGAIN},
    {"a target that climbs to where nothing is",
	{{BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "worksheets/../../etc/passwd"))}}, NULL,
	"E 0/0 -: The workbook is damaged: its part etc/passwd is missing. " AGAIN},
    {"a target that climbs above the top",
	{{BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "x/../../../etc/passwd"))}}, NULL,
	"E 0/0 -: The workbook is damaged: its part etc/passwd is missing. " AGAIN},
    {"a target that climbs above the top with backslashes",
	{{BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "..\\..\\etc\\passwd"))}}, NULL,
	"E 0/0 -: The workbook is damaged: its part etc/passwd is missing. " AGAIN},
    {"a target that ends where it began",
	{{BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "../../.."))}}, NULL,
	"E 0/0 -: The workbook refers to a part outside the file (../../..). " AGAIN},
    {"a target that is a fragment alone",
	{{BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "#A1"))}}, NULL,
	"E 0/0 -: The workbook is damaged: its part xl/ is missing. " AGAIN},
    {"an empty target", {{BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "/"))}}, NULL,
	"E 0/0 -: The workbook refers to a part outside the file (/). " AGAIN},
    {"a target on the web",
	{{BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "http://localhost/sheet.xml"))}}, NULL,
	"E 0/0 -: The workbook refers to a part outside the file "
	"(http://localhost/sheet.xml). " AGAIN},
    {"an external target",
	{{BOOK_RELS, RELATIONS("<Relationship Id='r1' Type='" OTHER_NS "/worksheet' "
			       "Target='worksheets/sheet1.xml' TargetMode='External'/>")}},
	NULL,
	"E 0/0 -: The workbook refers to a part outside the file (worksheets/sheet1.xml). " AGAIN},
    {"two parts of one name", {{"XL/worksheets/sheet1.xml", FILLED}}, NULL,
	"E 0/0 -: The workbook is damaged: its part xl/worksheets/sheet1.xml is there more than "
	"once. " AGAIN},
    {"broken shared strings", {{"xl/sharedStrings.xml", "<sst"}}, NULL,
	"E 0/0 -: The workbook is damaged: xl/sharedStrings.xml is no XML (unclosed token, at line "
	"1). " AGAIN},
    {"another zip archive", {{RELS, NULL}, {BOOK, NULL}}, NULL,
	"E 0/0 -: The file is a zip archive, but not an Excel workbook (.xlsx).\n"},
    {"another package", {{RELS, RELATIONS("")}}, NULL,
	"E 0/0 -: The file is a zip archive, but not an Excel workbook (.xlsx).\n"},
    {"a Word document", {{"word/document.xml", ""}}, NULL,
	"E 0/0 -: The file is a Word document, not a workbook.\n"},
    {"an OpenDocument file", {{RELS, NULL}, {"META-INF/manifest.xml", ""}}, NULL,
	"E 0/0 -: The file is an OpenDocument file (.ods), not an Excel workbook. Save it as "
	".xlsx.\n"},
    {"a binary workbook", {{BOOK, NULL}, {"xl/workbook.bin", ""}}, NULL,
	"E 0/0 -: The file is a binary Excel workbook (.xlsb). Save it as .xlsx.\n"},
};

static void
reads_or_refuses(void **state)
{
	const struct book *t = *state;
	struct outcome o = read_parts(t->parts, &limits);

	check_outcome(&o, t->records, t->told);
}

#define BYTES(s) s, sizeof(s) - 1

/* Files that are not archives. */
static const struct other {
	const char *name;
	const char *file;
	size_t n;
	const char *told;
} others[] = {
    {"an empty file", BYTES(""), "E 0/0 -: The file is empty.\n"},
    {"a byte", BYTES("P"), NOT_A_WORKBOOK},
    {"a CSV file", BYTES("id,title\nT1,a\n"), NOT_A_WORKBOOK},
    {"an old Excel file", BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"),
	"E 0/0 -: The file is an old Excel file (.xls), or it is protected by a password. Open it "
	"in a spreadsheet program and save it as .xlsx, without a password.\n"},
    {"a PDF", BYTES("%PDF-1.7\n"),
	"E 0/0 -: The file is a PDF document, not a workbook. Export the data from where it came "
	"from as .xlsx.\n"},
    {"the beginning of an archive", BYTES("PK\3\4"), CUT_OFF},
    {"an empty archive", BYTES("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	"E 0/0 -: The file is a zip archive, but not an Excel workbook (.xlsx).\n"},
    {"an archive that claims many entries",
	BYTES("PK\5\6\0\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\0\0\0"),
	"E 0/0 -: The workbook is an archive of 65535 parts; at most 10000 are possible.\n"},
    {"an archive that claims a great many entries",
	BYTES("PK\3\4PK\6\6"
	      "\x2C\0\0\0\0\0\0\0\x2D\0\x2D\0\0\0\0\0\0\0\0\0"
	      "\0\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	      "PK\6\7\0\0\0\0\4\0\0\0\0\0\0\0\1\0\0\0"
	      "PK\5\6\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0"),
	"E 0/0 -: The workbook is an archive of 4294967296 parts; at most 10000 are possible.\n"},
};

static void
says_what_it_is(void **state)
{
	const struct other *t = *state;
	struct outcome o = read_bytes(t->file, t->n, &limits);

	check_outcome(&o, NULL, t->told);
}

static const struct part filled[] = {{SHEET1, FILLED}, {NULL, NULL}};

/* Checks that there was a message and, if the workbook was opened, reading it failed. */
static void
check_refused(struct outcome *o)
{
	assert_true(o->told.len > 0);
	assert_true(!o->opened || o->status == READER_FAILED);
	free_outcome(o);
}

static void
refuses_every_beginning_of_a_workbook(void **state)
{
	struct buf bytes = {0};

	(void)state;
	make_book(filled, &bytes);
	for (size_t n = 0; n < bytes.len; n++) {
		struct outcome o = read_bytes(bytes.data, n, &limits);
		check_refused(&o);
	}
	buf_free(&bytes);
}

/* A part's bytes are checked against its CRC, so it is either refused or read unchanged. */
static void
survives_any_broken_byte(void **state)
{
	struct buf bytes = {0};

	(void)state;
	make_book(filled, &bytes);
	for (size_t i = 0; i < bytes.len; i++) {
		bytes.data[i] = (char)~bytes.data[i];
		struct outcome o = read_bytes(bytes.data, bytes.len, &limits);
		if (o.told.len)
			check_refused(&o);
		else
			check_outcome(&o, RECORD, "");
		bytes.data[i] = (char)~bytes.data[i];
	}
	buf_free(&bytes);
}

/* Sets a byte in the headers of all parts, at its offset in each of the two kinds of header. */
static void
change_headers(struct buf *bytes, size_t local_at, size_t central_at, char value)
{
	for (size_t i = 0; i + 4 <= bytes->len; i++) {
		if (memcmp(bytes->data + i, "PK\3\4", 4) == 0)
			bytes->data[i + local_at] = value;
		else if (memcmp(bytes->data + i, "PK\1\2", 4) == 0)
			bytes->data[i + central_at] = value;
	}
}

static void
refuses_encryption_and_unusual_methods(void **state)
{
	struct buf bytes = {0};

	(void)state;
	make_book(filled, &bytes);
	change_headers(&bytes, 6, 8, 1); /* general purpose flags: encrypted */
	struct outcome o = read_bytes(bytes.data, bytes.len, &limits);
	check_outcome(
	    &o, NULL, "E 0/0 -: The workbook is encrypted. Save it without a password.\n");
	buf_clear(&bytes);
	make_book(filled, &bytes);
	change_headers(&bytes, 8, 10, 14); /* compression method: LZMA */
	o = read_bytes(bytes.data, bytes.len, &limits);
	check_outcome(&o, NULL,
	    "E 0/0 -: The workbook is compressed in an unusual way (zip method 14). " AGAIN);
	buf_free(&bytes);
}

static void
leaves_the_descriptor_open(void **state)
{
	struct buf bytes = {0};
	int fd = memfd_create("test", 0);

	(void)state;
	make_book(filled, &bytes);
	assert_int_equal(write(fd, bytes.data, bytes.len), bytes.len);
	for (int i = 0; i < 2; i++) {
		struct outcome o = read_fd(fd, &limits);
		check_outcome(&o, RECORD, "");
	}
	assert_int_equal(close(fd), 0);
	buf_free(&bytes);
}

/* Parts that are small in the archive, but enormous or endless when read. */
static const struct bomb {
	const char *name;
	const char *part, *begin, *more;
	size_t times;
	bool any_ratio;
	const char *says;
} bombs[] = {
    {"a cell of 64 MB", SHEET1,
	"<worksheet xmlns='" MAIN_NS "'><sheetData>" HEADER "<row><c t='str'><v>",
	"aaaaaaaaaaaaaaaa", 4000000, false, "times that, the limit (xlsx_max_ratio)"},
    {"a cell of any ratio", SHEET1,
	"<worksheet xmlns='" MAIN_NS "'><sheetData>" HEADER "<row><c t='str'><v>",
	"aaaaaaaaaaaaaaaa", 5000000, true, "67108864 bytes, the limit (xlsx_max_inflated_bytes)"},
    {"empty cells", SHEET1, "<worksheet xmlns='" MAIN_NS "'><sheetData>" HEADER "<row>", "<c/>",
	1000000, true, "row 2 has a cell \"XFE2\" where none can be"},
    {"an attribute", SHEET1, "<worksheet xmlns='" MAIN_NS "'><sheetData>" HEADER "<row a='",
	"aaaaaaaaaaaaaaaa", 1000000, true, "a tag in xl/worksheets/sheet1.xml has more than"},
    {"a comment", SHEET1, "<!--", "aaaaaaaaaaaaaaaa", 1000000, true,
	"a tag in xl/worksheets/sheet1.xml has more than"},
    {"nested elements", SHEET1, "<worksheet xmlns='" MAIN_NS "'>", "<a>", 1000000, true,
	"are nested more than 64 deep"},
    {"shared strings", "xl/sharedStrings.xml", "<sst xmlns='" MAIN_NS "'>", "<si/>", 1000000, true,
	"1048576 bytes, the limit (xlsx_max_shared_bytes)"},
    {"a shared string", "xl/sharedStrings.xml", "<sst xmlns='" MAIN_NS "'><si><t>",
	"aaaaaaaaaaaaaaaa", 1000000, true, "1048576 bytes, the limit (xlsx_max_shared_bytes)"},
    {"relationships", BOOK_RELS, "<Relationships xmlns='" RELS_NS "'>",
	RELATION("a", "worksheet", "b"), 10000, true, "has more than 4096 parts"},
    {"sheets", BOOK, "<workbook xmlns='" MAIN_NS "'><sheets>", "<sheet name='a'/>", 10000, true,
	"has more than 4096 sheets"},
    {"number formats", "xl/styles.xml", "<styleSheet xmlns='" MAIN_NS "'><numFmts>",
	"<numFmt numFmtId='200' formatCode='0'/>", 10000, true,
	"has more than 4096 number formats"},
    {"styles", "xl/styles.xml", "<styleSheet xmlns='" MAIN_NS "'><cellXfs>", "<xf/>", 200000, true,
	"has more than 131072 cell styles"},
};

static void
refuses_bombs(void **state)
{
	const struct bomb *t = *state;
	struct limits l = limits;
	struct buf text = {0};
	struct part parts[] = {{t->part, NULL}, {NULL, NULL}};

	if (t->any_ratio)
		l.max_inflate_ratio = 1000000;
	buf_add_text(&text, t->begin);
	for (size_t i = 0; i < t->times; i++)
		buf_add_text(&text, t->more);
	parts[0].text = buf_text(&text);
	struct buf bytes = {0};
	make_book(parts, &bytes);
	buf_free(&text);

	struct outcome o = read_bytes(bytes.data, bytes.len, &l);
	assert_non_null(strstr(buf_text(&o.told), t->says));
	check_refused(&o);
	buf_free(&bytes);
}

static void
refuses_to_remember_endless_names(void **state)
{
	struct limits l = limits;
	struct buf text = {0};
	struct part parts[] = {{SHEET1, NULL}, {NULL, NULL}};

	(void)state;
	l.max_inflate_ratio = 1000000;
	buf_add_text(&text, "<worksheet xmlns='" MAIN_NS "'>");
	for (int i = 0; i < 400000; i++)
		buf_printf(&text, "<a%d/>", i);
	parts[0].text = buf_text(&text);
	struct outcome o = read_parts(parts, &l);
	assert_non_null(strstr(buf_text(&o.told), "takes more than 16777216 bytes of memory"));
	check_refused(&o);
	buf_free(&text);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(books) + COUNT(others) + COUNT(bombs) + 5];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(books); i++)
		tests[n++] = (struct CMUnitTest){.name = books[i].name,
		    .test_func = reads_or_refuses,
		    .initial_state = (void *)&books[i]};
	for (size_t i = 0; i < COUNT(others); i++)
		tests[n++] = (struct CMUnitTest){.name = others[i].name,
		    .test_func = says_what_it_is,
		    .initial_state = (void *)&others[i]};
	for (size_t i = 0; i < COUNT(bombs); i++)
		tests[n++] = (struct CMUnitTest){.name = bombs[i].name,
		    .test_func = refuses_bombs,
		    .initial_state = (void *)&bombs[i]};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(refuses_every_beginning_of_a_workbook);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(survives_any_broken_byte);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(refuses_encryption_and_unusual_methods);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(leaves_the_descriptor_open);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(refuses_to_remember_endless_names);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
