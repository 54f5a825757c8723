/* Times as the API prints them: see timestamp.h. */
#include "base/timestamp.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define US_PER_SECOND 1000000
#define ZONES         "/usr/share/zoneinfo/"

/* Checks the zone because the C library takes an unknown one for UTC. */
bool
timestamp_is_zone(const char *zone)
{
	char path[PATH_MAX], magic[4] = "";

	if (strcmp(zone, "UTC") == 0)
		return true; /* even where no zones are installed */
	if (*zone == '/' || strstr(zone, ".."))
		return false;
	snprintf(path, sizeof path, ZONES "%s", zone);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	size_t n = fread(magic, 1, sizeof magic, f);
	fclose(f);
	return n == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
}

void
timestamp_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

/* Writes the number with leading zeros, then the character; returns where to go on. */
static char *
put(char *at, int number, int digits, char next)
{
	for (int i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	at[digits] = next;
	return at + digits + 1;
}

/* Written by hand: strftime and snprintf would take a fifth of a handler's time for one job. */
const char *
timestamp_format(int64_t us, char text[TIMESTAMP_SIZE])
{
	time_t seconds = (time_t)(us / US_PER_SECOND);
	int fraction = (int)(us % US_PER_SECOND);
	struct tm t;

	if (fraction < 0) {
		fraction += US_PER_SECOND;
		seconds--;
	}
	localtime_r(&seconds, &t);
	int year = t.tm_year + 1900, offset = (int)(labs(t.tm_gmtoff) / 60) % (24 * 60);
	char *at = put(text, abs(year), year > 9999 ? 6 : 4, '-');
	at = put(at, t.tm_mon + 1, 2, '-');
	at = put(at, t.tm_mday, 2, 'T');
	at = put(at, t.tm_hour, 2, ':');
	at = put(at, t.tm_min, 2, ':');
	at = put(at, t.tm_sec, 2, '.');
	at = put(at, fraction, 6, t.tm_gmtoff < 0 ? '-' : '+');
	at = put(at, offset / 60, 2, ':');
	put(at, offset % 60, 2, '\0');
	return text;
}

/* ---------------------------------------------------------------------- reading */

/* Reads n digits at *at and moves past them; -1 if they are not there. */
static int
take_digits(const char **at, int n)
{
	int number = 0;

	for (int i = 0; i < n; i++) {
		char c = (*at)[i];
		if (c < '0' || c > '9')
			return -1;
		number = number * 10 + (c - '0');
	}
	*at += n;
	return number;
}

static bool
take(const char **at, const char *any)
{
	if (!**at || !strchr(any, **at))
		return false;
	(*at)++;
	return true;
}

/* The C library would make the 31st of November the first of December. */
static bool
is_day(const struct tm *t)
{
	struct tm same = *t;

	timegm(&same);
	return same.tm_year == t->tm_year && same.tm_mon == t->tm_mon && same.tm_mday == t->tm_mday;
}

static bool
take_date(const char **at, struct tm *t)
{
	int year = take_digits(at, 4);
	int month = take(at, "-") ? take_digits(at, 2) : -1;
	int day = take(at, "-") ? take_digits(at, 2) : -1;

	t->tm_year = year - 1900;
	t->tm_mon = month - 1;
	t->tm_mday = day;
	return year > 0 && month > 0 && day > 0 && is_day(t);
}

/* Reads the digits of a fraction of a second, of which six count. */
static int
take_fraction(const char **at)
{
	int us = 0, worth = US_PER_SECOND, digit;

	while ((digit = take_digits(at, 1)) >= 0) {
		worth /= 10;
		us += digit * worth;
	}
	return us;
}

static bool
take_time(const char **at, struct tm *t, int *us)
{
	t->tm_hour = take_digits(at, 2);
	t->tm_min = take(at, ":") ? take_digits(at, 2) : -1;
	if (take(at, ":")) {
		t->tm_sec = take_digits(at, 2);
		*us = take(at, ".,") ? take_fraction(at) : 0;
	}
	return t->tm_hour >= 0 && t->tm_hour < 24 && t->tm_min >= 0 && t->tm_min < 60 &&
	       t->tm_sec >= 0 && t->tm_sec < 60;
}

/* Reads the offset from UTC, in seconds. *given: there is one. Returns false if it is wrong. */
static bool
take_offset(const char **at, bool *given, int *seconds)
{
	bool is_behind = **at == '-';

	*given = **at != '\0';
	*seconds = 0;
	if (!*given || take(at, "Zz"))
		return true;
	if (!take(at, "+- "))
		return false;
	int hours = take_digits(at, 2);
	int minutes = take(at, ":") || **at ? take_digits(at, 2) : 0;
	*seconds = (hours * 60 + minutes) * 60 * (is_behind ? -1 : 1);
	return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
}

bool
timestamp_parse(const char *text, enum timestamp_day day, int64_t *us)
{
	struct tm t = {.tm_isdst = -1};
	bool has_offset = false;
	int fraction = 0, offset = 0;

	if (!take_date(&text, &t))
		return false;
	if (!*text && day == TIMESTAMP_DAY_ENDS) {
		t.tm_hour = 23;
		t.tm_min = t.tm_sec = 59;
		fraction = US_PER_SECOND - 1;
	} else if (*text && (!take(&text, "Tt ") || !take_time(&text, &t, &fraction) ||
				!take_offset(&text, &has_offset, &offset))) {
		return false;
	}
	if (*text)
		return false;
	int64_t seconds = has_offset ? timegm(&t) - offset : mktime(&t);
	*us = seconds * US_PER_SECOND + fraction;
	return true;
}
