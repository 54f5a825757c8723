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

/* Codes that xlsx_show does not know, but people do. */
#define CURRENCY   "currency"
#define ACCOUNTING "accounting"

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
 * The codes of built-in formats of numbers. Those of money differ from country to country, so they
 * are unknown here.
 */
static const struct {
	long id;
	const char *code;
} built_in_codes[] = {
    {1, "0"},
    {2, "0.00"},
    {3, "#,##0"},
    {4, "#,##0.00"},
    {5, CURRENCY},
    {6, CURRENCY},
    {7, CURRENCY},
    {8, CURRENCY},
    {9, "0%"},
    {10, "0.00%"},
    {11, "0.00E+00"},
    {12, "# ?/?"},
    {13, "# ?\?/?\?"},
    {37, "#,##0_);(#,##0)"},
    {38, "#,##0_);[Red](#,##0)"},
    {39, "#,##0.00_);(#,##0.00)"},
    {40, "#,##0.00_);[Red](#,##0.00)"},
    {41, ACCOUNTING},
    {42, ACCOUNTING},
    {43, ACCOUNTING},
    {44, ACCOUNTING},
    {48, "##0.0E+0"},
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

static struct xlsx_format
built_in_format(long id)
{
	for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
		if (id >= built_in[i].first && id <= built_in[i].last)
			return (struct xlsx_format){.form = built_in[i].form};
	}
	for (size_t i = 0; i < sizeof built_in_codes / sizeof *built_in_codes; i++) {
		if (id == built_in_codes[i].id)
			return (struct xlsx_format){.code = built_in_codes[i].code};
	}
	return (struct xlsx_format){XLSX_PLAIN, NULL};
}

struct xlsx_format
xlsx_format_of(long id, const char *code)
{
	char stripped[MAX_WIDTH + 1];

	if (!code)
		return built_in_format(id);
	strip(code, stripped);
	if (strcmp(stripped, "general") == 0 || strcmp(stripped, "@") == 0)
		return (struct xlsx_format){
		    XLSX_PLAIN, strcasecmp(code, "general") == 0 || *code == '@' ? NULL : code};
	if (strpbrk(stripped, "yd"))
		return (struct xlsx_format){XLSX_DATE, NULL};
	if (strchr(stripped, 'E'))
		return (struct xlsx_format){XLSX_ELAPSED, NULL};
	if (strpbrk(stripped, "hs"))
		return (struct xlsx_format){XLSX_TIME, NULL};
	/* Without hours or seconds next to it, m is the month. */
	if (strchr(stripped, 'm'))
		return (struct xlsx_format){XLSX_DATE, NULL};
	return (struct xlsx_format){XLSX_PLAIN, code};
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

/* Writes a day, and the time of the day in seconds unless it is midnight. */
static size_t
write_moment(char *out, const struct tm *day, int64_t seconds)
{
	int n = sprintf(out, "%04d-%02d-%02d", day->tm_year + 1900, day->tm_mon + 1, day->tm_mday);

	if (seconds) {
		out[n++] = 'T';
		n += write_time(out + n, seconds);
	}
	return (size_t)n;
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
	if (!date1904 && day == leap_day)
		tm = (struct tm){.tm_year = 0, .tm_mon = 1, .tm_mday = 29};
	return write_moment(out, &tm, seconds % DAY);
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

	if (format.form != XLSX_PLAIN)
		written = write_date(out, number, format.form, date1904);
	*kind = written ? CELL_DATE : CELL_NUMBER;
	return written ? written : write_plain(out, spelled, number);
}

/* Reads digits of a fixed number, a separator (0: none) before them. */
static bool
read_part(const char **at, char separator, int n, int *value)
{
	const char *from = *at + (separator != 0);

	if (separator && **at != separator)
		return false;
	*value = 0;
	for (int i = 0; i < n; i++) {
		if (from[i] < '0' || from[i] > '9')
			return false;
		*value = *value * 10 + (from[i] - '0');
	}
	*at = from + n;
	return true;
}

static bool
read_date(const char **at, struct tm *tm)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y, m, d;

	if (!read_part(at, 0, 4, &y) || !read_part(at, '-', 2, &m) || !read_part(at, '-', 2, &d))
		return false;
	bool leap = m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0);
	*tm = (struct tm){.tm_year = y - 1900, .tm_mon = m - 1, .tm_mday = d};
	return m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] + leap;
}

/* Reads hh:mm[:ss[.fff]] in seconds, rounded as those of a day number are. */
static bool
read_time(const char **at, int64_t *seconds)
{
	int h, m, s = 0;

	if (!read_part(at, 0, 2, &h) || !read_part(at, ':', 2, &m) || h > 24 || m > 59)
		return false;
	if (**at == ':' && (!read_part(at, ':', 2, &s) || s > 60))
		return false;
	*seconds = ((int64_t)h * 60 + m) * 60 + s;
	if (**at == '.') {
		*seconds += (*at)[1] >= '5' && (*at)[1] <= '9';
		*at += 1 + count_digits(*at + 1);
	}
	return true;
}

/* A zone says nothing about what the sheet shows. */
static bool
skip_zone(const char **at)
{
	int hours, minutes;

	if (**at == 'Z')
		++*at;
	else if (**at == '+' || **at == '-')
		return read_part(at, **at, 2, &hours) && read_part(at, ':', 2, &minutes);
	return true;
}

size_t
xlsx_iso_date(const char *text, size_t n, char out[XLSX_NUMBER_MAX])
{
	char spelled[SPELLED_MAX];
	const char *at = spelled;
	int64_t seconds = 0;
	struct tm tm;

	if (n >= sizeof spelled)
		return 0;
	memcpy(spelled, text, n);
	spelled[n] = '\0';
	bool day = n > 4 && spelled[4] == '-';
	if (day && !read_date(&at, &tm))
		return 0;
	bool time = *at == 'T' || !day;
	at += *at == 'T';
	if ((time && !read_time(&at, &seconds)) || !skip_zone(&at) || at != spelled + n)
		return 0;
	if (!day)
		return (size_t)write_time(out, seconds);
	time_t t = timegm(&tm) + seconds / DAY * DAY;
	gmtime_r(&t, &tm);
	return write_moment(out, &tm, seconds % DAY);
}
