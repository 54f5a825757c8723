/* Times as the API prints them. */
#ifndef ACCESSION_TIMESTAMP_H
#define ACCESSION_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#define TIMESTAMP_SIZE 48

/* Whether the system knows the time zone. */
bool timestamp_is_zone(const char *zone);

/* Sets the zone of all times, e.g. "America/Toronto" or "UTC". Call once, at the start. */
void timestamp_zone(const char *zone);

/*
 * Writes µs since 1970 as YYYY-MM-DDTHH:MM:SS.ffffff±HH:MM, always with six fractional digits, in
 * the zone set. Returns text.
 */
const char *timestamp_format(int64_t us, char text[TIMESTAMP_SIZE]);

/* What a date without a time means. */
enum timestamp_day { TIMESTAMP_DAY_BEGINS, TIMESTAMP_DAY_ENDS };

/*
 * Reads a time as ISO 8601 and the API write it: YYYY-MM-DD, alone (the day's first or last µs) or
 * with T or a space and HH:MM[:SS[.ffffff]], then perhaps Z, ±HH:MM, ±HHMM or ±HH; without, it is
 * in the zone set. A space is taken for the + that it was in a URL. Sets *us to µs since 1970.
 * Returns false if it is no time of the years 1 to 9999.
 */
bool timestamp_parse(const char *text, enum timestamp_day day, int64_t *us);

#endif
