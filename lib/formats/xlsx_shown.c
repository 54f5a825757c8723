/*
 * Numbers as a sheet shows them: see xlsx_shown.h.
 *
 * A code has up to four sections, of which the number's sign or their conditions choose one. That
 * is cut into items (placeholders of digits, literal text, ...), which are counted, and then
 * written from left to right with the digits of the rounded number in them.
 */
#include "formats/xlsx_shown.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_ITEMS  255
#define MAX_DIGITS 512 /* of a number: up to 255 of an integer, or 15 with an exponent */

#define PRECISION 15 /* digits of a number that sheets keep */

#define GENERAL_WIDTH  11 /* characters of a number in a column that is wide enough */
#define GENERAL_DIGITS 6  /* of a number with an exponent */

/* The number 0.d1d2d3... times 10^point. No digits: zero. */
struct decimal {
	char digits[MAX_DIGITS];
	int n, point;
};

enum item_kind {
	ITEM_LITERAL, /* shown as it is: n bytes of text */
	ITEM_DIGIT,   /* a placeholder: c is '0', '#' or '?' */
	ITEM_POINT,
	ITEM_EXPONENT, /* E+ or E-: c is the sign */
	ITEM_GENERAL,
};

struct item {
	enum item_kind kind;
	char c;
	const char *text;
	size_t n;
};

/* A section, cut into items. */
struct layout {
	struct item items[MAX_ITEMS];
	size_t n;
	int whole, fraction, exponent; /* the number of placeholders of each kind */
	int scale;                     /* the number is multiplied by 10 to this power */
	bool grouped;                  /* thousands are separated */
	bool divided;                  /* and some of them left out */
	bool point, scientific, general;
};

struct output {
	char *text;
	size_t n;
	bool full;
	bool digits; /* whether it has digits of the number */
};

static void
add(struct output *out, const char *text, size_t n)
{
	if (n >= XLSX_SHOWN_MAX - out->n) {
		out->full = true;
		return;
	}
	memcpy(out->text + out->n, text, n);
	out->n += n;
	out->text[out->n] = '\0';
}

/* Reads what xlsx_number writes: digits with a point or an exponent. */
static bool
read_decimal(const char *text, struct decimal *d, bool *negative)
{
	bool fraction = false;

	*d = (struct decimal){0};
	*negative = *text == '-';
	for (text += *negative; *text == '.' || isdigit((unsigned char)*text); text++) {
		if (*text == '.') {
			fraction = true;
			continue;
		}
		if (d->n == MAX_DIGITS)
			return false;
		if (d->n || *text != '0')
			d->digits[d->n++] = *text;
		d->point += fraction ? d->n == 0 ? -1 : 0 : d->n > 0;
	}
	if (*text == 'E' && d->n)
		d->point += atoi(text + 1);
	while (d->n && d->digits[d->n - 1] == '0')
		d->n--;
	return true;
}

/* Rounds half away from zero to so many decimals. False if that leaves digits out. */
static bool
round_decimal(struct decimal *d, int decimals)
{
	int keep = d->point + decimals;

	if (keep >= d->n)
		return true;
	bool up = keep >= 0 && d->digits[keep] >= '5';
	d->n = keep > 0 ? keep : 0;
	while (up && d->n && d->digits[d->n - 1] == '9')
		d->n--;
	if (up && d->n) {
		d->digits[d->n - 1]++;
	} else if (up) {
		d->digits[d->n++] = '1';
		d->point++;
	}
	while (d->n && d->digits[d->n - 1] == '0')
		d->n--;
	d->point = d->n ? d->point : 0;
	return false;
}

/* The digit of 10^place; '0' where there is none. */
static char
digit_at(const struct decimal *d, int place)
{
	int i = d->point - 1 - place;

	return i >= 0 && i < d->n ? d->digits[i] : '0';
}

/* How many digits it has before the point. */
static int
whole_digits(const struct decimal *d)
{
	return d->n && d->point > 0 ? d->point : 0;
}

/* Writes the number with as many decimals as it has. */
static void
write_decimal(struct output *out, const struct decimal *d)
{
	int whole = whole_digits(d), decimals = d->n && d->n > d->point ? d->n - d->point : 0;

	if (!whole)
		add(out, "0", 1);
	for (int place = whole - 1; place >= 0; place--)
		add(out, &(char){digit_at(d, place)}, 1);
	if (decimals)
		add(out, ".", 1);
	for (int place = -1; place >= -decimals; place--)
		add(out, &(char){digit_at(d, place)}, 1);
}

static void
write_exponent(struct output *out, int exponent, bool plus, int width)
{
	char text[32];

	snprintf(text, sizeof text, "E%s%0*d",
	    exponent < 0 ? "-"
	    : plus       ? "+"
			 : "",
	    width, abs(exponent));
	add(out, text, strlen(text));
}

/* General: ten digits and a point, eleven digits, or six digits and an exponent. */
static void
write_general(struct output *out, const struct decimal *number)
{
	struct decimal d = *number;
	int exponent = d.n ? d.point - 1 : 0, decimals = GENERAL_WIDTH - 2;

	if (exponent > 0)
		decimals = exponent < decimals ? decimals - exponent : 0;
	round_decimal(&d, decimals);
	bool small = exponent < -4 && number->n - number->point > decimals;
	if (!small && d.point <= GENERAL_WIDTH) {
		write_decimal(out, &d);
		return;
	}
	d = *number;
	round_decimal(&d, GENERAL_DIGITS - 1 - exponent);
	exponent = d.point - 1;
	d.point = 1;
	write_decimal(out, &d);
	write_exponent(out, exponent, true, 2);
}

/* The end of what stands at `at` and is one character to the eye of a format. */
static const char *
skip_character(const char *at)
{
	if (!*at)
		return at;
	for (at++; (*at & 0xC0) == 0x80;)
		at++;
	return at;
}

/* The end of the quoted, bracketed or escaped text, or of the character, at `at`. */
static const char *
skip_item(const char *at)
{
	const char *end;

	switch (*at) {
	case '"':
	case '[':
		end = strchr(at + 1, *at == '"' ? '"' : ']');
		return end ? end + 1 : at + strlen(at);
	case '\\':
	case '_':
	case '*': return skip_character(at + 1);
	default: return skip_character(at);
	}
}

static const char *
end_of_section(const char *at)
{
	while (*at && *at != ';')
		at = skip_item(at);
	return at;
}

/* Reads [>=100]. False if the brackets hold something else. */
static bool
read_condition(const char *at, const char *end, char op[3], double *limit)
{
	size_t n = strspn(at + 1, "<>=");
	char *stop;

	if (!n || n > 2)
		return false;
	snprintf(op, 3, "%.*s", (int)n, at + 1);
	*limit = strtod(at + 1 + n, &stop);
	return stop > at + 1 + n && stop == end - 1;
}

static bool
fulfils(const char *op, double number, double limit)
{
	if (strcmp(op, "<>") == 0)
		return number != limit;
	return (strchr(op, '<') && number < limit) || (strchr(op, '>') && number > limit) ||
	       (strchr(op, '=') && number == limit);
}

/* Whether the section has a condition; *holds if it does and is fulfilled. */
static bool
find_condition(const char *at, const char *end, double number, bool *holds)
{
	char op[3];
	double limit;

	for (const char *next; at < end; at = next) {
		next = skip_item(at);
		if (*at != '[' || !read_condition(at, next, op, &limit))
			continue;
		*holds = fulfils(op, number, limit);
		return true;
	}
	return false;
}

struct section {
	const char *from, *to;
	bool conditional, holds;
};

/*
 * Chooses the section that shows the number: the first whose condition holds, or else by its sign.
 * Sets *unsigned_ if that one shows negative numbers without their sign. NULL if no section does.
 */
static const struct section *
choose_section(const char *code, double number, struct section sections[3], bool *unsigned_)
{
	size_t n = 0, which = 0;
	bool conditional = false;

	for (const char *at = code; n < 3; n++) {
		struct section *s = &sections[n];
		*s = (struct section){.from = at, .to = end_of_section(at)};
		s->conditional = find_condition(s->from, s->to, number, &s->holds);
		conditional |= s->conditional;
		at = s->to + 1;
		if (!*s->to) {
			n++;
			break;
		}
	}
	if (conditional) {
		/* A section without a condition is for what is left. */
		while (which < n && sections[which].conditional && !sections[which].holds)
			which++;
		*unsigned_ = false;
		/* Whether a sign is shown then depends on the conditions. */
		return which < n && number >= 0 ? &sections[which] : NULL;
	}
	if (number < 0 && n > 1)
		which = 1;
	else if (number == 0 && n > 2)
		which = 2;
	*unsigned_ = which == 1;
	return &sections[which];
}

static bool
add_item(struct layout *l, struct item item)
{
	if (l->n == MAX_ITEMS)
		return false;
	l->items[l->n++] = item;
	return true;
}

static bool
add_literal(struct layout *l, const char *text, size_t n)
{
	return !n || add_item(l, (struct item){ITEM_LITERAL, 0, text, n});
}

/* [Red] is a colour; [$EUR-407] a currency and a language; [<5] a condition. */
static bool
add_bracketed(struct layout *l, const char *at, const char *end)
{
	const char *inside = at + 1, *dash;
	char *stop;

	if (*inside != '$')
		return end[-1] == ']' && strncasecmp(inside, "dbnum", 5) != 0;
	dash = memchr(inside, '-', (size_t)(end - inside));
	/* Languages above 16 bits ask for digits of another script. */
	if (end[-1] != ']' || (dash && strtoul(dash + 1, &stop, 16) > 0xFFFF))
		return false;
	return add_literal(l, inside + 1, (size_t)((dash ? dash : end - 1) - inside - 1));
}

static bool
add_digit(struct layout *l, char c)
{
	l->whole += !l->point && !l->scientific;
	l->fraction += l->point && !l->scientific;
	l->exponent += l->scientific;
	return add_item(l, (struct item){ITEM_DIGIT, c, NULL, 0});
}

/* A comma between digits separates thousands; behind the last of them it divides by 1000. */
static bool
add_comma(struct layout *l, const char *at, const char *end)
{
	const char *next = at + strspn(at, ",");

	if (!l->n || l->items[l->n - 1].kind != ITEM_DIGIT || l->scientific)
		return false;
	bool between = next < end && strchr("0#?", *next);
	l->grouped |= between;
	l->divided |= !between;
	l->scale -= between ? 0 : 3;
	return !between || !l->point;
}

static bool
add_exponent(struct layout *l, const char *at, const char *end)
{
	if (l->scientific || end - at < 3 || !strchr("+-", at[1]))
		return false;
	l->scientific = true;
	return add_item(l, (struct item){ITEM_EXPONENT, at[1], NULL, 0});
}

/* Characters that stand for themselves, beside those that are not ASCII. */
#define PLAIN_LITERALS " $-+():!^&'~{}<>=|"

/* Cuts the section into items. False if it has something that is not understood. */
static bool
cut(struct layout *l, const char *at, const char *end)
{
	bool ok = true;

	memset(l, 0, sizeof *l);
	for (const char *next; ok && at < end; at = next) {
		next = skip_item(at);
		switch (*at) {
		case '"':
			ok = next - at > 1 && next[-1] == '"' &&
			     add_literal(l, at + 1, (size_t)(next - at) - 2);
			break;
		case '\\': ok = add_literal(l, at + 1, (size_t)(next - at) - 1); break;
		case '_': ok = add_literal(l, " ", 1); break;
		case '*':
			/* It fills the room that is left; spreadsheets export nothing for it. */
			ok = next - at == 2 && at[1] == ' ';
			break;
		case '[': ok = add_bracketed(l, at, next); break;
		case '0':
		case '#':
		case '?': ok = !l->general && add_digit(l, *at); break;
		case '.':
			ok = !l->point && !l->scientific &&
			     add_item(l, (struct item){ITEM_POINT, 0, NULL, 0});
			l->point = true;
			break;
		case ',': ok = add_comma(l, at, end); break;
		case '%':
			l->scale += 2;
			ok = add_literal(l, at, 1);
			break;
		case 'E':
		case 'e':
			ok = add_exponent(l, at, end);
			next = at + 2;
			break;
		case 'G':
		case 'g':
			ok = !l->general && !l->whole && end - at >= 7 &&
			     strncasecmp(at, "general", 7) == 0 &&
			     add_item(l, (struct item){ITEM_GENERAL, 0, NULL, 0});
			l->general = true;
			next = at + 7;
			break;
		default:
			ok = ((*at & 0x80) || strchr(PLAIN_LITERALS, *at)) &&
			     add_literal(l, at, (size_t)(next - at));
		}
	}
	return ok;
}

/* A digit's place, or what is shown in its place: nothing, or a space. */
static void
write_digit(
    struct output *out, const struct layout *l, const struct decimal *d, char holder, int place)
{
	int whole = whole_digits(d);

	if (place < whole || holder == '0') {
		add(out, &(char){digit_at(d, place)}, 1);
		out->digits = true;
		if (l->grouped && place && place % 3 == 0)
			add(out, ",", 1);
	} else if (holder == '?') {
		add(out, " ", 1);
	}
}

/* Writes the digits of the i-th placeholder before the point; the first also has all before it. */
static void
write_whole(struct output *out, const struct layout *l, const struct decimal *d, char holder, int i)
{
	int place = l->whole - 1 - i;

	for (int before = i ? 0 : whole_digits(d) - 1; before > place; before--)
		write_digit(out, l, d, '0', before);
	write_digit(out, l, d, holder, place);
}

static void
write_fraction(struct output *out, const struct decimal *d, char holder, int i)
{
	bool significant = d->n > d->point + i;

	out->digits |= significant || holder == '0';
	if (significant || holder == '0')
		add(out, &(char){digit_at(d, -1 - i)}, 1);
	else if (holder == '?')
		add(out, " ", 1);
}

/* Writes the items with the digits of the number, which is rounded, in them. */
static void
write_items(struct output *out, const struct layout *l, const struct decimal *d, int exponent)
{
	int whole = 0, fraction = 0;
	bool started = false, after = false, raised = false;

	for (size_t i = 0; i < l->n && !raised; i++) {
		const struct item *item = &l->items[i];
		switch (item->kind) {
		case ITEM_LITERAL: add(out, item->text, item->n); break;
		case ITEM_GENERAL:
			write_general(out, d);
			out->digits = true;
			break;
		case ITEM_POINT:
			for (int place = l->whole ? -1 : whole_digits(d) - 1; place >= 0; place--)
				write_digit(out, l, d, '0', place);
			add(out, ".", 1);
			after = true;
			break;
		case ITEM_DIGIT:
			started |= item->c == '0';
			if (after)
				write_fraction(out, d, item->c, fraction++);
			else
				write_whole(out, l, d, started ? '0' : item->c, whole++);
			break;
		case ITEM_EXPONENT:
			write_exponent(out, exponent, item->c == '+', l->exponent);
			raised = true;
			break;
		}
	}
}

/*
 * Shifts the number so that it has one digit before the point; sets the exponent. False if rounding
 * leaves digits out.
 */
static bool
normalize(struct decimal *d, int decimals, int *exponent)
{
	*exponent = d->n ? d->point - 1 : 0;
	d->point = d->n ? 1 : 0;
	bool whole = round_decimal(d, decimals);
	if (d->point > 1) {
		++*exponent;
		d->point = 1;
	}
	return whole;
}

/* The digits of an exponent end the section, and one digit stands before the point. */
static bool
is_writable(const struct layout *l)
{
	size_t i = 0, digits = 0;

	if (l->general)
		return !l->whole && !l->point && !l->scientific && !l->scale;
	if (!l->scientific)
		return true;
	while (i < l->n && l->items[i].kind != ITEM_EXPONENT)
		i++;
	while (++i < l->n && l->items[i].kind == ITEM_DIGIT)
		digits++;
	return i == l->n && digits && l->whole == 1 && !l->grouped && !l->scale;
}

/* Whether General has no room for all digits of the number. */
static bool
leaves_out(const struct decimal *d)
{
	char all[XLSX_SHOWN_MAX], some[XLSX_SHOWN_MAX];
	struct output whole = {.text = all}, general = {.text = some};

	write_decimal(&whole, d);
	write_general(&general, d);
	return strcmp(all, some) != 0;
}

/* Whether there is a minus or a parenthesis beside the digits of a negative number. */
static bool
has_sign(const char *shown)
{
	const char *digit = strpbrk(shown, "0123456789"), *last = digit;

	for (const char *at = digit; at && *at; at++)
		last = isdigit((unsigned char)*at) ? at : last;
	const char *sign = strpbrk(shown, "-(");
	return digit &&
	       ((sign && sign < digit) || strstr(shown, "\xE2\x88\x92") || strchr(last, '-'));
}

/*
 * Shows the number in the section. Sets *whole if that has all its digits, and its sign. False if
 * it is not known how it is shown.
 */
static bool
show_section(
    struct output *out, const struct section *section, struct decimal d, bool negative, bool *whole)
{
	struct layout l;
	int exponent = 0;

	if (!cut(&l, section->from, section->to) || !is_writable(&l))
		return false;
	*whole = round_decimal(&d, PRECISION - d.point) && !(l.divided && d.n);
	if (d.n)
		d.point += l.scale;
	if (l.scientific)
		*whole &= normalize(&d, l.fraction, &exponent);
	else if (!l.general)
		*whole &= round_decimal(&d, l.fraction);
	if (negative && d.n)
		add(out, "-", 1);
	write_items(out, &l, &d, exponent);
	*whole &= out->digits;
	return !out->full && !(l.general && leaves_out(&d));
}

static bool
is_blank(const char *text)
{
	return !text[strspn(text, " ")];
}

enum xlsx_shown
xlsx_show(const char *code, const char *number, char out[XLSX_SHOWN_MAX])
{
	struct output o = {.text = out};
	struct section sections[3];
	struct decimal d;
	bool negative, unsigned_ = false, whole;

	out[0] = '\0';
	if (!read_decimal(number, &d, &negative))
		return XLSX_UNLIKE;
	if (!code) {
		if (negative)
			add(&o, "-", 1);
		write_general(&o, &d);
		return strcmp(out, number) == 0 ? XLSX_AS_STORED : XLSX_UNLIKE;
	}
	const struct section *section =
	    choose_section(code, strtod(number, NULL), sections, &unsigned_);
	if (section && show_section(&o, section, d, negative && !unsigned_, &whole)) {
		if (strcmp(out, number) == 0)
			return XLSX_AS_STORED;
		whole &= !negative || has_sign(out);
		return whole && !is_blank(out) ? XLSX_AS_SHOWN : XLSX_UNLIKE;
	}
	out[0] = '\0';
	return XLSX_UNLIKE;
}
