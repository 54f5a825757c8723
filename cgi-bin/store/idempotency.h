/*
 * Answers that are kept for requests with an Idempotency-Key: whoever lost the answer sends the
 * same request with the same key, and gets it again. The rules, such as how long an answer is kept,
 * are SQL functions (sql/013_uploads.sql). http/repeat.h is what handlers use.
 */
#ifndef ACCESSION_IDEMPOTENCY_H
#define ACCESSION_IDEMPOTENCY_H

#include "base/buf.h"
#include "base/error.h"
#include "database/db.h"

#include <stdbool.h>

#define IDEMPOTENCY_FINGERPRINT_BYTES 32

/* Which request it is: the same key of another account, or for another path, is another one. */
struct idempotency_key {
	const char *account; /* its id, as a statement's parameter */
	const char *path;    /* without the query */
	const char *key;
};

struct idempotency_answer {
	unsigned char fingerprint[IDEMPOTENCY_FINGERPRINT_BYTES]; /* of the request */
	int status;
	struct buf body; /* UTF-8 */
};

enum idempotency_state {
	IDEMPOTENCY_FAILED, /* the error is set */
	IDEMPOTENCY_NEW,    /* no request has had this key */
	IDEMPOTENCY_KNOWN,  /* its answer is kept */
	IDEMPOTENCY_IN_USE, /* one is being answered now */
};

/*
 * Looks for the answer to the request with this key; if there is one, writes it to *known, whose
 * body the caller frees. `begins`: if the key is new, it is in use until the end of the present
 * transaction, which has to be open. Never waits for another request.
 */
enum idempotency_state idempotency_find(struct db *db, const struct idempotency_key *key,
    bool begins, struct idempotency_answer *known, struct error *err);

/*
 * Keeps the answer to a request that has begun in the present transaction, and takes effect with
 * it. Returns 0, or -1 with the error set as by db_query.
 */
int idempotency_keep(struct db *db, const struct idempotency_key *key,
    const struct idempotency_answer *answer, struct error *err) __attribute__((warn_unused_result));

#endif
