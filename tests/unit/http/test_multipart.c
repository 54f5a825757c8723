/* multipart/form-data: every case whole, byte by byte, and cut in two at every offset. */
#include "http/multipart.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CD     "Content-Disposition: form-data; "
#define FIELD  CD "name=\"a\"\r\n\r\n"
#define FIELDS "--b\r\n" FIELD
#define END    "\r\n--b--\r\n"

enum stop_at { NOWHERE, AT_BEGIN, AT_DATA, AT_END };

/* Records the calls: "name|filename|type|data;" for each part. */
struct recorder {
	struct buf log;
	enum stop_at stop;
};

static int
record_begin(void *ctx, const struct multipart_part *part)
{
	struct recorder *r = ctx;
	const char *filename = part->filename ? part->filename : "-";

	buf_printf(&r->log, "%s|%s|%s|", part->name, filename, part->content_type);
	return r->stop == AT_BEGIN ? -1 : 0;
}

static int
record_data(void *ctx, const char *bytes, size_t n)
{
	struct recorder *r = ctx;

	assert_true(n > 0);
	buf_add(&r->log, bytes, n);
	return r->stop == AT_DATA ? -1 : 0;
}

static int
record_end(void *ctx)
{
	struct recorder *r = ctx;

	buf_add_char(&r->log, ';');
	return r->stop == AT_END ? -1 : 0;
}

static const struct multipart_handler recorder = {record_begin, record_data, record_end};

/* Parses the body, cut after each of its first `first` bytes and then every `every` bytes. */
static enum multipart_result
parse(const char *boundary, const char *body, size_t n, size_t first, size_t every,
    struct recorder *r, struct error *err)
{
	struct multipart *mp = multipart_open(boundary, &recorder, r, err);
	enum multipart_result result = MULTIPART_OK;

	assert_non_null(mp);
	for (size_t at = 0, take = first; at < n && result == MULTIPART_OK; at += take) {
		take = at ? every : first;
		take = take < n - at ? take : n - at;
		/* A copy of exactly that size, so that a sanitizer notices reads beyond it. */
		char *slice = malloc(take ? take : 1);
		memcpy(slice, body + at, take);
		result = multipart_feed(mp, slice, take, err);
		free(slice);
	}
	assert_int_equal(multipart_feed(mp, "", 0, err), result);
	result = multipart_finish(mp, err);
	assert_int_equal(multipart_finish(mp, err), result);
	multipart_close(mp);
	return result;
}

struct expectation {
	const char *boundary;
	const char *body;
	size_t n;
	const char *log;   /* or NULL: not checked */
	const char *error; /* part of the message; NULL: it is well-formed */
};

static void
check_slicing(const struct expectation *x, size_t first, size_t every)
{
	struct recorder r = {0};
	struct error err = {0};
	enum multipart_result result = parse(x->boundary, x->body, x->n, first, every, &r, &err);

	if (x->error) {
		assert_int_equal(result, MULTIPART_FAILED);
		assert_int_equal(err.code, ERROR_INPUT);
		if (!strstr(err.message, x->error))
			assert_string_equal(err.message, x->error);
	} else {
		if (result != MULTIPART_OK)
			assert_string_equal(err.message, "");
		assert_int_equal(err.code, ERROR_NONE);
	}
	if (x->log)
		assert_string_equal(buf_text(&r.log), x->log);
	buf_free(&r.log);
}

static void
check(const struct expectation *x)
{
	check_slicing(x, x->n, 1);
	check_slicing(x, 1, 1);
	for (size_t cut = 1; cut < x->n; cut++)
		check_slicing(x, cut, x->n);
}

struct body {
	const char *body;
	size_t n;
	const char *log, *error;
};

#define BODY(text) text, sizeof(text) - 1

static void
check_all(const struct body *bodies, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct expectation x = {
		    "b", bodies[i].body, bodies[i].n, bodies[i].log, bodies[i].error};
		check(&x);
	}
}

#define CHECK_ALL(bodies) check_all(bodies, sizeof(bodies) / sizeof *(bodies))

static void
parts_are_found(void **state)
{
	static const struct body bodies[] = {
	    {BODY(FIELDS "1" END), "a|-|text/plain|1;", NULL},
	    {BODY(FIELDS END), "a|-|text/plain|;", NULL},
	    {BODY(FIELDS "1\r\n--b\r\n" CD "name=f; filename=\"standard.csv\"\r\n"
			 "Content-Type: text/csv; x=1 \r\n\r\nid,title\r\n\r\n" END),
		"a|-|text/plain|1;f|standard.csv|text/csv; x=1|id,title\r\n\r\n;", NULL},
	    {BODY("--b--"), "", NULL},
	    {BODY(FIELDS "--b--"), "a|-|text/plain|;", NULL},
	    {BODY(FIELDS "--b\r\n" FIELD "2" END), "a|-|text/plain|;a|-|text/plain|2;", NULL},
	    {BODY("preamble --b\r\n--bb\r\n-" FIELDS "\r\n" FIELDS "1" END "epilogue" FIELDS),
		"a|-|text/plain|1;", NULL},
	    {BODY("\r\n" FIELDS "1" END), "a|-|text/plain|1;", NULL},
	    {BODY("--b \t\r\n" FIELD "1\r\n--b  \r\n" FIELD "2\r\n--b--  "),
		"a|-|text/plain|1;a|-|text/plain|2;", NULL},
	};

	(void)state;
	CHECK_ALL(bodies);
}

static void
what_resembles_a_delimiter_is_data(void **state)
{
	static const struct body bodies[] = {
	    {BODY(FIELDS "x--b--\r\n" END), "a|-|text/plain|x--b--\r\n;", NULL},
	    {BODY(FIELDS "--bc\r\n" END), "a|-|text/plain|--bc\r\n;", NULL},
	    {BODY(FIELDS "\r\n--b-\r\n" END), "a|-|text/plain|\r\n--b-\r\n;", NULL},
	    {BODY(FIELDS "\r\n--b -\r\n" END), "a|-|text/plain|\r\n--b -\r\n;", NULL},
	    {BODY(FIELDS "\r\n--b\rx" END), "a|-|text/plain|\r\n--b\rx;", NULL},
	    {BODY(FIELDS "\r\n--b\r" END), "a|-|text/plain|\r\n--b\r;", NULL},
	    {BODY(FIELDS "\r\n--b \r \n" END), "a|-|text/plain|\r\n--b \r \n;", NULL},
	    {BODY(FIELDS "\n--b--\n" END), "a|-|text/plain|\n--b--\n;", NULL},
	    {BODY(FIELDS "\r\n-\r\n--\r\r\n-" END), "a|-|text/plain|\r\n-\r\n--\r\r\n-;", NULL},
	    {BODY(FIELDS "\r\n--b"
			 "                                                                "
			 "         \r\n" END),
		"a|-|text/plain|\r\n--b"
		"                                                                "
		"         \r\n;",
		NULL},
	    {BODY(FIELDS "\r" END), "a|-|text/plain|\r;", NULL},
	    {BODY(FIELDS "\r\n" END), "a|-|text/plain|\r\n;", NULL},
	};

	(void)state;
	CHECK_ALL(bodies);
}

static void
lines_may_end_with_lf(void **state)
{
	static const struct body bodies[] = {
	    {BODY("--b\n" CD "name=a\n\n1\r\n2\n\n--b\n" CD "name=c\n\n3\r\n--b--\n"),
		"a|-|text/plain|1\r\n2\n;c|-|text/plain|3\r;", NULL},
	    {BODY("x\n--b\n" CD "name=a\nContent-Type: x/y\n\n\n--b--"), "a|-|x/y|;", NULL},
	};

	(void)state;
	CHECK_ALL(bodies);
}

static void
broken_off_bodies_are_errors(void **state)
{
	static const char body[] = FIELDS "1\r\n--b\r\n" CD "name=\"c\"\r\n\r\n2" END;
	size_t whole = sizeof body - sizeof "\r\n";

	(void)state;
	for (size_t n = 0; n < whole; n++) {
		struct expectation x = {"b", body, n, NULL,
		    n < sizeof "--b\r" ? "does not contain its boundary \"b\"" : "breaks off"};
		check(&x);
	}
	struct expectation x = {"b", body, whole, "a|-|text/plain|1;c|-|text/plain|2;", NULL};
	check(&x);
}

static void
names_are_read(void **state)
{
	static const struct {
		const char *parameters, *log;
	} cases[] = {
	    {"name=a", "a|-"},
	    {"NAME = a ;", "a|-"},
	    {"namex=x; name=\"a\"; xname=y", "a|-"},
	    {"name=\"\"", "|-"},
	    {"name=\"a;b=c; filename=d\"", "a;b=c; filename=d|-"},
	    {"name=\"a\\\"b\\\\c\\d%22\"", "a\"b\\c\\d%22|-"},
	    {"name=a; filename=\"x.csv\"", "a|x.csv"},
	    {"filename=x.csv;name=a", "a|x.csv"},
	    {"name=a; filename=\"\"", "a|"},
	    {"name=a; filename=\"C:\\new\\x y.csv\"", "a|x y.csv"},
	    {"name=a; filename=\"../../etc/x\"", "a|x"},
	    {"name=a; filename=\"/tmp/\"", "a|"},
	    {"name=\"\xc3\xa4\"; filename=\"\xe2\x82\xac.csv\"", "\xc3\xa4|\xe2\x82\xac.csv"},
	    {"name=a; filename=x; filename*=UTF-8''%e2%82%AC%20.csv", "a|\xe2\x82\xac .csv"},
	    {"name=a; filename*=utf-8'en'dir%2Fy.csv; filename=\"\xff\"", "a|y.csv"},
	    {"name=a; filename=x; filename*=UTF-8''%ff", "a|x"},
	    {"name=a; filename=x; filename*=UTF-8''a%4", "a|x"},
	    {"name=a; filename=x; filename*=ISO-8859-1''%e4", "a|x"},
	    {"name=a; filename=x; filename*=UTF-8", "a|x"},
	    {"name=a;\r\n filename=x", "a|x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf body = {0}, log = {0};
		buf_printf(&body, "--b\r\n%s%s\r\n\r\n1%s", CD, cases[i].parameters, END);
		buf_printf(&log, "%s|text/plain|1;", cases[i].log);
		struct expectation x = {"b", body.data, body.len, log.data, NULL};
		check(&x);
		buf_free(&body);
		buf_free(&log);
	}
}

static void
ambiguous_headers_are_refused(void **state)
{
	static const struct body bodies[] = {
	    {BODY("--b\r\n\r\n1" END), "", "Part 1 of the form has no Content-Disposition."},
	    {BODY(FIELDS "1\r\n--b\r\nX: y\r\n\r\n1" END), NULL, "Part 2 of the form has no"},
	    {BODY("--b\r\n" CD "filename=x\r\n\r\n1" END), "", "has no name"},
	    {BODY("--b\r\n" CD "name=a; name=a\r\n\r\n1" END), "", "twice"},
	    {BODY("--b\r\n" CD "name=a; filename=x; Filename=x\r\n\r\n1" END), "", "twice"},
	    {BODY("--b\r\n" CD "name=a\r\n" CD "name=a\r\n\r\n1" END), "", "header twice"},
	    {BODY("--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1" END), "",
		"another disposition"},
	    {BODY("--b\r\nContent-Disposition: form-datax; name=a\r\n\r\n1" END), "",
		"another disposition"},
	    {BODY("--b\r\n" CD "name=\"a\r\n\r\n1" END), "", "cannot be read"},
	    {BODY("--b\r\n" CD "name\r\n\r\n1" END), "", "cannot be read"},
	    {BODY("--b\r\n" CD "name=\"a\"x\r\n\r\n1" END), "", "cannot be read"},
	    {BODY("--b\r\n" CD "name=\"a\0b\"\r\n\r\n1" END), "", "control character"},
	    {BODY("--b\r\n" CD "name=\"a\rb\"\r\n\r\n1" END), "", "control character"},
	    {BODY("--b\r\n" CD "name=a; filename*=UTF-8''a%00\r\n\r\n1" END), "",
		"control characters"},
	    {BODY("--b\r\n" CD "name=a; filename*=UTF-8''%ff\r\n\r\n1" END), "",
		"file name that cannot be read"},
	    {BODY("--b\r\n" CD "name=a; filename=\"\xff\"\r\n\r\n1" END), "", "not in UTF-8"},
	    {BODY("--b\r\nname\r\n\r\n1" END), "", "that is none"},
	    {BODY("--b\r\n" CD "name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n1" END), "",
		"Content-Transfer-Encoding"},
	    {BODY("--b\r\n" CD "name=a\r\nContent-Encoding: gzip\r\n\r\n1" END), "",
		"Content-Encoding"},
	    {BODY("--b\r\n" CD "name=a\r\n--b\r\n" FIELD "1" END), "", "that is none"},
	};

	(void)state;
	CHECK_ALL(bodies);
}

static void
plain_transfer_encodings_are_fine(void **state)
{
	static const struct body bodies[] = {
	    {BODY("--b\r\n" CD "name=a\r\ncontent-transfer-encoding: 8BIT\r\n\r\n1" END),
		"a|-|text/plain|1;", NULL},
	};

	(void)state;
	CHECK_ALL(bodies);
}

static void
any_boundary_of_1_to_70_characters_works(void **state)
{
	static const char seventy[] = "0123456789012345678901234567890123456789"
				      "012345678901234567890123456789";
	const char *const good[] = {"-", "--", "a b", "'()+_,-./:=?", seventy};
	const char *const bad[] = {"", "a ", "a\nb", "\xc3\xa4",
	    "0123456789012345678901234567890123456789012345678901234567890123456789x"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct buf body = {0};
		buf_printf(&body, "--%s\r\n%s1\r\n-\r\n--\r\n--%s--", good[i], FIELD, good[i]);
		struct expectation x = {
		    good[i], body.data, body.len, "a|-|text/plain|1\r\n-\r\n--;", NULL};
		check(&x);
		buf_free(&body);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = {0};
		assert_null(multipart_open(bad[i], &recorder, NULL, &err));
		assert_int_equal(err.code, ERROR_INPUT);
	}
}

static void
parts_and_headers_have_limits(void **state)
{
	struct buf body = {0};
	struct expectation x = {.boundary = "b"};

	(void)state;
	for (int i = 0; i < MULTIPART_MAX_PARTS; i++)
		buf_add_text(&body, i ? "\r\n" FIELDS : FIELDS);
	buf_add_text(&body, END);
	x.body = body.data, x.n = body.len;
	check_slicing(&x, body.len, 1);
	body.len -= strlen(END);
	buf_add_text(&body, "\r\n" FIELDS END);
	x.body = body.data, x.n = body.len, x.error = "Part 101 of the form is one too many";
	check_slicing(&x, body.len, 1);
	check_slicing(&x, 1, 1);

	for (size_t over = 0; over <= 1; over++) {
		static const char start[] = "--b\r\n" CD "name=a\r\nX: ";
		buf_clear(&body);
		buf_add_text(&body, start);
		while (body.len < strlen("--b\r\n") + MULTIPART_MAX_HEADER - 4 + over)
			buf_add_char(&body, 'x');
		buf_add_text(&body, "\r\n\r\n" END);
		x.body = body.data, x.n = body.len;
		x.error = over ? "more than 8192 bytes of headers" : NULL;
		check_slicing(&x, body.len, 1);
		check_slicing(&x, 1, 1);
	}
	buf_free(&body);
}

static void
the_handler_can_stop_it(void **state)
{
	static const struct {
		enum stop_at stop;
		const char *log;
	} cases[] = {
	    {AT_BEGIN, "a|-|text/plain|"},
	    {AT_DATA, "a|-|text/plain|1"},
	    {AT_END, "a|-|text/plain|1;"},
	};
	static const char body[] = FIELDS "1\r\n" FIELDS "2" END;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t every = 1; every < sizeof body; every++) {
			struct recorder r = {.stop = cases[i].stop};
			struct error err = {0};
			assert_int_equal(parse("b", body, sizeof body - 1, every, every, &r, &err),
			    MULTIPART_STOPPED);
			assert_string_equal(buf_text(&r.log), cases[i].log);
			assert_int_equal(err.code, ERROR_NONE);
			buf_free(&r.log);
		}
	}
}

/* Random bodies of the pieces that matter mean the same however they are cut. */
static void
slicing_never_matters(void **state)
{
	static const char *const pieces[] = {"\r\n", "\r", "\n", "--b", "--", "-", "b", " ", "x",
	    "--b\r\n", "\r\n--b", "\r\n--b--", "\r\n" FIELDS, "\n--b\n" CD "name=a\n\n", FIELD};
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct recorder whole = {0};
		struct error err = {0};
		struct buf body = {0};

		buf_add_text(&body, round % 2 ? FIELDS : "--b\n" FIELD);
		for (int i = 0; i < 12; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_add_text(
			    &body, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
		}
		enum multipart_result result =
		    parse("b", body.data, body.len, body.len, 1, &whole, &err);
		for (size_t every = 1; every < 8; every++) {
			struct recorder cut = {0};
			assert_int_equal(
			    parse("b", body.data, body.len, every, every, &cut, &err), result);
			assert_string_equal(buf_text(&cut.log), buf_text(&whole.log));
			buf_free(&cut.log);
		}
		buf_free(&whole.log);
		buf_free(&body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parts_are_found),
	    cmocka_unit_test(what_resembles_a_delimiter_is_data),
	    cmocka_unit_test(lines_may_end_with_lf),
	    cmocka_unit_test(broken_off_bodies_are_errors),
	    cmocka_unit_test(names_are_read),
	    cmocka_unit_test(ambiguous_headers_are_refused),
	    cmocka_unit_test(plain_transfer_encodings_are_fine),
	    cmocka_unit_test(any_boundary_of_1_to_70_characters_works),
	    cmocka_unit_test(parts_and_headers_have_limits),
	    cmocka_unit_test(the_handler_can_stop_it),
	    cmocka_unit_test(slicing_never_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
