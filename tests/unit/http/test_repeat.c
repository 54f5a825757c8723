/* Idempotency-Key: which values of the header are keys, and what makes two requests the same. */
#include "http/repeat.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define X64  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X256 X64 X64 X64 X64

static void
keys_are_quoted_or_bare(void **state)
{
	static const struct {
		const char *value;
		const char *key; /* NULL: it is none */
	} rows[] = {
	    {"8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"},
	    {"\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", "8e03978e-40d5-43e8-bc93-6894a57f9324"},
	    {"a b", "a b"},
	    {"~", "~"},
	    {"a\"b\\", "a\"b\\"},
	    {"\"a\\\"b\\\\\"", "a\"b\\"},
	    {"\"a\" \t", "a"},
	    {X256, X256},
	    {"\"" X256 "\"", X256},
	    {X256 "x", NULL},
	    {"\"" X256 "x\"", NULL},
	    {"", NULL},
	    {"\"\"", NULL},
	    {"\"", NULL},
	    {"\"a", NULL},
	    {"\"a\\", NULL},
	    {"\"a\\\"", NULL},
	    {"\"a\\b\"", NULL},
	    {"\"a\"b", NULL},
	    {"\"a\";p=1", NULL},
	    {"\"a\", \"b\"", NULL},
	    {"\"a\tb\"", NULL},
	    {"a\tb", NULL},
	    {"a\x7f", NULL},
	    {"a\xc3\xa9", NULL},
	    {"\"a\xc3\xa9\"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char key[REPEAT_KEY_MAX + 1] = "";
		const bool is_key = repeat_key_read(rows[i].value, key);
		if (is_key != (rows[i].key != NULL) || (is_key && strcmp(key, rows[i].key) != 0))
			fail_msg("%s: %s", rows[i].value, is_key ? key : "no key");
	}
}

/* A request with one header, a query, and a body of which two parts were read. */
struct asked {
	char *params[4];
	const char *method, *path;
	const char *body[2];
};

static void
fingerprint_of(const struct asked *asked, unsigned char out[IDEMPOTENCY_FINGERPRINT_BYTES])
{
	char path[32];
	unsigned char again[SHA256_BYTES];
	struct http http = {.method = asked->method, .path = path};
	struct request r = {.http = &http};
	struct error err = {0};
	struct repeat rep;

	snprintf(path, sizeof path, "%s", asked->path);
	http.fcgi.envp = (char **)asked->params;
	assert_true(repeat_read(&rep, &r));
	repeat_hear_body(&rep);
	assert_ptr_equal(http.heard, &rep.body);
	for (int i = 0; i < 2; i++)
		sha256_add(&rep.body, asked->body[i], strlen(asked->body[i]));
	assert_int_equal(fingerprint(&rep, out, &err), 0);
	assert_int_equal(fingerprint(&rep, again, &err), 0);
	assert_memory_equal(out, again, SHA256_BYTES);
	repeat_free(&rep);
	assert_null(http.heard);
}

#define KEY "HTTP_IDEMPOTENCY_KEY=a"

static void
method_address_and_body_make_a_request(void **state)
{
	static const struct asked first = {{KEY, "QUERY_STRING=x=1"}, "PATCH", "/a/", {"bo", "dy"}};
	static const struct asked same[] = {
	    {{KEY, "QUERY_STRING=x=1", "HTTP_ACCEPT=x"}, "PATCH", "/a/", {"body", ""}},
	    {{"QUERY_STRING=x=1", KEY}, "PATCH", "/a/", {"b", "ody"}},
	};
	static const struct asked others[] = {
	    {{KEY, "QUERY_STRING=x=2"}, "PATCH", "/a/", {"bo", "dy"}},
	    {{KEY}, "PATCH", "/a/", {"bo", "dy"}},
	    {{KEY, "QUERY_STRING=x=1"}, "POST", "/a/", {"bo", "dy"}},
	    {{KEY, "QUERY_STRING="}, "PATCH", "/a/x=1", {"bo", "dy"}},
	    {{KEY, "QUERY_STRING=x=1"}, "PATCH", "/a/", {"bod", "dy"}},
	    {{KEY, "QUERY_STRING=x=1"}, "PATCH", "/a/", {"", ""}},
	};
	unsigned char wanted[IDEMPOTENCY_FINGERPRINT_BYTES], got[IDEMPOTENCY_FINGERPRINT_BYTES];

	(void)state;
	fingerprint_of(&first, wanted);
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		fingerprint_of(&same[i], got);
		assert_memory_equal(got, wanted, sizeof got);
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		fingerprint_of(&others[i], got);
		assert_memory_not_equal(got, wanted, sizeof got);
	}
}

static void
without_the_header_every_request_is_new(void **state)
{
	char *params[] = {"HTTP_IDEMPOTENCY=a", "IDEMPOTENCY_KEY=b", NULL};
	struct http http = {.method = "POST", .path = ""};
	struct request r = {.http = &http};
	struct error err = {0};
	struct buf body = {0};
	struct repeat rep;

	(void)state;
	http.fcgi.envp = params;
	assert_true(repeat_read(&rep, &r));
	assert_false(repeat_has_key(&rep));
	repeat_hear_body(&rep);
	assert_null(http.heard);
	assert_true(repeat_is_new(&rep));
	assert_int_equal(repeat_look(&rep, &err), IDEMPOTENCY_NEW);
	assert_int_equal(repeat_keep(&rep, 200, &body, &err), 0);
	repeat_keep_refusal(&rep, 400, &body);
	repeat_free(&rep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_are_quoted_or_bare),
	    cmocka_unit_test(method_address_and_body_make_a_request),
	    cmocka_unit_test(without_the_header_every_request_is_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
