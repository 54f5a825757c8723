/* Times as the API prints them, compared with what the C library prints. */
#include "base/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const char *const zones[] = {
    "UTC", "America/Toronto", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati"};

/* The same time by strftime, whose %z has no colon. */
static void
print(int64_t us, char text[64])
{
	time_t seconds = (time_t)(us / 1000000);
	char offset[8];
	struct tm t;

	localtime_r(&seconds, &t);
	size_t n = strftime(text, 64, "%Y-%m-%dT%H:%M:%S", &t);
	strftime(offset, sizeof offset, "%z", &t);
	snprintf(text + n, 64 - n, ".%06d%.3s:%s", (int)(us % 1000000), offset, offset + 3);
}

static void
every_zone_and_time_is_as_the_c_library_has_it(void **state)
{
	(void)state;
	char text[TIMESTAMP_SIZE], expected[64];

	for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
		timestamp_zone(zones[z]);
		/* About every five weeks until 2128, each at a different time of day. */
		for (int64_t us = 0; us < INT64_C(5000000000) * 1000000;
		     us += INT64_C(2999999) * 1000001) {
			print(us, expected);
			assert_string_equal(timestamp_format(us, text), expected);
		}
	}
}

static void
unusual_times_are_printed_too(void **state)
{
	(void)state;
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
	    {-1, "1969-12-31T23:59:59.999999+00:00"},
	    {INT64_C(-62135596800) * 1000000, "0001-01-01T00:00:00.000000+00:00"},
	    {INT64_C(253402300799) * 1000000 + 999999, "9999-12-31T23:59:59.999999+00:00"},
	    {INT64_C(253402300800) * 1000000, "010000-01-01T00:00:00.000000+00:00"},
	};
	char text[TIMESTAMP_SIZE];

	timestamp_zone("UTC");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(timestamp_format(cases[i].us, text), cases[i].text);
	/* PostgreSQL's infinity and -infinity do no harm, though no column of ours holds them.
	 */
	assert_true(strlen(timestamp_format(INT64_MAX, text)) < TIMESTAMP_SIZE);
	assert_true(strlen(timestamp_format(INT64_MIN, text)) < TIMESTAMP_SIZE);
}

/* Reads the time in that zone; returns it in UTC, or "" if it is none. */
static const char *
read_time(const char *zone, const char *text, enum timestamp_day day)
{
	static char shown[TIMESTAMP_SIZE];
	int64_t us;

	timestamp_zone(zone);
	if (!timestamp_parse(text, day, &us))
		return "";
	timestamp_zone("UTC");
	timestamp_format(us, shown);
	shown[strcspn(shown, "+")] = '\0';
	return shown;
}

static void
a_time_is_read_however_it_is_written(void **state)
{
	static const struct {
		const char *zone, *text, *utc;
	} cases[] = {
	    {"UTC", "2026-11-28", "2026-11-28T00:00:00.000000"},
	    {"UTC", "2024-02-29T23:59", "2024-02-29T23:59:00.000000"},
	    {"UTC", "2026-11-28 13:20:07", "2026-11-28T13:20:07.000000"},
	    {"UTC", "2026-11-28t13:20:07.5z", "2026-11-28T13:20:07.500000"},
	    {"UTC", "2026-11-28T13:20:07,123456789Z", "2026-11-28T13:20:07.123456"},
	    {"UTC", "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999"},
	    {"UTC", "0001-01-01", "0001-01-01T00:00:00.000000"},
	    {"UTC", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000"},
	    {"Asia/Kolkata", "2026-11-28T00:30", "2026-11-27T19:00:00.000000"},
	    {"Asia/Kolkata", "2026-11-28", "2026-11-27T18:30:00.000000"},
	    {"Asia/Kolkata", "2026-11-28T00:30Z", "2026-11-28T00:30:00.000000"},
	    {"Asia/Kolkata", "2026-11-28T00:30:00+01:00", "2026-11-27T23:30:00.000000"},
	    {"UTC", "2026-11-28T00:30:00 01:00", "2026-11-27T23:30:00.000000"},
	    {"UTC", "2026-11-28T00:30:00-0330", "2026-11-28T04:00:00.000000"},
	    {"UTC", "2026-11-28T00:30:00-03", "2026-11-28T03:30:00.000000"},
	    {"America/Toronto", "2026-07-01T12:00", "2026-07-01T16:00:00.000000"},
	    {"America/Toronto", "2026-12-01T12:00", "2026-12-01T17:00:00.000000"},
	    {"UTC", "", ""},
	    {"UTC", "2026", ""},
	    {"UTC", "2026-11", ""},
	    {"UTC", "2026-11-", ""},
	    {"UTC", "2026-11-31", ""},
	    {"UTC", "2025-02-29", ""},
	    {"UTC", "2026-00-10", ""},
	    {"UTC", "2026-13-10", ""},
	    {"UTC", "2026-10-00", ""},
	    {"UTC", "0000-10-10", ""},
	    {"UTC", "-026-10-10", ""},
	    {"UTC", "2026/10/10", ""},
	    {"UTC", "2026-10-10T", ""},
	    {"UTC", "2026-10-10Z", ""},
	    {"UTC", "2026-10-10T24:00", ""},
	    {"UTC", "2026-10-10T23:60", ""},
	    {"UTC", "2026-10-10T23:59:60", ""},
	    {"UTC", "2026-10-10T23", ""},
	    {"UTC", "2026-10-10T23:59:", ""},
	    {"UTC", "2026-10-10T23:59+", ""},
	    {"UTC", "2026-10-10T23:59+1", ""},
	    {"UTC", "2026-10-10T23:59+24:00", ""},
	    {"UTC", "2026-10-10T23:59+01:60", ""},
	    {"UTC", "2026-10-10T23:59+01:00x", ""},
	    {"UTC", "2026-10-10T23:59Z ", ""},
	    {"UTC", "2026-10-10T23:59 Z", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(
		    read_time(cases[i].zone, cases[i].text, TIMESTAMP_DAY_BEGINS), cases[i].utc);
}

static void
a_day_has_a_first_and_a_last_moment(void **state)
{
	(void)state;
	assert_string_equal(
	    read_time("UTC", "2026-11-28", TIMESTAMP_DAY_ENDS), "2026-11-28T23:59:59.999999");
	assert_string_equal(read_time("America/Toronto", "2026-11-28", TIMESTAMP_DAY_ENDS),
	    "2026-11-29T04:59:59.999999");
	assert_string_equal(
	    read_time("UTC", "2026-11-28T10:00", TIMESTAMP_DAY_ENDS), "2026-11-28T10:00:00.000000");
}

static void
what_was_written_is_read_back(void **state)
{
	char text[TIMESTAMP_SIZE];
	int64_t read;

	(void)state;
	for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
		timestamp_zone(zones[z]);
		for (int64_t us = -1; us < INT64_C(5000000000) * 1000000; us += 3001000000000007) {
			timestamp_format(us, text);
			assert_true(timestamp_parse(text, TIMESTAMP_DAY_ENDS, &read));
			assert_true(read == us);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_zone_and_time_is_as_the_c_library_has_it),
	    cmocka_unit_test(unusual_times_are_printed_too),
	    cmocka_unit_test(a_time_is_read_however_it_is_written),
	    cmocka_unit_test(a_day_has_a_first_and_a_last_moment),
	    cmocka_unit_test(what_was_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
