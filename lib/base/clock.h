/* Time that only goes forward, and pauses that grow. */
#ifndef ACCESSION_CLOCK_H
#define ACCESSION_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment in the past. */
int64_t clock_ms(void);

/* ms, give or take a tenth: many workers that wait alike shall not come back all at once. */
int64_t clock_jitter(int64_t ms);

/* How long to wait before the next try. `struct backoff b = {0};` has not failed yet. */
struct backoff {
	int64_t ms;
};

/* After a failure: 100 ms, then twice the last up to 5 s, jittered. */
int64_t backoff_next(struct backoff *b);

#endif
