/* Reading JSON files: formats/json.h and, for the rules of keys, formats/keys.h. */
#include "formats/json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "keyed_file.h"

static struct reader *
open_file(int fd, const struct limits *l, struct buf *told)
{
	return json_open(&(struct source){.fd = fd}, &model, l, sink, told);
}

/* Files that are read to their end without a finding. */
static const struct good good[] = {
    {"a record", BYTES("[{\"id\":\"T1\",\"title\":\"a\",\"text\":\"b\",\"tags\":\"x;y\"}]"),
	"1/1/1 [T1] [a] [b] [x;y]\n"},
    {"records over lines",
	BYTES("[\n  {\n    \"id\": \"T1\"\n  },\n  {\"id\": \"T2\"}, {\"id\":\n \"T3\"}\n]\n"),
	"1/1/2 [T1] ~ ~ ~\n"
	"2/2/5 [T2] ~ ~ ~\n"
	"3/3/5 [T3] ~ ~ ~\n"},
    {"CRLF and CR", BYTES("[\r\n{\"id\":\"T1\"},\r{\"id\":\"T2\"}\r\n]\r"),
	"1/1/2 [T1] ~ ~ ~\n"
	"2/2/3 [T2] ~ ~ ~\n"},
    {"a byte order mark", BYTES("\xEF\xBB\xBF[{\"id\":\"T1\"}]"), "1/1/1 [T1] ~ ~ ~\n"},
    {"keys in any order, case and space", BYTES("[{\"TEXT\":\"b\",\" Id \":\"T1\"}]"),
	"1/1/1 [T1] ~ [b] ~\n"},
    {"_entry, _note and _base are ignored",
	BYTES("[{\"id\":\"T1\",\"_Entry\":1e99,\"_note\":\"=#N/"
	      "A\\nno\",\"_BASE\":[{\"a\":[null]}]}]"),
	"1/1/1 [T1] ~ ~ ~\n"},
    {"read-only keys, _row and _errors are ignored",
	BYTES("[{\"id\":\"T1\",\"type\":\"x\",\"_row\":7,\"_Errors\":[{\"a\":1}],\"db_id\":{}}]"),
	"1/1/1 [T1] ~ ~ ~\n"},
    {"escapes",
	BYTES("[{\"t\\u0069tle\":\"\\\"\\\\\\/"
	      "\\b\\f\\t\\u00e9\\u20AC\\ud83d\\ude00\",\"text\":\"a\\nb\\r\\nc\\rd\"}]"),
	"1/1/1 ~ [\"\\/\x08\x0C"
	"\t\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80] [a\n"
	"b\n"
	"c\n"
	"d] ~\n"},
    {"numbers keep their spelling",
	BYTES("[{\"id\":12345678901234567890123,\"title\":1.10,\"text\":-0,\"tags\":1e3},{\"id\":"
	      "1E+400,\"title\":0.5e-7}]"),
	"1/1/1 <12345678901234567890123> <1.10> <-0> <1e3>\n"
	"2/2/1 <1E+400> <0.5e-7> ~ ~\n"},
    {"booleans and null", BYTES("[{\"id\":true,\"title\":false,\"text\":null,\"tags\":\"\"}]"),
	"1/1/1 (true) (false) null []\n"},
    {"lists",
	BYTES(
	    "[{\"id\":\"T1\",\"tags\":[\"a\", \"b\\u00e9\" ,\"\" ]},{\"id\":\"T2\",\"tags\":[]}]"),
	"1/1/1 [T1] ~ ~ {a;b\xC3\xA9;}\n"
	"2/2/1 [T2] ~ ~ {}\n"},
    {"lists of references, with numbers in them",
	BYTES("[{\"refs\":[21, 63 ,\"7\"]},{\"refs\":[-1.5e+3]},{\"refs\":[\n]},"
	      "{\"id\":\"T1\",\"refs\":21},{\"refs\":\"21;63\"},{\"refs\":null,\"id\":\"T2\"}]"),
	"1/1/1 ~ ~ ~ ~ refs: {21;63;7}\n"
	"2/2/1 ~ ~ ~ ~ refs: {-1.5e+3}\n"
	"3/4/2 [T1] ~ ~ ~ refs: <21>\n"
	"4/5/2 ~ ~ ~ ~ refs: [21;63]\n"
	"5/6/2 [T2] ~ ~ ~ refs: null\n"},
    {"text that looks like JSON", BYTES("[{\"id\":\"T1\",\"text\":\"{\\\"a\\\":[1,]} // '\"}]"),
	"1/1/1 [T1] ~ [{\"a\":[1,]} // '] ~\n"},
    {"one object a line",
	BYTES("{\"id\":\"T1\",\"tags\":[\"a\"]}\n{\"id\":\"T2\",\"title\":\"{\"}\n"),
	"1/1/1 [T1] ~ ~ {a}\n"
	"2/2/2 [T2] [{] ~ ~\n"},
    {"one object a line, with blank lines, CRLF and a byte order mark",
	BYTES("\xEF\xBB\xBF\r\n{\"type\":\"x\",\"title\":\"a\"}\r\n\r\n{\"id\":\"T2\"}\r\n{}"
	      "\r\nnull\r\n"
	      "{\"id\":\"T3\"}"),
	"1/1/2 ~ [a] ~ ~\n"
	"2/2/4 [T2] ~ ~ ~\n"
	"3/5/7 [T3] ~ ~ ~\n"},
    {"objects one behind the other", BYTES("{\"id\":\"T1\"} {\"id\":\n\"T2\"}{\"id\":\"T3\"}"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/1 [T2] ~ ~ ~\n"
	"3/3/2 [T3] ~ ~ ~\n"},
    {"a single object", BYTES("{\"type\":{\"a\":[[1]]},\"text\":\"b\",\"refs\":[1]}"),
	"1/1/1 ~ ~ [b] ~ refs: {1}\n"},
    {"text that looks like a comment", BYTES("[{\"id\":\"T1\",\"text\":\"// /* # NaN\"}]"),
	"1/1/1 [T1] ~ [// /* # NaN] ~\n"},
    {"blank records are counted",
	BYTES("[{},\n{\"id\":\"\",\"tags\":[]},\n{\"id\":\"T1\"},null,\n{\"id\":null,\"text\":\" "
	      "\\n\xC2\xA0\"},{\"id\":\"T2\"}]"),
	"1/3/3 [T1] ~ ~ ~\n"
	"2/6/4 [T2] ~ ~ ~\n"},
};

#define AN_ARRAY "an array of records: [{\"id\": ..., \"title\": ...}, ...]"
#define UNDER(key)                                                                             \
	"The file is an object, but must be " AN_ARRAY ". If the records stand under its key " \
	"\"" key "\", keep that array alone."
#define OBJECTS(key)                                                                           \
	"The file is an object of objects, the first under \"" key "\", but must be " AN_ARRAY \
	". Write it again, " BY_PANDAS                                                         \
	"; if an array of records stands further inside, keep that "                           \
	"alone."
#define BY_PANDAS   "in pandas by to_json(orient='records')"
#define NO_COMMENTS "JSON has no comments. Remove them."
#define TOO_MANY    "Here is a comma too many: nothing follows it. Remove it."
#define NOT_BEGUN                                                                                 \
	" behind a record, but the file does not begin with [. Put all records in [ and ], with " \
	"commas between them; or one on each line, without."
#define NO_KEY    "Here is a key without quotes. Keys stand in double quotes (\")."
#define CONSTANTS "JSON has no NaN, Infinity or None. Use null, or leave the key out."
#define CUT_OFF   "It may be cut off: upload it again, complete."
#define NO_UTF8(byte, count)                                                              \
	"Here is the byte 0x" byte ", which is not UTF-8. Such bytes in the file: " count \
	". Save the file as UTF-8."
#define NO_NUL  "Here is a NUL character (U+0000), or half a character. Save the file as UTF-8."
#define NO_ITEM "A list may only have text in it: put each item in double quotes."
#define NO_VALUE \
	"Here a value is missing, or text is not in double quotes, or there is a comma too many."
#define KEYS      "Keys can be: id, title, text, tags, refs."
#define TWICE     "is in this record twice. Keep one of them."
#define NO_NUMBER "A list may only have text and numbers in it: put each item in double quotes."
#define RETIRED   "The key \"effort\" was retired: what it says is not taken over."

/* Files with findings. */
static const struct bad bad[] = {
    {"an empty file", BYTES(""), NULL, 0,
	"E 0/0/1 -: Line 1: The file is empty. It must be " AN_ARRAY ".\n"},
    {"white space alone", BYTES(" \n\t\n"), NULL, 0,
	"E 0/0/3 -: Line 3: The file is empty. It must be " AN_ARRAY ".\n"},
    {"an object", BYTES("\n{\"results\":[{\"id\":\"T1\"}]}"), NULL, 0,
	"E 0/0/2 -: Line 2: " UNDER("results") "\n"},
    {"an object with more around the array",
	BYTES("{\"count\":1,\"next\":null,\"title\":\"x\",\"tags\":[\"a\"],\"items\":[{\"id\":"
	      "\"T1\"}]}"),
	NULL, 0, "E 0/0/1 -: Line 1: " UNDER("items") "\n"},
    {"an object with a schema and an array",
	BYTES("{\"schema\":{\"fields\":[{\"name\":\"id\"}]},\"data\":[{\"id\":\"T1\"},{}]}"), NULL,
	0, "E 0/0/1 -: Line 1: " UNDER("data") "\n"},
    {"an object whose array breaks off", BYTES("{\"a\\u200bb\":[{\"id\":"), NULL, 0,
	"E 0/0/1 -: Line 1: " UNDER("a<U+200B>b") "\n"},
    {"columns and rows apart",
	BYTES("{\"columns\":[\"id\",\"title\"],\"index\":[0],\"data\":[[\"T1\",\"a\"]]}"), NULL, 0,
	"E 0/0/1 -: Line 1: The file has its columns and its rows apart, but must be " AN_ARRAY
	". Write it again, " BY_PANDAS ".\n"},
    {"an object of columns", BYTES("{\"id\":{\"0\":\"T1\"},\"title\":{\"0\":\"a\"}}"), NULL, 0,
	"E 0/0/1 -: Line 1: " OBJECTS("id") "\n"},
    {"an object of rows", BYTES("{\"0\":{\"id\":\"T1\",\"title\":\"a\"},\"1\":{}}"), NULL, 0,
	"E 0/0/1 -: Line 1: " OBJECTS("0") "\n"},
    {"something else", BYTES("id,title\n"), NULL, 0,
	"E 0/0/1 -: Line 1: The file is not JSON that begins with [. It must be " AN_ARRAY ".\n"},
    {"UTF-16", BYTES("\xFF\xFE[\0]\0"), NULL, 0,
	"E 0/0/0 -: The file is UTF-16, but JSON is always UTF-8. Save the file as UTF-8.\n"},
    {"UTF-16 without a mark", BYTES("[\0{\0}\0]\0"), NULL, 0,
	"E 0/0/0 -: The file is UTF-16, but lacks the byte order mark that says so. Save it as "
	"UTF-8 (in Excel: Save as, CSV UTF-8).\n"},
    {"an empty array", BYTES(" [ ] "), "", READER_END, "E 0/0/0 -: The file has no records.\n"},
    {"blank records alone", BYTES("[{},{\"id\":\"\"}]"), "", READER_END,
	"E 0/0/0 -: The file has no records.\n"},
    {"a zip file", BYTES("PK\x03\x04zip"), NULL, 0,
	"E 0/0/0 -: The file is a zip archive, not text; an Excel workbook (.xlsx) looks like "
	"that. Upload it with the extension .xlsx, or open it and save it as CSV.\n"},
    {"no UTF-8", BYTES("[{\"id\":\"T1\"},\n\n{\"id\":\"caf\xE9\"}]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED, "E 2/2/3 -: Line 3: " NO_UTF8("E9", "1") "\n"},
    {"no UTF-8 behind a mark", BYTES("\xEF\xBB\xBF[{\"id\":\"\xED\xA0\x80\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " NO_UTF8("ED", "3") "\n"},
    {"NUL",
	BYTES("[{\"id\":\"T\0"
	      "1\"}]"),
	"", READER_FAILED, "E 1/1/1 -: Line 1: " NO_NUL "\n"},
    {"NUL as an escape", BYTES("[{\"id\":\"T\\u00001\"},{\"id\":\"T2\"}]"),
	"1/1/1 ~ ~ ~ ~\n"
	"2/2/1 [T2] ~ ~ ~\n",
	READER_END,
	"E 1/1/1 id: This value has a NUL character (U+0000), which no text has. Remove it.\n"},
    {"the high half of a character", BYTES("[{\"id\":\"\\ud83d\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here is half a character: \\ud83d without the other half (a surrogate "
	"pair has two).\n"},
    {"the low half of a character", BYTES("[{\"id\":\"\\ude00\\ud83d\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here is half a character: \\ude00 without the other half (a surrogate "
	"pair has two).\n"},
    {"two high halves", BYTES("[{\"id\":\"\\ud83d\\ud83d\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here is half a character: \\ud83d without the other half (a surrogate "
	"pair has two).\n"},
    {"a bad \\u", BYTES("[{\"id\":\"\\u12g4\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: \\u is followed by four hexadecimal digits. If it belongs to a path, "
	"write each backslash twice.\n"},
    {"a bad escape", BYTES("[{\"id\":\"C:\\Temp\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here is a backslash that begins no escape. Write it as \\\\.\n"},
    {"a path with an escape in a text", BYTES("[{\"id\":\"T1\",\n\"text\":\"See C:\\temp\"}]"),
	"1/1/1 [T1] ~ [See C:\temp] ~\n", READER_END,
	"W 1/1/1 text: (See C:\temp) Line 2: \\t in double quotes is a tab. If it belongs to a "
	"path, write each backslash twice.\n"},
    {"in a line", BYTES("[{\"id\":\"T1\",\"title\":\"C:\\temp\"}]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_END,
	"E 1/1/1 title: (C:\temp) Line 1: \\t in double quotes is a tab. If it belongs to a path, "
	"write each backslash twice.\n"},
    {"in a tag", BYTES("[{\"id\":\"T1\",\"tags\":[\"a\",\"C:\\temp\"]}]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_END,
	"E 1/1/1 tags: (a;C:\temp) Line 1: \\t in double quotes is a tab. If it belongs to a path, "
	"write each backslash twice.\n"},
    {"in a list over lines", BYTES("[{\"id\":\"T1\",\"tags\":[\"a\",\n\"C:\\temp\"\n,\"b\"\n]}]"),
	"1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 tags: (a;C:\temp) Line 2: \\t in double quotes is a tab. If it belongs to a path, "
	"write each backslash twice.\n"},
    {"a path behind a line break", BYTES("[{\"id\":\"T1\",\"text\":\"C:\\new\\temp\"}]"),
	"1/1/1 [T1] ~ [C:\new\temp] ~\n", READER_END,
	"W 1/1/1 text: (C:\new\temp) Line 1: \\t in double quotes is a tab. If it belongs to a "
	"path, write each backslash twice.\n"},
    {"a path with what no text has", BYTES("[{\"id\":\"T1\",\"text\":\"C:\\temp\\files\"}]"),
	"1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 text: (C:\temp\files) Line 1: \\f in double quotes is a form feed. If it belongs "
	"to a path, write each backslash twice.\n"},
    {"none", BYTES("[{\"id\":\"T1\",\"text\":\"Plan B:\\nthen C:\\\\temp, a:\\tb, A:\\tB\"}]"),
	"1/1/1 [T1] ~ [Plan B:\nthen C:\\temp, a:\tb, A:\tB] ~\n", READER_END, ""},
    {"a line break in text", BYTES("[{\"id\":\"T1\",\n\"text\":\"a\nb\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: Text goes on over the end of the line. Write a line break as \\n; if "
	"none is meant, a double quote is missing.\n"},
    {"a control character in text", BYTES("[{\"text\":\"a\tb\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Text has the control character U+0009. Write it as \\u0009.\n"},
    {"single quotes", BYTES("[{'id':'T1'}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Keys and text stand in double quotes (\"), not in single ones.\n"},
    {"a single-quoted value", BYTES("[{\"id\":'T1'}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Keys and text stand in double quotes (\"), not in single ones.\n"},
    {"typographic quotes", BYTES("[{\"id\":\xE2\x80\x9CT1\xE2\x80\x9D}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Keys and text stand in straight double quotes (\"), not in typographic "
	"ones.\n"},
    {"a key without quotes", BYTES("[{id:\"T1\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " NO_KEY "\n"},
    {"a value without quotes", BYTES("[{\"id\":T1}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " NO_VALUE "\n"},
    {"NaN", BYTES("[{\"id\":NaN}]"), "", READER_FAILED, "E 1/1/1 -: Line 1: " CONSTANTS "\n"},
    {"Infinity", BYTES("[{\"id\":-Infinity}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: JSON has no NaN, Infinity or None. Use null, or leave the key out.\n"},
    {"True", BYTES("[{\"id\":True}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Write true, false and null in small letters.\n"},
    {"a broken word", BYTES("[{\"id\":nul}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here stands a word that is none of true, false and null. Text stands "
	"in double quotes.\n"},
    {"a line comment", BYTES("[{\"id\":\"T1\"}, // one\n{\"id\":\"T2\"}]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED, "E 0/0/1 -: Line 1: JSON has no comments. Remove them.\n"},
    {"a block comment", BYTES("[{\"id\":/* */\"T1\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: JSON has no comments. Remove them.\n"},
    {"a comment in front", BYTES("# x\n[]"), NULL, 0, "E 0/0/1 -: Line 1: " NO_COMMENTS "\n"},
    {"a block comment in front", BYTES("\n/* x\n*/[]"), NULL, 0,
	"E 0/0/2 -: Line 2: " NO_COMMENTS "\n"},
    {"comments of SQL", BYTES("-- x\n[]"), NULL, 0, "E 0/0/1 -: Line 1: " NO_COMMENTS "\n"},
    {"a comment of SQL between records", BYTES("[{\"id\":\"T1\"}, -- x\n{\"id\":\"T2\"}]"),
	"1/1/1 [T1] ~ ~ ~\n", READER_FAILED, "E 0/0/1 -: Line 1: " NO_COMMENTS "\n"},
    {"a comment of SQL before a value", BYTES("[{\"id\": -- x\n\"T1\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " NO_COMMENTS "\n"},
    {"a comment of SQL behind a value", BYTES("[{\"id\":\"T1\" -- x\n}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " NO_COMMENTS "\n"},
    {"a line comment in front", BYTES("// x\n[]"), NULL, 0, "E 0/0/1 -: Line 1: " NO_COMMENTS "\n"},
    {"a comment behind", BYTES("[{\"id\":\"T1\"}]\n// x"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: " NO_COMMENTS "\n"},
    {"a comment in an object in front", BYTES("{\n# x\n\"id\":\"T1\"}"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: " NO_COMMENTS "\n"},
    {"a comment behind a key", BYTES("[{\"id\" /* x */:\"T1\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " NO_COMMENTS "\n"},
    {"a comment behind a value", BYTES("[{\"id\":\"T1\" // x\n}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " NO_COMMENTS "\n"},
    {"a comma behind the last record", BYTES("[{\"id\":\"T1\"},\n]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: Line 2: Here is a comma too many: no record follows. Remove it.\n"},
    {"a comma behind the last key", BYTES("[{\"id\":\"T1\",}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " TOO_MANY "\n"},
    {"a comma behind the last item", BYTES("[{\"tags\":[\"a\",]}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " TOO_MANY "\n"},
    {"no comma between records", BYTES("[{\"id\":\"T1\"}\n{\"id\":\"T2\"}]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: Line 2: Here the comma between two records, or the closing ], is missing.\n"},
    {"no comma between keys", BYTES("[{\"id\":\"T1\"\n\"title\":\"a\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: Here a comma or the closing } is missing; or a double quote before "
	"this belongs to the text: write it as \\\".\n"},
    {"no comma between items", BYTES("[{\"tags\":[\"a\" \"b\"]}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here a comma or the closing ] is missing.\n"},
    {"no colon", BYTES("[{\"id\" \"T1\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here the colon behind a key is missing.\n"},
    {"no value", BYTES("[{\"id\":}]"), "", READER_FAILED, "E 1/1/1 -: Line 1: " NO_VALUE "\n"},
    {"leading zeros", BYTES("[{\"id\":007}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: A number has no leading zeros. Put it in double quotes if they "
	"matter.\n"},
    {"a leading plus", BYTES("[{\"id\":+7}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: A number begins with a digit or with a minus sign.\n"},
    {"no digit behind the point", BYTES("[{\"id\":1.}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here a digit of a number is missing.\n"},
    {"no digit in front of the point", BYTES("[{\"id\":.5}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: A number begins with a digit or with a minus sign.\n"},
    {"no exponent", BYTES("[{\"id\":1e}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here a digit of a number is missing.\n"},
    {"a minus alone", BYTES("[{\"id\":-}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here a digit of a number is missing.\n"},
    {"hexadecimal", BYTES("[{\"id\":0x1F}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here a comma or the closing } is missing; or a double quote before "
	"this belongs to the text: write it as \\\".\n"},
    {"text behind the array", BYTES("[{\"id\":\"T1\"}]\n[]"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: Here is something behind the closing ] of the array. Remove it; the "
	"file is one array.\n"},
    {"cut off in text", BYTES("[{\"id\":\"T1\"},\n{\"id\":\"T"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED, "E 2/2/2 -: Line 2: The file breaks off inside record 2. " CUT_OFF "\n"},
    {"cut off in an escape", BYTES("[{\"id\":\"T1\"},{\"id\":\"\\u00"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED, "E 2/2/1 -: Line 1: The file breaks off inside record 2. " CUT_OFF "\n"},
    {"cut off behind a backslash", BYTES("[{\"id\":\"\\"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: The file breaks off inside record 1. " CUT_OFF "\n"},
    {"cut off in a word", BYTES("[{\"id\":tr"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: The file breaks off inside record 1. " CUT_OFF "\n"},
    {"cut off in a number", BYTES("[{\"id\":12"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: The file breaks off inside record 1. " CUT_OFF "\n"},
    {"cut off behind a key", BYTES("[{\"id\":\"T1\",\n\"text\":\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 3: The file breaks off inside record 1. " CUT_OFF "\n"},
    {"cut off between records", BYTES("[{\"id\":\"T1\"},\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: The file breaks off without the closing ]; records so far: 1. " CUT_OFF
	"\n"},
    {"cut off before the end", BYTES("[{\"id\":\"T1\"}\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: The file breaks off without the closing ]; records so far: 1. " CUT_OFF
	"\n"},
    {"cut off at once", BYTES("["), "", READER_FAILED,
	"E 0/0/1 -: Line 1: The file breaks off without the closing ]; records so far: 0. " CUT_OFF
	"\n"},
    {"a record that is text", BYTES("[\"T1\"]"), "", READER_FAILED,
	"E 0/0/1 -: Line 1: A record must be an object: {\"id\": ..., \"title\": ...}.\n"},
    {"a record that is an array", BYTES("[[\"T1\"]]"), "", READER_FAILED,
	"E 0/0/1 -: Line 1: A record must be an object: {\"id\": ..., \"title\": ...}, "
	"written " BY_PANDAS ".\n"},
    {"a mark of the byte order in the middle",
	BYTES("[{\"id\":\"T1\"},\n\xEF\xBB\xBF{\"id\":\"T2\"}]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: Line 2: Here is an invisible character, <U+FEFF>, outside of text. Remove "
	"it.\n"},
    {"a space that is none", BYTES("[{\"id\":\xC2\xA0\"T1\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here is the space U+00A0 outside of text, where JSON has only plain "
	"ones. Replace it.\n"},
    {"a small nan", BYTES("[{\"id\":nan}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " CONSTANTS "\n"},
    {"undefined", BYTES("[{\"id\":undefined}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " CONSTANTS "\n"},
    {"an invisible character in a key", BYTES("[{\"ti\\u200btle\":\"a\"}]"), "1/1/1 ~ ~ ~ ~\n",
	READER_END,
	"E 1/1/1 ti\xE2\x80\x8Btle: Unknown key \"ti<U+200B>tle\": did you mean \"title\"?\n"},
    {"a line that is no JSON", BYTES("{\"id\":\"T1\"}\n{\"id\":'T2'}\n"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 2/2/2 -: Line 2: Keys and text stand in double quotes (\"), not in single ones.\n"},
    {"a last line that breaks off", BYTES("{\"id\":\"T1\"}\n\n{\"id\":\"T"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED, "E 2/2/3 -: Line 3: The file breaks off inside record 2. " CUT_OFF "\n"},
    {"a first line that breaks off", BYTES("{\"title\":\"T"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: The file breaks off inside record 1. " CUT_OFF "\n"},
    {"commas between records without an array", BYTES("{\"id\":\"T1\"},\n{\"id\":\"T2\"}\n"),
	"1/1/1 [T1] ~ ~ ~\n", READER_FAILED, "E 0/0/1 -: Line 1: Here is a ," NOT_BEGUN "\n"},
    {"the end of an array that did not begin", BYTES("{\"id\":\"T1\"}\n]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED, "E 0/0/2 -: Line 2: Here is a ]" NOT_BEGUN "\n"},
    {"a line that is an array", BYTES("{\"id\":\"T1\"}\n[\"T2\"]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: Line 2: A record must be an object: {\"id\": ..., \"title\": ...}, "
	"written " BY_PANDAS ".\n"},
    {"a single object without a key that is known", BYTES("{\"titel\":\"a\",\"owner\":[\"b\"]}"),
	"1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 titel: Unknown key \"titel\": did you mean \"title\"?\n"
	"E 1/1/1 owner: Unknown key \"owner\". " KEYS "\n"},
    {"objects in a record with an id", BYTES("{\"id\":\"T1\",\"notes\":[{\"a\":1}]}"),
	"1/1/1 [T1] ~ ~ ~\n", READER_END, "E 1/1/1 notes: Unknown key \"notes\". " KEYS "\n"},
    {"an empty object", BYTES("{}"), "", READER_END, "E 0/0/0 -: The file has no records.\n"},
    {"a record that is a number", BYTES("[{\"id\":\"T1\"},\n7]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: Line 2: A record must be an object: {\"id\": ..., \"title\": ...}.\n"},
    {"a key twice", BYTES("[{\"id\":\"T1\",\"title\":\"a\",\"title\":\"b\"},{\"id\":\"T2\"}]"),
	"1/1/1 [T1] [a] ~ ~\n"
	"2/2/1 [T2] ~ ~ ~\n",
	READER_END, "E 1/1/1 title: The key \"title\" " TWICE "\n"},
    {"a key twice by an escape", BYTES("[{\"title\":\"a\",\"titl\\u0065\":\"b\"}]"),
	"1/1/1 ~ [a] ~ ~\n", READER_END, "E 1/1/1 title: The key \"title\" " TWICE "\n"},
    {"a key twice in another case", BYTES("[{\"title\":\"a\",\" TITLE\":\"b\"}]"),
	"1/1/1 ~ [a] ~ ~\n", READER_END, "E 1/1/1 title: The key \" TITLE\" " TWICE "\n"},
    {"a read-only key twice", BYTES("[{\"id\":\"T1\",\"type\":\"a\",\"type\":\"a\"}]"),
	"1/1/1 [T1] ~ ~ ~\n", READER_END, "E 1/1/1 type: The key \"type\" " TWICE "\n"},
    {"unknown keys are told once",
	BYTES("[{\"id\":\"T1\",\"titel\":\"a\"},{\"id\":\"T2\",\"titel\":\"a\",\"\":\"x\"},{"
	      "\"owner\":\"y\",\"titel\":\"\"}]"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/1 [T2] ~ ~ ~\n"
	"3/3/1 ~ ~ ~ ~\n",
	READER_END,
	"E 1/1/1 titel: Unknown key \"titel\": did you mean \"title\"?\n"
	"E 2/2/1 : Unknown key \"\". " KEYS "\n"
	"E 3/3/1 owner: Unknown key \"owner\". " KEYS "\n"},
    {"a nested object",
	BYTES("[{\"id\":\"T1\",\"title\":{\"en\":[\"a\",{}]},\"text\":\"b\"},{\"id\":\"T2\"}]"),
	"1/1/1 [T1] ~ [b] ~\n"
	"2/2/1 [T2] ~ ~ ~\n",
	READER_END,
	"E 1/1/1 title: ({\"en\":[\"a\",{}]}) Nested objects are not supported: give text.\n"},
    {"a list with a number", BYTES("[{\"id\":\"T1\",\"tags\":[\"a\", 7]},{\"id\":\"T2\"}]"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/1 [T2] ~ ~ ~\n",
	READER_END, "E 1/1/1 tags: ([\"a\", 7]) " NO_ITEM "\n"},
    {"a list with a list", BYTES("[{\"id\":\"T1\",\"tags\":[[\"a\"]]}]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_END, "E 1/1/1 tags: ([[\"a\"]]) " NO_ITEM "\n"},
    {"a list with null", BYTES("[{\"id\":\"T1\",\"tags\":[null]}]"), "1/1/1 [T1] ~ ~ ~\n",
	READER_END, "E 1/1/1 tags: ([null]) " NO_ITEM "\n"},
    {"a list of references with more than text and numbers",
	BYTES("[{\"id\":\"T1\",\"refs\":[1,null]},{\"refs\":[[1]]}]"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/1 ~ ~ ~ ~\n",
	READER_END,
	"E 1/1/1 refs: ([1,null]) " NO_NUMBER "\n"
	"E 2/2/1 refs: ([[1]]) " NO_NUMBER "\n"},
    {"a retired key is told once, and ignored",
	BYTES("[{\"id\":\"T1\",\"effort\":\"x\"},{\"Effort \":[{}],\"id\":\"T2\"},"
	      "{\"id\":\"T3\",\"effort\":\"\\u0000\"}]"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/1 [T2] ~ ~ ~\n"
	"3/3/1 [T3] ~ ~ ~\n",
	READER_END, "W 1/1/1 effort: " RETIRED "\n"},
    {"a retired key is not what an unknown one meant", BYTES("[{\"eforts\":1,\"id\":\"T1\"}]"),
	"1/1/1 [T1] ~ ~ ~\n", READER_END, "E 1/1/1 eforts: Unknown key \"eforts\". " KEYS "\n"},
    {"a semicolon in an item",
	BYTES("[{\"id\":\"T1\",\"tags\":[\"a\",\"b;c\",\"d;\"]},{\"id\":\"T2\"}]"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/1 [T2] ~ ~ ~\n",
	READER_END,
	"E 1/1/1 tags: (a;b;c) Item 2 of this list has a semicolon in it, but that is what "
	"separates the items. Remove it, or make it two items.\n"},
    {"nesting over the limit", BYTES("[{\"id\":[[[[]]]]}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Objects and arrays are nested deeper than 5 levels, the limit "
	"(max_depth).\n"},
    {"an escaped single quote", BYTES("[{\"id\":\"it\\'s\"}]"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: Here is a backslash that begins no escape. Write it as \\\\.\n"},
    {"all errors of a record", BYTES("[{\"owner\":1,\"title\":{},\"tags\":[1],\"tags\":\"a\"}]"),
	"1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 owner: Unknown key \"owner\". " KEYS "\n"
	"E 1/1/1 title: ({}) Nested objects are not supported: give text.\n"
	"E 1/1/1 tags: ([1]) " NO_ITEM "\n"
	"E 1/1/1 tags: The key \"tags\" " TWICE "\n"},
};

/* What exceeds small limits, and what just fits. */
static const struct limited limited[] = {
    {"what just fits",
	BYTES("[{\"id\":\"12345678\",\"title\":12345678,\"tags\":[\"abc\",\"def\"],\"text\":"
	      "\"\\u00e9\\u00e9\\u00e9\\u00e9\"}]"),
	"1/1/1 [12345678] <12345678> [\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9] {abc;def}\n", ""},
    {"longer text", BYTES("[{\"id\":\"T1\",\"title\":\"123456789\"},{\"id\":\"T2\"}]"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/1 [T2] ~ ~ ~\n",
	"E 1/1/1 title: This value has 9 bytes; the limit (max_field_bytes) is 8. Shorten it.\n"},
    {"a longer number", BYTES("[{\"title\":123456789}]"), "1/1/1 ~ ~ ~ ~\n",
	"E 1/1/1 title: This value has 9 bytes; the limit (max_field_bytes) is 8. Shorten it.\n"},
    {"a longer list", BYTES("[{\"tags\":[\"1234\",\"5678\"]}]"), "1/1/1 ~ ~ ~ ~\n",
	"E 1/1/1 tags: (1234;) This value has 9 bytes and goes on; the limit (max_field_bytes) is "
	"8. Shorten it.\n"},
    {"longer ignored values", BYTES("[{\"id\":\"T1\",\"type\":\"123456789\"}]"),
	"1/1/1 [T1] ~ ~ ~\n", ""},
    {"more keys",
	BYTES("[{\"id\":\"T1\",\"title\":\"a\",\"text\":\"b\",\"tags\":\"c\",\"type\":\"d\"}]"), "",
	"E 1/1/1 -: This record has more than 4 keys, which is the limit (max_columns).\n"},
    {"more keys in all",
	BYTES("[{\"id\":\"T1\",\"title\":\"a\"},{\"text\":\"b\",\"tags\":\"c\",\"type\":\"d\"}]"),
	"1/1/1 [T1] [a] ~ ~\n",
	"E 2/2/1 -: The file up to this record has more than 4 keys, which is the limit "
	"(max_columns).\n"},
    {"more records", BYTES("[{\"id\":\"1\"},{\"id\":\"2\"},{},{\"id\":\"3\"},{},\n{\"id\":\"4\"}]"),
	"1/1/1 [1] ~ ~ ~\n"
	"2/2/1 [2] ~ ~ ~\n"
	"3/4/1 [3] ~ ~ ~\n",
	"E 4/6/2 -: This is record 4; the limit (max_records) is 3. Split the file.\n"},
    {"nesting of the limit", BYTES("[{\"tags\":[]},{\"id\":\"T1\"}]"), "1/2/1 [T1] ~ ~ ~\n", ""},
    {"more nesting", BYTES("[{\"tags\":[[]]}]"), "",
	"E 1/1/1 -: Line 1: Objects and arrays are nested deeper than 3 levels, the limit "
	"(max_depth).\n"},
};

static void
gives_every_value_as_it_stood_in_the_file(void **state)
{
	static const char file[] =
	    "[{\" Id\":\"a\\nb\",\"type\":{ \"a\":1},\"text\":null,\"tags\":[\"x\", \"y\"],"
	    "\"title\":[1]},{\"tags\":1.0,\"id\":true}]";
	static const char expected[] =
	    " Id=a\nb type={ \"a\":1} text= tags=x;y title=[1] tags=1.0 id=true ";
	struct buf raw = {0}, told = {0};
	struct record rec;
	int fd = new_file(BYTES(file));

	(void)state;
	struct reader *r = open_file(fd, &limits, &told);
	assert_non_null(r);
	while (r->next(r, &rec) == READER_RECORD) {
		for (size_t i = 0; i < rec.nraw; i++)
			buf_printf(&raw, "%.*s=%.*s ", (int)rec.raw[i].name_n, rec.raw[i].name,
			    (int)rec.raw[i].n, rec.raw[i].text);
	}
	assert_string_equal(buf_text(&raw), expected);
	r->close(r);
	buf_free(&raw);
	buf_free(&told);
	close(fd);
}

/* The same records, with the end of a read at every offset. */
static void
reads_records_across_the_ends_of_reads(void **state)
{
	static const char records[] =
	    "{\"id\" : \"T\\ud83d\\ude00\",\r\n\"text\":\"\xC3\xA9\"},null , {\"id\":-1.5e+10,"
	    "\"tags\":[\"a\",\"b\\\"\"],\"title\":true}\r\n] \r\n";

	(void)state;
	for (size_t back = 0; back <= sizeof records; back++) {
		struct buf expected = {0};
		size_t blank = CHUNK - back;
		struct outcome o = read_file(long_file("[", "\n", blank, records), &limits);
		buf_printf(&expected, "1/1/%zu [T\U0001F600] ~ [é] ~\n", blank + 1);
		buf_printf(&expected, "2/3/%zu <-1.5e+10> (true) ~ {a;b\"}\n", blank + 2);
		assert_string_equal(buf_text(&o.told), "");
		assert_string_equal(buf_text(&o.records), buf_text(&expected));
		free_outcome(&o);
		buf_free(&expected);
	}
}

/* Wherever a file is cut off, this is noticed, and no record is made up. */
static void
notices_wherever_a_file_is_cut_off(void **state)
{
	static const char file[] =
	    "[{\"id\":\"T\\u00e91\",\"tags\":[\"a\"]}, {\"id\":-1.5e3,\"text\":null},null]";

	(void)state;
	for (size_t n = 1; n < sizeof file - 1; n++) {
		struct outcome o = read_file(new_file(file, n), &limits);
		assert_int_equal(o.status, READER_FAILED);
		assert_non_null(strstr(buf_text(&o.told), "breaks off"));
		assert_non_null(strstr(buf_text(&o.told), "Line 1: "));
		free_outcome(&o);
	}
}

static void
refuses_endless_values_without_keeping_them(void **state)
{
	static const struct {
		const char *begin, *more;
	} files[] = {
	    {"[{\"id\":\"", "aaaaaaaa"},
	    {"[{\"id\":\"", "\\u00e9\\n"},
	    {"[{\"id\":1", "11111111"},
	    {"[{\"id\":[\"\"", ",\"\",\"a\""},
	    {"[{\"id\":[0", ",[],{},0"},
	    {"{\"id\":\"", "aaaaaaaa"},
	    {"{\"title\":\"", "aaaaaaaa"},
	    {"{\"", "aaaaaaaa"},
	    {"[{", "        "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		int fd = long_file(files[i].begin, files[i].more, 4 * 1024 * 1024, "");
		long before = resident_kib();
		struct outcome o = read_file(fd, &limits);
		assert_int_equal(o.status, READER_FAILED);
		assert_string_equal(buf_text(&o.told),
		    "E 1/1/1 -: Record 1 is larger than 8388608 bytes, the limit (8 times "
		    "max_field_bytes). Shorten it; if it is not meant to be that long, look for a "
		    "quote or bracket that is missing.\n");
		assert_true(resident_kib() - before < 32 * 1024);
		free_outcome(&o);
	}
}

static void
value_limits_are_exact_at_every_size(void **state)
{
	static const int64_t sizes[] = {1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes) * 2; i++) {
		bool over = i & 1;
		struct limits l = {.max_records = 1,
		    .max_field_bytes = sizes[i / 2],
		    .max_columns = 2,
		    .max_depth = 3};
		struct outcome o = read_file(
		    long_file("[{\"id\":\"", "x", (size_t)l.max_field_bytes + over, "\"}]"), &l);
		assert_int_equal(o.status, READER_END);
		assert_int_equal(strstr(buf_text(&o.told), "(max_field_bytes)") != NULL, over);
		free_outcome(&o);
	}
}

static void
refuses_deep_nesting_at_once(void **state)
{
	struct outcome o = read_file(long_file("[{\"id\":", "[{\"a\":", 1000000, ""), &limits);

	(void)state;
	assert_string_equal(buf_text(&o.told),
	    "E 1/1/1 -: Line 1: Objects and arrays are nested deeper than 5 levels, the limit "
	    "(max_depth).\n");
	free_outcome(&o);
}

static size_t
count_lines(const char *text)
{
	size_t lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

/* Each key is looked for among all that came before, so their number must have a limit. */
static void
refuses_many_keys_at_once(void **state)
{
	static const struct {
		const char *begin, *more, *end; /* %d: a number that grows */
		size_t told;                    /* with 8 columns */
		const char *last;
	} files[] = {
	    {"[{\"id\":1", ",\"k%d\":1", "}]", 8, "E 1/1/1 -: This record has more than "},
	    {"[{\"id\":1", ",\"id\":%d", "}]", 8, "E 1/1/1 -: This record has more than "},
	    {"[{\"k\":1", ",\"k\":%d", "}]", 9, "E 1/1/1 -: This record has more than "},
	    {"[{\"id\":1}", ",{\"k%d\":1}", "]", 8, "E 9/9/1 -: The file up to this record has"},
	    {"", "{\"k%d\":1}\n", "", 9, "E 9/9/9 -: The file up to this record has more than "},
	    {"[{\"id\":{\"a\":1", ",\"k%d\":1", "}}]", 1, "E 1/1/1 id: ({\"a\":1,"},
	    {"[{\"type\":{\"a\":1", ",\"k%d\":1", "},\"id\":1}]", 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct buf file = {0};

		buf_add_text(&file, files[i].begin);
		for (int k = 0; k < 50000; k++)
			buf_printf(&file, files[i].more, k);
		buf_add_text(&file, files[i].end);
		for (int64_t columns = 8; columns <= 1024; columns *= 128) {
			struct limits l = limits;
			l.max_columns = columns;
			struct outcome o = read_file(new_file(file.data, file.len), &l);
			const char *told = buf_text(&o.told), *last = told;
			size_t more = files[i].told > 1 ? (size_t)columns - 8 : 0;
			assert_true(o.opened);
			assert_int_equal(count_lines(told), files[i].told + more);
			for (const char *next; (next = strchr(last, '\n')) && next[1];)
				last = next + 1;
			if (files[i].last && !more)
				assert_memory_equal(last, files[i].last, strlen(files[i].last));
			free_outcome(&o);
		}
		buf_free(&file);
	}
}

static void
memory_does_not_grow_with_the_file(void **state)
{
	const int64_t records = 100000;
	struct buf told = {0};
	struct record rec;
	enum reader_status status;
	int fd = long_file("[",
	    "{\"id\":\"CT1\",\"text\":\"A text,\\nand a line\",\n\"tags\":[\"a\",\"b\"]},",
	    (size_t)records, "{\"id\":1}]");
	long early = 0;

	(void)state;
	struct reader *r = open_file(fd, &limits, &told);
	assert_non_null(r);
	while ((status = r->next(r, &rec)) == READER_RECORD) {
		if (rec.entry == 1000)
			early = resident_kib();
	}
	assert_int_equal(status, READER_END);
	assert_int_equal(rec.row, records + 1);
	assert_int_equal(rec.line, records + 1);
	assert_int_equal(told.len, 0);
	assert_true(resident_kib() - early < 1024);
	r->close(r);
	close(fd);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(good) + COUNT(bad) + COUNT(limited)], *t = tests;
	const struct CMUnitTest others[] = {
	    cmocka_unit_test(gives_every_value_as_it_stood_in_the_file),
	    cmocka_unit_test(reads_records_across_the_ends_of_reads),
	    cmocka_unit_test(notices_wherever_a_file_is_cut_off),
	    cmocka_unit_test(refuses_endless_values_without_keeping_them),
	    cmocka_unit_test(value_limits_are_exact_at_every_size),
	    cmocka_unit_test(refuses_deep_nesting_at_once),
	    cmocka_unit_test(refuses_many_keys_at_once),
	    cmocka_unit_test(memory_does_not_grow_with_the_file),
	};

	for (size_t i = 0; i < COUNT(good); i++)
		*t++ = (struct CMUnitTest){good[i].name, reads, NULL, NULL, (void *)&good[i]};
	for (size_t i = 0; i < COUNT(bad); i++)
		*t++ = (struct CMUnitTest){bad[i].name, tells, NULL, NULL, (void *)&bad[i]};
	for (size_t i = 0; i < COUNT(limited); i++)
		*t++ = (struct CMUnitTest){
		    limited[i].name, keeps_limits, NULL, NULL, (void *)&limited[i]};
	int failures = cmocka_run_group_tests_name("files", tests, NULL, NULL);
	return failures + cmocka_run_group_tests_name("json", others, NULL, NULL);
}
