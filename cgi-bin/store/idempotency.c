/* Answers that are kept for requests with an Idempotency-Key: see idempotency.h. */
#include "store/idempotency.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum column { COL_IN_USE, COL_FINGERPRINT, COL_STATUS, COL_BODY };

static const struct statement find = {"idempotency_find",
    "SELECT in_use, fingerprint, status, body FROM idempotency_find($1, $2, $3, $4)", 4, false};
static const struct statement keep = {
    "idempotency_keep", "SELECT idempotency_keep($1, $2, $3, decode($4, 'hex'), $5, $6)", 6, false};

/* Reads the answer in the only row. */
static enum idempotency_state
read_answer(const PGresult *res, struct idempotency_answer *known, struct error *err)
{
	const size_t n = db_get_size(res, 0, COL_FINGERPRINT);

	if (db_get_bool(res, 0, COL_IN_USE))
		return IDEMPOTENCY_IN_USE;
	if (n != IDEMPOTENCY_FINGERPRINT_BYTES)
		return IDEMPOTENCY_NEW;
	memcpy(known->fingerprint, db_get_text(res, 0, COL_FINGERPRINT), n);
	known->status = (int)db_get_int(res, 0, COL_STATUS);
	buf_clear(&known->body);
	buf_add(&known->body, db_get_text(res, 0, COL_BODY), db_get_size(res, 0, COL_BODY));
	if (!known->body.failed)
		return IDEMPOTENCY_KNOWN;
	error_set(err, ERROR_SYSTEM, "out of memory");
	return IDEMPOTENCY_FAILED;
}

enum idempotency_state
idempotency_find(struct db *db, const struct idempotency_key *key, bool begins,
    struct idempotency_answer *known, struct error *err)
{
	const char *const params[] = {key->account, key->path, key->key, begins ? "true" : "false"};
	PGresult *res = db_query(db, &find, params, err);
	enum idempotency_state state = res ? read_answer(res, known, err) : IDEMPOTENCY_FAILED;

	PQclear(res);
	return state;
}

int
idempotency_keep(struct db *db, const struct idempotency_key *key,
    const struct idempotency_answer *answer, struct error *err)
{
	char fingerprint[2 * IDEMPOTENCY_FINGERPRINT_BYTES + 1], status[12];

	if (answer->body.failed)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	sodium_bin2hex(
	    fingerprint, sizeof fingerprint, answer->fingerprint, IDEMPOTENCY_FINGERPRINT_BYTES);
	snprintf(status, sizeof status, "%d", answer->status);
	const char *const params[] = {
	    key->account, key->path, key->key, fingerprint, status, buf_text(&answer->body)};
	return db_run(db, &keep, params, err);
}
