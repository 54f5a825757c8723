/*
 * One-time links, by which people set a password that nobody else knows: for a new account, and
 * after a reset. A link has the secret in its fragment, which browsers do not send, so that it is
 * in no log. It is good for ACCESSION_LINK_HOURS, or until the next one.
 */
#ifndef ACCESSION_LINK_H
#define ACCESSION_LINK_H

#include "base/error.h"
#include "database/db.h"
#include "people/account.h"
#include "people/secret.h"

#include <stdint.h>

/* The sqlstate of link_make for the caller's own account. */
#define LINK_OWN "AC003"

/* The page that takes a link. The secret follows. */
#define LINK_PATH "/set-password/#"

/*
 * Makes a link for the account, and ends all that its password, if it has one, has opened: sessions
 * and tokens too. Fills in its secret and when it expires. Returns 0; 1 if there is no such
 * account, or it is disabled; -1 with the error set.
 */
int link_make(struct db *db, const char *key, const char *account, char secret[SECRET_SIZE],
    int64_t *expires, struct error *err);

/*
 * Whose link it is: a row for account_members, or none if it is no link (any more); NULL with the
 * error set.
 */
PGresult *link_owner(struct db *db, const char *secret, struct error *err);

/*
 * Sets the password and uses the link up. Returns 0; 1 if it is no link (any more); -1 with the
 * error set.
 */
int link_use(struct db *db, const struct actor *by, const char *secret, const char *password_hash,
    struct error *err);

#endif
