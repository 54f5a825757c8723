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

#endif
