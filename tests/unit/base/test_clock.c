/* The clock that only goes forward, and pauses that grow. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static void
the_clock_counts_milliseconds_forward(void **state)
{
	(void)state;
	struct timespec before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	int64_t first = clock_ms(), second = clock_ms();
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(before.tv_sec * 1000 + before.tv_nsec / 1000000 <= first);
	assert_true(first <= second);
	assert_true(second <= after.tv_sec * 1000 + after.tv_nsec / 1000000);
}

static void
jitter_stays_within_a_tenth(void **state)
{
	(void)state; /* rounded up: 1 ms for 5 ms */
	static const int64_t cases[] = {0, 1, 4, 5, 10, 100, 5000, 3600000, INT64_C(1) << 40};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (int tries = 0; tries < 1000; tries++) {
			int64_t ms = clock_jitter(cases[i]);
			assert_true(ms >= cases[i] - (cases[i] + 9) / 10);
			assert_true(ms <= cases[i] + (cases[i] + 9) / 10);
		}
}

static void
pauses_double_up_to_five_seconds(void **state)
{
	(void)state;
	static const int64_t pauses[] = {100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000};
	struct backoff b = {0};

	for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
		int64_t ms = backoff_next(&b);
		assert_true(ms >= pauses[i] - pauses[i] / 10);
		assert_true(ms <= pauses[i] + pauses[i] / 10);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_clock_counts_milliseconds_forward),
	    cmocka_unit_test(jitter_stays_within_a_tenth),
	    cmocka_unit_test(pauses_double_up_to_five_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
