/*
 * Signing in with a password. Only the sign-in handlers can (their database role may call the
 * functions of sql/012_sign_in.sql). Every attempt is counted before its password is checked: who
 * failed too often is told to wait, which costs no check.
 */
#ifndef ACCESSION_SIGN_IN_H
#define ACCESSION_SIGN_IN_H

#include "base/error.h"
#include "database/db.h"
#include "people/account.h"
#include "people/password.h"
#include "people/secret.h"

#include <stdbool.h>
#include <stdint.h>

/* One attempt, and what it is about. */
struct attempt {
	const char *email;
	const char *password; /* n bytes */
	size_t n;
	const char *device; /* the key of the browser's device cookie, as a parameter; NULL: none */
	const char *via;    /* "form", "basic", "front" …: how, for the events */
	struct actor by;    /* address and request */
};

/* Who it is, if the password was right. */
struct person {
	int64_t id;                      /* 0: there is no such account */
	char id_text[24];                /* as a statement's parameter */
	char stored[PASSWORD_HASH_SIZE]; /* the hash that the password matches */
	bool is_admin;
	bool has_factor;  /* a second factor is set up */
	int64_t pause_ms; /* with SIGN_IN_EARLY: how long yet */
};

enum sign_in {
	SIGN_IN_RIGHT,
	SIGN_IN_WRONG, /* or there is no such account, or it is disabled */
	SIGN_IN_EARLY, /* too many failures: nothing was checked */
	SIGN_IN_BUSY,  /* too many passwords are being checked at the moment */
	SIGN_IN_FAILED /* the error is set */
};

/* Must the person give a code of a second factor, or set one up (ACCESSION_SECOND_FACTOR)? */
bool person_needs_factor(const struct person *who);

/*
 * Counts an attempt whose password is not checked here. Returns SIGN_IN_RIGHT if it may go on,
 * SIGN_IN_EARLY or SIGN_IN_FAILED.
 */
enum sign_in
sign_in_count(struct db *db, const struct attempt *attempt, struct person *who, struct error *err);

/* Logs a refusal and makes it an event. Returns SIGN_IN_WRONG or SIGN_IN_FAILED. */
enum sign_in sign_in_refuse(struct db *db, const struct attempt *attempt, const struct person *who,
    const char *reason, struct error *err);

/* Counts the attempt and checks its password. Logs a refusal, and makes it an event. */
enum sign_in
sign_in_check(struct db *db, const struct attempt *attempt, struct person *who, struct error *err);

/* What a person gets who has signed in. */
struct opening {
	const char *kind;  /* of the credential: "session" or "basic" */
	bool is_pending;   /* the second factor is still to come */
	const char *lasts; /* an interval */
	const char *agent; /* the browser; NULL: not told */
};

/*
 * Makes that credential, under a new secret. Returns 0; 1 if the password has changed or the
 * account has been disabled since it was checked; -1 with the error set.
 */
int sign_in_open(struct db *db, const struct attempt *attempt, const struct person *who,
    const struct opening *what, char secret[SECRET_SIZE], struct error *err);

/*
 * Takes back the count of an attempt whose password was right, and of failures before it, if
 * nothing is opened: people who prove themselves again. Returns 0, or -1 with the error set.
 */
int sign_in_forgive(
    struct db *db, const struct attempt *attempt, const struct person *who, struct error *err);

/*
 * Remembers that the account's owner has signed in completely with this browser, which is known by
 * a new secret from now on, and not by the one with the key `before` any more (NULL: it had none).
 * Returns 0, or -1 with the error set.
 */
int sign_in_remember(struct db *db, const char *account, const char *before,
    char secret[SECRET_SIZE], struct error *err);

/*
 * Signs in whom a front names that the service trusts, with a session that lasts so long (an
 * interval), and tells who it is. Returns 0; 1 if there is no such account, or it is disabled,
 * which is logged and an event; -1 with the error set.
 */
int sign_in_vouched(struct db *db, const struct attempt *attempt, const struct opening *what,
    struct person *who, char secret[SECRET_SIZE], struct error *err);

/*
 * Replaces the caller's password, whose stored hash is `old`. Returns 0; 1 if it is no longer the
 * password; -1 with the error set.
 */
int sign_in_change(struct db *db, const struct actor *by, const char *old, const char *new_hash,
    bool keep_tokens, struct error *err);

#endif
