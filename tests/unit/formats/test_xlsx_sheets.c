/*
 * What is odd about a sheet: which one is read, merged and hidden cells, errors in cells that are
 * not used; formats/xlsx_survey.h, xlsx_merges.h and xlsx.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BOOK_FIELDS                                                  \
	{.name = "id", .kind = FIELD_ID, .prefix = "T"},             \
	    {.name = "title", .kind = FIELD_LINE, .max = 255},       \
	    {.name = "priority", .kind = FIELD_INTEGER, .max = 255}, \
	    {.name = "tags", .kind = FIELD_TAGS, .max = 255},        \
	    {.name = "mark_delete", .kind = FIELD_DELETE},
#include "formats/xlsx_package.h"
#include "formats/xlsx_sheet.h"
#include "xlsx_book.h"

#define ROW(cells) "<row>" cells "</row>"
#define N(number)  "<c><v>" number "</v></c>"
#define BLANK      "<c s='1'/>"
#define BAD        "<c t='e'><v>#N/A</v></c>"
#define YES        "<c t='b'><v>1</v></c>"
#define NO         "<c t='b'><v>0</v></c>"
#define COLUMNS    ROW(T("id") T("title") T("tags") T("mark_delete"))
#define ITEM(n)    ROW(T("CT" n) T("a" n))
#define WHOLE(before, rows, after)                                                       \
	"<worksheet xmlns='" MAIN_NS "'>" before "<sheetData>" rows "</sheetData>" after \
	"</worksheet>"
#define MERGED(rows, refs)           WHOLE("", rows, "<mergeCells>" refs "</mergeCells>")
#define REF(ref)                     "<mergeCell ref='" ref "'/>"
#define HIDDEN_BY(attributes, cells) "<row " attributes ">" cells "</row>"
#define HIDDEN(rows, columns)        WHOLE("<cols>" columns "</cols>", rows, "")

#define IS_MERGED "are merged: this row, too, was given their value, "
#define UNMERGE   "If that is not meant, unmerge them.\n"
#define OWN(cell, value)                                             \
	"are merged, so the sheet does not show that the cell " cell \
	" has a value of its own, \"" value                          \
	"\". That was taken. If it is not meant, unmerge them and correct it.\n"
#define ACROSS                                                                            \
	"are merged across columns, so it is not known what each of them holds. Unmerge " \
	"them, and fill in each cell.\n"
#define IN_HEADER(range, cell)                                                                     \
	"The cells Sheet1!" range " are merged in the header, so only the first of their columns " \
	"has a name, but the cell " cell " has a value. Unmerge them, and name each column, or "   \
	"empty the cells below that have no name.\n"
#define CLASH(range, cell)                                                                       \
	"The cells Sheet1!" range " are merged in ranges that overlap, so it is not known what " \
	"the cell " cell " holds, and the blank ones below it. Unmerge them, and fill in each "  \
	"cell.\n"
#define HIDDEN_ROW                                                                              \
	"This row is hidden in the sheet, but was read all the same. If it is not meant to be " \
	"imported, delete it.\n"
#define HIDDEN_CELL(at, field, value, cell)                                                \
	"W(hidden) " at " " field ": (" value ") The column \"" field                      \
	"\" is hidden in the sheet, but was read: the cell Sheet1!" cell " holds \"" value \
	"\". If that is not meant to be imported, delete the column.\n"
#define HIDDEN_DELETES                                                                            \
	"This row is hidden in the sheet, and it DELETES its item. If that is not meant, unhide " \
	"the row, and empty its cell in the column \"mark_delete\".\n"
#define COLUMN_DELETES                                                                           \
	"This row DELETES its item, as the column \"mark_delete\" says, which is hidden in the " \
	"sheet. If that is not meant, unhide the column, and empty the cell.\n"
#define IF_MEANT  "If the number is meant, nothing is to be done. "
#define HAS_ERROR "holds the error #N/A. Correct its formula, or put a value in its place.\n"

/* A single sheet: its records as entry/row [id][title][priority][tags][mark_delete]. */
static const struct sheet_case {
	const char *name, *sheet, *records, *told;
} cases[] = {
    {"merged downwards",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x;y")) ROW(T("CT2") T("b") BLANK) ROW(T("CT3") T("c"))
		   ROW(T("CT4") T("d")),
	    REF("C2:C4")),
	"1/2 [CT1][a]~[][x;y][]\n2/3 [CT2][b]~[][x;y][]\n3/4 [CT3][c]~[][x;y][]\n4/5 "
	"[CT4][d]~[][][]\n",
	"W(merged) 2/3 tags: (x;y) The cells Sheet1!C2:C4 " IS_MERGED "\"x;y\". " UNMERGE
	"W(merged) 3/4 tags: (x;y) The cells Sheet1!C2:C4 " IS_MERGED "\"x;y\". " UNMERGE},
    {"a number merged downwards, then another range",
	MERGED(ROW(T("id") T("priority")) ROW(T("CT1") N("7")) ROW(T("CT2")) ROW(T("CT3") N("8"))
		   ROW(T("CT4")),
	    REF("B4:B5") REF("B2:B3")),
	"1/2 [CT1]~[]#[7]~[]~[]\n2/3 [CT2]~[]#[7]~[]~[]\n3/4 [CT3]~[]#[8]~[]~[]\n4/5 "
	"[CT4]~[]#[8]~[]~[]\n",
	"W(merged) 2/3 priority: (7) The cells Sheet1!B2:B3 " IS_MERGED "\"7\". " UNMERGE
	"W(merged) 4/5 priority: (8) The cells Sheet1!B4:B5 " IS_MERGED "\"8\". " UNMERGE},
    {"merged over a row that is blank, and one that is not there",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(BLANK BLANK BLANK) "<row r='6'>" T("CT2")
		   T("b") "</row>",
	    REF("C2:C6")),
	"1/2 [CT1][a]~[][x][]\n2/6 [CT2][b]~[][x][]\n",
	"W(merged) 2/6 tags: (x) The cells Sheet1!C2:C6 " IS_MERGED "\"x\". " UNMERGE},
    {"a value under merged cells",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") T("b") T("y")), REF("C2:C3")),
	"1/2 [CT1][a]~[][x][]\n2/3 [CT2][b]~[][y][]\n",
	"W(merged) 2/3 tags: (y) The cells Sheet1!C2:C3 " OWN("C3", "y")},
    {"values under merged cells that show nothing",
	MERGED(COLUMNS ROW(T("CT1") T("a")) ROW(T("CT2") T("b") T("y")) ROW(T("CT3") T("c"))
		   ROW(T("CT4") T("d") T("z")),
	    REF("C2:C4")),
	"1/2 [CT1][a]~[][][]\n2/3 [CT2][b]~[][y][]\n3/4 [CT3][c]~[][][]\n4/5 [CT4][d]~[][z][]\n",
	"W(merged) 2/3 tags: (y) The cells Sheet1!C2:C4 " OWN("C3", "y")},
    {"values beside the first of merged cells, which is blank",
	MERGED(COLUMNS ROW(T("CT1") BLANK T("y")) ROW(T("CT2") T(" ") BLANK NO), REF("B2:D3")),
	"1/2 [CT1][]~[][y][]\n2/3 [CT2][]~[][]?[false]\n",
	"W(merged) 1/2 tags: (y) The cells Sheet1!B2:D3 " OWN("C2",
	    "y") "W(merged) 2/3 mark_delete: (false) The cells Sheet1!B2:D3 " OWN("D3", "false")},
    {"values under merged cells that begin in a row that is blank",
	MERGED(COLUMNS ROW(T("CT1") T("a")) ROW(BLANK) ROW(T("CT2") T("b") T("y")), REF("C3:C4")),
	"1/2 [CT1][a]~[][][]\n2/4 [CT2][b]~[][y][]\n",
	"W(merged) 2/4 tags: (y) The cells Sheet1!C3:C4 " OWN("C4", "y")},
    {"an error merged downwards",
	MERGED(COLUMNS ROW(T("CT1") T("a") BAD) ROW(T("CT2") T("b")), REF("C2:C3")),
	"1/2 [CT1][a]~[]~[#N/A][]\n2/3 [CT2][b]~[]~[#N/A][]\n",
	"E 1/2 tags: (#N/A) The cell Sheet1!C2 " HAS_ERROR
	"E 2/3 tags: (#N/A) The cell Sheet1!C3 " HAS_ERROR
	"W(merged) 2/3 tags: (#N/A) The cells Sheet1!C2:C3 " IS_MERGED "\"#N/A\". " UNMERGE},
    {"merged cells that are empty",
	MERGED(COLUMNS ROW(T("CT1") T("a")) ROW(T("CT2") T("b")), REF("C2:C3") REF("C2:D3")),
	"1/2 [CT1][a]~[][][]\n2/3 [CT2][b]~[][][]\n", ""},
    {"merged across columns",
	MERGED(COLUMNS ROW(T("CT1") T("a")) ROW(T("CT2") T("b")), REF("B2:C2") REF("A3:D3")),
	"1/2 [CT1][a]~[]~[][]\n2/3 [CT2][b]~[]~[]~[]\n",
	"E 1/2 -: The cells Sheet1!B2:C2 " ACROSS "E 2/3 -: The cells Sheet1!A3:D3 " ACROSS},
    {"merged across rows and columns is told once",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") T("b")) ROW(T("CT3") T("c")),
	    REF("C2:D4")),
	"1/2 [CT1][a]~[][x]~[]\n2/3 [CT2][b]~[]~[]~[]\n3/4 [CT3][c]~[]~[]~[]\n",
	"E 1/2 -: The cells Sheet1!C2:D4 " ACROSS},
    {"merged across columns of which only the first is read",
	MERGED(ROW(T("id") T("title") T("type")) ROW(T("CT1") T("a")) ROW(T("CT2")), REF("B2:E3")),
	"1/2 [CT1][a]~[]~[]~[]\n2/3 [CT2][a]~[]~[]~[]\n",
	"W(merged) 2/3 title: (a) The cells Sheet1!B2:E3 " IS_MERGED "\"a\". " UNMERGE},
    {"merged across columns of which only the last is read",
	MERGED(ROW(T("id") T("type") T("title")) ROW(T("CT1") T("a")), REF("B2:C2")),
	"1/2 [CT1]~[]~[]~[]~[]\n", "E 1/2 -: The cells Sheet1!B2:C2 " ACROSS},
    {"merged cells that do not matter: of columns that are not read, single ones",
	MERGED(ROW(T("id") T("title") T("type") T("created_by")) ROW(T("CT1") T("a") T("x") T("y"))
		   ROW(T("CT2") T("b")),
	    REF("B1:XFD1") REF("C1:D3") REF("C2:C3") REF("D2:XFD3") REF("C2:D2") REF("A2")
		REF("A2:A2") REF("what") REF("A0:A3") REF("A1:A9999999") "<mergeCell/>"),
	"1/2 [CT1][a]~[]~[]~[]\n2/3 [CT2][b]~[]~[]~[]\n", ""},
    {"a header merged across columns, over values",
	MERGED(ROW(T("id") T("title") BLANK T("tags")) ROW(T("CT1") T("a") BLANK T("x"))
		   ROW(T("CT2") T("b") T("y") T("z")) ROW(T("CT3") T("c") T("d") T("e")),
	    REF("B1:C1")),
	"1/2 [CT1][a]~[][x]~[]\n2/3 [CT2][b]~[][z]~[]\n3/4 [CT3][c]~[][e]~[]\n",
	"E 2/3 -: (y) " IN_HEADER("B1:C1", "C3")},
    {"the last columns of a header merged, and values beyond them",
	MERGED(ROW(T("id") T("title")) ROW(T("CT1") T("a") T("b") T("c"))
		   ROW(T("CT2") T("a") T("b")) ROW(T("CT3") BLANK BLANK BLANK T("x")),
	    REF("B1:D2")),
	"1/2 [CT1][a]~[]~[]~[]\n2/3 [CT2][a]~[]~[]~[]\n3/4 [CT3][]~[]~[]~[]\n",
	"E 1/2 -: (b) " IN_HEADER(
	    "B1:D2", "C2") "W(merged) 1/2 title: (a) The cells Sheet1!B1:D2 " OWN("B2",
	    "a") "E 3/4 -: This row has 5 cells, but the header has 2 columns. Empty the cells to "
		 "the right "
		 "of the header.\n"},
    {"a header merged across columns that are named, or empty, or below another range",
	MERGED("<row/>" ROW(T("id") T("title") BLANK T("tags")) ROW(T("CT1") T("a") BLANK T("x"))
		   ROW(T("CT2") T("b") T("y")),
	    REF("A2:B2") REF("B1:C1") REF("D2:XFD2")),
	"1/3 [CT1][a]~[][x]~[]\n2/4 [CT2][b]~[][]~[]\n",
	"E 2/4 -: (y) Column 3 has a value here, but no name in the header. Name the column, or "
	"empty the cell.\n"},
    {"a header merged downwards",
	MERGED(COLUMNS ROW(T("CT1") T("a")) ROW(T("CT2") T("b") T("x")), REF("C1:C3")),
	"1/2 [CT1][a]~[][][]\n2/3 [CT2][b]~[][x][]\n",
	"E 1/2 tags: The cells Sheet1!C1:C3 are merged with the header, so it is not known what "
	"the cell C2 holds. Unmerge them, and fill it in.\n"
	"W(merged) 2/3 tags: (x) The cells Sheet1!C1:C3 " OWN("C3", "x")},
    {"a header merged downwards and across, over values",
	MERGED(
	    "<row/>" COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") T("b") T("y")), REF("B1:C3")),
	"1/3 [CT1][a]~[][x][]\n2/4 [CT2][b]~[][y][]\n",
	"W(merged) 1/3 title: (a) The cells Sheet1!B1:C3 " OWN(
	    "B3", "a") "W(merged) 1/3 tags: (x) The cells Sheet1!B1:C3 " OWN("C3", "x")},
    {"a header merged downwards above a row that is blank",
	MERGED(
	    COLUMNS ROW(BLANK BLANK) ROW(T("CT1") T("a")), REF("A1:A2") REF("B1:B2") REF("C1:D2")),
	"1/3 [CT1][a]~[][][]\n", ""},
    {"merged cells beside what deletes an item",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") BLANK BLANK YES)
		   ROW(T("CT3") T("x") BLANK YES),
	    REF("C2:C3") REF("B4:C4")),
	"1/2 [CT1][a]~[][x][]\n2/3 [CT2][]~[][x]?[true]\n3/4 [CT3][x]~[]~[]?[true]\n", ""},
    {"a deletion merged downwards",
	MERGED(COLUMNS ROW(T("CT1") T("a") BLANK YES) ROW(T("CT2") T("b")), REF("D2:D3")),
	"1/2 [CT1][a]~[][]?[true]\n2/3 [CT2][b]~[][]?[true]\n",
	"W(merged) 2/3 mark_delete: (true) The cells Sheet1!D2:D3 " IS_MERGED "\"true\". " UNMERGE},
    {"merged downwards, from other corners",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") BLANK BLANK)
		   ROW(T("CT3") T("c") T("z")) ROW(T("CT4") T("d") BLANK BLANK),
	    REF("C3:C2") REF("$B$3:$B$2") REF("D5:C4")),
	"1/2 [CT1][a]~[][x][]\n2/3 [CT2][a]~[][x][]\n3/4 [CT3][c]~[][z]~[]\n4/5 "
	"[CT4][d]~[]~[]~[]\n",
	"W(merged) 2/3 title: (a) The cells Sheet1!B2:B3 " IS_MERGED "\"a\". " UNMERGE
	"W(merged) 2/3 tags: (x) The cells Sheet1!C2:C3 " IS_MERGED "\"x\". " UNMERGE
	"E 3/4 -: The cells Sheet1!C4:D5 " ACROSS},
    {"ranges that overlap in a blank cell",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") T("b")) ROW(T("CT3")),
	    REF("C2:C3") REF("C3:C4")),
	"1/2 [CT1][a]~[][x][]\n2/3 [CT2][b]~[]~[][]\n3/4 [CT3][]~[]~[][]\n",
	"E 2/3 tags: " CLASH("C2:C4", "C3")},
    {"ranges that overlap in a cell with a value",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") T("b") T("y")) ROW(T("CT3"))
		   ROW(T("CT4")) ROW(T("CT5")),
	    REF("C2:C5") REF("C3:C4")),
	"1/2 [CT1][a]~[][x][]\n2/3 [CT2][b]~[][y][]\n3/4 [CT3][]~[]~[][]\n4/5 [CT4][]~[]~[][]\n5/6 "
	"[CT5][]~[][][]\n",
	"W(merged) 2/3 tags: (y) The cells Sheet1!C2:C5 " OWN("C3", "y") "E 3/4 tags: " CLASH(
	    "C2:C5", "C4")},
    {"ranges that begin in one cell",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") T("b")) ROW(T("CT3")),
	    REF("C2:C4") REF("C2:C3") REF("B2:B3") REF("B3:B2")),
	"1/2 [CT1][a]~[][x][]\n2/3 [CT2][b]~[]~[][]\n3/4 [CT3][]~[]~[][]\n",
	"W(merged) 2/3 title: (b) The cells Sheet1!B2:B3 " OWN("B3", "b") "E 2/3 tags: " CLASH(
	    "C2:C4", "C3")},
    {"a range downwards that overlaps one across columns",
	MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2") T("b")), REF("B2:C2") REF("C2:C3")),
	"1/2 [CT1][a]~[][x][]\n2/3 [CT2][b]~[]~[][]\n",
	"E 1/2 -: The cells Sheet1!B2:C2 " ACROSS "E 2/3 tags: " CLASH("B2:C3", "C3")},
    {"ranges that overlap, but are empty, or are over values of their own",
	MERGED(COLUMNS ROW(T("CT1") T("a")) ROW(T("CT2") T("b")) ROW(T("CT3") T("c") T("z")),
	    REF("C2:C3") REF("C3:C4") REF("D1:D2") REF("D1:D3") REF("D4:D5") REF("D5:D9")),
	"1/2 [CT1][a]~[][][]\n2/3 [CT2][b]~[][][]\n3/4 [CT3][c]~[][z][]\n",
	"E 1/2 mark_delete: The cells Sheet1!D1:D3 are merged with the header, so it is not known "
	"what the cell D2 holds. Unmerge them, and fill it in.\n"
	"E 2/3 mark_delete: The cells Sheet1!D1:D3 are merged with the header, so it is not known "
	"what the cell D3 holds. Unmerge them, and fill it in.\n"
	"W(merged) 3/4 tags: (z) The cells Sheet1!C2:C4 " OWN("C4", "z")},
    {"text that looks like a list of merged cells",
	SHEET(COLUMNS ROW(T("CT1") T("&lt;mergeCell ref='C2:C3'/&gt;") T("x")) ROW(T("CT2"))),
	"1/2 [CT1][<mergeCell ref='C2:C3'/>]~[][x][]\n2/3 [CT2][]~[][][]\n", ""},

    {"hidden rows",
	SHEET(COLUMNS HIDDEN_BY("hidden='1'", T("CT1") T("a")) HIDDEN_BY("ht='0'", T("CT2"))
		HIDDEN_BY("hidden='true'", "")
		    HIDDEN_BY("hidden='0' ht='15' collapsed='1'", T("CT3"))),
	"1/2 [CT1][a]~[][][]\n2/3 [CT2][]~[][][]\n3/5 [CT3][]~[][][]\n",
	"W(hidden) 1/2 -: " HIDDEN_ROW "W(hidden) 2/3 -: " HIDDEN_ROW},
    {"rows that a filter hides",
	WHOLE("",
	    COLUMNS ITEM("1") HIDDEN_BY("hidden='1'", T("CT2") T("b"))
		HIDDEN_BY("hidden='1'", T("CT3") BLANK BLANK YES) ITEM("4"),
	    "<autoFilter ref='A1:D5'><filterColumn colId='1'><filters><filter val='a'/></filters>"
	    "</filterColumn></autoFilter>"),
	"1/2 [CT1][a1]~[][][]\n2/3 [CT2][b]~[][][]\n3/4 [CT3][]~[][]?[true]\n"
	"4/5 [CT4][a4]~[][][]\n",
	"W(hidden) 2/3 -: " HIDDEN_ROW "W(hidden_delete) 3/4 -: " HIDDEN_DELETES},
    /* Those are the rows that the file does not have: what it has is shown. */
    {"rows that are hidden unless they are there",
	WHOLE("<sheetFormatPr defaultRowHeight='15' zeroHeight='1'/>",
	    COLUMNS ITEM("1") HIDDEN_BY("hidden='1'", T("CT2") T("b")), ""),
	"1/2 [CT1][a1]~[][][]\n2/3 [CT2][b]~[][][]\n", "W(hidden) 2/3 -: " HIDDEN_ROW},
    {"a column without a width",
	HIDDEN(
	    COLUMNS ITEM("1"), "<col min='1' max='1' width='9'/><col min='2' max='2' width='0'/>"),
	"1/2 [CT1][a1]~[][][]\n", HIDDEN_CELL("1/2", "title", "a1", "B2")},
    {"a hidden row that deletes",
	SHEET(COLUMNS "<row hidden='1'>" T("CT1") BLANK BLANK YES "</row><row hidden='1'>" T("CT2")
		BLANK BLANK "<c t='str'><v> Yes </v></c></row><row hidden='1'>" T("CT3")
		    BLANK BLANK NO "</row>"),
	"1/2 [CT1][]~[][]?[true]\n2/3 [CT2][]~[][][ Yes ]\n3/4 [CT3][]~[][]?[false]\n",
	"W(hidden_delete) 1/2 -: " HIDDEN_DELETES "W(hidden_delete) 2/3 -: " HIDDEN_DELETES
	"W(hidden) 3/4 -: " HIDDEN_ROW},
    {"hidden columns",
	HIDDEN(ROW(T("id") T("title") T("type") T("tags") T("priority")) ROW(T("CT1") T("a") T("x"))
		   ROW(T("CT2") T(" ") BLANK T("y") N("7")),
	    "<col min='1' max='1' width='9' hidden='0'/><col min='2' max='3' hidden='1'/>"
	    "<col min='4' max='16384' width='0' customWidth='1'/>"),
	"1/2 [CT1][a][][]~[]\n2/3 [CT2][]#[7][y]~[]\n",
	HIDDEN_CELL("1/2", "title", "a", "B2") HIDDEN_CELL("2/3", "tags", "y", "D3")
	    HIDDEN_CELL("2/3", "priority", "7", "E3")},
    {"hidden columns of a row that deletes",
	HIDDEN(COLUMNS ROW(T("CT1") T("a") T("x") YES) ROW(T("CT2") T("b") T("y")),
	    "<col min='1' max='3' hidden='1'/>"),
	"1/2 [CT1][a]~[][x]?[true]\n2/3 [CT2][b]~[][y][]\n",
	HIDDEN_CELL("1/2", "id", "CT1", "A2") HIDDEN_CELL("2/3", "id", "CT2", "A3")
	    HIDDEN_CELL("2/3", "title", "b", "B3") HIDDEN_CELL("2/3", "tags", "y", "C3")},
    {"an error in a hidden column",
	HIDDEN(COLUMNS ROW(T("CT1") T("a") BAD), "<col min='3' max='3' hidden='1'/>"),
	"1/2 [CT1][a]~[]~[#N/A][]\n", "E 1/2 tags: (#N/A) The cell Sheet1!C2 " HAS_ERROR},
    {"a hidden column that deletes",
	HIDDEN(COLUMNS ROW(T("CT1") BLANK BLANK YES) ROW(T("CT2") T("b") BLANK NO),
	    "<col min='4' max='4' hidden='1'/>"),
	"1/2 [CT1][]~[][]?[true]\n2/3 [CT2][b]~[][]?[false]\n",
	"W(hidden_delete) 1/2 mark_delete: " COLUMN_DELETES},
    {"columns and rows that are not hidden",
	HIDDEN(COLUMNS "<row ht='0.75' hidden='false'>" T("CT1") T("a") "</row>",
	    "<col min='1' max='9' width='0.5'/><col min='0' max='2' hidden='1' width='x'/>"
	    "<col hidden='1'/><col min='3' max='2' hidden='1'/><col min='a' max='2' hidden='1'/>"),
	"1/2 [CT1][a]~[][][]\n", ""},

    {"an error in a column that is not read",
	SHEET(ROW(T("id") T("title") T("type") T("created_by"))
		ROW(T("CT1") T("a") BAD "<c><f>A1</f></c>")),
	"1/2 [CT1][a]~[]~[]~[]\n", ""},
    {"_entry, _note and _base, whatever is in them",
	SHEET(ROW(T("_BASE") T("id") T("_entry") T("title") T("_Note"))
		ROW(BAD T("CT1") "<c><f>A1</f></c>" T("a") "<c t='b'><v>1</v></c>")),
	"1/2 [CT1][a]~[]~[]~[]\n", ""},
    {"an error in a column without a name",
	SHEET(ROW(T("id") "<c/>" T("title")) ROW(T("CT1") BAD T("a"))), "1/2 [CT1][a]~[]~[]~[]\n",
	""},
    {"errors to the right of the header, and far from it",
	SHEET(ROW(T("id") T("title")) ROW(T("CT1") T("a") BLANK BAD) ROW(T("CT2") BAD
		BAD) "<row r='9'><c r='C9' t='e'><v>#REF!</v></c><c r='XFD9' t='e'><v>#REF!</v></c>"
		     "</row>"),
	"1/2 [CT1][a]~[]~[]~[]\n2/3 [CT2]~[#N/A]~[]~[]~[]\n",
	"E 2/3 title: (#N/A) The cell Sheet1!B3 " HAS_ERROR},
    {"values where no column is",
	SHEET(ROW(T("id") "<c/>" T("title")) ROW(T("CT1") T("#N/A") T("a")) ROW(
	    T("CT2") BLANK T("b") T("x") BAD) "<row><c r='XFD4' t='str'><v>x</v></c></row>"),
	"1/2 [CT1][a]~[]~[]~[]\n2/3 [CT2][b]~[]~[]~[]\n3/4 [][]~[]~[]~[]\n",
	"E 1/2 -: (#N/A) Column 2 has a value here, but no name in the header. Name the column, or "
	"empty the cell.\n"
	"E 2/3 -: This row has 4 cells, but the header has 3 columns. Empty the cells to the right "
	"of the header.\n"
	"E 3/4 -: The cell Sheet1!XFD4 has a value, but the header names no column there. Empty "
	"the cell.\n"},
    {"nothing but a formula that is not read",
	SHEET(ROW(T("id") T("type")) ROW(T("CT1")) ROW("<c/><c><f>A1</f></c>")),
	"1/2 [CT1]~[]~[]~[]~[]\n", ""},
    {"errors beside what deletes an item",
	SHEET(COLUMNS ROW(T("CT1") BAD "<c t='s'><v>9</v></c>" YES)),
	"1/2 [CT1]~[#N/A]~[]~[9]?[true]\n", ""},
    {"errors in what deletes an item",
	SHEET(COLUMNS ROW(BAD T("a") BLANK YES) ROW(T("CT2") BAD BLANK BAD)),
	"1/2 ~[#N/A][a]~[][]?[true]\n2/3 [CT2]~[#N/A]~[][]~[#N/A]\n",
	"E 1/2 id: (#N/A) The cell Sheet1!A2 " HAS_ERROR
	"E 2/3 title: (#N/A) The cell Sheet1!B3 " HAS_ERROR
	"E 2/3 mark_delete: (#N/A) The cell Sheet1!D3 " HAS_ERROR},
};

static void
reads(void **state)
{
	const struct sheet_case *t = *state;
	const struct part parts[] = {{"xl/worksheets/sheet1.xml", t->sheet}, {NULL, NULL}};
	struct outcome o = read_parts(parts, &limits);

	check_outcome(&o, t->records, t->told);
}

#define BOOK      "xl/workbook.xml"
#define BOOK_RELS "xl/_rels/workbook.xml.rels"
#define THREE                                                                                    \
	{                                                                                        \
		BOOK_RELS, RELATIONS(RELATION("r1", "worksheet", "a.xml") RELATION(              \
			       "r2", "worksheet", "b.xml") RELATION("r3", "worksheet", "c.xml")) \
	}
#define A          "<sheet name='A' r:id='r1'/>"
#define B          "<sheet name='B' r:id='r2'/>"
#define C          "<sheet name='C' r:id='r3'/>"
#define HIDDEN_B   "<sheet name='B' state='hidden' r:id='r2'/>"
#define NOTES      SHEET(ROW(T("Read me")) ROW(T("This file has the library.")) ROW(T("id") T("the id")))
#define FILLED     SHEET(COLUMNS ITEM("1"))
#define UNNUMBERED SHEET(ROW(T("Title") T("type") T("Tags")) ROW(T("a") T("standard") T("x")))
#define LACKS_ID(other, one)                                                                     \
	"W(other_sheet) 0/0 -: The sheet \"" other                                               \
	"\" has columns of records (title, tags), but no column \"id\", and was not read; only " \
	"the sheet \"" one "\" was. If they are to be imported, add that column, and put all "   \
	"records on one sheet, or import it as a file of its own.\n"
#define HIDDEN_A "<sheet name='A' state='veryHidden' r:id='r1'/>"
#define RECORD   "1/2 [CT1][a1]~[][][]\n"
#define OTHER(other, one)                                                                       \
	"W(other_sheet) 0/0 -: The sheet \"" other "\" has records, too; only the sheet \"" one \
	"\" was read. Put all records on one sheet, or import the other as a file of its own.\n"
#define HAS_IDS(other, row, one)                                                                 \
	"W(other_sheet) 0/0 -: The sheet \"" other                                               \
	"\" has rows that begin with an id (the first is row " row                               \
	"), but above them no header that is known, and was not read; only the sheet \"" one     \
	"\" was. If they are to be imported, give them the columns' names, and put all records " \
	"on one sheet, or import it as a file of its own.\n"
#define FIVE_NOTES ROW(T("1")) ROW(T("2")) ROW(T("3")) ROW(T("4")) ROW(T("5"))
#define TEN_NOTES  FIVE_NOTES FIVE_NOTES
#define LIST       "id, title, priority, tags, mark_delete"

/* Workbooks of the sheets A, B and C. */
static const struct book_case {
	const char *name, *sheets, *a, *b, *c, *records, *told;
} books[] = {
    {"notes first", A B, NOTES, FILLED, "", RECORD, ""},
    {"an empty sheet first, and others", A B C, SHEET(""), FILLED, NOTES, RECORD, ""},
    {"two sheets with records", A B, FILLED, SHEET(COLUMNS ITEM("2")), "", RECORD, OTHER("B", "A")},
    {"two more, one below a heading", A B C, SHEET(ROW(T("Part 0")) COLUMNS ITEM("7")), FILLED,
	FILLED, RECORD, OTHER("A", "B") OTHER("C", "B")},
    {"a header without records on another sheet", A B, FILLED, SHEET(COLUMNS ROW(BLANK)), "",
	RECORD, ""},
    {"another table on another sheet", A B, FILLED,
	SHEET(ROW(T("id") T("phase")) ROW(T("X1") T("Test"))), "", RECORD, ""},
    {"a hidden sheet with records", A HIDDEN_B, FILLED, FILLED, "", RECORD,
	"W(other_sheet) 0/0 -: The sheet \"B\" has records, too, but it is hidden, and was not "
	"read; only the sheet \"A\" was. If they are to be imported, unhide it, and put all "
	"records on one sheet, or import it as a file of its own.\n"},
    {"a hidden sheet before it, without records", HIDDEN_A B, SHEET(COLUMNS), FILLED, "", RECORD,
	""},
    {"hidden sheets of lists", A HIDDEN_B, FILLED,
	SHEET(ROW(T("priority") T("tags")) ROW(T("1") T("a"))), "", RECORD, ""},
    {"a sheet before it that lacks the ids alone", A B, UNNUMBERED, FILLED, "", RECORD,
	LACKS_ID("A", "B")},
    {"a sheet behind it that lacks the ids, below a heading", A B, FILLED,
	SHEET(ROW(T("Part 2")) ROW(T("tags") T("Title") T("TITLE")) ROW(T("x") T("a"))), "", RECORD,
	LACKS_ID("B", "A")},
    {"columns without records", A B C, SHEET(ROW(T("Title") T("Tags"))), FILLED,
	SHEET(
	    ROW(T("title") T("the title")) ROW(T("tags") T("the tags")) ROW(T("title") T("title"))),
	RECORD, ""},
    {"records below a header that is far down", A B,
	SHEET(ROW(T("1")) ROW(T("2")) ROW(T("3")) ROW(T("4")) ROW(T("5")) ROW(T("6")) ROW(T("7"))
		ROW(T("8")) ROW(T("9")) COLUMNS ITEM("2")),
	FILLED, "", RECORD, OTHER("A", "B")},
    {"records below a header that is farther down", A B, FILLED,
	SHEET(TEN_NOTES TEN_NOTES COLUMNS ITEM("2")), "", RECORD, OTHER("B", "A")},
    {"a header with a mistake on another sheet", A B, FILLED,
	SHEET(ROW(T("id") T("titel")) ITEM("3")), "", RECORD, HAS_IDS("B", "2", "A")},
    {"no header on another sheet", A B C, SHEET(ITEM("2") ITEM("3")), FILLED,
	SHEET(TEN_NOTES ROW(BLANK T(" T4 ") BLANK T("d"))), RECORD,
	HAS_IDS("A", "1", "B") HAS_IDS("C", "11", "B")},
    {"ids that are no records: alone, behind text, of other things, hidden", A HIDDEN_B C, FILLED,
	SHEET(ITEM("2")),
	SHEET(ROW(T("T1")) ROW(T("see") T("T1")) ROW(T("P1") T("a")) ROW(T("CT0") T("a"))
		ROW(T("T1 and T2") T("are gone")) ROW(T("CT3") T(" "))),
	RECORD, ""},
    {"lists of other things below the same columns", A B C, FILLED,
	SHEET(ROW(T("id") T("title")) ROW(T("P1") T("Injection")) ROW(T("CP12") T("x"))),
	SHEET(ROW(T("id") T("title")) ROW(T("ct1") T("a"))), RECORD, OTHER("C", "A")},
    {"a list of other things, then records", A B C, FILLED,
	SHEET(COLUMNS ROW(T("X1") T("x")) ITEM("2")), SHEET(COLUMNS ROW(BLANK T("new"))), RECORD,
	OTHER("B", "A") OTHER("C", "A")},
    {"rows that are not in order", A,
	SHEET("<row r='3'>" T("CT1") "</row><row r='1'>" T("id") "</row><row r='2'>" T(
	    "CT2") "</row>"),
	"", "", NULL,
	"E 0/3 -: The workbook is damaged: its rows are not in order (row 3 is followed by row "
	"1). " XLSX_SAVE_AGAIN "\n"},
    {"a broken sheet behind it", A B, FILLED, "<broken", "", RECORD, ""},
    {"a broken sheet before it", A B, "<broken", FILLED, "", NULL,
	"E 0/0 -: The workbook is damaged: xl/a.xml is no XML (unclosed token, at line "
	"1). " XLSX_SAVE_AGAIN "\n"},
    {"the header alone, with id only", A, SHEET(ROW(T("id")) ROW(T("CT1"))), "", "",
	"1/2 [CT1]~[]~[]~[]~[]\n", ""},
    {"a header below a heading", A, SHEET(ROW(T("The library")) ROW("") COLUMNS ITEM("1")), "", "",
	NULL,
	"E 0/0 -: The header of the sheet \"A\" is in row 3. It must be the first row that is not "
	"empty: delete the rows above it.\n"},
    {"a header on a hidden sheet", A HIDDEN_B, NOTES, FILLED, "", NULL,
	"E 0/0 -: Only the sheet \"B\" has a header, but it is hidden, and hidden sheets are not "
	"read. Unhide it if its records are to be imported.\n"},
    {"no header anywhere", A B, NOTES, SHEET(ROW(T("x"))), "", NULL,
	"E 0/0 -: No sheet has a header. The first row of the sheet \"A\" was looked at, and that "
	"of \"B\": it must name the columns, which can be: " LIST ".\n"},
    {"a header with a mistake", A B, NOTES, SHEET(ROW(T("Id number") T("title") T("tags"))), "",
	NULL,
	"E 0/0 -: No sheet has a complete header. The columns of the sheet \"B\" were looked at, "
	"as the other sheets (\"A\") have fewer that are known.\n"
	"E 0/1 Id number: Unknown column \"Id number\". Columns can be: " LIST ".\n"
	"E 0/1 id: The header has no column \"id\". Add it; its cell may be empty where a record "
	"is new.\n"},
    {"one sheet without a header", A, NOTES, "", "", NULL,
	"E 0/1 -: The file has no header: no cell of its first row is the name of a column. That "
	"row must name the columns, which can be: " LIST ".\n"},
};

static void
chooses(void **state)
{
	const struct book_case *t = *state;
	struct buf book = {0};

	buf_printf(&book, WORKBOOK("<sheets>%s</sheets>"), t->sheets);
	const struct part parts[] = {{BOOK, buf_text(&book)}, THREE, {"xl/a.xml", t->a},
	    {"xl/b.xml", t->b}, {"xl/c.xml", t->c}, {NULL, NULL}};
	struct outcome o = read_parts(parts, &limits);
	check_outcome(&o, t->records, t->told);
	buf_free(&book);
}

static void
limits_merged_ranges(void **state)
{
	struct limits wide = limits;
	struct buf sheet = {0};
	struct part parts[] = {{"xl/worksheets/sheet1.xml", NULL}, {NULL, NULL}};

	(void)state;
	wide.max_inflate_ratio = 2000;
	buf_add_text(&sheet, "<worksheet xmlns='" MAIN_NS "'><sheetData>" COLUMNS ITEM("1"));
	buf_add_text(&sheet, "</sheetData><mergeCells>");
	for (int i = 0; i <= 256 * 1024; i++)
		buf_printf(&sheet, "<mergeCell ref='A%d:A%d'/>", i + 2, i + 3);
	buf_add_text(&sheet, "</mergeCells></worksheet>");
	parts[0].text = buf_text(&sheet);
	struct outcome o = read_parts(parts, &wide);
	check_outcome(&o, NULL,
	    "E 0/0 -: The sheet has more than 262144 ranges of merged cells. Unmerge those that "
	    "are to be imported, and fill in their values.\n");
	buf_free(&sheet);
}

/*
 * What would take minutes if each range cost its width, its height or its value, and each row the
 * columns that there may be.
 */
static void
merged_cells_cost_what_is_there(void **state)
{
	struct limits wide = limits;
	struct buf sheet = {0}, records = {0};
	struct part parts[] = {{"xl/worksheets/sheet1.xml", NULL}, {NULL, NULL}};
	const int rows = 20000;

	(void)state;
	wide.max_inflate_ratio = 2000;
	wide.max_columns = XLSX_MAX_COLUMN;
	buf_add_text(&sheet, "<worksheet xmlns='" MAIN_NS "'><sheetData>");
	buf_add_text(&sheet, ROW(T("id") T("title") T("type")));
	for (int i = 2; i < rows; i++) {
		buf_add_text(&sheet, ROW(T("CT1") T("a") T("x")));
		buf_printf(&records, "%d/%d [CT1][a]~[]~[]~[]\n", i - 1, i);
	}
	buf_printf(&sheet, "<row>" T("CT1") "<c t='inlineStr'><is><t>%0*d</t></is></c></row>",
	    (int)MIB / 2, 0);
	buf_printf(&records, "%d/%d [CT1][%0*d]~[]~[]~[]\n", rows - 1, rows, (int)MIB / 2, 0);
	buf_add_text(&sheet, "</sheetData><mergeCells>");
	for (int i = 2; i < rows; i++)
		buf_printf(&sheet, "<mergeCell ref='C%d:XFD1048576'/>", i);
	for (int i = 1; i < 100000; i++)
		buf_printf(&sheet, "<mergeCell ref='B%d:B%d'/>", rows, rows + i);
	buf_add_text(&sheet, "</mergeCells></worksheet>");
	parts[0].text = buf_text(&sheet);
	struct outcome o = read_parts(parts, &wide);
	check_outcome(&o, buf_text(&records), "");
	buf_free(&sheet);
	buf_free(&records);
}

/* Neither what was seen of other sheets counts, nor is more of them unpacked than a beginning. */
static void
looks_at_beginnings(void **state)
{
	struct limits narrow = limits;
	struct buf long_start = {0};

	(void)state;
	narrow.max_inflate_ratio = 2000;
	narrow.max_inflated_bytes = 3 * MIB / 2;
	buf_add_text(&long_start, "<worksheet xmlns='" MAIN_NS "'><cols>");
	while ((int64_t)long_start.len < 3 * MIB)
		buf_add_text(&long_start, "<col min='1' max='16384' width='9'/>");
	buf_add_text(&long_start, "</cols><sheetData/></worksheet>");
	const struct part parts[] = {{BOOK, SHEETS(A B C)}, THREE,
	    {"xl/a.xml", buf_text(&long_start)}, {"xl/b.xml", buf_text(&long_start)},
	    {"xl/c.xml", FILLED}, {NULL, NULL}};
	struct outcome o = read_parts(parts, &narrow);
	check_outcome(&o, RECORD, "");
	buf_free(&long_start);
}

static void
hides_columns_any_number_of_times(void **state)
{
	struct limits wide = limits;
	struct buf sheet = {0};
	struct part parts[] = {{"xl/worksheets/sheet1.xml", NULL}, {NULL, NULL}};

	(void)state;
	wide.max_inflate_ratio = 2000;
	wide.max_columns = XLSX_MAX_COLUMN;
	buf_add_text(&sheet, "<worksheet xmlns='" MAIN_NS "'><cols>");
	for (int i = 0; i < 500000; i++)
		buf_add_text(&sheet, "<col min='2' max='16384' hidden='1'/>");
	buf_add_text(&sheet, "</cols><sheetData>" COLUMNS ITEM("1") "</sheetData></worksheet>");
	parts[0].text = buf_text(&sheet);
	struct outcome o = read_parts(parts, &wide);
	check_outcome(&o, RECORD, HIDDEN_CELL("1/2", "title", "a1", "B2"));
	buf_free(&sheet);
}

/* UTF-16 is not searched for merged cells, but read at once. */
static void
finds_merged_cells_in_utf16(void **state)
{
	static const char sheet[] =
	    MERGED(COLUMNS ROW(T("CT1") T("a") T("x")) ROW(T("CT2")), REF("C2:C3"));
	struct buf bytes = {0}, wide = {0};
	zip_source_t *source;
	struct zip *zip = open_archive(&source);

	(void)state;
	buf_add(&wide, "\xFF\xFE", 2);
	for (size_t i = 0; sheet[i]; i++)
		buf_add(&wide, (char[]){sheet[i], 0}, 2);
	for (size_t i = 0; i + 1 < COUNT(usual_parts); i++)
		add_part(
		    zip, usual_parts[i].name, usual_parts[i].text, strlen(usual_parts[i].text));
	add_part(zip, "xl/worksheets/sheet1.xml", wide.data, wide.len);
	close_archive(zip, source, &bytes);
	struct outcome o = read_bytes(bytes.data, bytes.len, &limits);
	check_outcome(&o, "1/2 [CT1][a]~[][x][]\n2/3 [CT2][]~[][x][]\n",
	    "W(merged) 2/3 tags: (x) The cells Sheet1!C2:C3 " IS_MERGED "\"x\". " UNMERGE);
	buf_free(&bytes);
	buf_free(&wide);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + COUNT(books) + 5];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[n++] = (struct CMUnitTest){
		    .name = cases[i].name, .test_func = reads, .initial_state = (void *)&cases[i]};
	for (size_t i = 0; i < COUNT(books); i++)
		tests[n++] = (struct CMUnitTest){.name = books[i].name,
		    .test_func = chooses,
		    .initial_state = (void *)&books[i]};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(limits_merged_ranges);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(merged_cells_cost_what_is_there);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(looks_at_beginnings);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(hides_columns_any_number_of_times);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(finds_merged_cells_in_utf16);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
