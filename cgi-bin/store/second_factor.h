/*
 * The second factor of accounts: an authenticator app (people/totp.h) and its recovery codes. Only
 * the sign-in handlers see its secret. Whose factor it is, the database finds by the caller's key,
 * also of a session that is pending.
 */
#ifndef ACCESSION_SECOND_FACTOR_H
#define ACCESSION_SECOND_FACTOR_H

#include "base/error.h"
#include "database/db.h"
#include "people/account.h"
#include "people/recovery_code.h"
#include "people/totp.h"

#include <stdbool.h>
#include <stdint.h>

#define FACTOR_SECRET_MAX 64

struct factor {
	bool exists;       /* set up, or about to be */
	bool is_confirmed; /* it is in force */
	unsigned char secret[FACTOR_SECRET_MAX];
	size_t n;
	int64_t last_step;  /* that a code was taken of */
	int64_t codes_left; /* recovery codes */
};

/* What a right code does. */
struct factor_pass {
	const char *code;    /* as typed: the app's, or a recovery code */
	const char *lasts;   /* how long a session goes on that was pending, as an interval */
	const char *session; /* under which key; NULL: as it is */
	bool new_codes;      /* makes new recovery codes, into `codes` */
	char codes[RECOVERY_CODES][RECOVERY_CODE_SIZE];
};

/* Reads the caller's factor. Returns 0, or -1 with the error set. */
int factor_get(struct db *db, const struct actor *by, struct factor *factor, struct error *err);

/*
 * Begins to set one up with this secret; a code has yet to confirm it. Returns 0; 1 if there is one
 * already; -1 with the error set.
 */
int factor_begin(struct db *db, const struct actor *by,
    const unsigned char secret[TOTP_SECRET_BYTES], struct error *err);

/*
 * Checks a code. If it is right it is used up, the factor is confirmed, and a pending session goes
 * on. Returns 0; 1 if it is wrong or was used before; -1 with the error set.
 */
int factor_pass(struct db *db, const struct actor *by, const struct factor *factor,
    struct factor_pass *pass, struct error *err);

/* Takes the caller's factor away. Returns 0, or -1 with the error set. */
int factor_remove(struct db *db, const struct actor *by, struct error *err);

#endif
