/* The second factor: see second_factor.h. */
#include "store/second_factor.h"

#include "base/buf.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum column { COL_SECRET, COL_CONFIRMED, COL_LAST_STEP, COL_CODES };

static const struct statement get = {"factor_get",
    "SELECT encode(f.secret, 'hex'), f.confirmed, f.last_step, f.codes FROM factor_get($1) f", 1,
    false};

static const struct statement begin = {
    "factor_begin", "SELECT factor_begin($1, $2) FROM request_context($3, $4)", 4, false};

static const struct statement pass_code = {"factor_pass",
    "SELECT factor_pass($1, $2, $3, $4::bytea[], $5, $6::interval) FROM request_context($7, $8)", 8,
    false};

static const struct statement remove_factor = {
    "factor_remove", "SELECT factor_remove($1) FROM request_context($2, $3)", 3, false};

int
factor_get(struct db *db, const struct actor *by, struct factor *f, struct error *err)
{
	PGresult *res = db_query(db, &get, (const char *const[]){by->key}, err);

	*f = (struct factor){0};
	if (res && PQntuples(res) > 0) {
		const char *hex = db_get_text(res, 0, COL_SECRET);
		f->exists = true;
		f->is_confirmed = db_get_bool(res, 0, COL_CONFIRMED);
		f->last_step = db_get_int(res, 0, COL_LAST_STEP);
		f->codes_left = db_get_int(res, 0, COL_CODES);
		sodium_hex2bin(f->secret, sizeof f->secret, hex, strlen(hex), NULL, &f->n, NULL);
	}
	PQclear(res);
	return res ? 0 : -1;
}

/* Runs a statement that says whether it did something: 0; 1 if not; -1 with the error set. */
static int
run(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	PGresult *res = db_query(db, st, params, err);
	int outcome = !res ? -1 : !db_get_bool(res, 0, 0);

	PQclear(res);
	return outcome;
}

int
factor_begin(struct db *db, const struct actor *by, const unsigned char secret[TOTP_SECRET_BYTES],
    struct error *err)
{
	char text[2 + 2 * TOTP_SECRET_BYTES + 1] = "\\x";

	sodium_bin2hex(text + 2, sizeof text - 2, secret, TOTP_SECRET_BYTES);
	int outcome =
	    run(db, &begin, (const char *const[]){by->key, text, by->address, by->request}, err);
	sodium_memzero(text, sizeof text);
	return outcome;
}

/* Makes new recovery codes, and of their keys an array for the statement. */
static int
make_codes(struct factor_pass *pass, struct buf *array, struct error *err)
{
	if (recovery_codes_make(pass->codes, err) < 0)
		return -1;
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		buf_printf(
		    array, "%s\"\\%s\"", i ? "," : "{", recovery_code_hash(pass->codes[i]).text);
	buf_add_char(array, '}');
	return 0;
}

int
factor_pass(struct db *db, const struct actor *by, const struct factor *f, struct factor_pass *pass,
    struct error *err)
{
	const int64_t step = totp_check(f->secret, f->n, pass->code, time(NULL), f->last_step);
	const struct secret_hash recovery = recovery_code_hash(pass->code);
	char step_text[24];
	struct buf codes = {0};

	if (!f->exists || (step < 0 && !f->is_confirmed))
		return 1;
	if (pass->new_codes && make_codes(pass, &codes, err) < 0)
		return -1;
	snprintf(step_text, sizeof step_text, "%lld", (long long)step);
	const char *const params[] = {by->key, step < 0 ? NULL : step_text,
	    step < 0 ? recovery.text : NULL, pass->new_codes ? buf_text(&codes) : NULL,
	    pass->session, pass->lasts, by->address, by->request};
	int outcome = run(db, &pass_code, params, err);
	buf_free(&codes);
	return outcome;
}

int
factor_remove(struct db *db, const struct actor *by, struct error *err)
{
	return db_run(
	    db, &remove_factor, (const char *const[]){by->key, by->address, by->request}, err);
}
