/* SHA-256 by OpenSSL: see sha256.h. */
#include "base/sha256.h"

#include <openssl/evp.h>

void
sha256_begin(struct sha256 *sha)
{
	if (!sha->state)
		sha->state = EVP_MD_CTX_new();
	sha->failed = !sha->state || !EVP_DigestInit_ex(sha->state, EVP_sha256(), NULL);
}

void
sha256_add(struct sha256 *sha, const void *bytes, size_t n)
{
	if (!sha->failed && !EVP_DigestUpdate(sha->state, bytes, n))
		sha->failed = true;
}

int
sha256_digest(const struct sha256 *sha, unsigned char out[SHA256_BYTES], struct error *err)
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	const bool made = copy && !sha->failed && EVP_MD_CTX_copy_ex(copy, sha->state) &&
			  EVP_DigestFinal_ex(copy, out, NULL);

	EVP_MD_CTX_free(copy);
	return made ? 0 : error_set(err, ERROR_SYSTEM, "OpenSSL has no memory for SHA-256");
}

void
sha256_free(struct sha256 *sha)
{
	EVP_MD_CTX_free(sha->state);
	*sha = (struct sha256){0};
}
