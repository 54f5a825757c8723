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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_zone_and_time_is_as_the_c_library_has_it),
	    cmocka_unit_test(unusual_times_are_printed_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
