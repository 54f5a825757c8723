/* Reading YAML files: formats/yaml.h. */
#include "formats/yaml.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "keyed_file.h"

static struct reader *
open_file(int fd, const struct limits *l, struct buf *told)
{
	return yaml_open(&(struct source){.fd = fd}, &model, l, sink, told);
}

#define SEVENTY "1234567890123456789012345678901234567890123456789012345678901234567890"

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
    {"_entry, _note and _base are ignored",
	BYTES("- id: T1\n  _Entry: 7\n  _note: {a: [no]}\n  _BASE: |\n    tags: a\n- id: T2\n  "
	      "_note: a\n"
	      "    - b #c\n  _base: [1, ~]\n"),
	"1/1/1 [T1] ~ ~ ~\n2/2/6 [T2] ~ ~ ~\n"},
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
	BYTES("- id: T1\n  text: \"- a: &b *c !d\"\n  title: a&b*c!d#e\n"),
	"1/1/1 [T1] [a&b*c!d#e] [- a: &b *c !d] ~\n"},
    {"comments that cut nothing",
	BYTES("# a\n- id: T1 # b\n  # c\n  title: a#b\n  text: 'a' # d\n  tags: # e\n  # f\n  - a\n"
	      "  # - b\n  - \"c\" # g\n  # h\n\n# i\n- # j\n  id: T2 # k\n  title: \"#a\" # l\n  "
	      "text: | "
	      "# m\n    # n\n    a # o\n  refs: 7 # p\n  type: a # q\n# r\n- {id: T3, # s\n  tags: "
	      "~ # t\n} # u\n"),
	"1/1/2 [T1] [a#b] [a] {a;c}\n"
	"2/2/15 [T2] [#a] [# n\n"
	"a # o\n"
	"] ~ refs: [7]\n"
	"3/3/23 [T3] ~ ~ null\n"},
    {"remarks in lists in brackets",
	BYTES("- tags: [a, # the first\n   b, # the last\n   # ---\n   ] # all\n- tags: [ # "
	      "these\n   "
	      "'#a', 'b#', c#,#\n   ## more:\n   'd' #e\n  ,\n   f]\n- refs: [21, #63\n   5]\n- "
	      "type: "
	      "[a, #b\n  ]\n- tags: #x\n  - a\n  #b\n  - c\n"),
	"1/1/1 ~ ~ ~ {a;b}\n2/2/5 ~ ~ ~ {#a;b#;c#;d;f}\n3/3/11 ~ ~ ~ ~ refs: {21;5}\n"
	"4/4/13 ~ ~ ~ ~\n5/5/15 ~ ~ ~ {a;c}\n"},
    {"# behind quotes and brackets, with a space between",
	BYTES("- title: \"a#\" #b\n  text: '#' # \"c\"#d\n  tags: [\"a\"] # ]#\n- title: it's "
	      "\"so\"#1\n  "
	      "text: |-\n    [a]#b\n  tags:\n  - 'x'\n#\n  - \"y\"\n#\n"),
	"1/1/1 ~ [a#] [#] {a}\n"
	"2/2/4 ~ [it's \"so\"#1] [[a]#b] {x;y}\n"},
    {"ends of lines of YAML 1.1 that are none of YAML 1.2",
	BYTES("- title: a\xE2\x80\xA8"
	      "b\n  text: \"c\xE2\x80\xA9 d\"\n- id: 'e\xC2\x85"
	      "f'\n  text: |\n    g\xE2\x80\xA8    h\n"
	      "  \"tags\": [\xC2\x85x]\n- id: T3\n"),
	"1/1/1 ~ [a\xE2\x80\xA8"
	"b] [c\xE2\x80\xA9 d] ~\n"
	"2/2/3 [e\xC2\x85"
	"f] ~ [g\xE2\x80\xA8"
	"h\n"
	"] {\xC2\x85x}\n"
	"3/3/7 [T3] ~ ~ ~\n"},
    {"escapes of them", BYTES("- title: \"a\\Lb\\P\\N\"\n"),
	"1/1/1 ~ [a\xE2\x80\xA8"
	"b\xE2\x80\xA9\xC2\x85] ~ ~\n"},
    {"an escape of a code for no character", BYTES("- title: \"a\\ufdd0\"\n"),
	"1/1/1 ~ [a\xEF\xB7\x90] ~ ~\n"},
    {"prose over lines",
	BYTES("- text: " SEVENTY
	      "\n    - so on,\n    -5 degrees, 1,\n    2020. *b* 7.5 --- \n- text: \"a\n\n    - "
	      "b\n\n    - c\\n\\\n    - d\"\n- text: >\n    a\n     - b\n     - c\n\n    - d\n- "
	      "title: "
	      "\"#1\n   b\"\n- tags: a;\n    b c\n    d\n- refs: '1;\n   -2'\n- _row: a\n    - "
	      "b\n- text: |\n    a\n    - "
	      "b\n- tags:\n    a;\n    b\n"),
	"1/1/1 ~ ~ [" SEVENTY " - so on, -5 degrees, 1, 2020. *b* 7.5 ---] ~\n"
	"2/2/5 ~ ~ [a\n- b\n- c\n- d] ~\n3/3/11 ~ ~ [a\n - b\n - c\n\n- d\n] ~\n4/4/17 ~ [#1 b] ~ "
	"~\n"
	"5/5/19 ~ ~ ~ [a; b c d]\n6/6/22 ~ ~ ~ ~ refs: [1; -2]\n"
	"7/7/24 ~ ~ ~ ~\n8/8/26 ~ ~ [a\n- b\n] ~\n9/9/29 ~ ~ ~ [a; b]\n"},
    {"keys in a text that are none",
	BYTES("- title: x\n  text: |\n    title: a\n     tags: b\n    Tags: c\n    note: d\n    - "
	      "refs: e\n    id:f\n- "
	      "text: |\n    tags: a\n  tags: b\n- Text: |\n    tags: a\n- _row: |\n    tags: a\n  "
	      "id: T3\n- text: "
	      "\"a\n    tags: b\"\n"),
	"1/1/1 ~ [x] [title: a\n tags: b\nTags: c\nnote: d\n- refs: e\nid:f\n] ~\n2/2/9 ~ ~ [tags: "
	"a\n] [b]\n"
	"3/3/12 ~ ~ [tags: a\n] ~\n4/4/14 [T3] ~ ~ ~\n5/5/17 ~ ~ [a tags: b] ~\n"},
    {"escapes that are in no path",
	BYTES("- text: \"C:\\\\temp\\\\new\\nD:\\\\x\\tE:\\nF: a\\nb\\tc\\nLAB:\\tx\"\n  title: "
	      "'C:\\temp'\n- text: "
	      "C:\\new\n"),
	"1/1/1 ~ [C:\\temp] [C:\\temp\\new\nD:\\x\tE:\nF: a\nb\tc\nLAB:\tx] ~\n2/2/3 ~ ~ [C:\\new] "
	"~\n"},
    {"quotes over lines that are indented",
	BYTES("- id: T1\n  text: \"a\n   b\n\n \n    c\n  \"\n  title:\n    'd\n    e'\n-\n    id: "
	      "T2\n    tags:\n    - \"x\n      y\"\n- {id:\n \"T\n 3\"}\n"),
	"1/1/1 [T1] [d e] [a b\n\nc ] ~\n2/2/12 [T2] ~ ~ {x y}\n3/3/16 [T 3] ~ ~ ~\n"},
    {"quotes over lines in brackets", BYTES("[{id: T1, text: \"a\nb\"},\n{\"id\":\n'c\nd'}]\n"),
	"1/1/1 [T1] ~ [a b] ~\n2/2/3 [c d] ~ ~ ~\n"},
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
#define NO_TEXT   "Here is a NUL character (U+0000), or half a character. Save the file as UTF-8."
#define NO_ITEM                                                                                   \
	"A list may only have text in it: no lists, no mappings. Put text that has \": \" in it " \
	"in quotes."
#define ALIAS                                                                                    \
	"What begins with * is an alias in YAML, and aliases are not supported here: write out " \
	"what is meant. If it is text, "
#define ANCHOR                                                                                    \
	"What begins with & is an anchor in YAML, and anchors are not supported here: write out " \
	"what is meant. If it is text, "
#define TAG       "What begins with ! is a tag in YAML, and tags are not supported here. If it is text, "
#define ALL_OF_IT "put all of it in single quotes, with each single quote in it written twice.\n"
#define QUOTES    "put it in quotes: "
#define BEHIND                                                                            \
	"put it behind |: \"text: |\", and the text itself in the lines below, indented " \
	"further.\n"
#define NO_BEGINNING \
	"No value begins with a plain @, `, %, comma or closing bracket in YAML. If it is text, "
#define NEXT_LINE                                                                                \
	"Behind | and >, text begins on the next line, indented further than its key. If it is " \
	"text, "
#define AFTER_QUOTE                                                                              \
	"A value that begins with a quote ends with the next one in YAML, and nothing follows. " \
	"If it is text, "
#define BACKSLASH                                                                           \
	"In double quotes, a backslash is written twice; in single quotes, once. If it is " \
	"text, "
#define COLON "\": \" makes a key of what stands before it in YAML. If it is text, "
#define TAB   "The line is indented with a tab, which YAML does not allow. Indent with spaces.\n"
#define LIST                                                                                       \
	"What begins with [ is a list in YAML, and nothing follows its closing bracket. If it is " \
	"text, "
#define NO_LINES                                                                                 \
	"Lines that begin with \"- \" are a list in YAML, which is not possible here. If it is " \
	"text, "
#define NO_LIST "What begins with [ is a list in YAML, which is not possible here. If it is text, "
#define NO_MAPPING \
	"What begins with { is a mapping in YAML, which is not possible here. If it is text, "
#define EMPTIED(comment)                                                                   \
	"Everything from # on is a comment in YAML: the value was read as empty, without " \
	"\"" comment "\". If that belongs to the value, "
#define CUT(comment)                                                                       \
	"Everything from # on is a comment in YAML: the value was read without \"" comment \
	"\". If that belongs to the value, "
#define NO_ITEMS(how, comment)                                                            \
	"Everything from # on is a comment in YAML: the list was read " how " \"" comment \
	"\". If that is an item of it, put it in quotes.\n"
#define NO_INDENT(code)                                                                            \
	"The line is indented with U+" code ", which looks like a space but is none. Indent with " \
	"spaces.\n"
#define NOT_CLOSED(line)                                                                        \
	"The quote that begins here is probably not closed: line " line                         \
	" would belong to the text in quotes, but is not indented further than its key. Close " \
	"the quote; or indent all lines of the text further.\n"
#define JOINED                                                                                 \
	"The lines of the value were joined to one, as YAML does. If they are lines of their " \
	"own, "
#define AS_TAGS "write each tag in a line that begins with \"- \".\n"
#define IN_TEXT(keys, were, those_are_keys, them)                                    \
	"What stands behind a | is text as far as it is indented, so " keys " " were \
	" read as part of the text. If " those_are_keys ", indent " them " like \"text:\".\n"
#define KEYS_IN_TEXT(keys) IN_TEXT(keys, "were", "those are keys", "them")
#define KEY_IN_TEXT(key)   IN_TEXT(key, "was", "that is a key", "it")
#define ESCAPE(letter, what)                     \
	"\\" letter " in double quotes is " what \
	". If it belongs to a path, write each backslash twice, or use single quotes.\n"
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
	"E 0/0/3 -: Line 3: Here is the byte 0xE9, which is not UTF-8. Such bytes in the file: 1. "
	"Save the file as UTF-8.\n"},
    {"several bytes that are no UTF-8", BYTES("- id: \xC3\xA9\n- id: caf\xE9\n- id: \xFF\xFE\n"),
	"1/1/1 [\xC3\xA9] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: Line 2: Here is the byte 0xE9, which is not UTF-8. Such bytes in the file: 3. "
	"Save the file as UTF-8.\n"},
    {"cut off inside a character", BYTES("- id: T1\n- id: \xE2\x82"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: Line 2: The file ends inside a character of UTF-8: it was cut off. Upload the "
	"whole file.\n"},
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
    {"an anchor", BYTES("- id: &a T1\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 id: (&a T1) Line 1: " ANCHOR QUOTES "id: '&a T1'.\n"},
    {"an anchor of a record", BYTES("- &a\n  id: T1\n"), "", READER_FAILED,
	"E 0/0/1 -: (&a) Line 1: " ANCHOR ALL_OF_IT},
    {"an anchor of a list", BYTES("- id: T1\n  tags: &tags [a]\n"), "1/1/1 [T1] ~ ~ ~\n",
	READER_END, "E 1/1/1 tags: (&tags [a]) Line 2: " ANCHOR QUOTES "tags: '&tags [a]'.\n"},
    {"an alias", BYTES("- id: T1\n  text: *a\n"), "1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 text: (*a) Line 2: " ALIAS QUOTES "text: '*a'.\n"},
    {"an alias for a record", BYTES("- id: T1\n- *a\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: (*a) Line 2: " ALIAS ALL_OF_IT},
    {"an alias for a key", BYTES("- id: T1\n  *a : b\n"), "", READER_FAILED,
	"E 1/1/1 -: (*a : b) Line 2: " ALIAS ALL_OF_IT},
    {"a merge key", BYTES("- id: T1\n  <<: {title: a}\n"), "1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 <<: Unknown key \"<<\". " KEYS "\n"},
    {"a merge key with an alias", BYTES("- id: T1\n  <<: *a\n"), "1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 <<: Unknown key \"<<\". " KEYS "\n"},
    {"a tag", BYTES("- id: !!str 7\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 id: (!!str 7) Line 1: " TAG QUOTES "id: '!!str 7'.\n"},
    {"a tag of a record", BYTES("- !!map {id: T1}\n"), "", READER_FAILED,
	"E 0/0/1 -: (!!map {id: T1}) Line 1: " TAG ALL_OF_IT},
    {"a tag of a list", BYTES("- tags: !x [a]\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 tags: (!x [a]) Line 1: " TAG QUOTES "tags: '!x [a]'.\n"},
    {"a tag on nothing", BYTES("- title: !A1\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 title: (!A1) Line 1: " TAG QUOTES "title: '!A1'.\n"},
    {"what is not supported is told of every value",
	BYTES("- id: T1\n  title: !A1\n  text: &b\n    c: *d\n    e: [!f g]\n- title: *a\n  "
	      "tags:\n  - x\n  - "
	      "!y\n  - *z\n  type: !t 1\n- tags: [a, !b {c: &d}, *e ]\n  id: &f [!g ]\n- id: T2\n"),
	"1/1/1 [T1] ~ ~ ~\n2/2/6 ~ ~ ~ ~\n3/3/12 ~ ~ ~ ~\n4/4/14 [T2] ~ ~ ~\n", READER_END,
	"E 1/1/1 title: (!A1) Line 2: " TAG QUOTES "title: '!A1'.\n"
	"E 1/1/1 text: (&b) Line 3: " ANCHOR BEHIND "E 2/2/6 title: (*a) Line 6: " ALIAS QUOTES
	"title: '*a'.\n"
	"E 2/2/6 tags: (x;!y) Line 9: " TAG QUOTES "- '!y'.\n"
	"E 3/3/12 tags: (a;!b {c: &d}, *e ]) Line 12: " TAG ALL_OF_IT
	"E 3/3/12 id: (&f [!g ]) Line 13: " ANCHOR QUOTES "id: '&f [!g ]'.\n"},
    {"an item with a tag and a semicolon", BYTES("- tags:\n  - a\n  - !b;c\n"), "1/1/1 ~ ~ ~ ~\n",
	READER_END, "E 1/1/1 tags: (a) Line 3: " TAG QUOTES "- '!b;c'.\n"},
    {"text behind an alias", BYTES("- title: *a b\n"), "", READER_FAILED,
	"E 1/1/1 title: (*a b) Line 1: " ALIAS QUOTES "title: '*a b'.\n"},
    {"a tag before a bracket", BYTES("- {id: T1, title: !A1}\n"), "", READER_FAILED,
	"E 0/0/1 -: (!A1}) Line 1: " TAG ALL_OF_IT},
    {"bold text in brackets", BYTES("- tags: [a, **b**]\n"), "", READER_FAILED,
	"E 1/1/1 -: (**b**]) Line 1: " ALIAS ALL_OF_IT},
    {"a comment before any key, and no key behind it", BYTES("- \n  # \n :\nC\"#a\n- text: b\n"),
	"", READER_FAILED,
	"E 1/1/3 -: (:) Line 3: " INVALID " (while parsing a block mapping: did not find expected "
	"key). Check the quotes and the indentation here.\n"},
    {"an ignored value that is no YAML", BYTES("- id: C\n  _row: !!str \"a\"b\n"), "",
	READER_FAILED, "E 1/1/1 -: (!!str \"a\"b) Line 2: " TAG ALL_OF_IT},
    {"a # right behind quotes",
	BYTES("- title: \"C\"#Guide\n  text: 'a\n    b'#c\n- id: ''# d\n  tags:\n  - \"a\"#b\n  - "
	      "c\n- id: T3\n"),
	"1/1/1 ~ ~ ~ ~\n2/2/4 ~ ~ ~ ~\n3/3/8 [T3] ~ ~ ~\n", READER_END,
	"E 1/1/1 title: (C) Line 1: " AFTER_QUOTE QUOTES "title: '\"C\"#Guide'.\n"
	"E 1/1/1 text: (a b) Line 2: " AFTER_QUOTE BEHIND "E 2/2/4 id: Line 4: " AFTER_QUOTE QUOTES
	"id: \"''# d\".\n"
	"E 2/2/4 tags: (a) Line 6: " AFTER_QUOTE QUOTES "- '\"a\"#b'.\n"},
    {"a # right behind a bracket", BYTES("- tags: [a]#b\n- tags: [a,\n   b]#c\n- id: T3\n"),
	"1/1/1 ~ ~ ~ ~\n2/2/2 ~ ~ ~ ~\n3/3/4 [T3] ~ ~ ~\n", READER_END,
	"E 1/1/1 tags: (a) Line 1: " LIST QUOTES "tags: '[a]#b'.\n"
	"E 2/2/2 tags: (a;b) Line 3: " LIST ALL_OF_IT},
    {"a # right behind |", BYTES("- text: |#a\n    b\n- text: >-2#c\n    d\n- text: |\n"),
	"1/1/1 ~ ~ ~ ~\n2/2/3 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 text: (b\n) Line 1: " NEXT_LINE BEHIND
	"E 2/2/3 text: (d) Line 3: " NEXT_LINE BEHIND},
    {"values that were commented out",
	BYTES("- id: T1\n  tags:\n  # - a\n  # - b\n  title:\n\n    # none\n  text: x\n  # y\n- "
	      "title:\n# z\n  id: "
	      "T2\n"),
	"1/1/1 [T1] null [x] null\n2/2/10 [T2] null ~ ~\n", READER_END,
	"W 1/1/1 tags: Line 3: " EMPTIED("# - a") ALL_OF_IT
	"W 1/1/1 title: Line 7: " EMPTIED("# none") ALL_OF_IT},
    {"no-break spaces as indentation", BYTES("- id: T1\n\xC2\xA0\xC2\xA0title: a\n"),
	"1/1/1 [T1] ~ ~ ~\n", READER_FAILED, "E 0/0/2 -: (title: a) Line 2: " NO_INDENT("00A0")},
    {"wide spaces as indentation", BYTES("- id: T1\n \xE3\x80\x80title: a\n"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED, "E 0/0/2 -: (title: a) Line 2: " NO_INDENT("3000")},
    {"a wide colon", BYTES("- id: T1\n  title\xEF\xBC\x9A a\n  text: b\n"), "", READER_FAILED,
	"E 1/1/1 -: (title\xEF\xBC\x9A a) Line 2: Behind \"title\" stands U+FF1A, which is no "
	"colon. "
	"Write \"title: \".\n"},
    {"a wide colon behind the first key", BYTES("- id\xEF\xBC\x9AT1\n  title: a\n"), "",
	READER_FAILED,
	"E 1/1/1 -: (id\xEF\xBC\x9AT1) Line 1: Behind \"id\" stands U+FF1A, which is no colon. "
	"Write "
	"\"id: \".\n"},
    {"a wide colon behind the only key", BYTES("- id\xEF\xBC\x9AT1\n"), "", READER_FAILED,
	"E 1/1/1 -: (id\xEF\xBC\x9AT1) Line 1: Behind \"id\" stands U+FF1A, which is no colon. "
	"Write "
	"\"id: \".\n"},
    {"a no-break space behind a colon",
	BYTES("- id: T1\n  title:\xC2\xA0"
	      "a\n"),
	"", READER_FAILED,
	"E 1/1/1 -: (title:\xC2\xA0"
	"a) Line 2: Behind \"title:\" stands U+00A0, which is no space. Write "
	"\"title: \".\n"},
    {"no space behind a colon", BYTES("- id:T1\n  title: a\n"), "", READER_FAILED,
	"E 1/1/1 -: (id:T1) Line 1: Behind \"id:\" a space is missing. Write \"id: \".\n"},
    {"a tag in a flow", BYTES("- {id: T1, title: !A1 AND A2, text: b}\n"), "1/1/1 [T1] ~ [b] ~\n",
	READER_END, "E 1/1/1 title: (!A1 AND A2, text: b}) Line 1: " TAG ALL_OF_IT},
    {"a condition that begins with !", BYTES("- id: T1\n  title: !A1 AND A2;A3\n"),
	"1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 title: (!A1 AND A2;A3) Line 2: " TAG QUOTES "title: '!A1 AND A2;A3'.\n"},
    {"a condition that begins with ! and a space", BYTES("- title: ! A1\n"), "1/1/1 ~ ~ ~ ~\n",
	READER_END, "E 1/1/1 title: (! A1) Line 1: " TAG QUOTES "title: '! A1'.\n"},
    {"a condition that is no tag", BYTES("- title: !A1{\n"), "", READER_FAILED,
	"E 1/1/1 title: (!A1{) Line 1: " TAG QUOTES "title: '!A1{'.\n"},
    {"text that begins with !", BYTES("- text: !Important: it's \"so\"\n"), "1/1/1 ~ ~ ~ ~\n",
	READER_END,
	"E 1/1/1 text: (!Important: it's \"so\") Line 1: " TAG QUOTES
	"text: '!Important: it''s \"so\"'.\n"},
    {"text that begins with ! and has a quote", BYTES("- text: !Don't\n"), "1/1/1 ~ ~ ~ ~\n",
	READER_END, "E 1/1/1 text: (!Don't) Line 1: " TAG QUOTES "text: \"!Don't\".\n"},
    {"text that begins with ! and goes on", BYTES("- id: T1\n  text: !Important\n\n    more\n"),
	"1/1/1 [T1] ~ ~ ~\n", READER_END, "E 1/1/1 text: (!Important) Line 2: " TAG BEHIND},
    {"a line that begins with ! and goes on", BYTES("- id: T1\n  title: !Important\n   more\n"),
	"1/1/1 [T1] ~ ~ ~\n", READER_END, "E 1/1/1 title: (!Important) Line 2: " TAG ALL_OF_IT},
    {"long text that begins with **", BYTES("- text: **" SEVENTY "** and so on\n"), "",
	READER_FAILED, "E 1/1/1 text: (**" SEVENTY "** and so on) Line 1: " ALIAS BEHIND},
    {"text with an invisible character that begins with *",
	BYTES("- title: *a\xE2\x80\x8B"
	      "b\n"),
	"", READER_FAILED,
	"E 1/1/1 title: (*a\xE2\x80\x8B"
	"b) Line 1: " ALIAS ALL_OF_IT},
    {"bold text", BYTES("- id: T1\n  text: **Important** do it\n"), "", READER_FAILED,
	"E 1/1/1 text: (**Important** do it) Line 2: " ALIAS QUOTES
	"text: '**Important** do it'.\n"},
    {"an item that is bold", BYTES("- tags:\n  - a\n  - **b**\n"), "", READER_FAILED,
	"E 1/1/1 tags: (**b**) Line 3: " ALIAS QUOTES "- '**b**'.\n"},
    {"a link", BYTES("- id: T1\n  text: [a](http://b) c\n"), "", READER_FAILED,
	"E 1/1/1 text: ([a](http://b) c) Line 2: " NO_LIST QUOTES "text: '[a](http://b) c'.\n"},
    {"a link as an item", BYTES("- tags: [a](http://b) c\n"), "", READER_FAILED,
	"E 1/1/1 tags: ([a](http://b) c) Line 1: " LIST QUOTES "tags: '[a](http://b) c'.\n"},
    {"braces that are no mapping", BYTES("- text: {{ a }} {% b %}\n"), "", READER_FAILED,
	"E 1/1/1 text: ({{ a }} {% b %}) Line 1: " NO_MAPPING QUOTES "text: '{{ a }} {% b %}'.\n"},
    {"a word in brackets", BYTES("- id: T1\n  title: [Draft]\n"), "1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 title: ([Draft]) Line 2: " NO_LIST QUOTES "title: '[Draft]'.\n"},
    {"a template", BYTES("- id: T1\n  text: {{ name }}\n- id: T2\n"),
	"1/1/1 [T1] ~ ~ ~\n"
	"2/2/3 [T2] ~ ~ ~\n",
	READER_END,
	"E 1/1/1 text: ({{ name }}) Line 2: " NO_MAPPING QUOTES "text: '{{ name }}'.\n"},
    {"lines with dashes", BYTES("- text:\n  - a\n  - b\n- title:\n    - c\n"),
	"1/1/1 ~ ~ ~ ~\n"
	"2/2/4 ~ ~ ~ ~\n",
	READER_END,
	"E 1/1/1 text: (a;b) " NO_LINES BEHIND "E 2/2/4 title: (c) " NO_LINES ALL_OF_IT},
    {"a value below its key", BYTES("- title:\n    !A1 AND A2\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 title: (!A1 AND A2) Line 2: " TAG QUOTES "title: '!A1 AND A2'.\n"},
    {"text with a colon below its first line", BYTES("- id: T1\n  text: This\n    Note: that\n"),
	"", READER_FAILED,
	"E 1/1/1 text: (that) Line 3: \": \" makes a key of what stands before it in YAML, but "
	"this "
	"line goes on with the text above. If it is text, " BEHIND},
    {"a word in braces", BYTES("- text: {x}\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 text: ({x}) Line 1: " NO_MAPPING QUOTES "text: '{x}'.\n"},
    {"braces in a flow", BYTES("- {text: {x}, id: T1}\n"), "1/1/1 [T1] ~ ~ ~\n", READER_END,
	"E 1/1/1 text: ({x}, id: T1}) Line 1: " NO_MAPPING ALL_OF_IT},
    {"a list on the line of its key", BYTES("- id: T1\n  text: - a\n"), "", READER_FAILED,
	"E 1/1/1 text: (- a) Line 2: What begins with \"- \" is a list in YAML, and a list begins "
	"on "
	"a line of its own. If it is text, " QUOTES "text: '- a'.\n"},
    {"a list of lines as text", BYTES("- id: T1\n  text: - a\n    - b\n"), "", READER_FAILED,
	"E 1/1/1 text: (- a) Line 2: What begins with \"- \" is a list in YAML, and a list begins "
	"on "
	"a line of its own. If it is text, " BEHIND},
    {"a question", BYTES("- text: ? who\n"), "", READER_FAILED,
	"E 1/1/1 text: (? who) Line 1: What begins with \"? \" is a key in YAML. If it is "
	"text, " QUOTES "text: '? who'.\n"},
    {"a word in quotes, then text", BYTES("- id: T1\n  title: \"Lock\" the door\n"), "",
	READER_FAILED,
	"E 1/1/1 title: (\"Lock\" the door) Line 2: " AFTER_QUOTE QUOTES
	"title: '\"Lock\" the door'.\n"},
    {"words in quotes at both ends", BYTES("- title: \"Lock\" and \"Key\"\n"), "", READER_FAILED,
	"E 1/1/1 title: (\"Lock\" and \"Key\") Line 1: " AFTER_QUOTE QUOTES
	"title: '\"Lock\" and \"Key\"'.\n"},
    {"a word in single quotes, then text", BYTES("- title: 'a' b\n"), "", READER_FAILED,
	"E 1/1/1 title: ('a' b) Line 1: " AFTER_QUOTE QUOTES "title: \"'a' b\".\n"},
    {"an apostrophe in single quotes", BYTES("- title: 'it's'\n"), "", READER_FAILED,
	"E 1/1/1 title: ('it's') Line 1: " AFTER_QUOTE QUOTES "title: \"it's\".\n"},
    {"quotes in double quotes", BYTES("- title: \"a \"b\" c\"\n"), "", READER_FAILED,
	"E 1/1/1 title: (\"a \"b\" c\") Line 1: " AFTER_QUOTE QUOTES "title: 'a \"b\" c'.\n"},
    {"a path in double quotes", BYTES("- id: T1\n  text: \"C:\\Users\"\n"), "", READER_FAILED,
	"E 1/1/1 text: (\"C:\\Users\") Line 2: " BACKSLASH QUOTES "text: 'C:\\Users'.\n"},
    {"a quote whose end is another's beginning",
	BYTES("- id: T1\n  title: \"Lock\n- id: T2\n  title: \"x\"\n"), "", READER_FAILED,
	"E 1/1/1 title: (\"Lock) Line 2: " NOT_CLOSED("3")},
    {"a quote whose end is the end of another",
	BYTES("- id: T1\n  title: \"Lock\n- id: T2\n  title: Door\"\n"), "", READER_FAILED,
	"E 1/1/1 title: (\"Lock) Line 2: " NOT_CLOSED("3")},
    {"single quotes that go on with a key", BYTES("- id: T1\n  title: 'Lock\n\n  text: it''s'\n"),
	"", READER_FAILED, "E 1/1/1 title: ('Lock) Line 2: " NOT_CLOSED("4")},
    {"quotes of a value that is ignored",
	BYTES("- id: T1\n  _row: {a: \"Lock\n- id: T2\n  title: Door\"}\n"), "", READER_FAILED,
	"E 1/1/1 -: (\"Lock) Line 2: " NOT_CLOSED("3")},
    {"quotes of an item", BYTES("- id: T1\n  tags:\n  - \"a\n  - b\n  - c\"\n"), "", READER_FAILED,
	"E 1/1/1 tags: (\"a) Line 3: " NOT_CLOSED("4")},
    {"quotes of a record in brackets",
	BYTES("- {id: T1, title: \"Lock}\n- {id: T2, title: Door\"}\n"), "", READER_FAILED,
	"E 1/1/1 -: (\"Lock}) Line 1: " NOT_CLOSED("2")},
    {"a quote whose end is another's beginning, in an indented line",
	BYTES("- id: T1\n  title: \"Lock\n    \"x\"\n"), "", READER_FAILED,
	"E 1/1/1 -: (\"x\") Line 3: The quotes that begin in line 2 end here, and text follows "
	"them. The closing quote is missing further up, or a quote in the text is not written as "
	"one that belongs to it.\n"},
    {"lines of lists that were joined",
	BYTES(
	    "- text: Steps\n    - lock\n    - check\n- text: \"1. a\n    2. b\"\n- text: '* a\n    "
	    "* "
	    "b'\n- text:\n    a\n\n    b\n    1) c\n- {text: \"a\n  + b\"}\n- title: a\n   - b\n"),
	"1/1/1 ~ ~ [Steps - lock - check] ~\n2/2/4 ~ ~ [1. a 2. b] ~\n3/3/6 ~ ~ [* a * b] ~\n"
	"4/4/8 ~ ~ [a\nb 1) c] ~\n5/5/13 ~ ~ [a + b] ~\n6/6/15 ~ [a - b] ~ ~\n",
	READER_END,
	"W 1/1/1 text: (Steps - lock - check) Line 2: " JOINED BEHIND
	"W 2/2/4 text: (1. a 2. b) Line 5: " JOINED BEHIND
	"W 3/3/6 text: (* a * b) Line 7: " JOINED BEHIND
	"W 4/4/8 text: (a\nb 1) c) Line 12: " JOINED BEHIND
	"W 5/5/13 text: (a + b) Line 14: " JOINED "write \\n between them, in double quotes.\n"
	"W 6/6/15 title: (a - b) Line 16: " JOINED "write it in one line, in quotes.\n"},
    {"lines of other kinds that were joined",
	BYTES("- text: A\n    | b | c |\n- text: A\n    ```\n    b\n    ```\n- text: \"# A\n    "
	      "b\"\n- "
	      "text: 'A\n    ## B\n    c'\n- text: >\n    A\n    - b\n- text: A\n    > b\n"),
	"1/1/1 ~ ~ [A | b | c |] ~\n2/2/3 ~ ~ [A ``` b ```] ~\n3/3/7 ~ ~ [# A b] ~\n"
	"4/4/9 ~ ~ [A ## B c] ~\n5/5/12 ~ ~ [A - b\n] ~\n6/6/15 ~ ~ [A > b] ~\n",
	READER_END,
	"W 1/1/1 text: (A | b | c |) Line 2: " JOINED BEHIND
	"W 2/2/3 text: (A ``` b ```) Line 4: " JOINED BEHIND
	"W 3/3/7 text: (# A b) Line 8: " JOINED BEHIND
	"W 4/4/9 text: (A ## B c) Line 10: " JOINED BEHIND
	"W 5/5/12 text: (A - b\n) Line 14: " JOINED BEHIND
	"W 6/6/15 text: (A > b) Line 16: " JOINED BEHIND},
    {"a list of long lines that were joined",
	BYTES("- text: " SEVENTY "\n    - " SEVENTY "\n    - " SEVENTY "\n"),
	"1/1/1 ~ ~ [" SEVENTY " - " SEVENTY " - " SEVENTY "] ~\n", READER_END,
	"W 1/1/1 text: (" SEVENTY " - " SEVENTY " - " SEVENTY ") Line 2: " JOINED BEHIND},
    {"tags that were joined",
	BYTES("- tags:\n    -a\n    -b\n- tags: x\n    -a\n- tags:\n    a\n    b\n- tags:\n  - x\n "
	      "   - y\n"),
	"1/1/1 ~ ~ ~ [-a -b]\n2/2/4 ~ ~ ~ [x -a]\n3/3/6 ~ ~ ~ [a b]\n4/4/9 ~ ~ ~ {x - y}\n",
	READER_END,
	"W 1/1/1 tags: (-a -b) Line 3: " JOINED AS_TAGS
	"W 2/2/4 tags: (x -a) Line 5: " JOINED AS_TAGS "W 3/3/6 tags: (a b) Line 8: " JOINED AS_TAGS
	"W 4/4/9 tags: (x - y) Line 11: " JOINED AS_TAGS},
    {"keys in a text",
	BYTES("- id: T1\n  text: |\n    a\n    title: 7\n    tags: x\n- text: >-\n\n     title:\n  "
	      "    id: x\n"
	      "     'refs': 1\n  \"tags\": y\n"),
	"1/1/1 [T1] ~ [a\ntitle: 7\ntags: x\n] ~\n2/2/6 ~ ~ [\ntitle:\n id: x\n'refs': 1] [y]\n",
	READER_END,
	"W 1/1/1 text: Line 4: " KEYS_IN_TEXT(
	    "\"title:\", \"tags:\"") "W 2/2/6 text: Line 8: " KEYS_IN_TEXT("\"title:\", "
									   "\"refs:\"")},
    {"one key in a text", BYTES("- text: |\n    a\n    title: 7\n"),
	"1/1/1 ~ ~ [a\ntitle: 7\n] ~\n", READER_END,
	"W 1/1/1 text: Line 3: " KEY_IN_TEXT("\"title:\"")},
    {"escapes in a path",
	BYTES("- text: \"see C:\\temp\\new\"\n- title: \"D:\\new\"\n- text: \"a\n    "
	      "\\\\server\\bin\"\n- tags: "
	      "[\"a\\\\b\", \"\\\\bin\\tools\"]\n- text: \"a\\nC:\\Programs\"\n"),
	"1/1/1 ~ ~ [see C:\temp\new] ~\n2/2/2 ~ ~ ~ ~\n3/3/3 ~ ~ ~ ~\n4/4/5 ~ ~ ~ "
	"~\n"
	"5/5/6 ~ ~ [a\nC:\xE2\x80\xA9rograms] ~\n",
	READER_END,
	"W 1/1/1 text: (see C:\temp\new) Line 1: " ESCAPE(
	    "t", "a tab") "E 2/2/2 title: (D:\new) Line 2: " ESCAPE("n",
	    "a line break") "E 3/3/3 text: (a \\server\bin) Line 4: " ESCAPE("b",
	    "a backspace") "E 4/4/5 tags: (a\\b;\\bin\tools) Line 5: " ESCAPE("t",
	    "a tab") "W 5/5/6 text: (a\nC:\xE2\x80\xA9rograms) Line 6: " ESCAPE("P",
	    "a line break")},
    {"text that begins with `", BYTES("- text: `a` b\n"), "", READER_FAILED,
	"E 1/1/1 text: (`a` b) Line 1: " NO_BEGINNING QUOTES "text: '`a` b'.\n"},
    {"text that begins with %", BYTES("- text: %a\n"), "", READER_FAILED,
	"E 1/1/1 text: (%a) Line 1: " NO_BEGINNING QUOTES "text: '%a'.\n"},
    {"text that begins with a closing bracket", BYTES("- text: ] a\n"), "", READER_FAILED,
	"E 1/1/1 text: (] a) Line 1: " NO_BEGINNING QUOTES "text: '] a'.\n"},
    {"text behind |", BYTES("- text: | a\n"), "", READER_FAILED,
	"E 1/1/1 text: (| a) Line 1: " NEXT_LINE QUOTES "text: '| a'.\n"},
    {"text behind >", BYTES("- text: > a\n    b\n"), "", READER_FAILED,
	"E 1/1/1 text: (> a) Line 1: " NEXT_LINE BEHIND},
    {"text that begins with a colon", BYTES("- text: : a\n"), "", READER_FAILED,
	"E 1/1/1 text: (: a) Line 1: " COLON QUOTES "text: ': a'.\n"},
    {"text that ends with a colon", BYTES("- text: a:\n"), "", READER_FAILED,
	"E 1/1/1 text: (a:) Line 1: " COLON QUOTES "text: 'a:'.\n"},
    {"a list indented with tabs", BYTES("- id: T1\n  tags:\n\t- a\n"), "", READER_FAILED,
	"E 1/1/1 tags: (a) Line 3: " TAB},
    {"a comment that empties a value", BYTES("- id: T1\n  tags: #a;b\n  title: #\n  refs: # no\n"),
	"1/1/1 [T1] null ~ null refs: null\n", READER_END,
	"W 1/1/1 tags: Line 2: " EMPTIED("#a;b") QUOTES
	"tags: '#a;b'.\n"
	"W 1/1/1 title: Line 3: " EMPTIED("#") QUOTES "title: '#'.\n"
						      "W 1/1/1 refs: Line 4: " EMPTIED("# no")
							  QUOTES "refs: '# no'.\n"},
    {"comments that cut values",
	BYTES("- title: Fix issue #12 today\n  text: Do this\n    and that # all\n  tags: a;b\t# "
	      "c\n"),
	"1/1/1 ~ [Fix issue] [Do this and that] [a;b]\n", READER_END,
	"W 1/1/1 title: (Fix issue) Line 1: " CUT("#12 today") QUOTES
	"title: 'Fix issue #12 today'.\n"
	"W 1/1/1 text: (Do this and that) Line 3: " CUT("# all") BEHIND
	"W 1/1/1 tags: (a;b) Line 4: " CUT("# c") ALL_OF_IT},
    {"headings that are comments",
	BYTES("- id: T1\n  text:\n    # Heading\n\n    Text\n- text: # H\n    Text\n- text: "
	      "Text\n\n    # H\n    # "
	      "I\n- text:\n    # H\n"),
	"1/1/1 [T1] ~ [Text] ~\n"
	"2/2/6 ~ ~ [Text] ~\n"
	"3/3/8 ~ ~ [Text] ~\n",
	READER_END,
	"W 1/1/1 text: (Text) Line 3: " CUT("# Heading") BEHIND "W 2/2/6 text: (Text) Line 6: " CUT(
	    "# H") BEHIND "W 3/3/8 text: (Text) Line 10: " CUT("# H") BEHIND
	"W 4/4/12 text: Line 13: " EMPTIED("# H") BEHIND},
    {"comments that cut items", BYTES("- tags:\n  - a #b\n  - c\n"), "1/1/1 ~ ~ ~ {a;c}\n",
	READER_END, "W 1/1/1 tags: (a) Line 2: " CUT("#b") QUOTES "- 'a #b'.\n"},
    {"a comment that cuts a value in a flow", BYTES("[{title: a #b\n, id: T1}]\n"),
	"1/1/1 [T1] [a] ~ ~\n", READER_END, "W 1/1/1 title: (a) Line 1: " CUT("#b") ALL_OF_IT},
    {"comments where items would stand, in brackets",
	BYTES("- tags: [a, #b\n   c]\n- tags: [a,#b\n   c]\n- tags: [#a,\n   b]\n"
	      "- tags: [a,\n   #b,\n   #c\n   ]\n- tags: ['a' , #b\n   'c', # d\n  #e\n  ]\n"
	      "- {tags: [a, #b\n  ], id: T6}\n- tags: [a, # d\n    b,\n\n    #c\n\n    d]\n"),
	"1/1/1 ~ ~ ~ {a;c}\n2/2/3 ~ ~ ~ {a;c}\n3/3/5 ~ ~ ~ {b}\n4/4/7 ~ ~ ~ {a}\n"
	"5/5/11 ~ ~ ~ {a;c}\n6/6/15 [T6] ~ ~ {a}\n7/7/17 ~ ~ ~ {a;b;d}\n",
	READER_END,
	"W 1/1/1 tags: Line 1: " NO_ITEMS("without", "#b") "W 2/2/3 tags: Line 3: " NO_ITEMS(
	    "without", "#b") "W 3/3/5 tags: Line 5: " NO_ITEMS("without",
	    "#a,") "W 4/4/7 tags: Line 8: " NO_ITEMS("without",
	    "#b,") "W 5/5/11 tags: Line 11: " NO_ITEMS("without",
	    "#b") "W 6/6/15 tags: Line 15: " NO_ITEMS("without",
	    "#b") "W 7/7/17 tags: Line 20: " NO_ITEMS("without", "#c")},
    {"comments that empty a list in brackets",
	BYTES("- id: T1\n  tags: [ # a\n  ]\n- id: T2\n  tags: [\n\n   # a,\n   #b\n  ]\n"
	      "- id: T3\n  refs: [ #63\n  ]\n"),
	"1/1/1 [T1] ~ ~ {}\n2/2/4 [T2] ~ ~ {}\n3/3/10 [T3] ~ ~ ~ refs: {}\n", READER_END,
	"W 1/1/1 tags: Line 2: " NO_ITEMS(
	    "as empty, without", "# a") "W 2/2/4 tags: Line 7: " NO_ITEMS("as empty, without",
	    "# a,") "W 3/3/10 refs: Line 11: " NO_ITEMS("as empty, without", "#63")},
    {"an item in brackets that is cut, and none behind it",
	BYTES("- tags: [a #b\n   , c #d\n  ]\n"), "1/1/1 ~ ~ ~ {a;c}\n", READER_END,
	"W 1/1/1 tags: (a) Line 1: " CUT("#b") ALL_OF_IT "W 1/1/1 tags: (c) Line 2: " CUT("#d")
	    ALL_OF_IT},
    {"an item that is a comment", BYTES("- tags:\n  - #a\n  - b\n"), "1/1/1 ~ ~ ~ ~\n", READER_END,
	"E 1/1/1 tags: A list may only have text in it: an item is empty, as everything from # on "
	"is "
	"a comment in YAML. Put it in quotes if it belongs to the item.\n"},
    {"a comment that cuts text off", BYTES("- id: T1\n  text: See issue #12\n    for more\n"), "",
	READER_FAILED,
	"W 1/1/1 text: (See issue) Line 2: " CUT("#12") BEHIND
	"E 1/1/1 text: (See issue #12) Line 2: Everything from # on is a comment in YAML, so the "
	"text ends "
	"there, and its next line is none of it. If # belongs to the text, " BEHIND},
    {"a heading that cuts text off", BYTES("- id: T1\n  text: Do this\n    # H\n    and that\n"),
	"", READER_FAILED,
	"W 1/1/1 text: (Do this) Line 3: " CUT("# H") BEHIND
	"E 1/1/1 -: (# H) Line 3: Everything from # on is a comment in YAML, so the text ends "
	"there, and its next line is none of it. If # belongs to the text, " BEHIND},
    {"a heading behind | that is not indented", BYTES("- text: |\n\n# H\n- id: T1\n"),
	"1/2/4 [T1] ~ ~ ~\n", READER_END,
	"W 1/1/1 text: Line 3: " EMPTIED("# H") "indent it further than its key.\n"},
    {"brackets with a comment", BYTES("- id: T1\n  tags: [#a, b]\n"), "", READER_FAILED,
	"E 1/1/1 tags: ([#a, b]) Line 2: Everything from # on is a comment in YAML, so the bracket "
	"that opens here is not closed. Put text that has # in it in quotes.\n"},
    {"brackets with a comment in an item", BYTES("- tags: [a #b, c]\n"), "", READER_FAILED,
	"W 1/1/1 tags: (a) Line 1: " CUT("#b, c]") ALL_OF_IT
	"E 1/1/1 tags: ([a #b, c]) Line 1: Everything from # on is a comment in YAML, so the "
	"bracket "
	"that opens here is not closed. Put text that has # in it in quotes.\n"},
    {"a code for no character", BYTES("- id: T1\n- title: a\xEF\xB7\x90\n"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: Line 2: Here is a code that stands for no character (U+FDD0 to U+FDD2). Remove "
	"it.\n"},
    {"an escape of it beside what it stands for",
	BYTES("- title: \"\xE2\x80\xA8\\uFDD0\"\n  id: \"\xE2\x80\xA8 \"\n"),
	"1/1/1 [\xE2\x80\xA8 ] ~ ~ ~\n", READER_END,
	"E 1/1/1 title: (\xE2\x80\xA8\xE2\x80\xA8) This value has a code that stands for no "
	"character "
	"(U+FDD0 to U+FDD2). Remove it.\n"},
    {"what is wrong behind an end of a line that is none",
	BYTES("- id: T1\n  text: a\xE2\x80\xA8"
	      "b\n  title: *\xE2\x80\xA9\n"),
	"", READER_FAILED, "E 1/1/1 title: (*\xE2\x80\xA9) Line 3: " ALIAS ALL_OF_IT},
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
	"E 1/1/1 id: ([[[[]]]]) Line 1: " NO_LIST QUOTES "id: '[[[[]]]]'.\n"
	"E 1/1/1 -: Line 1: Mappings and sequences are nested deeper than 5 levels, the limit "
	"(max_depth).\n"},
    {"nesting over the limit at once", BYTES("[[[[[[[[\n"), "", READER_FAILED,
	"E 1/1/1 -: Line 1: " A_MAPPING "\n"},
    {"a colon in plain text", BYTES("- id: T1\n  title: a: b\n"), "", READER_FAILED,
	"E 1/1/1 title: (a: b) Line 2: " COLON QUOTES "title: 'a: b'.\n"},
    {"a tab as indentation", BYTES("- id: T1\n\ttitle: a\n"), "", READER_FAILED,
	"E 1/1/1 title: (a) Line 2: " TAB},
    {"text that begins with @", BYTES("- id: @a\n"), "", READER_FAILED,
	"E 1/1/1 id: (@a) Line 1: " NO_BEGINNING QUOTES "id: '@a'.\n"},
    {"a quote that is never closed", BYTES("- id: \"T1\n- id: T2\n"), "", READER_FAILED,
	"E 1/1/1 id: (\"T1) Line 1: The quote that begins here is never closed. Close it; or the "
	"file is cut off.\n"},
    {"keys that are not aligned", BYTES("- id: T1\n   title: a\n"), "", READER_FAILED,
	"E 1/1/1 title: (title: a) Line 2: " INVALID
	" (mapping values are not allowed in this context). Put text that has \": \" in it in "
	"quotes, and indent all keys of a record alike.\n"},
    {"keys that stand out", BYTES("- id: T1\n title: a\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/2 -: (title: a) Line 2: " INVALID
	" (while parsing a block collection: did not find expected '-' indicator). " BEGIN_ALIKE
	"\n"},
    {"a sequence that stands out", BYTES("  - id: T1\n- id: T2\n"), "1/1/1 [T1] ~ ~ ~\n",
	READER_FAILED,
	"E 0/0/2 -: (- id: T2) Line 2: " INVALID
	" (did not find expected <document start>). " BEGIN_ALIKE "\n"},
    {"block text that is not indented", BYTES("- id: T1\n  text: |\n  a\n  b\n"), "", READER_FAILED,
	"E 1/1/1 -: (a) Line 3: " INVALID
	" (while scanning a simple key: could not find expected ':'). A key needs \": \" behind "
	"it; text that goes on over lines is indented further than its key.\n"},
    {"an open bracket", BYTES("- tags: [a\n- id: T2\n"), "", READER_FAILED,
	"E 1/1/1 id: (- id: T2) Line 2: " INVALID
	" (while parsing a flow sequence: did not find expected ',' or ']'). " BRACKET "\n"},
    {"cut off behind a bracket", BYTES("[{id: T1}, {id"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 2/2/1 -: Line 2: " INVALID
	" (while parsing a flow mapping: did not find expected ',' or '}'). " BRACKET "\n"},
    {"something behind the end", BYTES("- id: T1\n...\nx\n"), "1/1/1 [T1] ~ ~ ~\n", READER_FAILED,
	"E 0/0/3 -: (x) Line 3: " INVALID " (did not find expected <document start>). " BEGIN_ALIKE
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

#define EVERY 61 /* which offsets are tried of a file, others of each: all would last long */

/* A file of block style behind a record whose text is that long. */
static struct outcome
read_behind(const struct bad *t, size_t length)
{
	struct buf file = {0};

	buf_add_text(&file, "- id: T1\n  text: \"");
	for (size_t i = 0; i < length; i++)
		buf_add_char(&file, 'x');
	buf_add_text(&file, "\"\n");
	buf_add(&file, t->file, t->n);
	struct outcome o = read_file(new_file(file.data, file.len), &limits);
	buf_free(&file);
	return o;
}

/* Messages are about text that was read before: the same ones, with the end of a read anywhere. */
static void
tells_the_same_across_the_ends_of_reads(void **state)
{
	const size_t begin = sizeof "- id: T1\n  text: \"\"\n" - 1;
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (!bad[i].records || bad[i].file[0] != '-' || bad[i].n > 300)
			continue;
		struct outcome expected = read_behind(&bad[i], 1);
		for (size_t back = i % EVERY; back <= bad[i].n; back += EVERY) {
			struct outcome o = read_behind(&bad[i], CHUNK - begin - back);
			assert_string_equal(buf_text(&o.told), buf_text(&expected.told));
			assert_int_equal(o.status, expected.status);
			free_outcome(&o);
		}
		free_outcome(&expected);
		tried++;
	}
	assert_true(tried > 60);
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
	    {"- tags: [", "a, b, 0,", "E 1/1/1 tags: (a;b;0;a;b"},
	    {"- id: [", "a, b, 0,", "E 1/1/1 id: (["},
	    {"- tags: a #", "aaaaaaaa", "W 1/1/1 tags: (a) Line 1: "},
	    {"- id: a\xE2\x80\xA8\n- id: [\"\xE2\x80\xA8", "aaaaaaaa", "E 2/2/2 id: (["},
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

/* A line that is longer than what is kept of the text, with all that is looked for in it. */
static void
reads_a_file_of_one_line(void **state)
{
	const int64_t records = 60000;
	struct buf told = {0};
	struct record rec;
	enum reader_status status;
	int fd = long_file("[", "{title: \"a\xE2\x80\xA8\", text: \" #\xC3\xA9\", tags: \"#\"}, ",
	    (size_t)records, "{id: T1, title: b #c\n}]");

	(void)state;
	struct reader *r = open_file(fd, &limits, &told);
	assert_non_null(r);
	while ((status = r->next(r, &rec)) == READER_RECORD && rec.entry <= records)
		assert_memory_equal(rec.cells[1].text, "a\xE2\x80\xA8", 4);
	assert_int_equal(status, READER_RECORD);
	assert_int_equal(rec.line, 1);
	assert_non_null(strstr(buf_text(&told), "without \"#c\""));
	assert_null(strchr(buf_text(&told), '\n')[1] ? "more" : NULL);
	r->close(r);
	buf_free(&told);
	close(fd);
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
	    cmocka_unit_test(reads_a_file_of_one_line),
	    cmocka_unit_test(refuses_many_directives_at_once),
	    cmocka_unit_test(gives_every_value_as_it_stood_in_the_file),
	    cmocka_unit_test(reads_records_across_the_ends_of_reads),
	    cmocka_unit_test(tells_the_same_across_the_ends_of_reads),
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
