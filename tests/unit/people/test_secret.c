/* Tokens: what they look like, and that the database is asked for their hash. */
#include "people/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
a_token_is_64_hexadecimal_digits(void **state)
{
	(void)state;
	char token[SECRET_SIZE];

	assert_int_equal(secret_make(token, NULL), 0);
	assert_int_equal(strlen(token), 64);
	assert_int_equal(strspn(token, "0123456789abcdef"), 64);
}

static void
no_two_tokens_are_the_same(void **state)
{
	(void)state;
	char a[SECRET_SIZE], b[SECRET_SIZE];

	for (int i = 0; i < 100; i++) {
		assert_int_equal(secret_make(a, NULL), 0);
		assert_int_equal(secret_make(b, NULL), 0);
		assert_string_not_equal(a, b);
	}
}

/* "abc" is the example of FIPS 180-4. */
static void
the_hash_is_sha_256_as_a_bytea(void **state)
{
	(void)state;
	static const struct {
		const char *token;
		size_t n;
		const char *text;
	} cases[] = {
	    {"", 0, "\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	    {"abc", 3, "\\xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	    {"a\0c", 3, "\\xb179f49283f586ae1922b625af4017aecdf77e7ee175c0af675abea14252a666"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct secret_hash hash = secret_hash(cases[i].token, cases[i].n);
		assert_string_equal(hash.text, cases[i].text);
	}
}

static void
bytes_and_text_of_a_hash_agree(void **state)
{
	(void)state;
	struct secret_hash hash = secret_hash("abc", 3);

	for (int i = 0; i < SECRET_HASH_BYTES; i++) {
		char digits[3] = "";
		snprintf(digits, sizeof digits, "%02x", hash.bytes[i]);
		assert_memory_equal(digits, hash.text + 2 + 2 * i, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_token_is_64_hexadecimal_digits),
	    cmocka_unit_test(no_two_tokens_are_the_same),
	    cmocka_unit_test(the_hash_is_sha_256_as_a_bytea),
	    cmocka_unit_test(bytes_and_text_of_a_hash_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
