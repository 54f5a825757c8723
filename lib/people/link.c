/* One-time links: see link.h. */
#include "people/link.h"

#include "base/config.h"

#include <stdio.h>
#include <string.h>

static const struct statement make = {
    "link_make", "SELECT link_make FROM link_make($1, $2, $3, $4::interval)", 4, false};

static const struct statement owner = {
    "link_owner", "SELECT id, email, first_name, last_name, role FROM link_owner($1)", 1, true};

static const struct statement use = {
    "link_use", "SELECT link_use($1, $2) FROM request_context($3, $4)", 4, false};

int
link_make(struct db *db, const char *key, const char *account, char secret[SECRET_SIZE],
    int64_t *expires, struct error *err)
{
	char lasts[32];

	if (secret_make(secret, err) < 0)
		return -1;
	const struct secret_hash hash = secret_hash(secret, strlen(secret));
	snprintf(lasts, sizeof lasts, "%lld hours", (long long)config_int(SETTING_LINK_HOURS));
	PGresult *res =
	    db_query(db, &make, (const char *const[]){key, account, hash.text, lasts}, err);
	int outcome = !res ? -1 : PQntuples(res) == 0;

	if (outcome == 0)
		*expires = db_get_time(res, 0, 0);
	PQclear(res);
	return outcome;
}

PGresult *
link_owner(struct db *db, const char *secret, struct error *err)
{
	const struct secret_hash hash = secret_hash(secret, strlen(secret));

	return db_query(db, &owner, (const char *const[]){hash.text}, err);
}

int
link_use(struct db *db, const struct actor *by, const char *secret, const char *password_hash,
    struct error *err)
{
	const struct secret_hash hash = secret_hash(secret, strlen(secret));
	PGresult *res = db_query(db, &use,
	    (const char *const[]){hash.text, password_hash, by->address, by->request}, err);
	int outcome = !res ? -1 : db_is_null(res, 0, 0);

	PQclear(res);
	return outcome;
}
