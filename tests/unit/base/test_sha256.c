/* SHA-256: the examples of FIPS 180-4, however the bytes come. */
#include "base/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

static void
assert_digest(const struct sha256 *sha, const char *wanted)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	struct error err = {0};

	assert_int_equal(sha256_digest(sha, digest, &err), 0);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	assert_string_equal(hex, wanted);
}

#define OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OF_ABC     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define OF_56      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"

static void
pieces_make_the_same_digest(void **state)
{
	static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	struct sha256 sha = {0};

	(void)state;
	for (size_t at = 0; at < sizeof text; at++) {
		sha256_begin(&sha);
		sha256_add(&sha, text, at);
		sha256_add(&sha, text + at, sizeof text - 1 - at);
		assert_digest(&sha, OF_56);
	}
	sha256_free(&sha);
}

static void
a_digest_is_of_what_was_added_so_far(void **state)
{
	struct sha256 sha = {0};

	(void)state;
	sha256_begin(&sha);
	assert_digest(&sha, OF_NOTHING);
	sha256_add(&sha, "ab", 2);
	sha256_add(&sha, "c", 1);
	assert_digest(&sha, OF_ABC);
	assert_digest(&sha, OF_ABC);
	sha256_begin(&sha);
	assert_digest(&sha, OF_NOTHING);
	sha256_free(&sha);
	sha256_free(&sha);
}

/* Out of memory, for one. */
static void
what_failed_has_no_digest(void **state)
{
	unsigned char digest[SHA256_BYTES];
	struct sha256 sha = {.failed = true};
	struct error err = {0};

	(void)state;
	sha256_add(&sha, "a", 1);
	assert_int_equal(sha256_digest(&sha, digest, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	sha256_free(&sha);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces_make_the_same_digest),
	    cmocka_unit_test(a_digest_is_of_what_was_added_so_far),
	    cmocka_unit_test(what_failed_has_no_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
