/* Sessions: see session.h. */
#include "store/session.h"

#include "base/config.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define CSRF_PURPOSE "csrf"

_Static_assert(SESSION_CSRF_SIZE == 2 * crypto_auth_hmacsha256_BYTES + 1,
    "a CSRF token is an HMAC in hexadecimal");

/*
 * Compares the password hash with the one that was checked, under the row's lock, because the
 * password may have changed between the check and this statement.
 */
static const struct statement open_session = {"session_open",
    "WITH gone AS (DELETE FROM credential WHERE kind = 'session' AND expires <= now()),"
    " person AS (UPDATE account SET last_sign_in = now()"
    "             WHERE id = $2 AND active AND password_hash = $3 RETURNING id)"
    " INSERT INTO credential (hash, kind, account_id, expires)"
    " SELECT $1, 'session', id, now() + least($4::interval, $5::interval) FROM person"
    " RETURNING id",
    5, false};

static const struct statement touch_session = {"session_touch",
    "UPDATE credential"
    "   SET seen = now(), expires = least(created + $2::interval, now() + $3::interval)"
    " WHERE hash = $1 AND kind = 'session'",
    3, false};

static const struct statement close_session = {
    "session_close", "DELETE FROM credential WHERE hash = $1 AND kind = 'session'", 1, false};

/* How long a session lasts, as PostgreSQL intervals. */
struct limits_text {
	char whole[32];
	char idle[32];
};

static struct limits_text
limits_text(void)
{
	struct limits_text t;

	snprintf(
	    t.whole, sizeof t.whole, "%lld hours", (long long)config_int(SETTING_SESSION_HOURS));
	snprintf(t.idle, sizeof t.idle, "%lld minutes",
	    (long long)config_int(SETTING_SESSION_IDLE_MINUTES));
	return t;
}

static void
session_from_value(struct session *s, const char *value, size_t n)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;

	s->hash = secret_hash(value, n);
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)value, n);
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)CSRF_PURPOSE, strlen(CSRF_PURPOSE));
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2hex(s->csrf, sizeof s->csrf, mac, sizeof mac);
}

const char *
session_cookie(bool https)
{
	return https ? "__Host-accession_session" : "accession_session";
}

bool
session_from_cookies(const char *cookies, bool https, struct session *s)
{
	const char *name = session_cookie(https);
	const size_t length = strlen(name);

	for (const char *c = cookies; c && *c; c += strcspn(c, ";")) {
		c += strspn(c, "; \t");
		const char *value = c + length + 1;
		if (strncmp(c, name, length) != 0 || c[length] != '=')
			continue;
		const size_t n = strcspn(value, "; \t");
		if (n > 0) {
			session_from_value(s, value, n);
			return true;
		}
	}
	return false;
}

bool
session_csrf_fits(const struct session *s, const char *csrf)
{
	return csrf && strlen(csrf) == SESSION_CSRF_SIZE - 1 &&
	       sodium_memcmp(csrf, s->csrf, SESSION_CSRF_SIZE - 1) == 0;
}

int
session_open(struct db *db, const char *account, const char *stored, char cookie[SECRET_SIZE],
    struct session *s, struct error *err)
{
	const struct limits_text limits = limits_text();

	if (secret_make(cookie, err) < 0)
		return -1;
	session_from_value(s, cookie, strlen(cookie));
	PGresult *res = db_query(db, &open_session,
	    (const char *const[]){s->hash.text, account, stored, limits.whole, limits.idle}, err);
	int outcome = !res ? -1 : PQntuples(res) == 0;
	PQclear(res);
	return outcome;
}

int
session_touch(struct db *db, const struct session *s, struct error *err)
{
	const struct limits_text limits = limits_text();

	return db_run(db, &touch_session,
	    (const char *const[]){s->hash.text, limits.whole, limits.idle}, err);
}

int
session_close(struct db *db, const struct session *s, struct error *err)
{
	return db_run(db, &close_session, (const char *const[]){s->hash.text}, err);
}
