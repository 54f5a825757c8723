/* Reading CSV files: formats/csv.h and, for the rules of headers, formats/columns.h. */
#include "base/buf.h"
#include "formats/reader.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define BYTES(s) s, sizeof(s) - 1
#define CHUNK    (64 * 1024) /* how much is read at once */

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "T"},
    {.name = "title", .kind = FIELD_LINE, .max = 255},
    {.name = "text", .kind = FIELD_TEXT, .max = 1000},
    {.name = "effort", .kind = FIELD_LINE, .max = 255, .retired = true},
    {.name = "active", .kind = FIELD_BOOLEAN, .on_add = "true"},
    {.name = "mark_delete", .kind = FIELD_DELETE},
};

#define RETIRED 3

static const struct model model = {.name = "test", .fields = fields, .nfields = COUNT(fields)};

static const struct limits limits = {
    .max_records = 1000000, .max_field_bytes = 1024 * 1024, .max_columns = 8};

struct told {
	struct buf log; /* a line per finding */
	size_t count;
};

/* Writes a finding as "E entry/row/line field: details", W for a warning, - where none. */
static void
sink(void *ctx, const struct finding *f)
{
	struct told *told = ctx;

	told->count++;
	buf_printf(&told->log,
	    "%c %" PRId64 "/%" PRId64 "/%" PRId64 " %s: ", f->level == FINDING_ERROR ? 'E' : 'W',
	    f->entry, f->row, f->line, f->field ? f->field : "-");
	assert_true(f->level == FINDING_ERROR || f->sign);
	if (f->value)
		buf_printf(&told->log, "(%.*s) ", (int)f->value_n, f->value);
	buf_printf(&told->log, "%s\n", f->details);
}

/* Writes a record as "entry/row/line [id][title][text]", "~" for an absent cell. */
static void
write_record(struct buf *out, const struct record *rec)
{
	buf_printf(out, "%" PRId64 "/%" PRId64 "/%" PRId64 " ", rec->entry, rec->row, rec->line);
	assert_int_equal(rec->cells[RETIRED].kind, CELL_ABSENT);
	for (size_t i = 0; i < RETIRED; i++) {
		const struct cell *cell = &rec->cells[i];
		if (cell->kind == CELL_ABSENT) {
			buf_add_char(out, '~');
			continue;
		}
		assert_int_equal(cell->kind, CELL_STRING);
		buf_printf(out, "[%.*s]", (int)cell->n, cell->text);
	}
	buf_add_text(out, rec->broken ? " broken" : "");
	buf_add_char(out, '\n');
}

static int
new_file(void)
{
	int fd = memfd_create("test", 0);

	assert_true(fd >= 0);
	return fd;
}

static void
append(int fd, const void *bytes, size_t n)
{
	assert_int_equal(write(fd, bytes, n), n);
}

static struct reader *
open_file(int fd, const struct limits *l, struct told *told)
{
	return reader_open(
	    format_find("csv", 3), &(struct source){.fd = fd}, &model, l, sink, told);
}

struct outcome {
	bool opened;
	enum reader_status status; /* the last */
	struct buf records;
	struct told told;
};

static struct outcome
read_bytes(const void *bytes, size_t n, const struct limits *l)
{
	struct outcome o = {0};
	struct record rec;
	int fd = new_file();

	append(fd, bytes, n);
	struct reader *r = open_file(fd, l, &o.told);
	o.opened = r != NULL;
	if (r) {
		while ((o.status = reader_next(r, &rec)) == READER_RECORD)
			write_record(&o.records, &rec);
		/* The end is reported once, and stays the end. */
		size_t told = o.told.count;
		assert_int_equal(reader_next(r, &rec), o.status);
		assert_int_equal(o.told.count, told);
		if (o.status == READER_END)
			assert_int_equal(reader_offset(r), n);
	}
	reader_close(r);
	close(fd);
	return o;
}

static void
free_outcome(struct outcome *o)
{
	buf_free(&o->records);
	buf_free(&o->told.log);
}

/* Files that are read to their end without a finding. */
static const struct good {
	const char *name;
	const char *file;
	size_t n;
	const char *records;
} good[] = {
    {"a record", BYTES("id,title,text\nT1,a,b\n"), "1/2/2 [T1][a][b]\n"},
    {"no line end at the end", BYTES("id,title,text\nT1,a,b"), "1/2/2 [T1][a][b]\n"},
    {"no line end behind a quote", BYTES("id,title\nT1,\"a\""), "1/2/2 [T1][a]~\n"},
    {"no line end behind a delimiter", BYTES("id,title\nT1,"), "1/2/2 [T1][]~\n"},
    {"columns in any order", BYTES("text,id\nb,T1\n"), "1/2/2 [T1]~[b]\n"},
    {"only the id", BYTES("id\nT1\nT2\n"), "1/2/2 [T1]~~\n2/3/3 [T2]~~\n"},
    {"headers in any case, with spaces", BYTES(" ID ,Title\xC2\xA0\nT1,a\n"), "1/2/2 [T1][a]~\n"},
    {"quoted headers", BYTES("\"id\",\"title\"\nT1,a\n"), "1/2/2 [T1][a]~\n"},
    {"a byte order mark",
	BYTES("\xEF\xBB\xBF"
	      "id,title\nT1,a\n"),
	"1/2/2 [T1][a]~\n"},
    {"a byte order mark before a quote", BYTES("\xEF\xBB\xBF\"id\"\nT1\n"), "1/2/2 [T1]~~\n"},
    {"UTF-16", BYTES("\xFF\xFEi\0d\0\r\0\n\0\xE9\0\r\0\n\0"), "1/2/2 [é]~~\n"},
    {"read-only columns are ignored", BYTES("type,id,db_id\nx,T1,y\n"), "1/2/2 [T1]~~\n"},
    {"_row and _errors are ignored", BYTES("id,_row,_Errors\nT1,7,bad\n"), "1/2/2 [T1]~~\n"},
    {"_entry, _note and _base are ignored",
	BYTES("_Base,id,_entry,_NOTE\na1;x,T1,7,\"=#N/A\n\"\"no\"\", \"\n\"\",T2,x,NULL\n"),
	"1/2/2 [T1]~~\n2/3/4 [T2]~~\n"},
    {"cells keep their spaces", BYTES("id,title,text\n T1 ,\ta ,\" b \"\n"),
	"1/2/2 [ T1 ][\ta ][ b ]\n"},
    {"semicolons", BYTES("id;title;text\nT1;a,b;c\n"), "1/2/2 [T1][a,b][c]\n"},
    {"tabs", BYTES("id\ttitle\ttext\nT1\ta,b;c\t\n"), "1/2/2 [T1][a,b;c][]\n"},
    {"sep=", BYTES("sep=;\nid;title\nT1;a,b\n"), "1/3/3 [T1][a,b]~\n"},
    {"sep= with CRLF", BYTES("sep=;\r\nid;title\r\nT1;a\r\n"), "1/3/3 [T1][a]~\n"},
    {"sep= quoted, in capitals", BYTES("\"SEP=;\"\nid\nT1,a\n"), "1/3/3 [T1,a]~~\n"},
    {"sep= filled up by Excel", BYTES("sep=,,,\nid,title\nT1,a\n"), "1/3/3 [T1][a]~\n"},
    {"sep= a tab", BYTES("sep=\t\nid\ttitle\nT1\ta\n"), "1/3/3 [T1][a]~\n"},
    {"quotes", BYTES("id,title,text\nT1,\"a,b\",\"say \"\"yes\"\"\"\n"),
	"1/2/2 [T1][a,b][say \"yes\"]\n"},
    {"lines in cells", BYTES("id,text\nT1,\"a\nb\r\nc\rd\n\ne\"\nT2,f\n"),
	"1/2/2 [T1]~[a\nb\nc\nd\n\ne]\n2/3/8 [T2]~[f]\n"},
    {"a header of two lines", BYTES("id,\"title\n\"\nT1,a\n"), "1/2/3 [T1][a]~\n"},
    {"blank lines are counted", BYTES("\n\nid\n\nT1\n\n \nT2\n\n"), "1/5/5 [T1]~~\n2/8/8 [T2]~~\n"},
    {"rows of blank cells are counted", BYTES("id,title\n,\nT1,a\n\xC2\xA0,\" \n\"\nT2,b\n"),
	"1/3/3 [T1][a]~\n2/5/6 [T2][b]~\n"},
    {"blank cells before the header", BYTES(",,\n , \nid,title\nT1,a\n"), "1/4/4 [T1][a]~\n"},
    {"|", BYTES("id|title|text\nT1|a,b;c|\n"), "1/2/2 [T1][a,b;c][]\n"},
    {"sep=|", BYTES("sep=|\nid|title\nT1|a,b,c\n"), "1/3/3 [T1][a,b,c]~\n"},
    {"a row lacks only what is ignored, retired or has no name",
	BYTES("id,title,type,\nT1,a\nT2,b"), "1/2/2 [T1][a]~\n2/3/3 [T2][b]~\n"},
    {"=\"x\"", BYTES("id,title,text\n=\"T1\",=\"a, \"\"b\"\"\",=\"\"\n"),
	"1/2/2 [T1][a, \"b\"][]\n"},
    {"=\"x\" in quotes", BYTES("id,title,text\n\"=\"\"T1\"\"\",\"=\"\"\"\"\",x\n"),
	"1/2/2 [T1][][x]\n"},
    {"=\"x\" in quotes, with quotes in x", BYTES("id,text\nT1,\"=\"\"a\"\"\"\"b\"\"\"\n"),
	"1/2/2 [T1]~[a\"b]\n"},
    {"=\"x\" in the header", BYTES("=\"id\",=\"title\"\nT1,a\n"), "1/2/2 [T1][a]~\n"},
    {"what is not quite =\"x\"",
	BYTES("id,title,text\nT1,=a,\"=\"\"b\"\"&\"\"c\"\"\"\nT2,\" =\"\"d\"\"\",=\n"
	      "T3,\"=\"\"\",\"==\"\"e\"\"\"\n"),
	"1/2/2 [T1][=a][=\"b\"&\"c\"]\n2/3/3 [T2][ =\"d\"][=]\n3/4/4 [T3][=\"][==\"e\"]\n"},
    {"=\"x\" with spaces around it",
	BYTES("id,title,text\n=  \"T1\",\"=\"\"a\"\" \",\"= \"\" b\"\"\xC2\xA0\"\n"),
	"1/2/2 [T1][a][ b]\n"},
    {"what is not quite that",
	BYTES(
	    "id,title,text\nT1,\"=\",\"=\"\"\"\nT2,\"= \"\" \",\" = \"\"b\"\"\"\nT3,= ,\"= a\"\n"),
	"1/2/2 [T1][=][=\"]\n2/3/3 [T2][= \" ][ = \"b\"]\n3/4/4 [T3][= ][= a]\n"},
    {"=\" inside a cell", BYTES("id,text\nT1,\"<a href=\"\"x\"\">,=\"\"\"\n"),
	"1/2/2 [T1]~[<a href=\"x\">,=\"]\n"},
    {"Ctrl-Z at the end", BYTES("id,title\nT1,a\n\x1A"), "1/2/2 [T1][a]~\n"},
    {"Ctrl-Z right behind a row, which is whole", BYTES("id\nT1\n\nT2\x1A\x1A\r\n"),
	"1/2/2 [T1]~~\n2/4/4 [T2]~~\n"},
    {"Ctrl-Z inside",
	BYTES("id,title\nT1,a\x1A"
	      "b\n"),
	"1/2/2 [T1][a\x1A"
	"b]~\n"},
    {"rows of switches that are off are blank",
	BYTES("id,active,title,mark_delete\nT1,no,a,\n,FALSE,,0\n , off,,\n,n,,f\n,0.0,,N\n"
	      "T2,,b,\n"),
	"1/2/2 [T1][a]~\n2/7/7 [T2][b]~\n"},
    {"rows with anything else are not",
	BYTES("id,active,title,mark_delete\n,true,,\n,,,1\n,,FALSE,\n,no,x,no\n,maybe,,\n"),
	"1/2/2 [][]~\n2/3/3 [][]~\n3/4/4 [][FALSE]~\n4/5/5 [][x]~\n5/6/6 [][]~\n"},
    {"a byte order mark twice", BYTES("\xEF\xBB\xBF\xEF\xBB\xBF\"id\"\nT1\n"), "1/2/2 [T1]~~\n"},
    {"a byte order mark encoded twice",
	BYTES("\xC3\xAF\xC2\xBB\xC2\xBF\"id\",title\nT1,\xC3\xA9\n"), "1/2/2 [T1][é]~\n"},
    {"a row that begins like the header", BYTES("id,title\nid,a\nID,title2\n"),
	"1/2/2 [id][a]~\n2/3/3 [ID][title2]~\n"},
    {"lines in cells that begin with ids, but are no rows",
	BYTES("id,title,text\nT1,a,\"b\nT2 and others\nT2, T3\nT2;x\nT2\nX2,y\nT02,z\n see "
	      "T2,z\n\"\n"),
	"1/2/2 [T1][a][b\nT2 and others\nT2, T3\nT2;x\nT2\nX2,y\nT02,z\n see T2,z\n]\n"},
    {"a cell on one line that begins like a row", BYTES("id,title,text\nT1,\"T2,x,y\",\"\nb\"\n"),
	"1/2/2 [T1][T2,x,y][\nb]\n"},
    {"rows with names of columns in them, which are no headers",
	BYTES("id,title,text\nT1,title,text\n,id,title\n,text,id\nid,my,own\n"),
	"1/2/2 [T1][title][text]\n2/3/3 [][id][title]\n3/4/4 [][text][id]\n"
	"4/5/5 [id][my][own]\n"},
    {"values in other quotes", BYTES("id,title,text\nT1,\u201ca\u201d,'b'\n,\u201eT2\u201c,c\n"),
	"1/2/2 [T1][\u201ca\u201d]['b']\n2/3/3 [][\u201eT2\u201c][c]\n"},
    {"delimiters at the ends of lines", BYTES("id,title,\nT1,a,\nT2,b,\" \",,\n"),
	"1/2/2 [T1][a]~\n2/3/3 [T2][b]~\n"},
};

static void
reads(void **state)
{
	const struct good *t = *state;
	struct outcome o = read_bytes(t->file, t->n, &limits);

	assert_string_equal(buf_text(&o.told.log), "");
	assert_true(o.opened);
	assert_int_equal(o.status, READER_END);
	assert_string_equal(buf_text(&o.records), t->records);
	free_outcome(&o);
}

#define WAS_RETIRED "was retired: what it says is not taken over."
#define ACCEPTED    "id, title, text, active, mark_delete"
#define TWICE       "write each double quote inside the cell twice: \"say \"\"yes\"\"\".\n"
#define EMPTY                                                                          \
	"E 0/0/0 -: The file is empty. Its first row must name the columns (" ACCEPTED \
	"); the rows below hold the records.\n"
#define JOINED(header, sign)                                                                  \
	"E 0/1/1 -: (" header ") The header is a single cell with several names of columns, " \
	"separated by \"" sign "\". "
#define IN_QUOTES                                                                             \
	"Each row seems to stand in double quotes as a whole: take them away. If there is a " \
	"line sep= above, correct it.\n"
#define BY_OTHERS "Separate the cells by comma, semicolon, tab or | instead.\n"
#define SHORT_ROW(at, cells, header, lacks, gets)                                              \
	"W " at " -: This row has " cells ", the header has " header ". What it lacks (" lacks \
	") " gets ". If that is to be empty, give the row empty cells for it.\n"
#define SHORT(at, cells, lacks)          \
	SHORT_ROW(at, cells, "3", lacks, \
	    "was left as it is; if the item is new, it is what it is by default")
#define SHORT_NEW(at, cells, lacks) \
	SHORT_ROW(at, cells, "4", lacks, "is what it is for new items by default")
#define SWALLOWED(at, line, shown, before)                                                         \
	"W " at ": The cell goes on over line " line                                               \
	", which looks like a row of its own (\"" shown                                            \
	"\"): its closing quote may be missing. It was taken as it is. If it is, close the quote " \
	"in "                                                                                      \
	"line " before ".\n"
#define OTHER(at, cells, header, theirs, ours)                       \
	"E " at " -: This row has " cells ", the header has " header \
	": it is separated by " theirs ", but the header by " ours   \
	". Separate all rows by the same character.\n"
#define OTHER_HEADER(at)                                                                     \
	"E " at                                                                              \
	" -: This row is another header, with other columns than the first row: files were " \
	"joined here. Split the file there, and upload the parts one after the other.\n"
#define ODD_QUOTES(cell, quote)                      \
	"Cell " cell " of this row stands in " quote \
	", which is no quote of CSV. Put cells in \", or in no quotes at all.\n"
#define UNMARKED                                                                                 \
	"E 0/0/0 -: The file is UTF-16, but lacks the byte order mark that says so. Save it as " \
	"UTF-8 (in Excel: Save as, CSV UTF-8).\n"
#define AGAIN(at)                                                                           \
	"W 0/" at " -: This row is the header again, as in files that were joined. It was " \
	"skipped; see whether the rows below it belong here.\n"
#define SEP_AGAIN(at)                                                                            \
	"W 0/" at " -: This row names what separates cells (sep=), as the first line of a file " \
	"does, so files were joined here. It was skipped; see whether the rows below it belong " \
	"here.\n"
#define HEADER_BELOW(at, row)                                                                    \
	"E 0/" at " -: The header seems to be in row " row ". It must be the first row that is " \
	"not empty: delete the rows above it.\n"
#define DRAWN(at)                                                                               \
	"E 0/" at " -: This is a table with lines drawn around its cells, as in Markdown, not " \
	"CSV: below the header there are only dashes. Save it as CSV where it came from; or "   \
	"delete the lines of dashes.\n"
#define NOT_UTF8(count, row, example)                                                            \
	"The file is not UTF-8; it was read as Windows-1252. Look whether accented letters and " \
	"signs are right: " count ", first in row " row ": \"" example "\"."
#define SAVE_UTF8 " If they are not, save the file again as UTF-8 (in Excel: Save as, CSV UTF-8).\n"
#define DAMAGED(byte, as)                                                               \
	"This line has the byte " byte ", which is not UTF-8, but " as ": a text from " \
	"somewhere else was put in, or one was cut inside a character."
#define WRITE_AGAIN " Write the text again where it came from, and save the file as CSV UTF-8.\n"
#define SURPLUS     "E 1/2/2 -: This row has 3 cells, but the header has 2 columns. "

/* Files with findings. */
static const struct bad {
	const char *name;
	const char *file;
	size_t n;
	const char *records; /* NULL: the file is not even opened */
	enum reader_status status;
	const char *told;
} bad[] = {
    {"an empty file", BYTES(""), NULL, 0, EMPTY},
    {"white space alone", BYTES(" \n\n\t\r\n"), NULL, 0, EMPTY},
    {"a byte order mark alone", BYTES("\xEF\xBB\xBF"), NULL, 0, EMPTY},
    {"sep= alone", BYTES("sep=;\n"), NULL, 0, EMPTY},
    {"a header alone", BYTES("id,title\n,\n"), "", READER_END,
	"E 0/0/0 -: The file has a header but no records.\n"},
    {"no header, and rows with words", BYTES("T1,something\nT2,the id and the title are there\n"),
	NULL, 0,
	"E 0/1/1 -: The file has no header: no cell of its first row is the name of a column. That "
	"row must name the columns, which can be: " ACCEPTED ".\n"},
    {"no header", BYTES("\nT1,something,8\n"), NULL, 0,
	"E 0/2/2 -: The file has no header: no cell of its first row is the name of a column. That "
	"row must name the columns, which can be: " ACCEPTED ".\n"},
    {"all that is wrong with a header", BYTES("titel,Owner,text, TEXT \nT1\n"), NULL, 0,
	"E 0/1/1 titel: Unknown column \"titel\": did you mean \"title\"?\n"
	"E 0/1/1 Owner: Unknown column \"Owner\". Columns can be: " ACCEPTED ".\n"
	"E 0/1/1  TEXT : The column \"TEXT\" is there twice: as column 3 and as column 4. "
	"Keep one of them.\n"
	"E 0/1/1 id: The header has no column \"id\". Add it; its cell may be empty where a record "
	"is new.\n"},
    {"delimiters in quotes do not count", BYTES("id;title;\"a,b,c,d\"\n"), NULL, 0,
	"E 0/1/1 a,b,c,d: Unknown column \"a,b,c,d\". Columns can be: " ACCEPTED ".\n"},
    {"an unsupported sep=", BYTES("sep=^\nid^title\n"), NULL, 0,
	"E 0/1/1 -: The first line (sep=) names a delimiter that is not supported. Use comma, "
	"semicolon, tab or |.\n"},
    {"rows in quotes", BYTES("\"id,title,text\"\n\"T1,a,b\"\n"), NULL, 0,
	JOINED("id,title,text", ",") IN_QUOTES},
    {"rows in quotes, with blank cells beside them", BYTES("\"id;title\",,\n\"T1;a\",,\n"), NULL, 0,
	JOINED("id;title", ";") IN_QUOTES},
    {"rows in quotes, by tab", BYTES("\"id\ttitle\"\n"), NULL, 0,
	JOINED("id\ttitle", "<U+0009>") IN_QUOTES},
    {"cells separated by :", BYTES("id:title:text\nT1:a:b\n"), NULL, 0,
	JOINED("id:title:text", ":") BY_OTHERS},
    {"cells separated by spaces", BYTES("id  title  owner\nT1  a  b\n"), NULL, 0,
	JOINED("id  title  owner", "  ") BY_OTHERS},
    {"cells separated by ~, with spaces", BYTES("id ~ title\n"), NULL, 0,
	JOINED("id ~ title", "~") BY_OTHERS},
    {"a sentence is no such header", BYTES("The title of my text is this\n"), NULL, 0,
	"E 0/1/1 -: The file has no header: no cell of its first row is the name of a column. That "
	"row must name the columns, which can be: " ACCEPTED ".\n"},
    {"a single row in quotes", BYTES("id,title,text\nT1,a,b\n\"T2,c,d\"\n"),
	"1/2/2 [T1][a][b]\n2/3/3 [T2,c,d]~~ broken\n", READER_END,
	"E 2/3/3 -: This row is a single cell, as it stands in double quotes as a whole. Take them "
	"away; " TWICE},
    {"short rows", BYTES("id,title,text\nT1\nT2,a\nT3,,\n,\nT4,b"),
	"1/2/2 [T1]~~\n2/3/3 [T2][a]~\n3/4/4 [T3][][]\n4/6/6 [T4][b]~\n", READER_END,
	SHORT("1/2/2", "1 cell", "title, text") SHORT("2/3/3", "2 cells", "text")
	    SHORT("4/6/6", "2 cells", "text")},
    {"a row inside a value", BYTES("id,title,text\nT1,a,\"b\nT2,c,d\nT3,e,f\"\nT4,g,h\n"),
	"1/2/2 [T1][a][b\nT2,c,d\nT3,e,f]\n2/3/5 [T4][g][h]\n", READER_END,
	SWALLOWED("1/2/2 text", "3", "T2,c,d", "2")},
    {"a row inside a value, by semicolon, behind other lines",
	BYTES("id;title;text\n\"T1\";\"a\nb\";\"c\n\nd\nCT2;e\"\n"),
	"1/2/2 [T1][a\nb][c\n\nd\nCT2;e]\n", READER_END,
	SWALLOWED("1/2/2 text", "6", "CT2;e", "5")},
    {"a row by another delimiter", BYTES("id,title,text\nT1;a;b\n;c;d\nT2,e,f\n"),
	"1/2/2 [T1;a;b]~~ broken\n2/3/3 [;c;d]~~ broken\n3/4/4 [T2][e][f]\n", READER_END,
	OTHER("1/2/2", "1 cell", "3", ";", ",") OTHER("2/3/3", "1 cell", "3", ";", ",")},
    {"a row by another delimiter, with the header's in it", BYTES("id;title;text\nT1,a,b;c\n"),
	"1/2/2 [T1,a,b][c]~ broken\n", READER_END, OTHER("1/2/2", "2 cells", "3", ",", ";")},
    {"a row by tabs, the id elsewhere", BYTES("title,id\na\tCT1\n"), "1/2/2 ~[a\tCT1]~ broken\n",
	READER_END, OTHER("1/2/2", "1 cell", "2", "<U+0009>", ",")},
    {"a row with another delimiter in it", BYTES("title,id,text\na; b\na;b;c;d\n"),
	"1/2/2 ~[a; b]~\n2/3/3 ~[a;b;c;d]~\n", READER_END,
	SHORT_ROW("1/2/2", "1 cell", "3", "id, text", "is what it is for new items by default")
	    SHORT_ROW(
		"2/3/3", "1 cell", "3", "id, text", "is what it is for new items by default")},
    {"another header", BYTES("id,title,text\nT1,a,b\nid,Text,title\nT2,c,d\n"),
	"1/2/2 [T1][a][b]\n2/3/3 [id][Text][title] broken\n3/4/4 [T2][c][d]\n", READER_END,
	OTHER_HEADER("2/3/3")},
    {"shorter and other headers", BYTES("id,title,text\nT1,a,b\nid,title\ntitle,id,x\nid;text\n"),
	"1/2/2 [T1][a][b]\n2/3/3 [id][title]~ broken\n3/4/4 [title][id][x] broken\n"
	"4/5/5 [id;text]~~ broken\n",
	READER_END, OTHER_HEADER("2/3/3") OTHER_HEADER("3/4/4") OTHER_HEADER("4/5/5")},
    {"a header in other quotes", BYTES("\u201cid\u201d,\u201etitle\u201c\nT1,a\n"), NULL, 0,
	"E 0/1/1 -: (\u201cid\u201d) " ODD_QUOTES("1", "\u201c")},
    {"a header in apostrophes", BYTES("id,'title'\nT1,a\n"), NULL, 0,
	"E 0/1/1 -: ('title') " ODD_QUOTES("2", "'")},
    {"ids in other quotes", BYTES("title,id\na,\u201eT1\u201c\nb,'T2'\nc,T3\u201d\n"),
	"1/2/2 [\u201eT1\u201c][a]~ broken\n2/3/3 ['T2'][b]~ broken\n3/4/4 [T3\u201d][c]~\n",
	READER_END,
	"E 1/2/2 -: (\u201eT1\u201c) " ODD_QUOTES("2", "\u201e") "E 2/3/3 -: ('T2') " ODD_QUOTES(
	    "2", "'")},
    {"UTF-16 without a mark", BYTES("i\0d\0,\0x\0\n\0"), NULL, 0, UNMARKED},
    {"UTF-16 without a mark, the other way", BYTES("\0i\0d\0\n\0T\0001"), NULL, 0, UNMARKED},
    {"a file of gzip", BYTES("\x1F\x8B\x08\0\0\0\0\0\0\x03x"), NULL, 0,
	"E 0/0/0 -: The file is compressed (gzip), not text. Unpack it, and upload the file that "
	"is in it.\n"},
    {"a short row at the end, with a line end", BYTES("id,title,text\nT1,a,b\nT2,c\n"),
	"1/2/2 [T1][a][b]\n2/3/3 [T2][c]~\n", READER_END, SHORT("2/3/3", "2 cells", "text")},
    {"a short row at the end, with a Ctrl-Z", BYTES("id,title,text\nT1,a,b\nT2,c\x1A"),
	"1/2/2 [T1][a][b]\n2/3/3 [T2][c]~\n", READER_END, SHORT("2/3/3", "2 cells", "text")},
    {"a file that breaks off", BYTES("id,title,text\nT1,a,b\nT2,\"c\""),
	"1/2/2 [T1][a][b]\n2/3/3 [T2][c]~ broken\n", READER_END,
	"E 2/3/3 -: The file breaks off in this row: it has 2 cells, the header has 3, and no line "
	"end follows. Upload the whole file. If it is whole, write what the row lacks (text), or "
	"end the row with a line break.\n"},
    {"short rows of new items", BYTES("title,id,text,active\na\nb,\nc,\" \",d\n"),
	"1/2/2 ~[a]~\n2/3/3 [][b]~\n3/4/4 [ ][c][d]\n", READER_END,
	SHORT_NEW("1/2/2", "1 cell", "id, text, active")
	    SHORT_NEW("2/3/3", "2 cells", "text, active") SHORT_NEW("3/4/4", "3 cells", "active")},
    {"short rows that delete, and that do not",
	BYTES("id,mark_delete,text\nT1,yes\nT2, 1 \nT3,no\nT4\nT5,x\n"),
	"1/2/2 [T1]~~\n2/3/3 [T2]~~\n3/4/4 [T3]~~\n4/5/5 [T4]~~\n5/6/6 [T5]~~\n", READER_END,
	SHORT("3/4/4", "2 cells", "text") SHORT("4/5/5", "1 cell", "mark_delete, text")
	    SHORT("5/6/6", "2 cells", "text")},
    {"a file that breaks off in a row that deletes", BYTES("id,mark_delete,text\nT1,no,\nT2,yes"),
	"1/2/2 [T1]~[]\n2/3/3 [T2]~~ broken\n", READER_END,
	"E 2/3/3 -: The file breaks off in this row: it has 2 cells, the header has 3, and no line "
	"end follows. Upload the whole file. If it is whole, write what the row lacks (text), or "
	"end the row with a line break.\n"},
    {"sep= between the rows",
	BYTES("id,title\nT1,a\nsep=,\nid,title\nT2,b\n\"Sep=;\"\nT3,c\nsep=,,\nsep=a,\nsep=,d\n"),
	"1/2/2 [T1][a]~\n2/5/5 [T2][b]~\n3/7/7 [T3][c]~\n4/9/9 [sep=a][]~\n5/10/10 [sep=][d]~\n",
	READER_END, SEP_AGAIN("3/3") AGAIN("4/4") SEP_AGAIN("6/6") SEP_AGAIN("8/8")},
    {"a title above the header", BYTES("Report 2026\n\n\"id\";\"title\"\nT1;a\n"), NULL, 0,
	HEADER_BELOW("1/1", "3")},
    {"a title above the header, named like a column",
	BYTES("Text,,\r\nid,title,text\r\nT1,a,b\r\n"), NULL, 0, HEADER_BELOW("1/1", "2")},
    {"a table of Markdown", BYTES("| id | title |\n|:---|------:|\n| T1 | a |\n"), NULL, 0,
	DRAWN("1/1")},
    {"a table of a database's client", BYTES(" id | title \n----+-------\n T1 | a\n"), NULL, 0,
	DRAWN("1/1")},
    {"a table in a frame", BYTES("+----+-------+\n| id | title |\n+----+-------+\n"), NULL, 0,
	HEADER_BELOW("1/1", "2")},
    {"the header again", BYTES("id,title,\nT1,a,\n ID ,\"Title\"\nT2,b,\nid,title,,,\n\nT3,c,\n"),
	"1/2/2 [T1][a]~\n2/4/4 [T2][b]~\n3/7/7 [T3][c]~\n", READER_END, AGAIN("3/3") AGAIN("5/5")},
    {"the header again, with byte order marks",
	BYTES("id,title\nT1,a\n\xEF\xBB\xBFid,title\nT2,b\n\xEF\xBB\xBF\"id\",\"title\"\nT3,c\n"
	      "\xC3\xAF\xC2\xBB\xC2\xBFid,title\nT4,d\n"),
	"1/2/2 [T1][a]~\n2/4/4 [T2][b]~\n3/6/6 [T3][c]~\n4/8/8 [T4][d]~\n", READER_END,
	AGAIN("3/3") AGAIN("5/5") AGAIN("7/7")},
    {"invisible characters in a header", BYTES("id,ti\xE2\x80\x8Btle,x\xC2\xADyz\nT1\n"), NULL, 0,
	"E 0/1/1 ti\xE2\x80\x8Btle: Unknown column \"ti<U+200B>tle\": did you mean \"title\"?\n"
	"E 0/1/1 x\xC2\xADyz: Unknown column \"x<U+00AD>yz\". Columns can be: " ACCEPTED ".\n"},
    {"a value without a header", BYTES("id,,title\nT1,,a\nT2,x,b\n"),
	"1/2/2 [T1][a]~\n2/3/3 [T2][b]~\n", READER_END,
	"E 2/3/3 -: (x) Column 2 has a value here, but no name in the header. Name the column, or "
	"empty the cell.\n"},
    {"too many cells", BYTES("id,title\nT1,a,b\nT2,c\n"), "1/2/2 [T1][a]~\n2/3/3 [T2][c]~\n",
	READER_END, SURPLUS "A cell with a comma in it must stand in double quotes.\n"},
    {"a retired column", BYTES("id, Effort ,title\nT1,x,a\nT2,y,b\n"),
	"1/2/2 [T1][a]~\n2/3/3 [T2][b]~\n", READER_END,
	"W 0/1/1  Effort : The column \"Effort\" " WAS_RETIRED "\n"},
    {"a retired column twice", BYTES("id,effort,EFFORT\nT1,,\n"), NULL, 0,
	"W 0/1/1 effort: The column \"effort\" " WAS_RETIRED "\n"
	"E 0/1/1 EFFORT: The column \"EFFORT\" is there twice: as column 2 and as column 3. "
	"Keep one of them.\n"},
    {"a retired column alone", BYTES("effort\nx\n"), NULL, 0,
	"W 0/1/1 effort: The column \"effort\" " WAS_RETIRED "\n"
	"E 0/1/1 id: The header has no column \"id\". Add it; its cell may be empty where a record "
	"is new.\n"},
    {"a retired column is not what an unknown one meant", BYTES("id,efort\nT1,x\n"), NULL, 0,
	"E 0/1/1 efort: Unknown column \"efort\". Columns can be: " ACCEPTED ".\n"},
    {"too many cells by semicolon", BYTES("id;title\nT1;a;b\n"), "1/2/2 [T1][a]~\n", READER_END,
	SURPLUS "A cell with a semicolon in it must stand in double quotes.\n"},
    {"a quote inside a plain cell", BYTES("id,title\nT1,a\nT2,5\" disk\n"), "1/2/2 [T1][a]~\n",
	READER_FAILED,
	"E 2/3/3 -: Cell 2 of this row has a double quote but does not begin with one (on line 3). "
	"Put the whole cell in double quotes, without a space before them, and " TWICE},
    {"a space before a quote", BYTES("id,title\nT1, \"a\"\n"), "", READER_FAILED,
	"E 1/2/2 -: Cell 2 of this row has a double quote but does not begin with one (on line 2). "
	"Put the whole cell in double quotes, without a space before them, and " TWICE},
    {"text behind a quote", BYTES("id,text\n\nT1,\"a\nb\"c\n"), "", READER_FAILED,
	"E 1/3/3 -: Cell 2 of this row goes on after its closing double quote (on line 4). Let "
	"nothing stand between that quote and the next cell, and " TWICE},
    {"a quote that is never closed", BYTES("id,text\nT1,a\nT2,\"b\nT3,c\n"), "1/2/2 [T1]~[a]\n",
	READER_FAILED,
	"E 2/3/3 -: Cell 2 of this row begins with a double quote that is never closed: the file "
	"ends inside the cell. Add the closing double quote, and " TWICE},
    {"a broken quote in the header", BYTES("id,ti\"tle\n"), NULL, 0,
	"E 0/1/1 -: Cell 2 of this row has a double quote but does not begin with one (on line 1). "
	"Put the whole cell in double quotes, without a space before them, and " TWICE},
    {"Windows-1252", BYTES("id,title\nT0,x\nT1,caf\xE9\n"), "1/2/2 [T0][x]~\n2/3/3 [T1][café]~\n",
	READER_END, "W 0/3/3 -: (café) " NOT_UTF8("1 on 1 line", "3", "café") SAVE_UTF8},
    {"Windows-1252 on several lines, with CR", BYTES("id,text\rT1,\"x\r\xE9\xE9\"\rT2,\x8E\r"),
	"1/2/2 [T1]~[x\néé]\n2/3/4 [T2]~[Ž]\n", READER_END,
	"W 0/2/2 -: (x\néé) " NOT_UTF8("3 on 2 lines", "2",
	    "x<U+000A>éé") " Its lines end as on old Macs, whose encoding, MacRoman, has other "
			   "letters." SAVE_UTF8},
    {"Windows-1252 far behind the beginning of a cell",
	BYTES("id,text\nT1,0123456789012345678901234567890123456789xy\xE9z\n"),
	"1/2/2 [T1]~[0123456789012345678901234567890123456789xyéz]\n", READER_END,
	"W 0/2/2 -: (0123456789012345678901234567890123456789xyéz) " NOT_UTF8(
	    "1 on 1 line", "2", "...23456789012345678901234567890123456789xyéz") SAVE_UTF8},
    {"Windows-1252 in the header", BYTES("id,titl\xE9\n"), NULL, 0,
	"W 0/1/1 -: (titlé) " NOT_UTF8("1 on 1 line", "1", "titlé") SAVE_UTF8
	"E 0/1/1 titlé: Unknown column \"titlé\": did you mean \"title\"?\n"},
    {"Windows-1252, with a few characters that look like UTF-8",
	BYTES("id,title\nT1,\xE9,\nT2,\xE9.\xE9.\xE9.\xE9.\xE9\nT3,\xC3\xBC\n"),
	"1/2/2 [T1][é]~\n2/3/3 [T2][é.é.é.é.é]~\n3/4/4 [T3][Ã¼]~\n", READER_END,
	"W 0/2/2 -: (é) " NOT_UTF8("8 on 3 lines", "2", "é") " But 1 character of it looks like "
							     "UTF-8, and was misread: it may "
							     "consist of several files." SAVE_UTF8},
    {"a byte that Windows-1252 lacks", BYTES("id,text\nT1,\"\xE9\r\n\x81\"\n"), "", READER_FAILED,
	"E 1/2/3 text: (é<U+000A><0x81>) The file is neither UTF-8 nor Windows-1252: this line has "
	"the byte 0x81, which Windows-1252 does not define. Save the file as CSV UTF-8.\n"},
    {"a foreign byte in UTF-8",
	BYTES("id,title\nT1,Gr\xC3\xBC\xC3\x9F"
	      "e\nT2,Caf\xE9!,\n"),
	"1/2/2 [T1][Grüße]~\n", READER_FAILED,
	"E 2/3/3 title: (Caf<0xE9>!) " DAMAGED("0xE9", "other characters of the file are")
	    WRITE_AGAIN},
    {"foreign bytes in UTF-8, the first in the header",
	BYTES("id,titl\xE9\nT1,\xC3\xBC\xC3\xBC\nT2,\xE9\n"), NULL, 0,
	"E 0/1/1 -: (titl<0xE9>) " DAMAGED(
	    "0xE9", "other characters of the file are") " The file has 2 such bytes, on 2 "
							"lines." WRITE_AGAIN},
    {"foreign bytes behind a byte order mark", BYTES("\xEF\xBB\xBFid,title\nT1,\xE9\xE8\n"), "",
	READER_FAILED,
	"E 1/2/2 title: (<0xE9><0xE8>) " DAMAGED("0xE9",
	    "the file says by its byte order mark that it is UTF-8") " The file has 2 such bytes, "
								     "on 1 line." WRITE_AGAIN},
    {"a foreign byte at the very beginning",
	BYTES("\xEF\xBB\xBF\x9E"
	      "id\n"),
	NULL, 0,
	"E 0/1/1 -: (<0x9E>id) " DAMAGED(
	    "0x9E", "the file says by its byte order mark that it is UTF-8") WRITE_AGAIN},
    {"a file cut inside a character", BYTES("id,title\nT1,a\nT2,b\xE2\x80"), "1/2/2 [T1][a]~\n",
	READER_FAILED,
	"E 2/3/3 title: (b<0xE2><0x80>) The file ends inside a character (its first byte is 0xE2): "
	"it was cut off. Upload the whole file.\n"},
    {"NUL", BYTES("id,title\nT1,a\n\nT2,\0\n"), "1/2/2 [T1][a]~\n", READER_FAILED,
	"E 2/4/4 -: This line has a NUL character (U+0000), which no text has. Save the file as "
	"CSV "
	"UTF-8.\n"},
    {"NUL in the header", BYTES("\ni\0d\n"), NULL, 0,
	"E 0/2/2 -: This line has a NUL character (U+0000), which no text has. Save the file as "
	"CSV "
	"UTF-8.\n"},
    {"a zip file", BYTES("PK\x03\x04zip"), NULL, 0,
	"E 0/0/0 -: The file is a zip archive, not text; an Excel workbook (.xlsx) looks like "
	"that. "
	"Upload it with the extension .xlsx, or open it and save it as CSV.\n"},
};

static void
tells(void **state)
{
	const struct bad *t = *state;
	struct outcome o = read_bytes(t->file, t->n, &limits);

	assert_string_equal(buf_text(&o.told.log), t->told);
	assert_int_equal(o.opened, t->records != NULL);
	if (o.opened) {
		assert_int_equal(o.status, t->status);
		assert_string_equal(buf_text(&o.records), t->records);
	}
	free_outcome(&o);
}

/* What exceeds small limits, and what just fits. */
static const struct limited {
	const char *name;
	const char *file;
	size_t n;
	const char *records, *told;
} limited[] = {
    {"cells of the limit", BYTES("id,title\nT1,12345678\nT2,\"12345678\"\n"),
	"1/2/2 [T1][12345678]~\n2/3/3 [T2][12345678]~\n", ""},
    {"a larger cell", BYTES("id,title\nT1,123456789\n"), "",
	"E 1/2/2 -: A cell of this row has 9 bytes; the limit (max_field_bytes) is 8. Shorten it; "
	"if "
	"no cell is meant to be that long, look for a double quote that is missing.\n"},
    {"a larger quoted cell", BYTES("id,title\nT1,\"1\n3456789\"\n"), "",
	"E 1/2/2 -: A cell of this row has 9 bytes; the limit (max_field_bytes) is 8. Shorten it; "
	"if "
	"no cell is meant to be that long, look for a double quote that is missing.\n"},
    {"columns of the limit", BYTES("id,title,,\nT1,a,,\n"), "1/2/2 [T1][a]~\n", ""},
    {"a header of more columns", BYTES("id,title,,,\nT1\n"), NULL,
	"E 0/1/1 -: This row has 5 cells; the limit (max_columns) is 4.\n"},
    {"a row of more columns", BYTES("id\n1,2,3,4,\"5\",6\n"), "",
	"E 1/2/2 -: This row has 6 cells; the limit (max_columns) is 4.\n"},
    {"a row of the limit", BYTES("id,title,text\nT1,12345678,12\n"), "1/2/2 [T1][12345678][12]\n",
	""},
    {"a longer row", BYTES("id,title,text\nT1,12345678,123\n"), "",
	"E 1/2/2 -: This row has 13 bytes; the limit (max_record_bytes) is 12. Shorten it; if no "
	"row is meant to be that long, look for a double quote that is missing.\n"},
    {"records of the limit", BYTES("id\n1\n2\n3\n\n"), "1/2/2 [1]~~\n2/3/3 [2]~~\n3/4/4 [3]~~\n",
	""},
    {"more records", BYTES("id\n1\n2\n3\n\n4\n"), "1/2/2 [1]~~\n2/3/3 [2]~~\n3/4/4 [3]~~\n",
	"E 4/6/6 -: This is record 4; the limit (max_records) is 3. Split the file.\n"},
};

static void
keeps_limits(void **state)
{
	static const struct limits small = {
	    .max_records = 3, .max_field_bytes = 8, .max_columns = 4, .max_record_bytes = 12};
	const struct limited *t = *state;
	struct outcome o = read_bytes(t->file, t->n, &small);

	assert_string_equal(buf_text(&o.told.log), t->told);
	assert_int_equal(o.opened, t->records != NULL);
	if (o.opened) {
		assert_string_equal(buf_text(&o.records), t->records);
		assert_int_equal(o.status, *t->told ? READER_FAILED : READER_END);
	}
	free_outcome(&o);
}

static void
gives_every_cell_as_it_stood_in_the_file(void **state)
{
	static const struct raw_cell expected[] = {
	    {" ID", "T1", 3, 2}, {"type", " x ", 4, 3}, {"title", "", 5, 0}, {"", " ", 0, 1}};
	struct told told = {0};
	struct record rec;
	int fd = new_file();

	(void)state;
	append(fd, BYTES(" ID,type,title\nT1, x ,, \nT2,x\n"));
	struct reader *r = open_file(fd, &limits, &told);
	assert_non_null(r);
	assert_int_equal(reader_next(r, &rec), READER_RECORD);
	assert_int_equal(rec.nraw, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_int_equal(rec.raw[i].name_n, expected[i].name_n);
		assert_memory_equal(rec.raw[i].name, expected[i].name, expected[i].name_n);
		assert_int_equal(rec.raw[i].n, expected[i].n);
		assert_memory_equal(rec.raw[i].text, expected[i].text, expected[i].n);
	}
	assert_int_equal(reader_next(r, &rec), READER_RECORD);
	assert_int_equal(rec.nraw, 3);
	assert_int_equal(rec.raw[2].n, 0);
	assert_int_equal(told.count, 1); /* it lacks the title */
	buf_free(&told.log);
	reader_close(r);
	close(fd);
}

/* The same rows, with the end of a read at every offset. */
static void
reads_rows_across_the_ends_of_reads(void **state)
{
	static const char rows[] = "id;title\r\n"
				   "T1;\"a \"\"b\"\", é\r\nline\"\r\n"
				   "\r\n"
				   "T2;plain\r\n"
				   "T3;\"\"\r";

	(void)state;
	for (int back = 0; back <= (int)sizeof rows; back++) {
		struct buf file = {0}, expected = {0};
		int blank = CHUNK - back;
		for (int i = 0; i < blank; i++)
			buf_add_char(&file, '\n');
		buf_add_text(&file, rows);
		buf_printf(&expected, "1/%d/%d [T1][a \"b\", é\nline]~\n", blank + 2, blank + 2);
		buf_printf(&expected, "2/%d/%d [T2][plain]~\n", blank + 4, blank + 5);
		buf_printf(&expected, "3/%d/%d [T3][]~\n", blank + 5, blank + 6);
		struct outcome o = read_bytes(file.data, file.len, &limits);
		assert_string_equal(buf_text(&o.told.log), "");
		assert_string_equal(buf_text(&o.records), buf_text(&expected));
		free_outcome(&o);
		buf_free(&file);
		buf_free(&expected);
	}
}

static void
shows_long_headers_in_part_and_never_half_a_character(void **state)
{
	struct buf file = {0};

	(void)state;
	buf_add_text(&file, "id,x");
	for (int i = 0; i < 1000; i++)
		buf_add_text(&file, "é");
	struct outcome o = read_bytes(file.data, file.len, &limits);
	assert_false(o.opened);
	const char *shown = strstr(buf_text(&o.told.log), "\"xé");
	assert_non_null(shown);
	assert_int_equal(strcspn(shown + 1, "\""), 1 + 79 * strlen("é") + strlen("..."));
	free_outcome(&o);
	buf_free(&file);
}

static long
resident_kib(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

/* Appends the bytes `times` times, in large writes. */
static void
append_many(int fd, const char *bytes, size_t times)
{
	struct buf block = {0};
	size_t n = strlen(bytes), at_once = CHUNK / n;

	for (size_t i = 0; i < at_once; i++)
		buf_add(&block, bytes, n);
	for (; times > at_once; times -= at_once)
		append(fd, block.data, block.len);
	append(fd, block.data, times * n);
	buf_free(&block);
}

static void
refuses_endless_cells_without_keeping_them(void **state)
{
	static const struct {
		const char *begin, *more, *says;
	} files[] = {
	    {"id,text\nT1,", "aaaaaaaa", "E 1/2/2 -: A cell of this row has 1"},
	    {"id,text\nT1,\"", "aaaaaaa\n", "E 1/2/2 -: A cell of this row has 1"},
	    {"", "aaaaaaaa", "E 0/1/1 -: A cell of this row has 1"},
	    {"id,text\nT1,", ",,,,,,,,", "E 1/2/2 -: This row has 6"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct told told = {0};
		struct record rec;
		int fd = new_file();
		append(fd, files[i].begin, strlen(files[i].begin));
		append_many(fd, files[i].more, 4 * 1024 * 1024);
		long before = resident_kib();
		struct reader *r = open_file(fd, &limits, &told);
		if (r)
			assert_int_equal(reader_next(r, &rec), READER_FAILED);
		assert_non_null(strstr(buf_text(&told.log), files[i].says));
		assert_non_null(strstr(buf_text(&told.log), " and goes on; the limit (max_"));
		assert_int_equal(told.count, 1);
		/* Half of the 32 MiB; a sanitizer keeps freed memory for a while. */
		assert_true(resident_kib() - before < 16 * 1024);
		reader_close(r);
		buf_free(&told.log);
		close(fd);
	}
}

static void
cell_limits_are_exact_at_every_size(void **state)
{
	static const int64_t sizes[] = {
	    2, 3, CHUNK - 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes) * 4; i++) {
		int64_t size = sizes[i / 4];
		bool quoted = i & 1, over = i & 2;
		struct limits l = {.max_records = 1, .max_field_bytes = size, .max_columns = 2};
		struct buf file = {0};
		buf_add_text(&file, "id\n");
		buf_add_text(&file, quoted ? "\"" : "");
		for (int64_t n = size + over; n; n--)
			buf_add_char(&file, 'x');
		buf_add_text(&file, quoted ? "\"\n" : "\n");
		struct outcome o = read_bytes(file.data, file.len, &l);
		assert_int_equal(o.status, over ? READER_FAILED : READER_END);
		assert_int_equal(o.told.count, over);
		free_outcome(&o);
		buf_free(&file);
	}
}

static void
memory_does_not_grow_with_the_file(void **state)
{
	const int64_t rows = 100000;
	struct told told = {0};
	struct record rec;
	enum reader_status status;
	int fd = new_file();
	long early = 0;

	(void)state;
	append(fd, BYTES("id,title,text\n"));
	append_many(fd, "CT1,A title of some length,\"A text, with a \"\"quote\"\"\nand a line\"\n",
	    (size_t)rows);
	struct reader *r = open_file(fd, &limits, &told);
	assert_non_null(r);
	while ((status = reader_next(r, &rec)) == READER_RECORD) {
		if (rec.entry == 1000)
			early = resident_kib();
	}
	assert_int_equal(status, READER_END);
	assert_int_equal(rec.entry, rows);
	assert_int_equal(rec.row, rows + 1);
	assert_int_equal(rec.line, 2 * rows);
	assert_int_equal(told.count, 0);
	assert_true(resident_kib() - early < 1024);
	reader_close(r);
	close(fd);
}

static void
finds_formats_by_extension_in_any_case(void **state)
{
	(void)state;
	assert_non_null(format_find("csv", 3));
	assert_ptr_equal(format_find("CSVx", 3), format_find("csv", 3));
	assert_null(format_find("csvx", 4));
	assert_null(format_find("cs", 2));
	assert_null(format_find("", 0));
}

static void
closing_no_reader_is_fine(void **state)
{
	(void)state;
	reader_close(NULL);
}

int
main(void)
{
	struct CMUnitTest tables[COUNT(good) + COUNT(bad) + COUNT(limited)];
	const struct CMUnitTest others[] = {
	    cmocka_unit_test(gives_every_cell_as_it_stood_in_the_file),
	    cmocka_unit_test(reads_rows_across_the_ends_of_reads),
	    cmocka_unit_test(shows_long_headers_in_part_and_never_half_a_character),
	    cmocka_unit_test(refuses_endless_cells_without_keeping_them),
	    cmocka_unit_test(cell_limits_are_exact_at_every_size),
	    cmocka_unit_test(memory_does_not_grow_with_the_file),
	    cmocka_unit_test(finds_formats_by_extension_in_any_case),
	    cmocka_unit_test(closing_no_reader_is_fine),
	};
	size_t n = 0;

	for (size_t i = 0; i < COUNT(good); i++)
		tables[n++] = (struct CMUnitTest){
		    .name = good[i].name, .test_func = reads, .initial_state = (void *)&good[i]};
	for (size_t i = 0; i < COUNT(bad); i++)
		tables[n++] = (struct CMUnitTest){
		    .name = bad[i].name, .test_func = tells, .initial_state = (void *)&bad[i]};
	for (size_t i = 0; i < COUNT(limited); i++)
		tables[n++] = (struct CMUnitTest){.name = limited[i].name,
		    .test_func = keeps_limits,
		    .initial_state = (void *)&limited[i]};
	return cmocka_run_group_tests_name("csv: files", tables, NULL, NULL) +
	       cmocka_run_group_tests_name("csv", others, NULL, NULL);
}
