/*
 * Numbers, dates and number formats of workbooks, lib/formats/xlsx_number.c and xlsx_shown.c. The
 * input is a line with the format (the number of a built-in one, or a code), and then the number.
 */
#include "base/text.h"
#include "formats/xlsx_number.h"
#include "formats/xlsx_shown.h"
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY       86400
#define LEAP_DAY  60    /* 1900-02-29, which never existed: days before it count one less */
#define ERROR_MAX 1e-14 /* of 15 digits, relative to the number */

static const struct xlsx_format plain = {XLSX_PLAIN, NULL};

static struct xlsx_format
format_of(const char *text)
{
	char *end = NULL;
	long id = strtol(text, &end, 10);
	struct xlsx_format f =
	    end > text && !*end ? xlsx_format_of(id, NULL) : xlsx_format_of(0, text);

	HOLDS(f.form >= XLSX_PLAIN && f.form <= XLSX_ELAPSED);
	HOLDS(f.form == XLSX_PLAIN || !f.code);
	return f;
}

/* A date is within a second of the number of days that it was made from. */
static void
check_date(const char *shown, double days, bool date1904)
{
	struct tm tm = {0};
	int n = 0;

	HOLDS(sscanf(shown, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &n) == 3);
	if (shown[n])
		HOLDS(sscanf(shown + n, "T%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
			  &n) == 3);
	HOLDS(tm.tm_year <= 9999 && tm.tm_mon >= 1 && tm.tm_mon <= 12 && tm.tm_mday >= 1);
	HOLDS(tm.tm_mday <= 31 && tm.tm_hour < 24 && tm.tm_min < 60 && tm.tm_sec < 60);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	double since_1970 = (double)timegm(&tm) / DAY;
	double back = since_1970 + (date1904 ? 24107 : 25569);
	if (!date1904 && days < LEAP_DAY)
		back--;
	HOLDS(
	    fabs(back - days) <= (days >= LEAP_DAY && days <= LEAP_DAY + 1 ? 1.0 : 0) + 1.0 / DAY);
}

static void
check_time(const char *shown, double days)
{
	int hours = 0, minutes = 0, seconds = 0, n = 0;

	HOLDS(sscanf(shown, "%d:%2d:%2d%n", &hours, &minutes, &seconds, &n) == 3 && !shown[n]);
	HOLDS(minutes < 60 && seconds < 60);
	HOLDS(fabs((hours * 60.0 + minutes) * 60 + seconds - days * DAY) <= 1);
}

/* It is the number, to 15 digits, in its final form. The very largest is rounded up. */
static void
check_number(const char *shown, size_t n, double number)
{
	char again[XLSX_NUMBER_MAX];
	enum cell_kind kind = CELL_ABSENT;

	if (isinf(strtod(shown, NULL)))
		return;
	HOLDS(fabs(strtod(shown, NULL) - number) <= fabs(number) * ERROR_MAX);
	HOLDS(xlsx_number(shown, n, plain, false, again, &kind) == n);
	HOLDS(kind == CELL_NUMBER && strcmp(again, shown) == 0);
}

/* To two decimals it is the number to 15 digits, or is not taken; it is if that has no more. */
static void
check_decimals(const char *number)
{
	char shown[XLSX_SHOWN_MAX];
	double exact = strtod(number, NULL);
	const char *decimals = strchr(number, '.');

	enum xlsx_shown is = xlsx_show("0.00", number, shown);
	HOLDS(is != XLSX_UNLIKE || strchr(number, 'E') || strlen(number) > 15 ||
	      (decimals && strlen(decimals + 1) > 2));
	if (is == XLSX_UNLIKE || isinf(exact))
		return;
	const char *point = strchr(shown, '.');
	HOLDS(point && strlen(point) == 3);
	HOLDS(fabs(strtod(shown, NULL) - exact) <= fabs(exact) * ERROR_MAX);
}

/* The same number in another format is text that says so. */
static void
check_shown(const char *code, const char *number)
{
	char shown[XLSX_SHOWN_MAX];

	enum xlsx_shown is = xlsx_show(code, number, shown);
	HOLDS(strlen(shown) < sizeof shown);
	HOLDS(is != XLSX_AS_STORED || strcmp(shown, number) == 0);
	HOLDS(is != XLSX_AS_SHOWN || shown[strspn(shown, " ")]);
	HOLDS(!code || !text_is_utf8(code, strlen(code)) || text_is_utf8(shown, strlen(shown)));
	check_decimals(number);
}

static void
check(const char *text, size_t n, struct xlsx_format f, bool date1904)
{
	char shown[XLSX_NUMBER_MAX], bare[XLSX_NUMBER_MAX];
	enum cell_kind kind = CELL_ABSENT, bare_kind = CELL_ABSENT;
	size_t length = xlsx_number(text, n, f, date1904, shown, &kind);
	size_t bare_length = xlsx_number(text, n, plain, date1904, bare, &bare_kind);

	HOLDS(!length == !bare_length);
	if (!length)
		return;
	HOLDS(length < sizeof shown && strlen(shown) == length);
	HOLDS(bare_length < sizeof bare && strlen(bare) == bare_length);
	fuzz_plant(bare, bare_length);
	char *spelled = strndup(text, n);
	HOLDS(spelled);
	double number = strtod(spelled, NULL);
	free(spelled);
	check_number(bare, bare_length, number);
	check_shown(f.code, bare);
	if (kind == CELL_NUMBER)
		HOLDS(strcmp(shown, bare) == 0);
	else if (strchr(shown, '-'))
		check_date(shown, number, date1904);
	else
		check_time(shown, number);
}

/* What is a date is the same date in its final form. */
static void
check_iso_date(const char *text, size_t n)
{
	char date[XLSX_NUMBER_MAX], again[XLSX_NUMBER_MAX];
	size_t length = xlsx_iso_date(text, n, date);

	if (!length)
		return;
	HOLDS(strlen(date) == length && length <= sizeof "10000-01-01T00:00:00");
	HOLDS(strcmp(date, "24:00:00") >= 0 || xlsx_iso_date(date, length, again) == length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *format = fuzz_take_line(&bytes, &n);
	struct xlsx_format f = format_of(format);

	check_iso_date((const char *)bytes, n);
	check((const char *)bytes, n, f, false);
	check((const char *)bytes, n, f, true);
	free(format);
	return 0;
}
