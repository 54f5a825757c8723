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
