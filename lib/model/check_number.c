/* Values that are ids or numbers, and what spreadsheet programs make of them: see check.h. */
#include "model/check.h"

#include "base/text.h"
#include "model/decimal.h"
#include "model/spreadsheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of the text without the ".0" that spreadsheet programs append to numbers. */
static size_t
without_fraction(struct value v)
{
	size_t n = v.n;

	while (n && v.text[n - 1] == '0')
		n--;
	return n && n < v.n && v.text[n - 1] == '.' ? n - 1 : v.n;
}

/* The length of a character at the start that is white space or invisible; 0 if it is neither. */
static size_t
unseen_length(const char *text, size_t n)
{
	uint32_t c;
	size_t length = text_decode(text, n, &c);

	return length && (text_is_space(c) || text_is_invisible(c)) ? length : 0;
}

/* Spells an id as it must have been meant: "ct 012" as CT12. Returns its length; 0 if too long. */
static size_t
spell_id(struct value v, char id[CHECK_ID])
{
	size_t n = 0, end = without_fraction(v);

	for (size_t i = 0, space; i < end; i += space ? space : 1) {
		char ch = v.text[i];
		bool digit_before = n && is_digit(id[n - 1]);

		space = unseen_length(v.text + i, v.n - i);
		if (space || (ch == '0' && !digit_before))
			continue;
		if (n == CHECK_ID - 1)
			return 0;
		id[n++] = (char)(ch >= 'a' && ch <= 'z' ? ch - 'a' + 'A' : ch);
	}
	id[n] = '\0';
	return n;
}

struct value
check_refuse_id(struct check *c, const char *format, ...)
{
	char what[CHECK_DETAILS];
	va_list ap;

	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	if (c->ordinal)
		return check_complain(c, "Reference %zu: not a valid id%s", c->ordinal, what);
	return check_complain(c, "Not a valid id%s", what);
}

const char *
check_id_example(const struct field *f, char text[CHECK_ID])
{
	if (f->kind == FIELD_REFS)
		snprintf(text, CHECK_ID, *f->prefix ? "%s12;%s13" : "21;63", f->prefix, f->prefix);
	else
		snprintf(text, CHECK_ID, "%s%s12", f->kind == FIELD_ID ? "C" : "", f->prefix);
	return text;
}

/* Complains of an id that is nothing but a number, or a date that was one. */
static struct value
complain_of_number(struct check *c, struct value v, long number)
{
	const char *prefix = c->field->prefix;
	bool date = memchr(v.text + 1, '-', v.n - 1);
	const char *what =
	    date ? "a spreadsheet program made a date of it" : "a number without its letters";

	if (*prefix)
		return check_refuse_id(
		    c, ": %s. Did you mean %s%ld or C%s%ld?", what, prefix, number, prefix, number);
	if (date)
		return check_refuse_id(c, ": %s. Did you mean %ld?", what, number);
	return check_refuse_id(c, ": write it as %ld.", number);
}

/* Complains of an invalid id; recognizes one that lost its letters or was changed by Excel. */
static struct value
complain_of_id(struct check *c, struct value v)
{
	const struct field *f = c->field;
	enum sign sign = check_whole_sign(c, v);
	long number = spreadsheet_number(v.text, v.n);
	char such[CHECK_ID];

	check_id_example(f, such);
	if (number > 0 && number <= CHECK_ID_NUMBER)
		return complain_of_number(c, v, number);
	if (sign && sign != SIGN_NULL)
		return check_refuse_id(c,
		    ", but it %s. Format the column as text and write the id again, "
		    "such as %s.",
		    signs[sign].what, such);
	if (!*f->prefix)
		return check_refuse_id(c, ": write %s of at most 15 digits%s, such as %s.",
		    f->kind == FIELD_REFS ? "numbers" : "a number",
		    f->kind == FIELD_REFS ? " separated by ;" : "", such);
	return check_refuse_id(c,
	    ": write %s or C%s and a number of at most 15 digits%s, such as %s%s.", f->prefix,
	    f->prefix, f->kind == FIELD_REFS ? ", and ; between ids" : "", such,
	    f->kind == FIELD_ID ? ", or nothing for a new item" : "");
}

bool
check_meant_id(const struct field *f, struct value v, char meant[CHECK_ID])
{
	return model_is_ref(f->prefix, meant, spell_id(v, meant));
}

struct value
check_id(struct check *c, struct value v)
{
	char meant[CHECK_ID];

	if (model_is_ref(c->field->prefix, v.text, v.n))
		return v;
	if (check_meant_id(c->field, v, meant))
		return check_refuse_id(c, ": write it as %s.", meant);
	return complain_of_id(c, v);
}

/* Complains of what is no integer, or may be two; says what to write for one with separators. */
static struct value
complain_of_integer(struct check *c, struct value v)
{
	const struct field *f = c->field;
	char shown[TEXT_SHOWN_SIZE];
	long meant[2];
	bool fraction;
	size_t n = decimal_meant(v.text, v.n, f->min, f->max, meant, &fraction);

	if (!n && decimal_integer(v.text, v.n, true, meant) && *meant >= f->min &&
	    *meant <= f->max) {
		n = 1;
		fraction = false;
	}
	if (!n || c->cell->kind == CELL_NUMBER)
		return check_complain(c, "A valid integer is required.");
	text_show(shown, v.text, v.n);
	if (n > 1)
		return check_complain(c,
		    "A valid integer is required. \"%s\" may be %ld or %ld: write which it is, "
		    "without separators.",
		    shown, meant[0], meant[1]);
	if (fraction)
		return check_complain(c,
		    "A valid integer is required. \"%s\" may be %ld or a fraction: if it is %ld, "
		    "write that.",
		    shown, meant[0], meant[0]);
	return check_complain(
	    c, "A valid integer is required. For \"%s\" write %ld.", shown, meant[0]);
}

bool
check_two_integers(const struct check *c, struct value v, long min, long max)
{
	long meant[2];
	bool fraction;

	return v.n > 4 && v.text[v.n - 4] == '.' && c->cell->kind != CELL_NUMBER &&
	       decimal_meant(v.text, v.n, min, max, meant, &fraction) > 1;
}

/* Whether the integer is written as it is stored: digits alone, none of them a zero too many. */
static bool
is_stored_so(struct value v)
{
	size_t digits = 0;

	while (digits < v.n && v.text[digits] >= '0' && v.text[digits] <= '9')
		digits++;
	return digits == v.n && (v.n == 1 || (v.n && v.text[0] != '0'));
}

struct value
check_integer(struct check *c, struct value v)
{
	const struct field *f = c->field;
	char digits[CHECK_NUMBER];
	long number;

	if (!decimal_integer(v.text, v.n, c->cell->kind == CELL_NUMBER, &number) ||
	    check_two_integers(c, v, f->min, f->max))
		return complain_of_integer(c, v);
	if (number < f->min)
		return check_complain(
		    c, "Ensure this value is greater than or equal to %ld.", f->min);
	if (number > f->max)
		return check_complain(c, "Ensure this value is less than or equal to %ld.", f->max);

	if (is_stored_so(v))
		return v;
	size_t start = c->row->arena.len,
	       n = (size_t)snprintf(digits, sizeof digits, "%ld", number);
	buf_add(&c->row->arena, digits, n);
	return check_written(c, start);
}
