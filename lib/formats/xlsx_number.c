/* Numbers, dates and their formats: see xlsx_number.h. */
#include "formats/xlsx_number.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define SPELLED_MAX 256 /* bytes of a number in the file */
#define DIGITS      15  /* digits of a double that spreadsheets show */
#define MAX_WIDTH   255

#define DAY 86400

/* The range of exponents for which a number is written without one. */
#define PLAIN_MIN (-9)
#define PLAIN_MAX 20

/* Built-in format ids, which have no code; 27 to 36 and 50 to 58 are dates in East Asian Excels. */
static const struct {
	long first, last;
	enum xlsx_form form;
} built_in[] = {
    {14, 17, XLSX_DATE},
    {18, 21, XLSX_TIME},
    {22, 22, XLSX_DATE},
    {27, 36, XLSX_DATE},
    {45, 45, XLSX_TIME},
    {46, 46, XLSX_ELAPSED},
    {47, 47, XLSX_TIME},
    {50, 58, XLSX_DATE},
};

/*
 * Copies the first section of a format code, leaving out literal text (quoted and escaped
 * characters), colours, conditions and locales. Elapsed times ([h], [mm], [ss]) become 'E'.
 */
static void
strip(const char *code, char out[MAX_WIDTH + 1])
{
	size_t n = 0;
	const char *end;

	for (; *code && *code != ';' && n < MAX_WIDTH; code++) {
		switch (*code) {
		case '"':
			end = strchr(code + 1, '"');
			code = end ? end : code + strlen(code) - 1;
			break;
		case '[':
			end = strchr(code, ']');
			if (code[1 + strspn(code + 1, "hHmMsS")] == ']' && code[1] != ']')
				out[n++] = 'E';
			code = end ? end : code + strlen(code) - 1;
			break;
		case '\\':
		case '_':
		case '*':
			if (code[1])
				code++;
			break;
		default: out[n++] = (char)tolower((unsigned char)*code);
		}
	}
	out[n] = '\0';
}

struct xlsx_format
xlsx_format_of(long id, const char *code)
{
	char stripped[MAX_WIDTH + 1];

	if (!code) {
		for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
			if (id >= built_in[i].first && id <= built_in[i].last)
				return (struct xlsx_format){.form = built_in[i].form};
		}
		return (struct xlsx_format){XLSX_PLAIN, 0};
	}
	strip(code, stripped);
	size_t zeros = strspn(stripped, "0");
	if (zeros > 1 && !stripped[zeros])
		return (struct xlsx_format){XLSX_PADDED, (int)zeros};
	if (strcmp(stripped, "general") == 0)
		return (struct xlsx_format){XLSX_PLAIN, 0};
	if (strpbrk(stripped, "yd"))
		return (struct xlsx_format){XLSX_DATE, 0};
	if (strchr(stripped, 'E'))
		return (struct xlsx_format){XLSX_ELAPSED, 0};
	if (strpbrk(stripped, "hs"))
		return (struct xlsx_format){XLSX_TIME, 0};
	/* Without hours or seconds next to it, m is the month. */
	return (struct xlsx_format){strchr(stripped, 'm') ? XLSX_DATE : XLSX_PLAIN, 0};
}

static size_t
count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* Whether the text is a decimal number only, without the other things that strtod accepts. */
static bool
is_decimal(const char *text)
{
	text += *text == '-' || *text == '+';
	size_t whole = count_digits(text), fraction = 0;
	text += whole;
	if (*text == '.') {
		fraction = count_digits(++text);
		text += fraction;
	}
	if (!whole && !fraction)
		return false;
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '-' || *text == '+';
		size_t exponent = count_digits(text);
		if (!exponent)
			return false;
		text += exponent;
	}
	return !*text;
}

/* Writes digits[0].digits[1]… times 10^exponent. The digits have no trailing zeros. */
static size_t
write_scaled(char *out, const char *digits, int n, int exponent)
{
	char *at = out;

	if (exponent < PLAIN_MIN || exponent > PLAIN_MAX) {
		at += sprintf(at, "%c%s%.*s", digits[0], n > 1 ? "." : "", n - 1, digits + 1);
		at += sprintf(at, "E%+d", exponent);
		return (size_t)(at - out);
	}
	if (exponent < 0)
		at += sprintf(at, "0.");
	for (int i = exponent + 1; i < 0; i++)
		*at++ = '0';
	for (int i = 0; i < n || i <= exponent; i++) {
		if (i && i == exponent + 1)
			*at++ = '.';
		*at++ = i < n ? digits[i] : '0';
	}
	*at = '\0';
	return (size_t)(at - out);
}

/* Writes the number as spreadsheets show it; whole numbers spelled with digits alone stay exact. */
static size_t
write_plain(char *out, const char *text, double number)
{
	char spelled[DIGITS + 16], digits[DIGITS + 1];
	bool negative = *text == '-';
	const char *whole = text + (negative || *text == '+');

	if (!whole[count_digits(whole)]) {
		while (whole[0] == '0' && whole[1])
			whole++;
		return (size_t)sprintf(out, "%s%s", negative && *whole != '0' ? "-" : "", whole);
	}
	/* d.dddddddddddddde±dd */
	snprintf(spelled, sizeof spelled, "%.*e", DIGITS - 1, fabs(number));
	digits[0] = spelled[0];
	memcpy(digits + 1, spelled + 2, DIGITS - 1);
	int exponent = atoi(strchr(spelled, 'e') + 1), n = DIGITS;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	size_t sign = number < 0;
	if (sign)
		*out = '-';
	return sign + write_scaled(out + sign, digits, n, exponent);
}

static int
write_time(char *out, int64_t seconds)
{
	return sprintf(out, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
	    (int)(seconds % 60));
}

/* Writes days since the epoch as a date or time; returns 0 if negative or after the year 9999. */
static size_t
write_date(char *out, double days, enum xlsx_form form, bool date1904)
{
	/* The days from the epochs to 1970-01-01 and to 10000-01-01. */
	const int64_t to_1970 = date1904 ? 24107 : 25569, to_10000 = date1904 ? 2957004 : 2958466;
	const int64_t leap_day = 60; /* 1900-02-29, which Lotus introduced and Excel kept */
	struct tm tm;

	if (!(days >= 0 && days < (double)to_10000))
		return 0;
	int64_t seconds = llround(days * DAY), day = seconds / DAY;
	if (form == XLSX_ELAPSED || (form == XLSX_TIME && day == 0))
		return (size_t)write_time(out, seconds);
	if (day >= to_10000)
		return 0;

	time_t unix_time = (day - to_1970 + (!date1904 && day < leap_day)) * DAY;
	if (!gmtime_r(&unix_time, &tm))
		return 0;
	int n = !date1904 && day == leap_day
		    ? sprintf(out, "1900-02-29")
		    : sprintf(out, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	if (seconds % DAY) {
		out[n++] = 'T';
		n += write_time(out + n, seconds % DAY);
	}
	return (size_t)n;
}

/* Puts zeros in front of a whole number's digits; returns 0 if there is nothing to do. */
static size_t
write_padded(char *out, size_t n, int width)
{
	size_t sign = *out == '-', digits = count_digits(out + sign),
	       zeros = (size_t)width - digits;

	if (sign + digits != n || digits >= (size_t)width)
		return 0;
	memmove(out + sign + zeros, out + sign, digits + 1);
	memset(out + sign, '0', zeros);
	return n + zeros;
}

size_t
xlsx_number(const char *text, size_t n, struct xlsx_format format, bool date1904,
    char out[XLSX_NUMBER_MAX], enum cell_kind *kind)
{
	char spelled[SPELLED_MAX];
	size_t written = 0;

	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	for (; n && isspace((unsigned char)*text); n--)
		text++;
	if (n >= sizeof spelled)
		return 0;
	memcpy(spelled, text, n);
	spelled[n] = '\0';
	if (strlen(spelled) != n || !is_decimal(spelled))
		return 0;
	double number = strtod(spelled, NULL);
	if (!isfinite(number))
		return 0;

	*kind = format.form == XLSX_DATE ? CELL_DATE : CELL_STRING;
	if (format.form != XLSX_PLAIN && format.form != XLSX_PADDED)
		written = write_date(out, number, format.form, date1904);
	if (written)
		return written;
	*kind = CELL_STRING;
	n = write_plain(out, spelled, number);
	if (format.form == XLSX_PADDED)
		written = write_padded(out, n, format.width);
	if (written)
		return written;
	*kind = CELL_NUMBER;
	return n;
}
