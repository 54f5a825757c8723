/*
 * Attempts to sign in with a password, as requests make them: in the sign-in pool alone. What
 * becomes of an attempt that is too early or finds no place is the same reply everywhere.
 */
#ifndef ACCESSION_ATTEMPT_H
#define ACCESSION_ATTEMPT_H

#include "http/input.h"
#include "http/request.h"
#include "store/sign_in.h"

#include <stdbool.h>

/*
 * The key of the request's device cookie, by which the database knows browsers in which somebody
 * signed in before; in *key. NULL: it has none.
 */
const char *attempt_device(const struct request *r, struct secret_hash *key);

/*
 * Checks a password of n bytes. `via` says how it came, for the events. Replies 429 or 503 with
 * Retry-After, or 500, unless it returns SIGN_IN_RIGHT, with *who filled in, or SIGN_IN_WRONG, to
 * which the caller replies.
 */
enum sign_in attempt_check(struct request *r, struct attempt *attempt, struct person *who);

/*
 * Checks the password of a request with `Authorization: Basic` (RFC 7617; UTF-8, or else Latin-1),
 * and lends it a credential. Returns false if it gets none; the reply has been made.
 */
bool attempt_basic(struct request *r, char lent[SECRET_SIZE]);

/*
 * Reads a body (see input_read) with the caller's own password in the field number `password`, for
 * attempt_own. Where there is a trusted front it may be missing.
 */
json_object *attempt_read_own(
    struct request *r, const struct input *inputs, size_t n, size_t password, struct given *values);

/*
 * Checks the caller's own password before something that a session or a token alone may not do.
 * Without one (NULL), the trusted front must say of this request who makes it. Returns false if it
 * is not the password; the reply, about the field current_password, has been made. *who is filled
 * in if there is a password.
 */
bool attempt_own(struct request *r, const struct given *password, struct person *who);
#define ATTEMPT_NOT_YOURS "This is not your password."

/*
 * Counts an attempt of the caller to give a code, like one to give a password. Returns false if it
 * is too early for one; the reply has been made.
 */
bool attempt_count_own(struct request *r);

/* Makes an event of it that the caller was refused. Returns false on an error; replied. */
bool attempt_refuse_own(struct request *r, const char *reason);

/* Replies that the person has to wait. */
void attempt_reply_early(struct request *r, int64_t pause_ms);

#endif
