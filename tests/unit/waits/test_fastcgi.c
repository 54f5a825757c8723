/* FastCGI requests as nginx sends them, and hostile ones that must do no harm. */
#include "waits/fastcgi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID 0x0102

/* Pieces of requests; the records of one belong to the request ID. */
#define HEADER(type, n) "\1" type "\1\2\0" n "\0\0"
#define BEGIN           HEADER("\1", "\10") "\0\1\0\0\0\0\0\0"
#define PARAM           HEADER("\4", "\5") "\1\2Abc"
#define NO_MORE         HEADER("\4", "\0")
#define NO_BODY         HEADER("\5", "\0")
#define TEXT(literal)   literal, sizeof literal - 1

/* Reads the n bytes from a separate allocation, so that the sanitizer notices reads beyond. */
static enum fastcgi_state
read_exactly(const char *bytes, size_t n, struct fastcgi_request *r)
{
	char *exact = malloc(n ? n : 1);

	assert_non_null(exact);
	memcpy(exact, bytes, n);
	enum fastcgi_state state = fastcgi_read(exact, n, r);
	free(exact);
	return state;
}

static void
requests_are_read(void **unused)
{
	static const struct {
		const char *name;
		enum fastcgi_state state;
		const char *bytes;
		size_t n;
	} cases[] = {
	    {"whole", FASTCGI_WHOLE, TEXT(BEGIN PARAM NO_MORE NO_BODY)},
	    {"no parameters", FASTCGI_WHOLE, TEXT(BEGIN NO_MORE NO_BODY)},
	    {"parameters in two", FASTCGI_WHOLE,
		TEXT(BEGIN HEADER("\4", "\2") "\1\2" HEADER("\4", "\3") "Abc" NO_MORE NO_BODY)},
	    {"padding", FASTCGI_WHOLE,
		TEXT(BEGIN "\1\4\1\2\0\5\3\0\1\2Abcxyz" NO_MORE "\1\5\1\2\0\0\1\0x")},
	    {"nothing", FASTCGI_MORE, TEXT("")},
	    {"another version", FASTCGI_BROKEN, TEXT("\2")},
	    {"HTTP", FASTCGI_BROKEN, TEXT("GET / HTTP/1.1\r\n\r\n")},
	    {"no beginning", FASTCGI_BROKEN, TEXT(PARAM NO_MORE NO_BODY)},
	    {"two beginnings", FASTCGI_BROKEN, TEXT(BEGIN BEGIN NO_MORE NO_BODY)},
	    {"a short beginning", FASTCGI_BROKEN, TEXT(HEADER("\1", "\7") "\0\1\0\0\0\0\0")},
	    {"an authorizer", FASTCGI_BROKEN, TEXT(HEADER("\1", "\10") "\0\2\0\0\0\0\0\0")},
	    {"request 0", FASTCGI_BROKEN, TEXT("\1\1\0\0\0\10\0\0\0\1\0\0\0\0\0\0")},
	    {"another request", FASTCGI_BROKEN, TEXT(BEGIN "\1\4\1\3\0\0\0\0" NO_BODY)},
	    {"abort", FASTCGI_BROKEN, TEXT(BEGIN HEADER("\2", "\0"))},
	    {"get values", FASTCGI_BROKEN, TEXT("\1\11\0\0\0\0\0\0")},
	    {"a body before the end of the parameters", FASTCGI_BROKEN, TEXT(BEGIN NO_BODY)},
	    {"a body", FASTCGI_BROKEN, TEXT(BEGIN NO_MORE HEADER("\5", "\1") "x")},
	    {"something behind it", FASTCGI_BROKEN, TEXT(BEGIN NO_MORE NO_BODY "\1")},
	    {"a record that is too large", FASTCGI_BROKEN, TEXT(BEGIN "\1\4\1\2\x20\0\0\0")},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fastcgi_request r = {0};
		enum fastcgi_state state = read_exactly(cases[i].bytes, cases[i].n, &r);
		if (state != cases[i].state)
			fail_msg("%s: %d, not %d", cases[i].name, state, cases[i].state);
		if (state == FASTCGI_WHOLE)
			assert_int_equal(r.id, ID);
		fastcgi_free(&r);
	}
}

static void
every_beginning_of_a_request_wants_more(void **unused)
{
	static const char whole[] = BEGIN PARAM PARAM NO_MORE NO_BODY;

	(void)unused;
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		struct fastcgi_request r = {0};
		assert_int_equal(read_exactly(whole, n, &r), FASTCGI_MORE);
		fastcgi_free(&r);
	}
}

static void
too_much_is_refused(void **unused)
{
	struct buf bytes = {0};
	struct fastcgi_request r = {0};

	(void)unused;
	buf_add(&bytes, TEXT(BEGIN));
	while (bytes.len <= FASTCGI_MAX_REQUEST)
		buf_add(&bytes, TEXT(PARAM));
	assert_int_equal(read_exactly(bytes.data, bytes.len, &r), FASTCGI_BROKEN);
	fastcgi_free(&r);
	buf_free(&bytes);
}

static void
parameters_are_found(void **unused)
{
	static const struct {
		const char *name, *value; /* NULL: not found */
		const char *params;
		size_t n;
	} cases[] = {
	    {"A", "bc", TEXT("\1\2Abc")}, {"A", "", TEXT("\1\0A")},
	    {"B", "d", TEXT("\1\2Abc\1\1Bd")}, {"A", "first", TEXT("\1\5Afirst\1\6Asecond")},
	    {"A", "bc", TEXT("\x80\0\0\1\x80\0\0\2Abc")}, {"Ab", NULL, TEXT("\1\2Abc")},
	    {"a", NULL, TEXT("\1\2Abc")}, {"A", NULL, TEXT("")}, {"A", NULL, TEXT("\1")},
	    {"A", NULL, TEXT("\1\2Ab")}, {"A", NULL, TEXT("\x80\0\0")},
	    {"A", NULL, TEXT("\1\x80\0\0")},
	    {"A", NULL,
		TEXT("\1\xff\xff\xff\xff"
		     "Abc")},
	    {"A", NULL,
		TEXT("\xff\xff\xff\xff\1"
		     "Abc")},
	    {"A", NULL,
		TEXT("\xff\xff\xff\xff\xff\xff\xff\xff"
		     "Abc")},
	    {"A", NULL, TEXT("\4\1B\1\1Ac")}, /* it is inside another one */
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fastcgi_request r = {0};
		const char *value = NULL;
		size_t n = 0;
		buf_add(&r.params, cases[i].params, cases[i].n);
		bool found = fastcgi_param(&r, cases[i].name, &value, &n);
		if (found != (cases[i].value != NULL))
			fail_msg("case %zu: found: %d", i, found);
		if (found) {
			assert_int_equal(n, strlen(cases[i].value));
			assert_memory_equal(value, cases[i].value, n);
		}
		fastcgi_free(&r);
	}
}

static void
replies_are_whole(void **unused)
{
	static const char expected[] =
	    HEADER("\6", "\2") "ok" HEADER("\6", "\0") HEADER("\3", "\10") "\0\0\0\0\0\0\0\0";
	struct buf out = {0};

	(void)unused;
	fastcgi_reply(&out, ID, "ok", 2);
	assert_int_equal(out.len, sizeof expected - 1);
	assert_memory_equal(out.data, expected, out.len);
	buf_clear(&out);
	fastcgi_reply(&out, ID, "", 0);
	assert_int_equal(out.len, sizeof expected - 1 - 10);
	buf_clear(&out);
	fastcgi_reply(&out, ID, "", UINT16_MAX + 1);
	assert_true(out.failed);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_are_read),
	    cmocka_unit_test(every_beginning_of_a_request_wants_more),
	    cmocka_unit_test(too_much_is_refused),
	    cmocka_unit_test(parameters_are_found),
	    cmocka_unit_test(replies_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
