/*
 * Digests of what comes piece by piece: SHA-256 (FIPS 180-4) by OpenSSL, which uses the
 * instructions that processors have for it. Begin; add; ask for the digest; free.
 */
#ifndef ACCESSION_SHA256_H
#define ACCESSION_SHA256_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define SHA256_BYTES 32

/* {0}: not begun. */
struct sha256 {
	struct evp_md_ctx_st *state; /* EVP_MD_CTX */
	bool failed;                 /* something was not added */
};

/*
 * Begins, or begins again: what was added is forgotten. Neither this nor adding fails visibly:
 * sha256_digest does.
 */
void sha256_begin(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *bytes, size_t n);

/*
 * The digest of all that was added so far, to which more can be added. Returns 0, or -1 with the
 * error set.
 */
int sha256_digest(const struct sha256 *sha, unsigned char out[SHA256_BYTES], struct error *err)
    __attribute__((warn_unused_result));

/* Does nothing if it was not begun, or was freed. */
void sha256_free(struct sha256 *sha);

#endif
