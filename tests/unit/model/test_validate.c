/* From records to rows: the rules of every kind of field, and what people are told. */
#include "model/validate.h"

#include "../../declared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table)      (sizeof(table) / sizeof(table)[0])
#define MAX_FIELD_BYTES   (1024 * 1024)
#define BLANK             "This field may not be blank."
#define NO_STRING         "Not a valid string. Put it in quotes, or format the cell as text."
#define NO_LIST           "Not a valid string. A list is not possible here."
#define REFUSED(what, at) "The " what " at character " at " is not allowed; remove it."
#define A_SPACE(what, at) "The " what " at character " at " is not allowed; write a space instead."
#define MISREAD                                                                                 \
	"The value looks like text in which a program has read accented letters or signs "      \
	"wrongly, as \u00c3\u00bc for \u00fc. Save the file again as UTF-8 where it came from " \
	"(in Excel: Save as, CSV UTF-8), and upload that."
#define NO_BOOLEAN \
	"Must be a valid boolean. Write true or false (or yes/no, y/n, t/f, on/off, 1/0)."

/* The fields of standard. */
enum { ID, TITLE, TEXT, PROBLEM, PRIORITY, PHASE, ACTIVE, MARK_DELETE, CONDITIONS, TAGS };

/* What the sink was told; fields and values are copied as text. */
struct told {
	int count;
	struct finding last;
	char field[32], details[512];
	char fields[256]; /* of all findings, each followed by a space */
};

static void
remember(void *ctx, const struct finding *f)
{
	struct told *told = ctx;

	told->count++;
	told->last = *f;
	snprintf(told->field, sizeof told->field, "%s", f->field ? f->field : "");
	snprintf(told->details, sizeof told->details, "%s", f->details);
	size_t used = strlen(told->fields);
	snprintf(told->fields + used, sizeof told->fields - used, "%s ", told->field);
}

static struct cell
cell_of(enum cell_kind kind, const char *text)
{
	return (struct cell){kind, text, text ? strlen(text) : 0};
}

static struct cell
string(const char *text)
{
	return cell_of(CELL_STRING, text);
}

/* A record in which every field is right. */
static struct record
good_record(void)
{
	struct record rec = {.entry = 3, .row = 5, .line = 7};

	rec.cells[ID] = string("CT1");
	rec.cells[TITLE] = string("A title");
	rec.cells[TEXT] = string("Some text.");
	rec.cells[PROBLEM] = string("P1");
	rec.cells[PRIORITY] = string("7");
	rec.cells[PHASE] = string("X1");
	rec.cells[ACTIVE] = string("true");
	rec.cells[MARK_DELETE] = string("");
	rec.cells[CONDITIONS] = string("A1");
	rec.cells[TAGS] = string("one;two");
	return rec;
}

static bool
validate(const struct record *rec, struct row *row, struct told *told)
{
	*told = (struct told){0};
	return validate_record(declared("standard"), rec, MAX_FIELD_BYTES, row, remember, told);
}

static void
assert_value(struct value v, const char *expected)
{
	if (!expected) {
		assert_null(v.text);
		return;
	}
	assert_non_null(v.text);
	assert_int_equal(v.n, strlen(expected));
	assert_memory_equal(v.text, expected, v.n);
}

struct field_case {
	int field;
	enum cell_kind kind;
	const char *text;
	const char *value;   /* NULL: the stored value stays */
	const char *details; /* NULL: it is fine */
};

/* Puts each case's cell into the record, which is otherwise good. */
static void
check_cases_of(
    const struct model *m, const struct record *good, const struct field_case *cases, size_t n)
{
	struct row row = {0};
	struct told told;

	for (size_t i = 0; i < n; i++) {
		const struct field_case *c = &cases[i];
		struct record rec = *good;

		rec.cells[c->field] = cell_of(c->kind, c->text);
		told = (struct told){0};
		bool ok = validate_record(m, &rec, MAX_FIELD_BYTES, &row, remember, &told);
		if (c->details) {
			assert_false(ok);
			assert_string_equal(told.details, c->details);
			assert_string_equal(told.field, m->fields[c->field].name);
			assert_int_equal(told.count, 1);
		} else {
			assert_string_equal(told.details, "");
			assert_true(ok);
			assert_value(row.values[c->field], c->value);
		}
	}
	row_free(&row);
}

static void
check_cases(const struct field_case *cases, size_t n)
{
	const struct record good = good_record();

	check_cases_of(declared("standard"), &good, cases, n);
}

/* What standard does not have. */
enum { OWN_ID, PROBLEMS, CAPECS, LARGE, COUNTER, SWITCH, RETIRED, STAGE, OWN_DELETE };

static const struct field own_fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "TH"},
    {.name = "problems", .kind = FIELD_REFS, .prefix = "P", .max = 12, .required = true},
    {.name = "capecs", .kind = FIELD_REFS, .prefix = "", .max = 20},
    {.name = "large",
	.kind = FIELD_INTEGER,
	.min = -999999999999999,
	.max = 999999999999999,
	.on_add = "0"},
    {.name = "counter", .kind = FIELD_INTEGER, .min = 1, .max = 40000, .required = true},
    {.name = "in_use", .kind = FIELD_BOOLEAN, .on_add = "true"},
    {.name = "old", .kind = FIELD_LINE, .max = 9, .required = true, .retired = true},
    {.name = "stage", .kind = FIELD_REF, .prefix = "X"},
    {.name = "remove", .kind = FIELD_DELETE},
};

static const struct model own_model = {
    .name = "own", .fields = own_fields, .nfields = COUNT(own_fields), .heading = 1};

static void
check_own_cases(const struct field_case *cases, size_t n)
{
	check_cases_of(&own_model, &(struct record){0}, cases, n);
}

static void
a_good_record_is_taken_as_it_is_without_copying(void **state)
{
	static const char *const expected[] = {
	    "CT1", "A title", "Some text.", "P1", "7", "X1", "true", "false", "A1", "one;two"};
	struct record rec = good_record();
	struct row row = {0};
	struct told told;

	(void)state;
	assert_true(validate(&rec, &row, &told));
	assert_int_equal(told.count, 0);
	assert_false(row.mark_delete);
	for (size_t i = 0; i < COUNT(expected); i++)
		assert_value(row.values[i], expected[i]);
	for (int i = ID; i <= PHASE; i++)
		assert_ptr_equal(row.values[i].text, rec.cells[i].text);
	row_free(&row);
}

static void
values_are_trimmed(void **state)
{
	static const struct field_case cases[] = {
	    {ID, CELL_STRING, " T5\n", "T5", NULL},
	    {TITLE, CELL_STRING, "\xef\xbb\xbf\xc2\xa0 a  b \xe3\x80\x80", "a  b", NULL},
	    {TITLE, CELL_STRING, " =1+1", "=1+1", NULL},
	    {TITLE, CELL_STRING, "a\n", "a", NULL},
	    {TEXT, CELL_STRING, "\r\n\r\n a\n\n", "a", NULL},
	    {PROBLEM, CELL_STRING, "\tCP7 ", "CP7", NULL},
	    {PRIORITY, CELL_STRING, " 8 ", "8", NULL},
	    {ACTIVE, CELL_STRING, " false ", "false", NULL},
	    {CONDITIONS, CELL_STRING, "\n a1 ", "A1", NULL},
	    {TAGS, CELL_STRING, " a ", "a", NULL},
	};

	(void)state;
	check_cases(cases, COUNT(cases));
}

static void
what_is_absent_stays_and_what_is_blank_is_cleared(void **state)
{
	static const struct field_case cases[] = {
	    {ID, CELL_ABSENT, NULL, "", NULL},
	    {TITLE, CELL_ABSENT, NULL, NULL, NULL},
	    {TEXT, CELL_ABSENT, NULL, NULL, NULL},
	    {PROBLEM, CELL_ABSENT, NULL, NULL, NULL},
	    {PRIORITY, CELL_ABSENT, NULL, NULL, NULL},
	    {PHASE, CELL_ABSENT, NULL, NULL, NULL},
	    {ACTIVE, CELL_ABSENT, NULL, NULL, NULL},
	    {MARK_DELETE, CELL_ABSENT, NULL, "false", NULL},
	    {CONDITIONS, CELL_ABSENT, NULL, NULL, NULL},
	    {TAGS, CELL_ABSENT, NULL, NULL, NULL},
	    {ID, CELL_STRING, "", "", NULL},
	    {ID, CELL_NULL, NULL, "", NULL},
	    {TITLE, CELL_STRING, "", NULL, BLANK},
	    {TITLE, CELL_STRING, " \xc2\xa0\n", NULL, BLANK},
	    {TEXT, CELL_NULL, NULL, NULL, BLANK},
	    {PRIORITY, CELL_STRING, " ", NULL, BLANK},
	    {PRIORITY, CELL_NULL, NULL, NULL, BLANK},
	    {PHASE, CELL_NULL, NULL, NULL, BLANK},
	    {PROBLEM, CELL_STRING, " ", "", NULL},
	    {PROBLEM, CELL_NULL, NULL, "", NULL},
	    {ACTIVE, CELL_STRING, "", NULL, NULL},
	    {ACTIVE, CELL_NULL, NULL, NULL, NULL},
	    {MARK_DELETE, CELL_STRING, " ", "false", NULL},
	    {MARK_DELETE, CELL_NULL, NULL, "false", NULL},
	    {CONDITIONS, CELL_NULL, NULL, "", NULL},
	    {CONDITIONS, CELL_STRING, ";", "", NULL},
	    {TAGS, CELL_STRING, "", "", NULL},
	    {TAGS, CELL_STRING, " ; ;", "", NULL},
	    {TAGS, CELL_LIST, "", "", NULL},
	};

	(void)state;
	check_cases(cases, COUNT(cases));
}

static void
ids_are_exact_and_near_misses_are_spelled_out(void **state)
{
#define MEANT "Not a valid id: write it as "
#define NO_ID                                                                                \
	"Not a valid id: write T or CT and a number of at most 15 digits, such as CT12, or " \
	"nothing for a new item."
#define A_NUMBER   "Not a valid id: a number without its letters. Did you mean "
#define A_DATE     "Not a valid id: a spreadsheet program made a date of it. Did you mean "
#define NO_PROBLEM "Not a valid id: write P or CP and a number of at most 15 digits, such as P12."
	static const struct field_case cases[] = {
	    {ID, CELL_STRING, "T1", "T1", NULL},
	    {ID, CELL_STRING, "CT999999999999999", "CT999999999999999", NULL},
	    {ID, CELL_STRING, "ct12", NULL, MEANT "CT12."},
	    {ID, CELL_STRING, "c t\xc2\xa0", NULL, NO_ID},
	    {ID, CELL_STRING, "CT 12", NULL, MEANT "CT12."},
	    {ID, CELL_STRING, "t 0012", NULL, MEANT "T12."},
	    {ID, CELL_STRING, "C\xc2\xa0T100", NULL, MEANT "CT100."},
	    {ID, CELL_STRING, "T0", NULL, NO_ID},
	    {ID, CELL_STRING, "T1000000000000000", NULL, NO_ID},
	    {ID, CELL_STRING, "CT12345678901234567890123456789012345", NULL, NO_ID},
	    {ID, CELL_STRING, "T1;T2", NULL, NO_ID},
	    {ID, CELL_STRING, "P1", NULL, NO_ID},
	    {ID, CELL_STRING, "CT12.0", NULL, MEANT "CT12."},
	    {ID, CELL_NUMBER, "12", NULL, A_NUMBER "T12 or CT12?"},
	    {ID, CELL_STRING, "1.0", NULL, A_NUMBER "T1 or CT1?"},
	    {ID, CELL_STRING, "1E+05", NULL, A_NUMBER "T100000 or CT100000?"},
	    {ID, CELL_STRING, "1.2E+05", NULL, A_NUMBER "T120000 or CT120000?"},
	    {ID, CELL_DATE, "1900-01-15", NULL, A_DATE "T15 or CT15?"},
	    {ID, CELL_STRING, "1900-03-01", NULL, A_DATE "T61 or CT61?"},
	    {ID, CELL_STRING, "2024-02-29", NULL, A_DATE "T45351 or CT45351?"},
	    {ID, CELL_STRING, "2-Jan", NULL,
		"Not a valid id, but it looks like a date that a spreadsheet program made of "
		"something else, such as 1-2. Format the column as text and write the id again, "
		"such as CT12."},
	    {ID, CELL_STRING, "1.23457E+11", NULL,
		"Not a valid id, but it looks like a long number that a spreadsheet program has "
		"rounded: its last digits are lost. Format the column as text and write the id "
		"again, such as CT12."},
	    {ID, CELL_STRING, "1.5", NULL, NO_ID},
	    {ID, CELL_STRING, "-1", NULL, NO_ID},
	    {ID, CELL_STRING, "0", NULL, NO_ID},
	    {ID, CELL_STRING, "2024-13-01", NULL, NO_ID},
	    {ID, CELL_STRING, "T1\xff", NULL, NO_ID},
	    {ID, CELL_STRING, "ct1\xc3\xa9", NULL,
		NO_ID " It has the character \"\xc3\xa9\" (U+00E9)."},
	    {PROBLEM, CELL_STRING, "P12", "P12", NULL},
	    {PROBLEM, CELL_STRING, "CP1", "CP1", NULL},
	    {PROBLEM, CELL_STRING, "p12", NULL, MEANT "P12."},
	    {PROBLEM, CELL_STRING, "7", NULL, A_NUMBER "P7 or CP7?"},
	    {PROBLEM, CELL_STRING, "CWE-79", NULL, NO_PROBLEM},
	    {PHASE, CELL_STRING, "CX2", "CX2", NULL},
	    {PHASE, CELL_STRING, "x 3", NULL, MEANT "X3."},
	    {PHASE, CELL_STRING, "Development", NULL,
		"Not a valid id: write X or CX and a number of at most 15 digits, such as X12."},
	};

	(void)state;
	check_cases(cases, COUNT(cases));
}

static void
a_title_is_one_printable_line(void **state)
{
	static const struct field_case cases[] = {
	    {TITLE, CELL_STRING, "Gr\xc3\xbc\xc3\x9f-\"quoted\" <b> \xf0\x9f\x98\x80",
		"Gr\xc3\xbc\xc3\x9f-\"quoted\" <b> \xf0\x9f\x98\x80", NULL},
	    {TITLE, CELL_NUMBER, "1.50", "1.50", NULL},
	    {TITLE, CELL_STRING, "a\nb", NULL, A_SPACE("line break U+000A", "2")},
	    {TITLE, CELL_STRING, "a\r\nb", NULL, A_SPACE("line break U+000D", "2")},
	    {TITLE, CELL_STRING, "ab\tc", NULL, A_SPACE("tab U+0009", "3")},
	    {TITLE, CELL_STRING, "\xc3\xa9\x07", NULL, REFUSED("control character U+0007", "2")},
	    {TITLE, CELL_STRING, "don\u00e2\xc2\x80\xc2\x99t", NULL, MISREAD},
	    {TITLE, CELL_STRING,
		"Gr\u00c3\u00b6\u00c3\xc2\x9f"
		"e",
		NULL, MISREAD},
	    {TITLE, CELL_STRING, "a\x7f", NULL, REFUSED("control character U+007F", "2")},
	    {TITLE, CELL_STRING, "a\xc2\x9fz", NULL, REFUSED("control character U+009F", "2")},
	    {TITLE, CELL_STRING, "a\xef\xbf\xbf", NULL, REFUSED("noncharacter U+FFFF", "2")},
	    {TITLE, CELL_STRING, "a\xff", NULL, "Not valid UTF-8 at character 2."},
	    {TITLE, CELL_BOOLEAN, "true", NULL, NO_STRING},
	    {TITLE, CELL_LIST, "a;b", NULL, NO_LIST},
	};

	(void)state;
	check_cases(cases, COUNT(cases));
}

static void
a_text_keeps_lines_and_tabs_and_nothing_worse(void **state)
{
	static const struct field_case cases[] = {
	    {TEXT, CELL_STRING, "# A\n\n\t* b `c`", "# A\n\n\t* b `c`", NULL},
	    {TEXT, CELL_STRING, "a\r\nb\rc\nd", "a\nb\nc\nd", NULL},
	    {TEXT, CELL_STRING, "a\xe2\x80\xa8\xe2\x80\x8bz", "a\xe2\x80\xa8\xe2\x80\x8bz", NULL},
	    {TEXT, CELL_STRING, "a\vb", NULL, A_SPACE("control character U+000B", "2")},
	    {TEXT, CELL_STRING, "a\xc2\x85z", NULL, A_SPACE("control character U+0085", "2")},
	    {TEXT, CELL_STRING, "a\xf0\x9f\xbf\xbez", NULL, REFUSED("noncharacter U+1FFFE", "2")},
	    {TEXT, CELL_STRING, "a\xef\xb7\x90", NULL, REFUSED("noncharacter U+FDD0", "2")},
	    {TEXT, CELL_STRING, "a\xed\xa0\x80", NULL, "Not valid UTF-8 at character 2."},
	    {TEXT, CELL_BOOLEAN, "false", NULL, NO_STRING},
	    {TEXT, CELL_LIST, "a", NULL, NO_LIST},
	};
	struct record rec = good_record();
	struct row row = {0};
	struct told told;

	(void)state;
	check_cases(cases, COUNT(cases));
	rec.cells[TEXT] = (struct cell){CELL_STRING, "a\0b", 3};
	assert_false(validate(&rec, &row, &told));
	assert_string_equal(told.details, REFUSED("control character U+0000", "2"));
	row_free(&row);
}

static void
integers_are_never_clamped(void **state)
{
#define NO_INTEGER "A valid integer is required."
#define TOO_SMALL  "Ensure this value is greater than or equal to 1."
#define TOO_BIG    "Ensure this value is less than or equal to 10."
	static const struct field_case cases[] = {
	    {PRIORITY, CELL_STRING, "1", "1", NULL},
	    {PRIORITY, CELL_STRING, "10", "10", NULL},
	    {PRIORITY, CELL_NUMBER, "8", "8", NULL},
	    {PRIORITY, CELL_STRING, "8.0", "8", NULL},
	    {PRIORITY, CELL_STRING, "08", "8", NULL},
	    {PRIORITY, CELL_NUMBER, "8.000", "8", NULL},
	    {PRIORITY, CELL_NUMBER, "1e1", "10", NULL},
	    {PRIORITY, CELL_NUMBER, "0.8E+1", "8", NULL},
	    {PRIORITY, CELL_NUMBER, "800e-2", "8", NULL},
	    {PRIORITY, CELL_STRING, "0", NULL, TOO_SMALL},
	    {PRIORITY, CELL_STRING, "-0", NULL, TOO_SMALL},
	    {PRIORITY, CELL_NUMBER, "-3", NULL, TOO_SMALL},
	    {PRIORITY, CELL_NUMBER, "0e99999999999999999999", NULL, TOO_SMALL},
	    {PRIORITY, CELL_STRING, "11", NULL, TOO_BIG},
	    {PRIORITY, CELL_STRING, "4294967297", NULL, TOO_BIG},
	    {PRIORITY, CELL_STRING, "18446744073709551617", NULL, TOO_BIG},
	    {PRIORITY, CELL_STRING, "-18446744073709551615", NULL, TOO_SMALL},
	    {PRIORITY, CELL_NUMBER, "1e99999999999999999999", NULL, TOO_BIG},
	    {PRIORITY, CELL_NUMBER, "1e-99999999999999999999", NULL, NO_INTEGER},
	    {PRIORITY, CELL_NUMBER, "8.5", NULL, NO_INTEGER},
	    {PRIORITY, CELL_NUMBER, "0.99999999999999999999", NULL, NO_INTEGER},
	    {PRIORITY, CELL_NUMBER, "85e-1", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "1e1", NULL, NO_INTEGER " For \"1e1\" write 10."},
	    {PRIORITY, CELL_STRING, "1.00E+01", NULL, NO_INTEGER " For \"1.00E+01\" write 10."},
	    {PRIORITY, CELL_STRING, "1.5E+01", NULL, NO_INTEGER},
	    {PRIORITY, CELL_NUMBER, "1e", NULL, NO_INTEGER},
	    {PRIORITY, CELL_NUMBER, "1e+", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "+8", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "8.", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, ".8", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "-", NULL,
		NO_INTEGER
		" It looks like what programs or people write where there is nothing. Write the "
		"value instead."},
	    {PRIORITY, CELL_STRING, "8,0", NULL, NO_INTEGER " For \"8,0\" write 8."},
	    {PRIORITY, CELL_STRING, "7,00", NULL, NO_INTEGER " For \"7,00\" write 7."},
	    {PRIORITY, CELL_STRING, "7,000", NULL, NO_INTEGER " For \"7,000\" write 7."},
	    {PRIORITY, CELL_STRING, "7.000", "7", NULL}, /* 7000 is not possible here */
	    {PRIORITY, CELL_STRING, "7,5", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "12,0", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "1,234", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "8 0", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "0x8", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "high", NULL, NO_INTEGER},
	    {PRIORITY, CELL_STRING, "#N/A", NULL,
		NO_INTEGER
		" It looks like the error of a formula, which a spreadsheet program sees in a "
		"text that begins with =, + or -. If that is what happened, take the text from "
		"where it came from, and write it again."},
	    {PRIORITY, CELL_STRING, "\xef\xbc\x98", NULL,
		NO_INTEGER " It has the character \"\xef\xbc\x98\" (U+FF18)."}, /* a full-width 8 */
	    {PRIORITY, CELL_BOOLEAN, "true", NULL, NO_INTEGER},
	    {PRIORITY, CELL_LIST, "8", NULL, NO_LIST},
	};

	(void)state;
	check_cases(cases, COUNT(cases));
}

static void
integers_with_separators_are_not_guessed(void **state)
{
	static const struct field fields[] = {{.name = "id", .kind = FIELD_ID, .prefix = "T"},
	    {.name = "size", .kind = FIELD_INTEGER, .max = 9999999},
	    {.name = "capecs", .kind = FIELD_REFS, .prefix = "", .max = 100}};
	static const struct model m = {.name = "sized", .fields = fields, .nfields = 3};
	static const struct record good = {.entry = 1,
	    .row = 2,
	    .cells = {{CELL_STRING, "T1", 2}, {CELL_STRING, "1", 1}, {CELL_STRING, "", 0}}};
#define OR_FRACTION(text) \
	NO_INTEGER " \"" text "\" may be 1234 or a fraction: if it is 1234, write that."
#define TWO(text) \
	NO_INTEGER " \"" text "\" may be 7000 or 7: write which it is, without separators."
#define ONE(text, number) NO_INTEGER " For \"" text "\" write " number "."
	static const struct field_case cases[] = {
	    {1, CELL_STRING, "1,234", NULL, OR_FRACTION("1,234")},
	    {1, CELL_STRING, "1.234", NULL, OR_FRACTION("1.234")},
	    {1, CELL_NUMBER, "1.234", NULL, NO_INTEGER},
	    {1, CELL_STRING, "7,000", NULL, TWO("7,000")},
	    {1, CELL_STRING, "7.000", NULL, TWO("7.000")},
	    {1, CELL_NUMBER, "7.000", "7", NULL},
	    {1, CELL_STRING, "0.000", "0", NULL},
	    {1, CELL_STRING, "1234.000", "1234", NULL},
	    {1, CELL_STRING, "7.0", "7", NULL},
	    {1, CELL_STRING, "1.234,0", NULL, ONE("1.234,0", "1234")},
	    {1, CELL_STRING, "1,234.00", NULL, ONE("1,234.00", "1234")},
	    {1, CELL_STRING, "1,234,567", NULL, ONE("1,234,567", "1234567")},
	    {1, CELL_STRING, "1 234", NULL, ONE("1 234", "1234")},
	    {1, CELL_STRING, "1'234", NULL, ONE("1'234", "1234")},
	    {1, CELL_STRING, "1234,0", NULL, ONE("1234,0", "1234")},
	    {1, CELL_STRING, "1.234,5", NULL, NO_INTEGER},
	    {1, CELL_STRING, "1,23,456", NULL, NO_INTEGER},
	    {1, CELL_STRING, "7,", NULL, NO_INTEGER},
	    {1, CELL_STRING, ",234", NULL, NO_INTEGER},
	    {1, CELL_STRING, "12345678901234567890123456789012345678901,0", NULL, NO_INTEGER},
	    {2, CELL_STRING, "21.0", "21", NULL},
	    {2, CELL_STRING, "21.000", NULL,
		"Reference 1: not a valid id: it may be of thousands or of decimals; write it "
		"without a point."},
	};

	(void)state;
	check_cases_of(&m, &good, cases, COUNT(cases));
}

static void
booleans_have_many_spellings(void **state)
{
	static const char *const spellings[][2] = {{"true", "false"}, {"True", "False"},
	    {"TRUE", "FALSE"}, {"t", "f"}, {"T", "F"}, {"yes", "no"}, {"Yes", "NO"}, {"y", "n"},
	    {"on", "off"}, {"1", "0"}};
	static const struct field_case cases[] = {
	    {ACTIVE, CELL_BOOLEAN, "true", "true", NULL},
	    {ACTIVE, CELL_BOOLEAN, "false", "false", NULL},
	    {ACTIVE, CELL_NUMBER, "1", "true", NULL},
	    {ACTIVE, CELL_NUMBER, "0", "false", NULL},
	    {ACTIVE, CELL_NUMBER, "1.0", "true", NULL},
	    {ACTIVE, CELL_NUMBER, "2", NULL, NO_BOOLEAN},
	    {ACTIVE, CELL_NUMBER, "0.5", NULL, NO_BOOLEAN},
	    {ACTIVE, CELL_STRING, "1.0", "true", NULL},
	    {ACTIVE, CELL_STRING, "0.0", "false", NULL},
	    {ACTIVE, CELL_STRING, "0.5", NULL, NO_BOOLEAN},
	    {ACTIVE, CELL_STRING, "WAHR", "true", NULL},
	    {ACTIVE, CELL_STRING, "faux", "false", NULL},
	    {ACTIVE, CELL_STRING, "None", NULL,
		NO_BOOLEAN
		" It looks like what programs or people write where there is nothing. If "
		"nothing is meant, leave it empty."},
	    {ACTIVE, CELL_STRING, "maybe", NULL, NO_BOOLEAN},
	    {ACTIVE, CELL_STRING, "tru", NULL, NO_BOOLEAN},
	    {ACTIVE, CELL_LIST, "true", NULL, NO_LIST},
	    {MARK_DELETE, CELL_STRING, "No", "false", NULL},
	    {MARK_DELETE, CELL_BOOLEAN, "false", "false", NULL},
	    {MARK_DELETE, CELL_STRING, "delete", NULL, NO_BOOLEAN},
	};
	struct row row = {0};
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT(spellings); i++) {
		for (int j = 0; j < 2; j++) {
			struct record rec = good_record();
			rec.cells[ACTIVE] = rec.cells[MARK_DELETE] = string(spellings[i][j]);
			assert_true(validate(&rec, &row, &told));
			assert_true(row.mark_delete == (j == 0));
			assert_value(row.values[MARK_DELETE], j == 0 ? "true" : "false");
			assert_value(row.values[ACTIVE], j == 0 ? NULL : "false");
		}
	}
	row_free(&row);
	check_cases(cases, COUNT(cases));
}

static void
conditions_are_canonical_or_explained(void **state)
{
	static const struct field_case cases[] = {
	    {CONDITIONS, CELL_STRING, "a1 AND  !a2 ; A3", "A1 AND !A2;A3", NULL},
	    {CONDITIONS, CELL_STRING, "A1;\r\nA2", "A1;A2", NULL},
	    {CONDITIONS, CELL_STRING, "A1 OR A2", NULL,
		"Column 4: expected AND or \";\", found \"OR\". Separate rules by \";\"."},
	    {CONDITIONS, CELL_STRING, "A1\x01", NULL, REFUSED("control character U+0001", "3")},
	    {CONDITIONS, CELL_STRING, "A\xff", NULL, "Not valid UTF-8 at character 2."},
	    {CONDITIONS, CELL_BOOLEAN, "true", NULL, NO_STRING},
	    {CONDITIONS, CELL_LIST, "A1;A2", NULL, NO_LIST},
	};

	(void)state;
	check_cases(cases, COUNT(cases));
}

static void
tags_are_a_list_without_blanks_and_duplicates(void **state)
{
	static const struct field_case cases[] = {
	    {TAGS, CELL_STRING, "b; a ;;b;c d;", "b;a;c d", NULL},
	    {TAGS, CELL_STRING, "a;A;\xc3\xa9;e", "a;A;\xc3\xa9;e", NULL},
	    {TAGS, CELL_STRING, "z;\n\xc2\xa0z\r\n;b", "z;b", NULL},
	    {TAGS, CELL_STRING, ";;a", "a", NULL},
	    {TAGS, CELL_LIST, "x; y;x", "x;y", NULL},
	    {TAGS, CELL_NUMBER, "2024", "2024", NULL},
	    {TAGS, CELL_STRING, "a;b\tc", NULL, A_SPACE("tab U+0009", "2 of tag 2")},
	    {TAGS, CELL_STRING, "a\nb;c\x02", NULL,
		REFUSED("control character U+0002", "2 of tag 3")},
	    {TAGS, CELL_STRING, "a\r\nb\u2028c\rb", "a;b;c", NULL},
	    {TAGS, CELL_STRING, "cafe\u0301;caf\u00e9", "caf\u00e9", NULL},
	    {TAGS, CELL_STRING, "\u0958;x", "\u0915\u093c;x", NULL},
	    {TAGS, CELL_STRING, "\u200ba;a\u200e", "a", NULL},
	    {TAGS, CELL_STRING, "a;b;\xff", NULL, "Not valid UTF-8 at character 1 of tag 3."},
	    {TAGS, CELL_BOOLEAN, "true", NULL, NO_STRING},
	};

	(void)state;
	check_cases(cases, COUNT(cases));
}

static void
references_are_a_list_of_ids(void **state)
{
#define NO_REF                                                                            \
	"not a valid id: write P or CP and a number of at most 15 digits, and ; between " \
	"ids, such as P12;P13."
#define SEPARATE "not a valid id: separate ids with semicolons, such as P12;P13."
	static const struct field_case cases[] = {
	    {PROBLEMS, CELL_ABSENT, NULL, NULL, NULL},
	    {PROBLEMS, CELL_NULL, NULL, NULL, BLANK},
	    {PROBLEMS, CELL_STRING, "", NULL, BLANK},
	    {PROBLEMS, CELL_STRING, " ;\n; ", NULL, BLANK},
	    {PROBLEMS, CELL_LIST, "", NULL, BLANK},
	    {PROBLEMS, CELL_STRING, "P1", "P1", NULL},
	    {PROBLEMS, CELL_STRING, "P2; CP1 ;;P2;P11;", "P2;CP1;P11", NULL},
	    {PROBLEMS, CELL_STRING, "P1\nP2;\n\xc2\xa0P1", "P1;P2", NULL},
	    {PROBLEMS, CELL_STRING, "P1\r\nP2", "P1;P2", NULL},
	    {PROBLEMS, CELL_LIST, "P1;P2", "P1;P2", NULL},
	    {PROBLEMS, CELL_STRING, "P1;P1;P1;P1;P1;P1;P1;P1", "P1", NULL},
	    {PROBLEMS, CELL_STRING, "P111;CP2222", "P111;CP2222", NULL},
	    {PROBLEMS, CELL_STRING, "P1111;CP22222", NULL,
		"Ensure this field has no more than 12 bytes. It has 13."},
	    {PROBLEMS, CELL_STRING, "P1;p 12", NULL,
		"Reference 2: not a valid id: write it as P12."},
	    {PROBLEMS, CELL_STRING, "cp 01;p2", NULL,
		"Reference 1: not a valid id: write it as CP1."},
	    {PROBLEMS, CELL_STRING, ";P1.0", NULL, "Reference 2: not a valid id: write it as P1."},
	    {PROBLEMS, CELL_LIST, "P1;7", NULL,
		"Reference 2: not a valid id: a number without its letters. Did you mean P7 or "
		"CP7?"},
	    {PROBLEMS, CELL_NUMBER, "7", NULL,
		"Reference 1: not a valid id: a number without its letters. Did you mean P7 or "
		"CP7?"},
	    {PROBLEMS, CELL_DATE, "1900-01-15", NULL,
		"Reference 1: not a valid id: a spreadsheet program made a date of it. Did you "
		"mean P15 "
		"or CP15?"},
	    {PROBLEMS, CELL_STRING, "P1, P2", NULL, "Reference 1: " SEPARATE},
	    {PROBLEMS, CELL_STRING, "P1;P2,CP3", NULL, "Reference 2: " SEPARATE},
	    {PROBLEMS, CELL_STRING, "p1\xc2\xa0\xc2\xa0P2\tP3", NULL, "Reference 1: " SEPARATE},
	    {PROBLEMS, CELL_LIST, "P1 P2", NULL, "Reference 1: " SEPARATE},
	    {PROBLEMS, CELL_STRING, "P1, x", NULL, "Reference 1: " NO_REF},
	    {PROBLEMS, CELL_STRING, "P1;x;y", NULL, "Reference 2: " NO_REF},
	    {PROBLEMS, CELL_STRING, "P1,", NULL, "Reference 1: " NO_REF},
	    {PROBLEMS, CELL_STRING, ",", NULL, "Reference 1: " NO_REF},
	    {PROBLEMS, CELL_STRING, "T1", NULL, "Reference 1: " NO_REF},
	    {PROBLEMS, CELL_STRING, "P1\xff", NULL, "Reference 1: " NO_REF},
	    {PROBLEMS, CELL_BOOLEAN, "true", NULL, NO_STRING},
	};

	(void)state;
	check_own_cases(cases, COUNT(cases));
}

static void
only_members_of_lists_are_counted(void **state)
{
	struct record rec = {0};
	struct row row = {0};
	struct told told = {0};

	(void)state;
	rec.cells[PROBLEMS] = string("P1;p2;x");
	rec.cells[STAGE] = string("x3");
	assert_false(validate_record(&own_model, &rec, MAX_FIELD_BYTES, &row, remember, &told));
	assert_string_equal(told.fields, "problems stage ");
	assert_string_equal(told.details, MEANT "X3.");
	row_free(&row);
}

static void
references_without_letters_are_numbers(void **state)
{
#define NO_NUMBERS \
	"not a valid id: write numbers of at most 15 digits separated by ;, such as 21;63."
#define SEPARATE_NUMBERS "not a valid id: separate numbers with semicolons, such as 21;63."
	static const struct field_case cases[] = {
	    {CAPECS, CELL_ABSENT, NULL, NULL, NULL},
	    {CAPECS, CELL_NULL, NULL, "", NULL},
	    {CAPECS, CELL_STRING, " ; ", "", NULL},
	    {CAPECS, CELL_STRING, "63;21; 63", "63;21", NULL},
	    {CAPECS, CELL_LIST, "21;63", "21;63", NULL},
	    {CAPECS, CELL_STRING, "21\n63", "21;63", NULL},
	    {CAPECS, CELL_STRING, "999999999999999", "999999999999999", NULL},
	    {CAPECS, CELL_STRING, "21", "21", NULL},
	    {CAPECS, CELL_STRING, "21.0", "21", NULL},
	    {CAPECS, CELL_NUMBER, "21", "21", NULL},
	    {CAPECS, CELL_NUMBER, "21.0", "21", NULL},
	    {CAPECS, CELL_NUMBER, "2.1E+01", "21", NULL},
	    {CAPECS, CELL_NUMBER, "1e14", "100000000000000", NULL},
	    {CAPECS, CELL_LIST, "21.0;63.0;21", "21;63", NULL},
	    {CAPECS, CELL_STRING, "021", "21", NULL},
	    {CAPECS, CELL_STRING, "2.1E+01", NULL, "Reference 1: not a valid id: write it as 21."},
	    {CAPECS, CELL_DATE, "2026-01-21", NULL,
		"Reference 1: not a valid id: a spreadsheet program made a date of it. Did you "
		"mean "
		"46043?"},
	    {CAPECS, CELL_STRING, "2026-01-21", NULL,
		"Reference 1: not a valid id: a spreadsheet program made a date of it. Did you "
		"mean "
		"46043?"},
	    {CAPECS, CELL_STRING, "21-Jan", NULL,
		"Reference 1: not a valid id, but it looks like a date that a spreadsheet program "
		"made "
		"of something else, such as 1-2. Format the column as text and write the id again, "
		"such as 21;63."},
	    {CAPECS, CELL_STRING, "1.23457E+11", NULL,
		"Reference 1: not a valid id, but it looks like a long number that a spreadsheet "
		"program has rounded: its last digits are lost. Format the column as text and "
		"write the id again, such as "
		"21;63."},
	    {CAPECS, CELL_STRING, "21,63", NULL, "Reference 1: " SEPARATE_NUMBERS},
	    {CAPECS, CELL_STRING, "7;21 63", NULL, "Reference 2: " SEPARATE_NUMBERS},
	    {CAPECS, CELL_STRING, "21,0", NULL, "Reference 1: " NO_NUMBERS},
	    {CAPECS, CELL_NUMBER, "21.63", NULL, "Reference 1: " NO_NUMBERS},
	    {CAPECS, CELL_NUMBER, "0", NULL, "Reference 1: " NO_NUMBERS},
	    {CAPECS, CELL_NUMBER, "-21", NULL, "Reference 1: " NO_NUMBERS},
	    {CAPECS, CELL_NUMBER, "1000000000000000", NULL, "Reference 1: " NO_NUMBERS},
	    {CAPECS, CELL_STRING, "21;CAPEC-63", NULL, "Reference 2: " NO_NUMBERS},
	    {CAPECS, CELL_STRING, "C21", NULL, "Reference 1: " NO_NUMBERS},
	};

	(void)state;
	check_own_cases(cases, COUNT(cases));
}

static void
integers_may_have_fifteen_digits(void **state)
{
#define LEAST "Ensure this value is greater than or equal to -999999999999999."
#define MOST  "Ensure this value is less than or equal to 999999999999999."
	static const struct field_case cases[] = {
	    {LARGE, CELL_STRING, "999999999999999", "999999999999999", NULL},
	    {LARGE, CELL_STRING, "-999999999999999", "-999999999999999", NULL},
	    {LARGE, CELL_NUMBER, "-9.99999999999999e14", "-999999999999999", NULL},
	    {LARGE, CELL_NUMBER, "-9e14", "-900000000000000", NULL},
	    {LARGE, CELL_STRING, "0", "0", NULL},
	    {LARGE, CELL_STRING, "-0", "0", NULL},
	    {LARGE, CELL_STRING, "1000000000000000", NULL, MOST},
	    {LARGE, CELL_STRING, "-1000000000000000", NULL, LEAST},
	    {LARGE, CELL_STRING, "9223372036854775808", NULL, MOST},
	    {LARGE, CELL_STRING, "-18446744073709551617", NULL, LEAST},
	    {LARGE, CELL_NUMBER, "1e99999999999999999999", NULL, MOST},
	    {LARGE, CELL_STRING, "", NULL, NULL},
	    {LARGE, CELL_NULL, NULL, NULL, NULL},
	    {LARGE, CELL_ABSENT, NULL, NULL, NULL},
	    {COUNTER, CELL_STRING, "40000", "40000", NULL},
	    {COUNTER, CELL_STRING, "40001", NULL,
		"Ensure this value is less than or equal to 40000."},
	    {COUNTER, CELL_STRING, "", NULL, BLANK},
	    {SWITCH, CELL_STRING, " ", NULL, NULL},
	    {SWITCH, CELL_NULL, NULL, NULL, NULL},
	};

	(void)state;
	check_own_cases(cases, COUNT(cases));
}

static void
a_retired_field_is_never_asked_for(void **state)
{
	static const struct field_case absent[] = {{RETIRED, CELL_ABSENT, NULL, NULL, NULL}};

	(void)state;
	check_own_cases(absent, COUNT(absent));
}

/* n times the character, as a string to free. */
static char *
repeat(const char *character, size_t n)
{
	size_t length = strlen(character);
	char *text = malloc(n * length + 1);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * length, character, length);
	text[n * length] = '\0';
	return text;
}

static void
lengths_are_limited_in_characters_or_bytes(void **state)
{
	static const struct {
		int field;
		const char *character;
		size_t n;
		const char *details;
	} cases[] = {
	    {TITLE, "x", 255, NULL},
	    {TITLE, "\xe6\x97\xa5", 255, NULL},
	    {TITLE, "\xe6\x97\xa5", 256,
		"Ensure this field has no more than 255 characters. It has 256."},
	    {TEXT, "x", 1048576, NULL},
	    {TEXT, "x", 1048577,
		"Ensure this field has no more than 1048576 bytes. It has 1048577."},
	    {TEXT, "\xc3\xa9", 524289,
		"Ensure this field has no more than 1048576 bytes. It has 1048578."},
	    {TAGS, "\xc3\xa9", 255, NULL},
	    {TAGS, "\xc3\xa9", 256,
		"Ensure each tag has no more than 255 characters. Tag 1 has 256."},
	    {TAGS, "x;", 500000, NULL},
	    {CONDITIONS, "A1;", 30000,
		"Ensure this field has no more than 65536 bytes. It has 90000."},
	};
	struct row row = {0};
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record rec = good_record();
		char *text = repeat(cases[i].character, cases[i].n);
		rec.cells[cases[i].field] = string(text);
		assert_true(validate(&rec, &row, &told) == !cases[i].details);
		assert_string_equal(told.details, cases[i].details ? cases[i].details : "");
		free(text);
	}
	row_free(&row);
}

static void
all_tags_together_are_limited(void **state)
{
	struct record rec = good_record();
	struct row row = {0};
	struct told told;
	struct buf tags = {0};

	(void)state;
	for (int i = 0; i < 8192; i++)
		buf_printf(&tags, "%07d;", i); /* 8 bytes each, except for the last ";" */
	rec.cells[TAGS] = string(buf_text(&tags));
	assert_true(validate(&rec, &row, &told));
	assert_int_equal(row.values[TAGS].n, 65535);
	buf_add_text(&tags, "x");
	rec.cells[TAGS] = string(buf_text(&tags));
	assert_false(validate(&rec, &row, &told));
	assert_string_equal(
	    told.details, "Ensure this field has no more than 65536 bytes. It has 65537.");
	buf_free(&tags);
	row_free(&row);
}

static void
the_callers_limit_holds_too(void **state)
{
	struct record rec = good_record();
	struct row row = {0};
	struct told told = {0};

	(void)state;
	rec.cells[TEXT] = string(" 12345678\r\n9");
	assert_true(validate_record(declared("standard"), &rec, 10, &row, remember, &told));
	assert_false(validate_record(declared("standard"), &rec, 9, &row, remember, &told));
	assert_string_equal(told.details, "Ensure this field has no more than 9 bytes. It has 10.");
	row_free(&row);
}

static void
a_field_may_be_wrong_in_two_ways(void **state)
{
	struct record rec = good_record();
	struct row row = {0};
	struct told told;
	char *text = repeat("x\t", 200);

	(void)state;
	rec.cells[TITLE] = string(text);
	assert_false(validate(&rec, &row, &told));
	assert_string_equal(told.fields, "title title ");
	free(text);
	row_free(&row);
}

static void
every_error_of_a_record_is_told_with_its_place(void **state)
{
	struct record rec = good_record();
	struct row row = {0};
	struct told told;

	(void)state;
	rec.cells[ID] = string("x");
	rec.cells[TITLE] = string("");
	rec.cells[TEXT] = string("\x01");
	rec.cells[PROBLEM] = string("x");
	rec.cells[PRIORITY] = string("x");
	rec.cells[PHASE] = string("x");
	rec.cells[ACTIVE] = string("x");
	rec.cells[MARK_DELETE] = string("x");
	rec.cells[CONDITIONS] = string("x");
	rec.cells[TAGS] = string(" a\tb ");
	assert_false(validate(&rec, &row, &told));
	assert_string_equal(told.fields, "mark_delete id title text problem priority phase active "
					 "match_conditions tags ");
	assert_int_equal(told.last.level, FINDING_ERROR);
	assert_int_equal(told.last.entry, 3);
	assert_int_equal(told.last.row, 5);
	assert_int_equal(told.last.line, 7);
	assert_ptr_equal(told.last.value, rec.cells[TAGS].text);
	assert_int_equal(told.last.value_n, 5);
	row_free(&row);
}

static void
a_row_that_deletes_is_not_looked_at_further(void **state)
{
	struct record rec = good_record();
	struct row row = {0};
	struct told told;

	(void)state;
	rec.cells[TITLE] = string("");
	rec.cells[PRIORITY] = string("99");
	rec.cells[MARK_DELETE] = cell_of(CELL_BOOLEAN, "true");
	rec.cells[CONDITIONS] = cell_of(CELL_LIST, "x");
	assert_true(validate(&rec, &row, &told));
	assert_true(row.mark_delete);
	for (int i = TITLE; i <= TAGS; i++)
		assert_value(row.values[i], i == MARK_DELETE ? "true" : NULL);
	assert_value(row.values[ID], "CT1");

	/* The row's memory is reused: nothing of this one may stay. */
	rec = good_record();
	assert_true(validate(&rec, &row, &told));
	assert_false(row.mark_delete);
	assert_value(row.values[TITLE], "A title");
	row_free(&row);
}

static void
only_custom_items_that_are_named_can_be_deleted(void **state)
{
	static const struct {
		struct cell id;
		const char *field, *value, *details;
	} cases[] = {
	    {{CELL_STRING, "CT5", 3}, "", NULL, ""},
	    {{CELL_STRING, "T5", 2}, "mark_delete", "yes",
		"Built-in items cannot be deleted; set active to false instead."},
	    {{CELL_STRING, " ", 1}, "id", " ", BLANK " A row that deletes needs an id."},
	    {{CELL_ABSENT, NULL, 0}, "id", NULL, BLANK " A row that deletes needs an id."},
	    {{CELL_STRING, "t5", 2}, "id", "t5", MEANT "T5."},
	};
	struct row row = {0};
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record rec = good_record();
		rec.cells[ID] = cases[i].id;
		rec.cells[MARK_DELETE] = string("yes");
		bool fine = !*cases[i].details;
		assert_true(validate(&rec, &row, &told) == fine);
		assert_int_equal(told.count, fine ? 0 : 1);
		assert_string_equal(told.field, cases[i].field);
		assert_string_equal(told.details, cases[i].details);
		if (cases[i].value)
			assert_string_equal(told.last.value, cases[i].value);
	}
	row_free(&row);
}

/* By a boolean that new items have set; which one is meant is not guessed. */
static void
what_turns_an_item_off_is_named_where_it_is_known(void **state)
{
	static const struct {
		const char *second_on_add; /* of another boolean */
		bool retired;              /* that one */
		const char *details;
	} cases[] = {
	    {"false", false, "Built-in items cannot be deleted; set in_use to false instead."},
	    {"true", true, "Built-in items cannot be deleted; set in_use to false instead."},
	    {"true", false, "Built-in items cannot be deleted."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct field fields[] = {own_fields[OWN_ID], own_fields[SWITCH],
		    {.name = "shown",
			.kind = FIELD_BOOLEAN,
			.on_add = cases[i].second_on_add,
			.retired = cases[i].retired},
		    own_fields[OWN_DELETE]};
		const struct model m = {.name = "m", .fields = fields, .nfields = COUNT(fields)};
		struct record rec = {0};
		struct row row = {0};
		struct told told = {0};

		rec.cells[0] = string("TH1");
		rec.cells[3] = string("yes");
		assert_false(validate_record(&m, &rec, MAX_FIELD_BYTES, &row, remember, &told));
		assert_string_equal(told.field, "remove");
		assert_string_equal(told.details, cases[i].details);
		row_free(&row);
	}
}

static void
a_long_list_of_references_is_kept_whole(void **state)
{
	static const struct field fields[] = {{.name = "id", .kind = FIELD_ID, .prefix = "TH"},
	    {.name = "capecs", .kind = FIELD_REFS, .prefix = "", .max = 65536}};
	const struct model m = {.name = "m", .fields = fields, .nfields = COUNT(fields)};
	struct buf list = {0}, expected = {0};
	struct record rec = {0};
	struct row row = {0};
	struct told told = {0};

	(void)state;
	for (int i = 1; i <= 10000; i++) {
		buf_printf(&list, "%d.0;%d\n", i, i);
		buf_printf(&expected, "%s%d", i > 1 ? ";" : "", i);
	}
	rec.cells[1] = string(buf_text(&list));
	assert_true(validate_record(&m, &rec, MAX_FIELD_BYTES, &row, remember, &told));
	assert_value(row.values[1], buf_text(&expected));
	buf_free(&list);
	buf_free(&expected);
	row_free(&row);
}

static void
rewritten_values_of_one_record_live_side_by_side(void **state)
{
	struct record rec = good_record();
	struct row row = {0};
	struct told told;
	char *lines = repeat("a\r\n", 30000);

	(void)state;
	rec.cells[TEXT] = string(lines);
	rec.cells[PRIORITY] = cell_of(CELL_NUMBER, "1e1");
	rec.cells[CONDITIONS] = string("a1;a2");
	rec.cells[TAGS] = string("x;;y");
	assert_true(validate(&rec, &row, &told));
	assert_int_equal(row.values[TEXT].n, 59999);
	assert_memory_equal(row.values[TEXT].text, "a\na\n", 4);
	assert_value(row.values[PRIORITY], "10");
	assert_value(row.values[CONDITIONS], "A1;A2");
	assert_value(row.values[TAGS], "x;y");
	free(lines);
	row_free(&row);
}

static void
what_may_be_damaged_is_taken_with_a_warning(void **state)
{
	static const struct {
		int field;
		enum cell_kind kind;
		const char *text, *word; /* of the warning; NULL: there is none */
	} cases[] = {
	    {TITLE, CELL_STRING, "2-Jan", "a date"},
	    {TITLE, CELL_STRING, "Mar-01", "a date"},
	    {TITLE, CELL_STRING, "12-Dec-26", "a date"},
	    {TITLE, CELL_STRING, "1/2/2026", "a date"},
	    {TITLE, CELL_STRING, "01.02.2026", "a date"},
	    {TITLE, CELL_DATE, "2026-02-01", "a date"},
	    {TITLE, CELL_STRING, "1E+05", "rounded"},
	    {TITLE, CELL_STRING, "1.23457E+11", "rounded"},
	    {TITLE, CELL_STRING, "#NAME?", "formula"},
	    {TITLE, CELL_STRING, "####", "no room"},
	    {TAGS, CELL_STRING, "3-Feb", "a date"},
	    {TITLE, CELL_STRING, "2026-02-01", NULL},
	    {TITLE, CELL_STRING, "2-Jam", NULL},
	    {TITLE, CELL_STRING, "On 2-Jan", NULL},
	    {TITLE, CELL_STRING, "1e3", NULL},
	    {TITLE, CELL_STRING, "1.234567E+11", "rounded"},
	    {TITLE, CELL_DATE, "12:30:00", "a time"},
	    {TITLE, CELL_STRING, "nan", "nothing"},
	    {TEXT, CELL_STRING, "Gr\u00c3\u00bc\u00c3\u0178e", "wrongly"},
	    {TEXT, CELL_STRING, "caf\ufffd", "lost"},
	    {TITLE, CELL_STRING, "=\"New\"", "wrapped"},
	    {TAGS, CELL_STRING, "a\u061bb", "separated by ;"},
	    {TITLE, CELL_STRING, "a\u200bb", "a<U+200B>b"},
	    {TEXT, CELL_STRING, "a\u200bb", NULL},
	    {TEXT, CELL_STRING, "if (admin\u202e) {", "another order"},
	    {TITLE, CELL_STRING, "'=1+1", "apostrophe"},
	    {TAGS, CELL_STRING, "a,b", "separated by ;"},
	    {TAGS, CELL_STRING, "x;a\uff1bb", "separated by ;"},
	    {TAGS, CELL_STRING, "x;None", "nothing"},
	    {TITLE, CELL_STRING, "a, b", NULL},
	    {TITLE, CELL_STRING, "007", NULL},
	    {TITLE, CELL_STRING, "#", NULL},
	    {TITLE, CELL_STRING, "V1.2", NULL},
	    {TEXT, CELL_STRING, "2-Jan", "a date"},
	};
	struct row row = {0};
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record rec = good_record();

		rec.cells[cases[i].field] = cell_of(cases[i].kind, cases[i].text);
		assert_true(validate(&rec, &row, &told));
		assert_value(row.values[cases[i].field], cases[i].text);
		assert_int_equal(told.count, cases[i].word != NULL);
		if (cases[i].word) {
			assert_int_equal(told.last.level, FINDING_WARNING);
			assert_non_null(strstr(told.details, cases[i].word));
		}
	}
	row_free(&row);
}

static void
a_text_keeps_the_indentation_that_means_something(void **state)
{
	static const struct {
		bool guarded; /* in a table */
		const char *text, *taken;
	} cases[] = {
	    {false, "    code", "    code"},
	    {false, "\tcode", "\tcode"},
	    {false, "\n \n    code\n", "    code"},
	    {false, "   text", "text"},
	    {false, "  - a\n  - b", "  - a\n  - b"},
	    {false, " a\nb", "a\nb"},
	    {false, "\u00a0    code", "    code"},
	    {false, "  a\n\tb  ", "  a\n\tb"},
	    {true, " =x", "=x"},
	    {true, " - a\n  - b", "- a\n  - b"},
	    {false, " - a\n  - b", " - a\n  - b"},
	    {true, "     -x", "    -x"},
	    {true, " \tcode", "\tcode"},
	    {true, "     code", "     code"},
	    {true, "   \t \n", NULL},
	    {false, "     ", NULL},
	    {true, "\t", NULL},
	};
	struct row row = {0};
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record rec = good_record();

		rec.guarded = cases[i].guarded;
		rec.cells[TEXT] = string(cases[i].text);
		assert_true(validate(&rec, &row, &told) == (cases[i].taken != NULL));
		assert_value(row.values[TEXT], cases[i].taken);
	}
	row_free(&row);
}

/* Chinese or Japanese that was read as Windows-1252 has such sequences by chance. */
static void
where_the_encoding_was_guessed_only_whole_values_are_told_as_misread(void **state)
{
	static const struct {
		const char *title;
		bool guessed, told;
	} cases[] = {
	    {"Caf\u00c3\u00a9", false, true},
	    {"Caf\u00c3\u00a9", true, true},
	    {"\u00c3\u00a9 d\u00e2\u20ac\u2122t", true, true},
	    {"\u00c3\u00a9 d\u00e9t", false, true},
	    {"\u00c3\u00a9 d\u00e9t", true, false},
	    {"\u00ce\u00aa\u00c4\u00a3\u00bf\u00e9", false, true}, /* GBK */
	    {"\u00ce\u00aa\u00c4\u00a3\u00bf\u00e9", true, false},
	    {"\u00d0\u00d0\u00ce\u00aa", true, false},
	    {"\u00c3\u00de\u00b0\u00c0", true, false}, /* Shift-JIS */
	    {"\u00e9t\u00e9", true, false},
	};
	struct row row = {0};
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record rec = good_record();

		rec.guessed = cases[i].guessed;
		rec.cells[TITLE] = string(cases[i].title);
		assert_true(validate(&rec, &row, &told));
		assert_value(row.values[TITLE], cases[i].title);
		assert_int_equal(told.count, cases[i].told);
		if (cases[i].told)
			assert_int_equal(told.last.sign, SIGN_TWICE_ENCODED);
	}
	row_free(&row);
}

static void
what_cannot_be_seen_is_named_in_errors(void **state)
{
	static const struct {
		int field;
		const char *text, *told;
	} cases[] = {
	    {ID, "C\u200bT1", ": \"C<U+200B>T1\"."},
	    {ID, "C\u200bT1", "write it as CT1."},
	    {PRIORITY, "5\u200e5", ": \"5<U+200E>5\"."},
	    {ACTIVE, "tr\u00adue", ": \"tr<U+00AD>ue\"."},
	    {PHASE, "X\u20601", "write it as X1."},
	    {CONDITIONS, "A1 AN\u200bD A2", ": \"A1 AN<U+200B>D A2\"."},
	};
	struct row row = {0};
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record rec = good_record();

		rec.cells[cases[i].field] = string(cases[i].text);
		assert_false(validate(&rec, &row, &told));
		assert_non_null(strstr(told.details, cases[i].told));
	}
	row_free(&row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_record_is_taken_as_it_is_without_copying),
	    cmocka_unit_test(values_are_trimmed),
	    cmocka_unit_test(what_is_absent_stays_and_what_is_blank_is_cleared),
	    cmocka_unit_test(ids_are_exact_and_near_misses_are_spelled_out),
	    cmocka_unit_test(a_title_is_one_printable_line),
	    cmocka_unit_test(a_text_keeps_lines_and_tabs_and_nothing_worse),
	    cmocka_unit_test(integers_are_never_clamped),
	    cmocka_unit_test(integers_with_separators_are_not_guessed),
	    cmocka_unit_test(booleans_have_many_spellings),
	    cmocka_unit_test(conditions_are_canonical_or_explained),
	    cmocka_unit_test(tags_are_a_list_without_blanks_and_duplicates),
	    cmocka_unit_test(references_are_a_list_of_ids),
	    cmocka_unit_test(only_members_of_lists_are_counted),
	    cmocka_unit_test(references_without_letters_are_numbers),
	    cmocka_unit_test(integers_may_have_fifteen_digits),
	    cmocka_unit_test(a_retired_field_is_never_asked_for),
	    cmocka_unit_test(lengths_are_limited_in_characters_or_bytes),
	    cmocka_unit_test(all_tags_together_are_limited),
	    cmocka_unit_test(the_callers_limit_holds_too),
	    cmocka_unit_test(a_field_may_be_wrong_in_two_ways),
	    cmocka_unit_test(every_error_of_a_record_is_told_with_its_place),
	    cmocka_unit_test(a_row_that_deletes_is_not_looked_at_further),
	    cmocka_unit_test(only_custom_items_that_are_named_can_be_deleted),
	    cmocka_unit_test(what_turns_an_item_off_is_named_where_it_is_known),
	    cmocka_unit_test(a_long_list_of_references_is_kept_whole),
	    cmocka_unit_test(rewritten_values_of_one_record_live_side_by_side),
	    cmocka_unit_test(what_may_be_damaged_is_taken_with_a_warning),
	    cmocka_unit_test(a_text_keeps_the_indentation_that_means_something),
	    cmocka_unit_test(where_the_encoding_was_guessed_only_whole_values_are_told_as_misread),
	    cmocka_unit_test(what_cannot_be_seen_is_named_in_errors),
	};

	return cmocka_run_group_tests_name("validate", tests, NULL, NULL);
}
