/* Reading YAML files: formats/yaml.h. */
#include "formats/yaml.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "keyed_file.h"

static struct reader *
open_file(int fd, const struct limits *l, struct buf *told)
{
	return yaml_open(fd, &model, l, sink, told);
}

/* Files that are read to their end without a finding. */
static const struct good good[] = {
    {"a record", BYTES("- id: T1\n  title: a\n  text: b\n  tags: x;y\n"),
	"1/1/1 [T1] [a] [b] [x;y]\n"},
    {"flow style", BYTES("[{id: T1, title: a}, {\"id\": \"T2\", 'title': 'b'}]"),
	"1/1/1 [T1] [a] ~ ~\n"
	"2/2/1 [T2] [b] ~ ~\n"},
    {"a document marker and comments", BYTES("%YAML 1.1\n# x\n---\n# y\n- id: T1 # z\n...\n"),
	"1/1/5 [T1] ~ ~ ~\n"},
    {"records and their lines",
	BYTES("\n- id: T1\n\n-\n  id: T2\n  text: |\n    a\n\n    b\n- {id: T3}\n"),
	"1/1/2 [T1] ~ ~ ~\n"
	"2/2/5 [T2] ~ [a\n"
	"\n"
	"b\n"
	"] ~\n"
	"3/3/10 [T3] ~ ~ ~\n"},
    {"CRLF and CR", BYTES("- id: T1\r\n  text: |\r\n    a\r\n    b\r\n- id: T2\r"),
	"1/1/1 [T1] ~ [a\n"
	"b\n"
	"] ~\n"
	"2/2/5 [T2] ~ ~ ~\n"},
    {"a byte order mark", BYTES("\xEF\xBB\xBF- id: T1\n"), "1/1/1 [T1] ~ ~ ~\n"},
    {"UTF-16", BYTES("\xFF\xFE-\0 \0i\0d\0:\0 \0\xE9\0\n\0"), "1/1/1 [\xC3\xA9] ~ ~ ~\n"},
    {"UTF-16, big end first",
	BYTES("\xFE\xFF\0-\0 \0i\0d\0:\0 \0T\0"
	      "1\0\n"),
	"1/1/1 [T1] ~ ~ ~\n"},
    {"keys in any order, case and space", BYTES("- TEXT: b\n  \" Id \": T1\n"),
	"1/1/1 [T1] ~ [b] ~\n"},
    {"read-only keys, _row and _errors are ignored",
	BYTES("- id: T1\n  type: x\n  _row: 7\n  _errors: [{a: [1]}]\n  db_id: {}\n"),
	"1/1/1 [T1] ~ ~ ~\n"},
    {"plain scalars are text",
	BYTES("- {id: no, title: 007, text: 1e3, tags: true}\n- {id: 2020-01-01, title: 0x1F, "
	      "text: 1_000, tags: 12:30}\n"),
	"1/1/1 [no] [007] [1e3] [true]\n"
	"2/2/2 [2020-01-01] [0x1F] [1_000] [12:30]\n"},
    {"null",
	BYTES("- {id: , title: ~, text: null, tags: x}\n- {id: Null, title: NULL, text: nULL}\n"),
	"1/1/1 null null null [x]\n"
	"2/2/2 null null [nULL] ~\n"},
    {"quoted null is text", BYTES("- {id: \"~\", title: 'null', text: \"\"}\n"),
	"1/1/1 [~] [null] [] ~\n"},
    {"block scalars",
	BYTES("- id: T1\n  title: >-\n    a\n    b\n\n    c\n  text: |\n    a\n     b\n\n"),
	"1/1/1 [T1] [a b\n"
	"c] [a\n"
	" b\n"
	"] ~\n"},
    {"escapes", BYTES("- title: \"a\\n\\t\\x41\\u00e9\\U0001F600\\\\\\\"\"\n  text: 'it''s'\n"),
	"1/1/1 ~ [a\n"
	"\tA\xC3\xA9\xF0\x9F\x98\x80\\\"] [it's] ~\n"},
    {"lists", BYTES("- id: T1\n  tags:\n  - a\n  - 7\n  - \"~\"\n- {id: T2, tags: []}\n"),
	"1/1/1 [T1] ~ ~ {a;7;~}\n"
	"2/2/6 [T2] ~ ~ {}\n"},
    {"lists of references",
	BYTES("- refs: [21, \"63\"]\n- refs:\n  - 21\n  - P7\n- refs: 21\n- refs: 21;63\n- refs: "
	      "~\n  id: T1\n"),
	"1/1/1 ~ ~ ~ ~ refs: {21;63}\n"
	"2/2/2 ~ ~ ~ ~ refs: {21;P7}\n"
	"3/3/5 ~ ~ ~ ~ refs: [21]\n"
	"4/4/6 ~ ~ ~ ~ refs: [21;63]\n"
	"5/5/7 [T1] ~ ~ ~ refs: null\n"},
    {"text that looks like YAML",
	BYTES("- id: T1\n  text: \"- a: &b *c !d\"\n  title: a&b*c!d #e\n"),
	"1/1/1 [T1] [a&b*c!d] [- a: &b *c !d] ~\n"},
    {"blank records are counted",
	BYTES("- {}\n- {id: ~, tags: []}\n- id: T1\n-\n- id: \" \"\n- id: T2\n"),
	"1/3/3 [T1] ~ ~ ~\n"
	"2/6/6 [T2] ~ ~ ~\n"},
};

#define NO_RECORDS                                                                            \
	"The file has no records. It must be a sequence of records, each a mapping: \"- id: " \
	"...\", \"  title: ...\"."
#define A_SEQUENCE                                                                           \
	"The file must be a sequence of records, each a mapping: \"- id: ...\", \"  title: " \
	"...\". If the records stand under a key, keep their sequence alone."
#define A_MAPPING "A record must be a mapping: \"- id: ...\", \"  title: ...\"."
#define NO_TEXT                                                                                   \
	"Here is a byte that is no UTF-8, half a character or a NUL character. Save the file as " \
	"UTF-8."
#define NO_ITEM                                                                                   \
	"A list may only have text in it: no lists, no mappings. Put text that has \": \" in it " \
	"in quotes."
#define NO_ALIAS                                                                                \
	"Aliases (*name) are not supported. Write the value out, or put it in quotes if it is " \
	"text that begins with *."
#define ANCHOR      "is not supported. Remove it, and write the value out wherever it is meant."
#define TAG         "is not supported. Remove it; what a value means is decided by its key."
#define INVALID     "This is not valid YAML"
#define BEGIN_ALIKE "All records begin with \"- \" in the same column; nothing follows them."
#define BRACKET     "A comma or a closing bracket is missing, or the file is cut off."
#define KEYS        "Keys can be: id, title, text, tags, refs."
#define TWICE       "is in this record twice. Keep one of them."

/* Files with findings. */
static const struct bad bad[] = {
    {"an empty file", BYTES(""), NULL, 0, "E 0/0/0 -: " NO_RECORDS "\n"},
    {"white space alone", BYTES(" \n\n"), NULL, 0, "E 0/0/0 -: " NO_RECORDS "\n"},
    {"comments alone", BYTES("# x\n"), NULL, 0, "E 0/0/0 -: " NO_RECORDS "\n"},
    {"an empty document", BYTES("---\n...\n"), NULL, 0, "E 0/0/0 -: " NO_RECORDS "\n"},
    {"null alone", BYTES("~\n"), NULL, 0, "E 0/0/0 -: " NO_RECORDS "\n"},
    {"an empty sequence", BYTES("[]\n"), "", READER_END, "E 0/0/0 -: The file has no records.\n"},
    {"blank records alone", BYTES("- {}\n-\n"), "", READER_END,
	"E 0/0/0 -: The file has no records.\n"},
    {"a mapping", BYTES("results:\n- id: T1\n"), NULL, 0, "E 0/0/1 -: Line 1: " A_SEQUENCE "\n"},
    {"text", BYTES("\nid,title\n"), NULL, 0, "E 0/0/2 -: Line 2: " A_SEQUENCE "\n"},
    {"a zip file", BYTES("PK\x03\x04zip"), NULL, 0,
	"E 0/0/0 -: The file is a zip archive, not text; an Excel workbook (.xlsx) looks like "
	"that. Upload it with the extension .xlsx, or open it and save it as CSV.\n"},
    {"no UTF-8", BYTES("- id: T1\n\n- id: caf\xE9\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/3 -: Line 3: " NO_TEXT "\n"},
    {"NUL",
	BYTES("- id: T1\n- id: T\0"
	      "2\n"),
	"1/1/1 [T1] ~ ~ ~\n", READER_FAILED, "E 0/0/2 -: Line 2: " NO_TEXT "\n"},
    {"NUL as an escape", BYTES("- id: \"T\\01\"\n- id: T2\n"),
	"1/1/1 ~ ~ ~ ~\n"
	"2/2/2 [T2] ~ ~ ~\n",
	READER_END,
	"E 1/1/1 id: This value has a NUL character (U+0000), which no text has. Remove it.\n"},
    {"half a UTF-16 character", BYTES("\xFF\xFE-\0 \0\0\xD8"), NULL, 0,
	"E 0/0/1 -: Line 1: " NO_TEXT "\n"},
    {"a control character", BYTES("- id: T1\n- id: a\x07\n"), NULL, 0,
	"E 0/0/2 -: Line 2: Here is a control character, which YAML does not allow. Remove it, or "
	"write it as \"\\x..\" in double quotes.\n"},
    {"an anchor", BYTES("- id: &a T1\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: The anchor &a " ANCHOR "\n"},
    {"an anchor of a record", BYTES("- &a\n  id: T1\n"), "", READER_FAILED,
	"E 0/0/1 -: Line 1: The anchor &a " ANCHOR "\n"},
    {"an anchor of a list", BYTES("- id: T1\n  tags: &tags [a]\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: The anchor &tags " ANCHOR "\n"},
    {"an alias", BYTES("- id: T1\n  text: *a\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: " NO_ALIAS "\n"},
    {"an alias for a record", BYTES("- id: T1\n- *a\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: " NO_ALIAS "\n"},
    {"an alias for a key", BYTES("- id: T1\n  *a : b\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: " NO_ALIAS "\n"},
    {"a merge key", BYTES("- id: T1\n  <<: {title: a}\n"), "1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 <<: Unknown key \"<<\". " KEYS "\n"},
    {"a tag", BYTES("- id: !!str 7\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: The tag tag:yaml.org,2002:str " TAG "\n"},
    {"a tag of a record", BYTES("- !!map {id: T1}\n"), "", READER_FAILED,
	"E 0/0/1 -: Line 1: The tag tag:yaml.org,2002:map " TAG "\n"},
    {"a tag of a list", BYTES("- tags: !x [a]\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: The tag !x " TAG "\n"},
    {"a tag on nothing", BYTES("- id: !!null\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: The tag tag:yaml.org,2002:null " TAG "\n"},
    {"several documents", BYTES("- id: T1\n---\n- id: T2\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: Here a second document begins. Put all records in one sequence, and "
	"remove the \"---\".\n"},
    {"an empty second document", BYTES("- id: T1\n---\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: Here a second document begins. Put all records in one sequence, and "
	"remove the \"---\".\n"},
    {"a record that is text", BYTES("- id: T1\n- T2\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 2/2/2 -: Line 2: " A_MAPPING "\n"},
    {"a record that is a sequence", BYTES("- - id\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " A_MAPPING "\n"},
    {"a key twice", BYTES("- id: T1\n  title: a\n  title: b\n- id: T2\n"),
	"1/1/1 [T1] [a] ~ ~\n"
	"2/2/4 [T2] ~ ~ ~\n",
	READER_END, "E 1/1/1 title: The key \"title\" " TWICE "\n"},
    {"a key twice in another case", BYTES("- title: a\n  TITLE: b\n"), "1/1/1 ~ [a] ~ ~\n",
	READER_END, "E 1/1/1 title: The key \"TITLE\" " TWICE "\n"},
    {"unknown keys are told once", BYTES("- titel: a\n- titel: a\n  ~: b\n"),
	"1/1/1 ~ ~ ~ ~\n"
	"2/2/2 ~ ~ ~ ~\n",
	READER_END,
	"E 1/1/1 titel: Unknown key \"titel\": did you mean \"title\"?\n"
	"E 2/2/2 ~: Unknown key \"~\". " KEYS "\n"},
    {"a retired key is told once, and ignored",
	BYTES("- id: T1\n  Effort: x\n- id: T2\n  effort: {a: [b]}\n"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/3 [T2] ~ ~ ~\n",
	READER_END,
	"W 1/1/1 Effort: The key \"Effort\" was retired: what it says is not taken over.\n"},
    {"a key that is a sequence", BYTES("- [a]: b\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: A key must be text, but here it is a mapping or a sequence.\n"},
    {"a key that is a mapping", BYTES("- ? a: b\n  : c\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: A key must be text, but here it is a mapping or a sequence.\n"},
    {"a nested mapping", BYTES("- id: T1\n  title:\n    en: a\n    de: [b]\n  text: c\n- id: T2\n"),
	"1/1/1 [T1] ~ [c] ~\n"
	"2/2/6 [T2] ~ ~ ~\n",
	READER_END,
	"E 1/1/1 title: Nested mappings are not supported: give text, in quotes if it has \": \" "
	"in it.\n"},
    {"a nested sequence", BYTES("- id: T1\n  tags: [a, [b], c]\n  text: d\n- id: T2\n"),
	"1/1/1 [T1] ~ [d] ~\n"
	"2/2/4 [T2] ~ ~ ~\n",
	READER_END, "E 1/1/1 tags: (a) " NO_ITEM "\n"},
    {"a mapping in a list", BYTES("- id: T1\n  tags:\n  - a: b\n"), "1/1/1 [T1] ~ ~ ~\n",
	READER_END, "E 1/1/1 tags: " NO_ITEM "\n"},
    {"an empty item", BYTES("- tags:\n  - a\n  -\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 tags: (a) A list may only have text in it: an item is empty or null.\n"},
    {"a semicolon in an item", BYTES("- tags: [a, b;c, d]\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 tags: (a;b;c) Item 2 of this list has a semicolon in it, but that is what "
	"separates the items. Remove it, or make it two items.\n"},
    {"nesting over the limit", BYTES("- id: [[[[]]]]\n"), "", READER_FAILED,
	"E 1/1/1 id: " NO_ITEM "\n"
	"E 1/1/1 -: Line 1: Mappings and sequences are nested deeper than 5 levels, the limit "
	"(max_depth).\n"},
    {"nesting over the limit at once", BYTES("[[[[[[[[\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " A_MAPPING "\n"},
    {"a colon in plain text", BYTES("- id: T1\n  title: a: b\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: " INVALID
	" (mapping values are not allowed in this context). Put text that has \": \" in it in "
	"quotes, and indent all keys of a record alike.\n"},
    {"a tab as indentation", BYTES("- id: T1\n\ttitle: a\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: " INVALID " (while scanning a plain scalar: found a tab character that "
	"violates indentation). Indent with spaces, not tabs.\n"},
    {"text that begins with @", BYTES("- id: @a\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " INVALID
	" (while scanning for the next token: found character that cannot start any token). Put "
	"text that begins with @, ` or % in quotes; indent with spaces, not tabs.\n"},
    {"a quote that is never closed", BYTES("- id: \"T1\n- id: T2\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 3: " INVALID
	" (while scanning a quoted scalar: found unexpected end of stream). A closing quote is "
	"missing, or the file is cut off.\n"},
    {"keys that are not aligned", BYTES("- id: T1\n   title: a\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: " INVALID
	" (mapping values are not allowed in this context). Put text that has \": \" in it in "
	"quotes, and indent all keys of a record alike.\n"},
    {"keys that stand out", BYTES("- id: T1\n title: a\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: " INVALID
	" (while parsing a block collection: did not find expected '-' indicator). " BEGIN_ALIKE
	"\n"},
    {"a sequence that stands out", BYTES("  - id: T1\n- id: T2\n"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: Line 2: " INVALID " (did not find expected <document start>). " BEGIN_ALIKE
	"\n"},
    {"a bad escape", BYTES("- id: \"C:\\Temp\"\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " INVALID
	" (while parsing a quoted scalar: found unknown escape character). Write a backslash in "
	"double quotes as \\\\, or use single quotes.\n"},
    {"block text that is not indented", BYTES("- id: T1\n  text: |\n  a\n  b\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 4: " INVALID
	" (while scanning a simple key: could not find expected ':'). A key needs \": \" behind "
	"it; text that goes on over lines is indented further than its key.\n"},
    {"an open bracket", BYTES("- id: [a\n- id: T2\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 2: " INVALID
	" (while parsing a flow sequence: did not find expected ',' or ']'). " BRACKET "\n"},
    {"cut off behind a bracket", BYTES("[{id: T1}, {id"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 2/2/1 -: Line 2: " INVALID
	" (while parsing a flow mapping: did not find expected ',' or '}'). " BRACKET "\n"},
    {"something behind the end", BYTES("- id: T1\n...\nx\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/3 -: Line 3: " INVALID " (did not find expected <document start>). " BEGIN_ALIKE
	"\n"},
};

/* What exceeds small limits, and what just fits. */
static const struct limited limited[] = {
    {"what just fits", BYTES("- id: \"12345678\"\n  title: '12345678'\n  tags: [abc, def]\n"),
	"1/1/1 [12345678] [12345678] ~ {abc;def}\n", ""},
    {"longer text", BYTES("- id: T1\n  title: 123456789\n- id: T2\n"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/3 [T2] ~ ~ ~\n",
	"E 1/1/1 title: This value has 9 bytes; the limit (max_field_bytes) is 8. Shorten it.\n"},
    {"a longer list", BYTES("- id: T1\n  tags: [\"1234\", \"5678\", \"9\"]\n"),
	"1/1/1 [T1] ~ ~ ~\n",
	"E 1/1/1 tags: (1234;) This value has 9 bytes and goes on; the limit (max_field_bytes) is "
	"8. Shorten it.\n"},
    {"longer ignored values", BYTES("- id: T1\n  type: 123456789\n"), "1/1/1 [T1] ~ ~ ~\n", ""},
    {"more keys", BYTES("- {id: T1, title: a, text: b, tags: c, type: d}\n"), "",
	"E 1/1/1 -: This record has more than 4 keys, which is the limit (max_columns).\n"},
    {"more keys in all", BYTES("- {id: T1, title: a}\n- {text: b, tags: c, type: d}\n"),
	"1/1/1 [T1] [a] ~ ~\n",
	"E 2/2/2 -: The file up to this record has more than 4 keys, which is the limit "
	"(max_columns).\n"},
    {"the same keys too often", BYTES("- {id: 1, Id: 2}\n- {id: 1, iD: 2, ID: 3, Id: 4, id: 5}\n"),
	"1/1/1 [1] ~ ~ ~\n",
	"E 1/1/1 id: The key \"Id\" " TWICE "\n"
	"E 2/2/2 id: The key \"iD\" " TWICE "\n"
	"E 2/2/2 id: The key \"ID\" " TWICE "\n"
	"E 2/2/2 id: The key \"Id\" " TWICE "\n"
	"E 2/2/2 -: This record has more than 4 keys, which is the limit (max_columns).\n"},
    {"more records", BYTES("- id: 1\n- id: 2\n-\n- id: 3\n-\n- id: 4\n"),
	"1/1/1 [1] ~ ~ ~\n"
	"2/2/2 [2] ~ ~ ~\n"
	"3/4/4 [3] ~ ~ ~\n",
	"E 4/6/6 -: This is record 4; the limit (max_records) is 3. Split the file.\n"},
    {"nesting of the limit", BYTES("- tags: []\n- id: T1\n"), "1/2/2 [T1] ~ ~ ~\n", ""},
    {"more nesting", BYTES("- tags: [[]]\n"), "",
	"E 1/1/1 -: Line 1: Mappings and sequences are nested deeper than 3 levels, the limit "
	"(max_depth).\n"},
};

/*
 * Read by AddressSanitizer: libyaml allocates for every event, and what it has freed must not count
 * as memory in use for long.
 */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}
static void
gives_every_value_as_it_stood_in_the_file(void **state)
{
	static const char file[] = "- \" Id\": \"a\\nb\"\n  type: {a: 1}\n  text: ~\n  tags: [x, "
				   "'y']\n- tags: 1.0\n  id: 'true'\n";
	static const char expected[] = " Id=a\nb type= text= tags=x;y tags=1.0 id=true ";
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
	assert_int_equal(told.len, 0);
	r->close(r);
	buf_free(&raw);
	close(fd);
}

/* The same records, with the end of a read at every offset. */
static void
reads_records_across_the_ends_of_reads(void **state)
{
	static const char records[] = "- id: T1\r\n  text: |\r\n    \xC3\xA9\r\n    b\r\n-\r\n- "
				      "{id: \"\\u00e9\", tags: [a, b]}\r\n";

	(void)state;
	for (size_t back = 0; back <= sizeof records; back++) {
		struct buf expected = {0};
		size_t blank = CHUNK - back;
		struct outcome o = read_file(long_file("", "\n", blank, records), &limits);
		buf_printf(&expected, "1/1/%zu [T1] ~ [é\nb\n] ~\n", blank + 1);
		buf_printf(&expected, "2/3/%zu [é] ~ ~ {a;b}\n", blank + 6);
		assert_string_equal(buf_text(&o.told), "");
		assert_string_equal(buf_text(&o.records), buf_text(&expected));
		free_outcome(&o);
		buf_free(&expected);
	}
}

static void
refuses_endless_values_without_keeping_them(void **state)
{
	static const struct {
		const char *begin, *more, *says;
	} files[] = {
	    {"- id: \"", "aaaaaaaa", "E 1/1/1 -: Record 1 is larger than 8388608 bytes"},
	    {"- id: ", "aaaaaaa ", "E 1/1/1 -: Record 1 is larger than 8388608 bytes"},
	    {"- id: |\n", "   aaaa\n", "E 1/1/1 -: Record 1 is larger than 8388608 bytes"},
	    {"- id: [", "a, b, 0,", "E 1/1/1 id: (a;b;0;a;b"},
	    {"- id: a #", "aaaaaaaa", "E 1/1/1 -: Record 1 is larger than 8388608 bytes"},
	    {"- id: a\n- #", "aaaaaaaa", "E 0/0/2 -: Line 2: Here are more than 8388608 bytes"},
	    {"#", "aaaaaaaa", "E 0/0/1 -: Line 1: Here are more than 65536 bytes"},
	    {"", "aaaaaaaa", "E 0/0/1 -: Line 1: Here are more than 65536 bytes"},
	    {"[{id: a}] #", "aaaaaaaa", "E 0/0/1 -: Line 1: Here are more than 65536 bytes"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		int fd = long_file(files[i].begin, files[i].more, 4 * 1024 * 1024, "");
		long before = resident_kib();
		struct outcome o = read_file(fd, &limits);
		if (o.opened)
			assert_int_equal(o.status, READER_FAILED);
		assert_memory_equal(buf_text(&o.told), files[i].says, strlen(files[i].says));
		/* For 32 MiB of text; libyaml's own buffer grows by doubling. */
		assert_true(resident_kib() - before < 48 * 1024);
		free_outcome(&o);
	}
}

static void
refuses_many_directives_at_once(void **state)
{
	struct buf file = {0};

	(void)state;
	for (int i = 0; i < 200000; i++)
		buf_printf(&file, "%%TAG !a%d! b\n", i);
	struct outcome o = read_file(new_file(file.data, file.len), &limits);
	assert_false(o.opened);
	assert_non_null(strstr(buf_text(&o.told), "bytes without a record"));
	free_outcome(&o);
	buf_free(&file);
}

static void
refuses_deep_nesting_at_once(void **state)
{
	static const char *const levels[] = {"[", "{a: ", "- ", "? "};

	(void)state;
	for (size_t i = 0; i < COUNT(levels); i++) {
		struct outcome o =
		    read_file(long_file("- id: [[\n  ", levels[i], 1000000, ""), &limits);
		assert_int_equal(o.status, READER_FAILED);
		free_outcome(&o);
	}
}

static void
memory_does_not_grow_with_the_file(void **state)
{
	const int64_t records = 50000;
	struct buf told = {0};
	struct record rec;
	enum reader_status status;
	int fd = long_file("", "- id: CT1\n  text: \"A text,\\nand a line\"\n  tags: [a, b]\n",
	    (size_t)records, "");
	long early = 0;

	(void)state;
	struct reader *r = open_file(fd, &limits, &told);
	assert_non_null(r);
	while ((status = r->next(r, &rec)) == READER_RECORD) {
		if (rec.entry == 1000)
			early = resident_kib();
	}
	assert_int_equal(status, READER_END);
	assert_int_equal(rec.row, records);
	assert_int_equal(rec.line, 3 * records - 2);
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
	    cmocka_unit_test(refuses_many_directives_at_once),
	    cmocka_unit_test(gives_every_value_as_it_stood_in_the_file),
	    cmocka_unit_test(reads_records_across_the_ends_of_reads),
	    cmocka_unit_test(refuses_endless_values_without_keeping_them),
	    cmocka_unit_test(refuses_deep_nesting_at_once),
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
	return failures + cmocka_run_group_tests_name("yaml", others, NULL, NULL);
}
