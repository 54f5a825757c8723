/* Tokens and their hashes: see token.h. */
#include "people/token.h"

#include <sodium.h>

#define TOKEN_BYTES 32

_Static_assert(TOKEN_SIZE == 2 * TOKEN_BYTES + 1, "a token is its bytes in hexadecimal");
_Static_assert(TOKEN_HASH_BYTES == crypto_hash_sha256_BYTES, "a hash is a SHA-256");

int
token_make(char token[TOKEN_SIZE], struct error *err)
{
	unsigned char bytes[TOKEN_BYTES];

	if (sodium_init() < 0)
		return error_set(err, ERROR_SYSTEM, "The system gives no random numbers.");
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2hex(token, TOKEN_SIZE, bytes, sizeof bytes);
	sodium_memzero(bytes, sizeof bytes);
	return 0;
}

struct token_hash
token_hash(const char *token, size_t n)
{
	struct token_hash hash = {.text = "\\x"};

	crypto_hash_sha256(hash.bytes, (const unsigned char *)token, n);
	sodium_bin2hex(hash.text + 2, sizeof hash.text - 2, hash.bytes, sizeof hash.bytes);
	return hash;
}
