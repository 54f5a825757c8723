/* What the parser child is told: worker/parser/order.h. */
#include "parser/order.h"

#include "../../declared.h"
#include "parser/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
an_order_is_read_as_it_was_written(void **state)
{
	struct buf bytes = {0}, wanted = {0};
	struct order o;
	struct error err = {0};

	(void)state;
	for (int64_t n = 1; n <= 200000; n++) { /* more than a frame takes */
		int64_t entry = 3 * n;
		buf_add(&wanted, &entry, sizeof entry);
	}
	order_write(&bytes, declared("threat"), "xlsx", (const int64_t *)(const void *)wanted.data,
	    wanted.len / sizeof(int64_t));
	assert_int_equal(order_read(bytes.data, bytes.len, &o, &err), 0);
	assert_string_equal(o.model.model.name, "threat");
	assert_int_equal(o.model.model.nfields, declared("threat")->nfields);
	assert_int_equal(o.format->id, FORMAT_XLSX);
	assert_int_equal(o.wanted.len, wanted.len);
	assert_memory_equal(o.wanted.data, wanted.data, wanted.len);
	order_free(&o);
	buf_free(&bytes);
	buf_free(&wanted);
}

/* A frame of that type with that text. */
static void
add(struct buf *out, enum frame_type type, const char *text, size_t n)
{
	size_t begun = frame_begin(out, type);

	buf_add(out, text, n);
	frame_end(out, begun);
}

static void
anything_else_is_refused(void **state)
{
	static const char risk[] =
	    "name: risk\nfields:\n  - {name: id, kind: id, prefix: R}\n  - {name: a, kind: line}\n";
	static const char descending[16] = {0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2};
	struct buf model = {0}, whole = {0};
	struct error err = {0};

	(void)state;
	add(&model, FRAME_MODEL, risk, sizeof risk - 1);
	buf_add(&whole, model.data, model.len);
	add(&whole, FRAME_FORMAT, "csv", 3);
	for (int wrong = 0; wrong < 7; wrong++) {
		struct buf bytes = {0};
		struct order o;
		buf_add(
		    &bytes, wrong < 2 ? model.data : whole.data, wrong < 2 ? model.len : whole.len);
		switch (wrong) {
		case 0: break; /* no format */
		case 1: add(&bytes, FRAME_FORMAT, "exe", 3); break;
		case 2: add(&bytes, FRAME_MODEL, risk, sizeof risk - 1); break;
		case 3: add(&bytes, FRAME_WANTED, descending, sizeof descending); break;
		case 4: add(&bytes, FRAME_WANTED, descending, 7); break;
		case 5: buf_add_text(&bytes, "csv standard\n"); break;
		default: bytes.len--; break;
		}
		if (order_read(bytes.data, bytes.len, &o, &err) == 0)
			fail_msg("%d was read", wrong);
		order_free(&o);
		buf_free(&bytes);
	}
	buf_free(&model);
	buf_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_order_is_read_as_it_was_written),
	    cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
