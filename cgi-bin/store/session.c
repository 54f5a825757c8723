/* Sessions: see session.h. */
#include "store/session.h"

#include "base/config.h"
#include "base/timestamp.h"
#include "store/cookie.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define CSRF_PURPOSE "csrf"

_Static_assert(SESSION_CSRF_SIZE == 2 * crypto_auth_hmacsha256_BYTES + 1,
    "a CSRF token is an HMAC in hexadecimal");

static const struct statement touch = {
    "credential_used", "SELECT credential_used($1, $2::interval, $3::interval)", 3, false};

static const struct statement close_session = {
    "sign_out", "SELECT sign_out($1) FROM request_context($2, $3)", 3, false};

static const struct statement forbidden = {
    "request_forbidden", "SELECT request_forbidden($1, $2) FROM request_context($3, $4)", 4, false};

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

void
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

bool
session_from_cookies(const char *cookies, bool https, struct session *s)
{
	size_t n;
	const char *value = cookie_find(cookies, cookie_name(COOKIE_SESSION, https), &n);

	if (value)
		session_from_value(s, value, n);
	return value;
}

bool
session_csrf_fits(const struct session *s, const char *csrf)
{
	return csrf && strlen(csrf) == SESSION_CSRF_SIZE - 1 &&
	       sodium_memcmp(csrf, s->csrf, SESSION_CSRF_SIZE - 1) == 0;
}

int
session_touch(struct db *db, const struct secret_hash *key, struct error *err)
{
	const struct limits_text limits = limits_text();

	return db_run(db, &touch, (const char *const[]){key->text, limits.whole, limits.idle}, err);
}

int
session_close(struct db *db, const struct actor *by, struct error *err)
{
	return db_run(
	    db, &close_session, (const char *const[]){by->key, by->address, by->request}, err);
}

int
session_forbidden(struct db *db, const struct actor *by, const char *what, struct error *err)
{
	return db_run(
	    db, &forbidden, (const char *const[]){by->key, what, by->address, by->request}, err);
}

const char *
session_idle(void)
{
	static struct limits_text limits;

	limits = limits_text();
	return config_int(SETTING_SESSION_IDLE_MINUTES) < 60 * config_int(SETTING_SESSION_HOURS)
		   ? limits.idle
		   : limits.whole;
}
