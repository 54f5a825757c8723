/* The list of waits: what they wait for, their places, and which jobs to check. */
#include "waits/waits.h"

#include "store/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW    INT64_C(1000000)
#define BIG_ID INT64_MAX

static void
an_order_comes_as_it_went(void **unused)
{
	static const struct wait_order orders[] = {
	    {.job = 0, .account = 0, .ms = 0, .awaited = "", .includes = 0},
	    {.job = 12,
		.account = 3,
		.ms = 30000,
		.awaited = "success,fail,cancel",
		.includes = JOB_FILES},
	    {.job = BIG_ID,
		.account = BIG_ID,
		.ms = WAIT_MAX_MS,
		.awaited = "pending,generating_diff,ready_for_review,applying_changes,success",
		.includes = JOB_FILES | JOB_PROGRESS | JOB_WARNINGS},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		struct buf url = {0};
		struct wait_order got;
		struct query parsed = {0};
		wait_url(&orders[i], &url);
		const char *query = strchr(buf_text(&url), '?') + 1;
		assert_true(wait_read(query, strlen(query), &parsed, &got));
		assert_int_equal(got.job, orders[i].job);
		assert_int_equal(got.account, orders[i].account);
		assert_int_equal(got.ms, orders[i].ms);
		assert_string_equal(got.awaited, orders[i].awaited);
		assert_int_equal(got.includes, orders[i].includes);
		buf_free(&url);
		query_free(&parsed);
	}
}

static void
what_is_no_order_is_refused(void **unused)
{
	static const char *const queries[] = {
	    "",
	    "job=1",
	    "job=&account=1&awaited=fail&ms=1",
	    "job=-1&account=1&awaited=fail&ms=1",
	    "job=9223372036854775808&account=1&awaited=fail&ms=1",
	    "job=1&account=-1&awaited=fail&ms=1",
	    "job=1&account=1&ms=1",
	    "job=1&account=1&awaited=fail&ms=-1",
	    "job=1&account=1&awaited=fail&ms=60001",
	    "job=1&account=1&awaited=fail&ms=9223372036854775807",
	    "job=1&account=1&awaited=fail&ms=1&a&b&c&d&e&f&g&h&i",
	};
	struct wait_order order;

	(void)unused;
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct query parsed = {0};
		if (wait_read(queries[i], strlen(queries[i]), &parsed, &order))
			fail_msg("taken: %s", queries[i]);
		query_free(&parsed);
	}
}

/* Adds a wait of 30 s for the job. Returns whether it got a place. */
static bool
add(struct waits *w, int64_t job, int64_t account)
{
	const struct wait_order order = {
	    .job = job, .account = account, .ms = 30000, .awaited = "ready_for_review,,cancel"};
	struct wait *one = waits_add(w, 99, NOW);

	waits_begin(w, one, &order, NOW);
	assert_int_equal(one->until - NOW, one->has_place ? 30000 : WAIT_NO_PLACE_MS);
	return one->has_place;
}

static void
places_are_limited_and_come_back(void **unused)
{
	struct waits w;

	(void)unused;
	assert_true(waits_init(&w, 3, 2));
	assert_int_equal(waits_first_end(&w), INT64_MAX);
	assert_true(add(&w, 1, 10));
	assert_true(add(&w, 1, 10));
	assert_false(add(&w, 1, 10)); /* the account has all of its places */
	assert_true(add(&w, 1, 20));
	assert_false(add(&w, 1, 30)); /* no places are left */
	assert_int_equal(waits_first_end(&w), NOW + WAIT_NO_PLACE_MS);
	waits_remove(&w, 2); /* it had no place, so none is freed */
	assert_false(add(&w, 1, 30));
	waits_remove(&w, 0);
	assert_true(add(&w, 1, 30));
	assert_int_equal(w.taken, 3);
	waits_free(&w);
}

static void
a_short_wait_stays_short(void **unused)
{
	const struct wait_order order = {.job = 1, .account = 1, .ms = 5, .awaited = "success"};
	struct waits w;

	(void)unused;
	assert_true(waits_init(&w, 1, 1));
	assert_true(add(&w, 1, 1));
	struct wait *one = waits_add(&w, 99, NOW);
	assert_int_equal(one->until, NOW + WAIT_REQUEST_MS);
	waits_begin(&w, one, &order, NOW);
	assert_int_equal(one->until, NOW + 5);
	assert_true(waits_are_full(&w));
	waits_free(&w);
}

/* "" if there are none. */
static void
expect_jobs(struct waits *w, bool all, const char *expected)
{
	struct buf jobs = {0};

	if (waits_jobs(w, all, &jobs))
		assert_string_equal(buf_text(&jobs), expected);
	else
		assert_string_equal("", expected);
	buf_free(&jobs);
}

static void
new_ones_are_looked_at_once(void **unused)
{
	struct waits w;

	(void)unused;
	assert_true(waits_init(&w, 9, 9));
	expect_jobs(&w, false, "");
	expect_jobs(&w, true, "");
	add(&w, 7, 1);
	add(&w, 7, 1);
	add(&w, BIG_ID, 1);
	waits_add(&w, 99, NOW); /* its request is still coming in */
	expect_jobs(&w, false, "{7,9223372036854775807}");
	expect_jobs(&w, false, "");
	add(&w, 8, 1);
	expect_jobs(&w, false, "{8}");
	expect_jobs(&w, true, "{7,9223372036854775807,8}");
	waits_forget(&w);
	expect_jobs(&w, false, "{7,9223372036854775807,8}");
	waits_free(&w);
}

static void
a_wait_is_over_with_what_it_waits_for(void **unused)
{
	static const struct {
		int64_t job;
		const char *status;
		bool over;
	} cases[] = {
	    {7, "ready_for_review", true},
	    {7, "cancel", true},
	    {7, "success", false},
	    {7, "ready_for_revie", false},
	    {7, "ready_for_reviews", false},
	    {7, "", false},
	    {8, "ready_for_review", false},
	    {7 + (INT64_C(1) << 32), "ready_for_review", false},
	};
	struct waits w;

	(void)unused;
	assert_true(waits_init(&w, 2, 2));
	struct wait *coming = waits_add(&w, 99, NOW);
	assert_false(wait_is_over(coming, 0, UINT32_MAX));
	add(&w, 7, 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t status = waits_status(&w, cases[i].status, strlen(cases[i].status));
		assert_int_equal(wait_is_over(&w.all[1], cases[i].job, status), cases[i].over);
	}
	waits_free(&w);
}

/* More statuses, and longer ones, than can exist. */
static void
statuses_have_their_room(void **unused)
{
	struct wait_order order = {.job = 1, .account = 1, .ms = 1};
	struct waits w;
	struct buf list = {0};

	(void)unused;
	assert_true(waits_init(&w, 1, 1));
	buf_add_text(&list, "a_status_of_just_32_bytes_is_long,");
	for (int i = 0; i < WAIT_STATUSES + 5; i++)
		buf_printf(&list, "status%d,", i);
	order.awaited = buf_text(&list);
	waits_begin(&w, waits_add(&w, 99, NOW), &order, NOW);
	assert_int_equal(w.nstatuses, WAIT_STATUSES);
	assert_int_equal(w.all[0].awaited, UINT32_MAX);
	assert_int_equal(waits_status(&w, "status31", 8), UINT32_C(1) << 31);
	assert_int_equal(waits_status(&w, "status32", 8), 0);
	buf_free(&list);
	waits_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_order_comes_as_it_went),
	    cmocka_unit_test(what_is_no_order_is_refused),
	    cmocka_unit_test(places_are_limited_and_come_back),
	    cmocka_unit_test(a_short_wait_stays_short),
	    cmocka_unit_test(new_ones_are_looked_at_once),
	    cmocka_unit_test(a_wait_is_over_with_what_it_waits_for),
	    cmocka_unit_test(statuses_have_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
