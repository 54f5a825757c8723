/*
 * What the worker reads from its parser child, which a file may have taken over:
 * worker/parser/frame.c and lib/database/tuple.c. The input is the child's output.
 */
#include "../declared.h"
#include "database/tuple.h"
#include "fuzz.h"
#include "model/model_sql.h"
#include "parser/frame.h"
#include "parser/order.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 100 /* more than a row of any table has */

/* A row that is taken apart and put together again is the same, to the last byte. */
static void
check_tuple(const struct frame *f, size_t nfields)
{
	struct tuple_field fields[FIELDS_MAX];
	struct buf again = {0};

	HOLDS(nfields <= FIELDS_MAX);
	if (!tuple_split(f->data, f->n, fields, nfields))
		return;
	tuple_begin(&again, nfields);
	for (size_t i = 0; i < nfields; i++) {
		tuple_add_text(&again, fields[i].data, fields[i].n);
		HOLDS(tuple_get_int8(&fields[i]) == 0 || fields[i].n == sizeof(int64_t));
		HOLDS(!tuple_get_bool(&fields[i]) || fields[i].n == 1);
		if (fields[i].data)
			fuzz_plant(fields[i].data, fields[i].n);
	}
	HOLDS(fuzz_same(again.data, again.len, f->data, f->n));
	buf_free(&again);
}

static bool
same_string(const char *a, const char *b)
{
	return fuzz_same(a, a ? strlen(a) : 0, b, b ? strlen(b) : 0);
}

/* What is accepted can be stored and shown, and could have been sent by the child. */
static void
check_finding(const struct frame *f)
{
	struct finding got, again;
	struct frame sent;
	struct buf bytes = {0};

	if (!frame_get_finding(f, &got))
		return;
	HOLDS(got.level == FINDING_ERROR || got.level == FINDING_WARNING);
	HOLDS(got.entry >= 0 && got.row >= 0 && got.line >= 0);
	HOLDS(got.details && fuzz_is_string(got.details) && fuzz_is_string(got.field));
	HOLDS(got.value_n <= FRAME_VALUE_MAX && fuzz_is_text(got.value, got.value_n));
	frame_add_finding(&bytes, &got);
	HOLDS(frame_parse(bytes.data, bytes.len, &sent) == 1);
	HOLDS(frame_get_finding(&sent, &again));
	HOLDS(again.level == got.level && again.entry == got.entry && again.row == got.row);
	HOLDS(again.line == got.line && same_string(again.field, got.field));
	HOLDS(same_string(again.details, got.details));
	HOLDS(fuzz_same(again.value, again.value_n, got.value, got.value_n));
	buf_free(&bytes);
}

/* Counts are never negative, and can be added up. */
static void
check_counts(const struct frame *f)
{
	struct frame_totals totals;
	int64_t bytes, sum = 0;

	if (frame_get_progress(f, &bytes))
		HOLDS(bytes >= 0);
	if (frame_get_end(f, &totals)) {
		HOLDS(totals.records >= 0 && totals.errors >= 0 && totals.warnings >= 0);
		HOLDS(!__builtin_add_overflow(totals.records, totals.errors, &sum));
		HOLDS(!__builtin_add_overflow(sum, totals.warnings, &sum));
	}
}

/* A frame is accepted only when all of it is there. */
static void
check_beginnings(const char *bytes, size_t length)
{
	struct frame f;

	for (size_t n = 0; n < length; n += n < FRAME_HEADER ? 1 : 1 + length / 8)
		HOLDS(frame_parse(bytes, n, &f) == 0);
	HOLDS(frame_parse(bytes, length - 1, &f) == 0);
}

/* The same bytes as an order of the worker's. */
static void
check_order(const char *bytes, size_t n)
{
	struct order order;
	struct error err = {0};

	if (order_read(bytes, n, &order, &err) == 0)
		HOLDS(order.format && order.model.model.nfields > 0);
	else
		HOLDS(*err.message);
	order_free(&order);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *at = (const char *)bytes;
	struct frame f;

	check_order(at, n);
	while (frame_parse(at, n, &f) == 1) {
		size_t length = FRAME_HEADER + f.n;
		HOLDS(length <= n && f.data == at + FRAME_HEADER);
		check_beginnings(at, length);
		/* A separate copy of the frame, so that reads beyond it are noticed. */
		char *alone = malloc(f.n);
		HOLDS(alone || !f.n);
		if (f.n)
			memcpy(alone, f.data, f.n);
		f.data = alone;
		check_tuple(&f, model_sql_stage_columns(declared("standard")));
		check_tuple(&f, 1);
		check_finding(&f);
		check_counts(&f);
		free(alone);
		at += length;
		n -= length;
	}
	return 0;
}
