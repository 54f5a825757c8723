/*
 * What the waiter reads from its socket: cgi-bin/waits/fastcgi.c, and the query of a wait in
 * cgi-bin/waits/waits.c. The input is the beginning of a connection.
 */
#include "fuzz.h"
#include "waits/fastcgi.h"
#include "waits/waits.h"

#include <stdlib.h>
#include <string.h>

/* Every awaited status that fits ends the wait, and no other does. */
static void
check_wait(const struct wait_order *order)
{
	struct waits w;

	HOLDS(waits_init(&w, 1, 1));
	struct wait *one = waits_add(&w, -1, 0);
	waits_begin(&w, one, order, 0);
	HOLDS(one->has_place && one->until == order->ms && w.nstatuses <= WAIT_STATUSES);
	for (size_t i = 0; i < w.nstatuses; i++) {
		size_t n = strlen(w.statuses[i]);
		HOLDS(n > 0 && n < WAIT_STATUS_SIZE && strstr(order->awaited, w.statuses[i]));
		HOLDS(wait_is_over(one, order->job, waits_status(&w, w.statuses[i], n)));
	}
	HOLDS(!wait_is_over(one, order->job, waits_status(&w, ",", 1)));
	waits_free(&w);
}

/* What is accepted as an order can be sent on, and is then read as the same order. */
static void
check_order(const char *query, size_t n)
{
	struct query parsed = {0}, parsed_again = {0};
	struct wait_order order, again;
	struct buf url = {0};

	if (!wait_read(query, n, &parsed, &order)) {
		query_free(&parsed);
		return;
	}
	HOLDS(order.job >= 0 && order.account >= 0 && order.ms >= 0 && order.ms <= WAIT_MAX_MS);
	check_wait(&order);
	order.awaited = "success,fail"; /* other texts would have to be encoded */
	wait_url(&order, &url);
	const char *sent = strchr(buf_text(&url), '?');
	HOLDS(sent && wait_read(sent + 1, strlen(sent + 1), &parsed_again, &again));
	HOLDS(again.job == order.job && again.account == order.account && again.ms == order.ms);
	HOLDS(strcmp(again.awaited, order.awaited) == 0 && again.includes == order.includes);
	buf_free(&url);
	query_free(&parsed);
	query_free(&parsed_again);
}

/* A value that is found lies within the request. */
static void
check_param(const struct fastcgi_request *r, const char *name)
{
	const char *value = NULL;
	size_t n = 0;

	if (!fastcgi_param(r, name, &value, &n))
		return;
	HOLDS(value >= r->params.data && n <= r->params.len);
	HOLDS((size_t)(value - r->params.data) <= r->params.len - n);
	char *alone = malloc(n ? n : 1); /* so that reads beyond it are noticed */
	HOLDS(alone);
	memcpy(alone, value, n);
	fuzz_plant(alone, n);
	check_order(alone, n);
	free(alone);
}

/* No beginning of a whole request is itself whole, or broken. */
static void
check_beginnings(const char *bytes, size_t length)
{
	for (size_t n = 0; n < length; n += 1 + length / 16) {
		struct fastcgi_request r = {0};
		HOLDS(fastcgi_read(bytes, n, &r) == FASTCGI_MORE);
		fastcgi_free(&r);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct fastcgi_request r = {0};
	const char *text = (const char *)bytes;

	if (fastcgi_read(text, n, &r) == FASTCGI_WHOLE) {
		HOLDS(n <= FASTCGI_MAX_REQUEST && r.params.len < n && r.id != 0);
		check_beginnings(text, n);
		check_param(&r, "QUERY_STRING");
		check_param(&r, "");
	}
	fastcgi_free(&r);
	return 0;
}
