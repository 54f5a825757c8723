/*
 * Sign-in by a trusted front (ACCESSION_TRUSTED_FRONT): nginx says who made the request, having
 * found out by a client's certificate or by a provider of identities. It does so by the parameter
 * ACCESSION_REMOTE_USER, which no client can send: what clients send arrives as HTTP_…
 */
#ifndef ACCESSION_FRONT_H
#define ACCESSION_FRONT_H

#include "http/request.h"
#include "store/sign_in.h"

#include <stdbool.h>

/* May people sign in by the front? */
bool front_is_trusted(void);

/* Where browsers sign in at the front, before they can here; NULL: nowhere. */
const char *front_url(void);

/* Do passwords open anything? If not, people sign in by the front alone. */
bool front_leaves_passwords(void);

/*
 * Where passwords open nothing: reads the body, replies 403, and returns true. Else returns false.
 */
bool front_refuses_password(struct request *r);

/*
 * Signs in whom the front names, with a session that lasts so long. Returns false if it names
 * nobody who has an active account, or on an error; the reply has been made.
 */
bool
front_sign_in(struct request *r, const char *lasts, struct person *who, char secret[SECRET_SIZE]);

/*
 * Does the front say of this very request that the caller makes it? Then that stands for the
 * caller's password. Returns 1 or 0, or -1 with the error set.
 */
int front_vouches(struct request *r, struct error *err);

#endif
