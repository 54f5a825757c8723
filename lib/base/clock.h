/* A monotonic clock, and growing pauses between retries. */
#ifndef ACCESSION_CLOCK_H
#define ACCESSION_CLOCK_H

#include <stdint.h>

/* Milliseconds since an arbitrary moment in the past. */
int64_t clock_ms(void);

/* ms plus or minus up to 10 %, so that processes with the same wait do not all wake at once. */
int64_t clock_jitter(int64_t ms);

/* How long to wait before the next try. Start with `struct backoff b = {0};`. */
struct backoff {
	int64_t ms;
};

/* The wait after a failure: first 100 ms, then doubling up to 5 s, jittered. */
int64_t backoff_next(struct backoff *b);

#endif
