/* Tokens and their hashes: see secret.h. */
#include "people/secret.h"

#include <sodium.h>

#define SECRET_BYTES 32

_Static_assert(SECRET_SIZE == 2 * SECRET_BYTES + 1, "a token is its bytes in hexadecimal");
_Static_assert(SECRET_HASH_BYTES == crypto_hash_sha256_BYTES, "a hash is a SHA-256");

int
secret_make(char token[SECRET_SIZE], struct error *err)
{
	unsigned char bytes[SECRET_BYTES];

	if (sodium_init() < 0)
		return error_set(err, ERROR_SYSTEM, "The system gives no random numbers.");
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2hex(token, SECRET_SIZE, bytes, sizeof bytes);
	sodium_memzero(bytes, sizeof bytes);
	return 0;
}

struct secret_hash
secret_hash(const char *token, size_t n)
{
	struct secret_hash hash = {.text = "\\x"};

	crypto_hash_sha256(hash.bytes, (const unsigned char *)token, n);
	sodium_bin2hex(hash.text + 2, sizeof hash.text - 2, hash.bytes, sizeof hash.bytes);
	return hash;
}
