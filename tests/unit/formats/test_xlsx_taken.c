/* How numbers are taken: as the sheet shows them, or as they are stored; formats/xlsx.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BOOK_FIELDS                                                              \
	{.name = "id", .kind = FIELD_ID, .prefix = "T"},                         \
	    {.name = "title", .kind = FIELD_LINE, .max = 255},                   \
	    {.name = "priority", .kind = FIELD_INTEGER, .max = 255},             \
	    {.name = "capecs", .kind = FIELD_REFS, .prefix = "", .max = 255},    \
	    {.name = "capec", .kind = FIELD_REF, .prefix = ""},                  \
	    {.name = "problems", .kind = FIELD_REFS, .prefix = "P", .max = 255}, \
	    {.name = "mark_delete", .kind = FIELD_DELETE},
#include "xlsx_book.h"

#define ROW(cells)       "<row>" cells "</row>"
#define N(number)        "<c><v>" number "</v></c>"
#define S(style, number) "<c s='" style "'><v>" number "</v></c>"
#define TITLES           ROW(T("id") T("title") T("priority"))
#define LISTS            ROW(T("id") T("capecs") T("capec") T("problems"))

/* 1: 0.00, 2: #,##0, 3: 0%, 4: # ?/?, 5: money, which is shown in many ways, 6: ;;;, 7: "CT"0 */
#define SOME_STYLES                                                                        \
	STYLES("<numFmts><numFmt numFmtId='170' formatCode=';;;'/><numFmt numFmtId='171' " \
	       "formatCode='\"CT\"0'/></numFmts>"                                          \
	       "<cellXfs><xf/><xf numFmtId='2'/><xf numFmtId='3'/><xf numFmtId='9'/><xf "  \
	       "numFmtId='12'/><xf numFmtId='44'/><xf numFmtId='170'/><xf "                \
	       "numFmtId='171'/></cellXfs>")

#define IF_MEANT "If the number is meant, nothing is to be done. "
#define AGAIN    "write that again in a cell that is formatted as text.\n"
#define SHOWS(cell, shown, number)                                        \
	"The cell Sheet1!" cell " shows \"" shown "\", but holds " number \
	", which was taken. " IF_MEANT "If what it shows is meant, " AGAIN
#define FORMAT(cell, number, code)                                                   \
	"The cell Sheet1!" cell " holds " number                                     \
	", which was taken, but shows it in another way (its number format is " code \
	"). " IF_MEANT "If what it shows is meant, " AGAIN
#define LOST(cell, number)                                                                       \
	"The cell Sheet1!" cell " holds " number ", which was taken, but the file has lost the " \
	"number format in which it was shown. " IF_MEANT                                         \
	"If it was a date, or anything else, " AGAIN

#define NO_DATE(cell, number)                                                        \
	"The cell Sheet1!" cell " is formatted as a date or time, but holds " number \
	", which is none (sheets show #### there). The number was taken. " IF_MEANT  \
	"If it was a date, or anything else, " AGAIN
#define DATED(text) "<c t='d'><v>" text "</v></c>"
#define AS_TEXT(cell, text)                                               \
	"The cell Sheet1!" cell " is marked as a date, but holds \"" text \
	"\", which is none. It was taken as text. If a date, or anything else, is meant, " AGAIN

/* Records are entry/row [id][title][priority][capecs][capec][problems][mark_delete]. */
static const struct taken {
	const char *name, *rows, *styles, *records, *told;
} cases[] = {
    {"text as the sheet shows it, numbers as they are",
	TITLES ROW(S("7", "12") S("1", "1.1") S("1", "7"))
	    ROW(T("CT2") S("3", "0.5") S("2", "1234")),
	SOME_STYLES, "1/2 [CT12][1.10]#[7]~[]~[]~[]~[]\n2/3 [CT2][50%]#[1234]~[]~[]~[]~[]\n", ""},
    {"what the sheet shows is no way to take it",
	TITLES ROW(T("CT1") N("123456789012")) ROW(T("CT2") S("4", "0.5"))
	    ROW(T("CT3") S("6", "5")),
	SOME_STYLES,
	"1/2 [CT1]#[123456789012][]~[]~[]~[]~[]\n2/3 [CT2]#[0.5][]~[]~[]~[]~[]\n3/4 "
	"[CT3]#[5][]~[]~[]~[]~[]\n",
	"W(shown) 1/2 title: (123456789012) " SHOWS(
	    "B2", "1.23457E+11", "123456789012") "W(shown) 2/3 title: (0.5) " FORMAT("B3", "0.5",
	    "# ?/?") "W(shown) 3/4 title: (5) " FORMAT("B4", "5", ";;;")},
    {"what the sheet shows leaves digits out",
	TITLES ROW(T("CT1") S("1", "3.14159")) ROW(T("CT2") S("3", "0.285"))
	    ROW(T("CT3") S("3", "0.29")) ROW(T("CT4") S("2", "1234567")),
	SOME_STYLES,
	"1/2 [CT1]#[3.14159][]~[]~[]~[]~[]\n2/3 [CT2]#[0.285][]~[]~[]~[]~[]\n3/4 "
	"[CT3][29%][]~[]~[]~[]~[]\n4/5 [CT4][1,234,567][]~[]~[]~[]~[]\n",
	"W(shown) 1/2 title: (3.14159) " SHOWS(
	    "B2", "3.14", "3.14159") "W(shown) 2/3 title: (0.285) " SHOWS("B3", "29%", "0.285")},
    {"where it does not matter how it is shown",
	ROW(T("id") T("title") T("priority") T("mark_delete")) ROW(T("CT1") N("12345678901")
		N("123456789012")) ROW(T("CT2") S("6", "5") S("6", "7") "<c t='b'><v>1</v></c>"),
	SOME_STYLES,
	"1/2 [CT1]#[12345678901]#[123456789012]~[]~[]~[][]\n2/3 [CT2]#[5]#[7]~[]~[]~[]?[true]\n",
	""},
    {"several numbers that became one",
	LISTS ROW(T("CT1") S("2", "21163") S("2", "21163") S("2", "21163"))
	    ROW(T("CT2") S("5", "21163") S("5", "21163")),
	SOME_STYLES,
	"1/2 [CT1]~[]~[][21,163]#[21163][21,163]~[]\n2/3 [CT2]~[]~[]#[21163]#[21163][]~[]\n",
	"W(shown) 2/3 capecs: (21163) " FORMAT("B3", "21163", "accounting")},
    {"numbers in lists that are no more than one",
	LISTS ROW(T("CT1") N("21163")) ROW(T("CT2") S("2", "21")) ROW(T("CT3") S("1", "21163"))
	    ROW(T("CT4") S("5", "163")) ROW(T("CT5") N("123456789012")),
	SOME_STYLES,
	"1/2 [CT1]~[]~[]#[21163][][]~[]\n2/3 [CT2]~[]~[]#[21][][]~[]\n3/4 "
	"[CT3]~[]~[]#[21163][][]~[]\n4/5 [CT4]~[]~[]#[163][][]~[]\n5/6 "
	"[CT5]~[]~[]#[123456789012][][]~[]\n",
	""},
    {"dates and times that no sheet can show",
	TITLES ROW(T("CT1") S("8", "-1") S("8", "7")) ROW(T("CT2") S("8", "3000000"))
	    ROW(T("CT3") S("9", "-0.5")) ROW(T("CT4") S("8", "2958465"))
		ROW(T("CT5") S("9", "0.5") S("8", "-1")),
	STYLES("<cellXfs><xf/><xf/><xf/><xf/><xf/><xf/><xf/><xf/><xf numFmtId='14'/><xf "
	       "numFmtId='20'/></cellXfs>"),
	"1/2 [CT1]#[-1]@[1900-01-07]~[]~[]~[]~[]\n2/3 [CT2]#[3000000][]~[]~[]~[]~[]\n3/4 "
	"[CT3]#[-0.5][]~[]~[]~[]~[]\n4/5 [CT4]@[9999-12-31][]~[]~[]~[]~[]\n5/6 "
	"[CT5]@[12:00:00]#[-1]~[]~[]~[]~[]\n",
	"W(shown) 1/2 title: (-1) " NO_DATE("B2", "-1") "W(shown) 2/3 title: (3000000) " NO_DATE(
	    "B3", "3000000") "W(shown) 3/4 title: (-0.5) " NO_DATE("B4",
	    "-0.5") "W(shown) 5/6 priority: (-1) " NO_DATE("C6", "-1")},
    {"text that is marked as a date",
	TITLES ROW(T("CT1") DATED("2026-02-30")) ROW(T("CT2") DATED("2026-02"))
	    ROW(T("CT3") DATED("xyz")) ROW(T("CT4") DATED("2024-02-29"))
		ROW(T("CT5") DATED("12:30")) ROW(T("CT6") DATED("")),
	STYLES(""),
	"1/2 [CT1][2026-02-30][]~[]~[]~[]~[]\n2/3 [CT2][2026-02][]~[]~[]~[]~[]\n3/4 "
	"[CT3][xyz][]~[]~[]~[]~[]\n4/5 [CT4]@[2024-02-29][]~[]~[]~[]~[]\n5/6 "
	"[CT5]@[12:30:00][]~[]~[]~[]~[]\n6/7 [CT6][][]~[]~[]~[]~[]\n",
	"W(shown) 1/2 title: (2026-02-30) " AS_TEXT(
	    "B2", "2026-02-30") "W(shown) 2/3 title: (2026-02) " AS_TEXT("B3",
	    "2026-02") "W(shown) 3/4 title: (xyz) " AS_TEXT("B4", "xyz")},
    {"such dates where they do not matter",
	ROW(DATED("id") T("title") T("type") T("mark_delete")) ROW(T("CT1") T("a") DATED("x"))
	    ROW(T("CT2") DATED("x") S("8", "-1") "<c t='b'><v>1</v></c>"),
	STYLES("<cellXfs><xf/><xf/><xf/><xf/><xf/><xf/><xf/><xf/><xf numFmtId='14'/></cellXfs>"),
	"1/2 [CT1][a]~[]~[]~[]~[][]\n2/3 [CT2][x]~[]~[]~[]~[]?[true]\n", ""},
    {"no styles",
	TITLES ROW(T("CT1") S("3", "45000") S("3", "7")) ROW(T("CT2") S("0", "45000"))
	    ROW("<c s='3' t='str'><v>CT3</v></c>" N("5")),
	STYLES(""),
	"1/2 [CT1]#[45000]#[7]~[]~[]~[]~[]\n2/3 [CT2]#[45000][]~[]~[]~[]~[]\n3/4 "
	"[CT3]#[5][]~[]~[]~[]~[]\n",
	"W(shown) 1/2 title: (45000) " LOST("B2", "45000")},
    {"no part of styles", TITLES ROW(T("CT1") S("3", "45000")), NULL,
	"1/2 [CT1]#[45000][]~[]~[]~[]~[]\n", "W(shown) 1/2 title: (45000) " LOST("B2", "45000")},
    {"fewer styles than are used", TITLES ROW(T("CT1") S("8", "45000")) ROW(T("CT2") S("x", "5")),
	SOME_STYLES, "1/2 [CT1]#[45000][]~[]~[]~[]~[]\n2/3 [CT2]#[5][]~[]~[]~[]~[]\n",
	"W(shown) 1/2 title: (45000) " LOST("B2", "45000")},
};

static void
takes(void **state)
{
	const struct taken *t = *state;
	struct buf sheet = {0};

	buf_printf(&sheet, SHEET("%s"), t->rows);
	const struct part parts[] = {{"xl/worksheets/sheet1.xml", buf_text(&sheet)},
	    {"xl/styles.xml", t->styles}, {NULL, NULL}};
	struct outcome o = read_parts(parts, &limits);
	check_outcome(&o, t->records, t->told);
	buf_free(&sheet);
}

/* As some programs write workbooks: without a word of styles. */
static void
takes_without_a_relation_to_styles(void **state)
{
	static const struct part parts[] = {
	    {"xl/_rels/workbook.xml.rels",
		RELATIONS(RELATION("r1", "worksheet", "worksheets/sheet1.xml"))},
	    {"xl/styles.xml", NULL},
	    {"xl/worksheets/sheet1.xml", SHEET(TITLES ROW(T("CT1") S("3", "45000")))},
	    {NULL, NULL}};

	(void)state;
	struct outcome o = read_parts(parts, &limits);
	check_outcome(&o, "1/2 [CT1]#[45000][]~[]~[]~[]~[]\n",
	    "W(shown) 1/2 title: (45000) " LOST("B2", "45000"));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 1];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[n++] = (struct CMUnitTest){
		    .name = cases[i].name, .test_func = takes, .initial_state = (void *)&cases[i]};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(takes_without_a_relation_to_styles);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
