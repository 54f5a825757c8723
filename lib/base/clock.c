/* A monotonic clock and growing pauses: see clock.h. */
#include "base/clock.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define BACKOFF_FIRST_MS 100
#define BACKOFF_MAX_MS   5000

int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_jitter(int64_t ms)
{
	uint32_t chance = 0;
	int64_t span = ms / 5;

	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != (ssize_t)sizeof chance)
		return ms;
	return ms - span / 2 + (int64_t)(chance % (uint64_t)(span + 1));
}

int64_t
backoff_next(struct backoff *b)
{
	b->ms = b->ms ? b->ms * 2 : BACKOFF_FIRST_MS;
	if (b->ms > BACKOFF_MAX_MS)
		b->ms = BACKOFF_MAX_MS;
	return clock_jitter(b->ms);
}
